package siitest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// summaryLines returns the lines of a summary: one per type, computed from the
// documents, and those without detail.
func summaryLines(call registerCall, docs []rcv.Document, lines []rcv.SummaryLine) []rcv.SummaryLine {
	byType := map[chile.DocType]*rcv.SummaryLine{}
	for i := range docs {
		d := &docs[i]
		line := byType[d.Type]
		if line == nil {
			entry := "DET_PAP"
			if d.Type.Electronic() {
				entry = "DET_ELE"
			}
			line = &rcv.SummaryLine{State: call.state, Type: d.Type, HasDetail: true, Entry: entry}
			byType[d.Type] = line
		}
		line.Documents++
		line.Exempt += d.Exempt
		line.Net += d.Net
		line.VAT += d.VAT
		line.NonRecoverableVAT += d.NonRecoverableVAT
		line.CommonUseVAT += d.CommonUseVAT
		line.Total += d.Total
	}
	for _, typ := range slices.Sorted(maps.Keys(byType)) {
		lines = append(lines, *byType[typ])
	}
	slices.SortStableFunc(lines, func(a, b rcv.SummaryLine) int { return cmp.Compare(a.Type, b.Type) })
	return lines
}

// summary answers getResumen.
func (rs *registers) summary(call registerCall, docs []rcv.Document, lines []rcv.SummaryLine) *facadeAnswer {
	lines = summaryLines(call, docs, lines)
	if len(lines) == 0 {
		return &facadeAnswer{code: 3, extra: map[string]any{
			"totDocRes": nil, "tieneEmisorAgresivo": false, "pDB": false, "verF29": true, "dataCabecera": nil,
		}}
	}
	var rows []map[string]any
	var total int64
	for i, line := range lines {
		total += line.Documents
		rows = append(rows, map[string]any{
			"dcvCodigo": registerID(call.key), "rsmnCodigo": registerID(call.key) + int64(i) + 1,
			"rsmnTipoDocInteger": int(line.Type), "dcvNombreTipoDoc": line.Type.String() + " ",
			"dcvTipoIngresoDoc": nilIfEmpty(line.Entry), "rsmnLink": line.HasDetail,
			"rsmnMntExe": line.Exempt, "rsmnMntNeto": line.Net, "rsmnMntIVA": line.VAT,
			"rsmnMntIVANoRec": line.NonRecoverableVAT, "rsmnIVAUsoComun": line.CommonUseVAT,
			"dcvOperacion": nil, "rsmnFechModificacion": nil, "rsmnMntTotal": line.Total,
			"rsmnEstadoContab": nil, "rsmnTotDoc": line.Documents, "rsmnTotalRutEmisor": nil,
		})
	}
	period, _ := strconv.Atoi(call.key.Period.Compact())
	created := call.key.Period.First().Time().Add(3 * time.Hour)
	return &facadeAnswer{data: rows, extra: map[string]any{
		"totDocRes": total, "tieneEmisorAgresivo": false, "pDB": false, "verF29": true,
		"dataCabecera": map[string]any{
			"dcvPcarga": period, "dcvRutEmisor": call.key.Owner.Number(), "dcvDvEmisor": string(call.key.Owner.DV()),
			"dcvPtributario": period, "dcvOperacion": call.key.Book, "dcvCodigo": registerID(call.key), "dcvFctProp": " 1,0000",
			"dcvVigente": nil, "dcvFecCreacion": dateTime(created), "dcvFecModificacion": dateTime(created.Add(time.Hour)),
			"dcvNroCruceHadoop": nil, "dcvFchUltimoCruceHadoop": nil,
		},
	}}
}

// exportSummary answers getResumenExport.
func (rs *registers) exportSummary(call registerCall, docs []rcv.Document, lines []rcv.SummaryLine) *facadeAnswer {
	lines = summaryLines(call, docs, lines)
	if len(lines) == 0 {
		return &facadeAnswer{code: 3}
	}
	text := []string{"Tipo Documento;Total Documentos;Monto Exento;Monto Neto;Monto IVA;Monto Total"}
	if call.key.Book == rcv.Purchases {
		text[0] = "Tipo Documento;Total Documentos;Monto Exento;Monto Neto;IVA Recuperable;IVA Uso Comun;IVA No Recuperable;Monto Total"
	}
	for _, l := range lines {
		row := fmt.Sprintf("%s(%d);%d;%d;%d;%d;", l.Type, int(l.Type), l.Documents, l.Exempt, l.Net, l.VAT)
		if call.key.Book == rcv.Purchases {
			row += fmt.Sprintf("%d;%d;", l.CommonUseVAT, l.NonRecoverableVAT)
		}
		text = append(text, row+fmt.Sprint(int64(l.Total)))
	}
	return &facadeAnswer{data: text, extra: map[string]any{
		"nombreArchivo": fmt.Sprintf("RCV_RESUMEN_%s_%s_%s.csv", call.key.Book, call.key.Owner, call.key.Period.Compact()),
	}}
}
