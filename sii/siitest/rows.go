package siitest

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// summaryLines are the lines of a summary: one for each type, computed from the
// documents, and those without detail.
func summaryLines(call facadeCall, docs []rcv.Document, lines []rcv.SummaryLine) []rcv.SummaryLine {
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
func (s *Server) summary(call facadeCall, docs []rcv.Document, lines []rcv.SummaryLine) *facadeAnswer {
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

// registerID is the SII's number of a register.
func registerID(key rcv.Key) int64 {
	return key.Owner.Number()*1000 + int64(key.Period.Year*12+int(key.Period.Month))%500*2 + int64(len(key.Book)%2)
}

// detail answers getDetalleCompra and getDetalleVenta.
func (s *Server) detail(call facadeCall, docs []rcv.Document) *facadeAnswer {
	var rows []map[string]any
	for i := range docs {
		if docs[i].Type == call.typ {
			rows = append(rows, s.row(call, &docs[i], i))
		}
	}
	if s.detailMax > 0 && len(rows) > s.detailMax {
		return s.tooMany(call)
	}
	extra := map[string]any{"esDocPapel": !call.typ.Electronic(), "dataCabecera": nil}
	if len(rows) == 0 {
		return &facadeAnswer{code: 3, extra: extra}
	}
	return &facadeAnswer{data: rows, extra: extra}
}

// row is a row of detail, with every name that the SII's rows have. What belongs
// to the other book is null if it is zero.
func (s *Server) row(call facadeCall, d *rcv.Document, i int) map[string]any {
	purchase := call.key.Book == rcv.Purchases
	bought := func(v any) any { return unless(!purchase, v) }
	sold := func(v any) any { return unless(purchase, v) }
	header := d.HeaderID
	if header == 0 {
		header = 7_700_000_000_000 + int64(d.Folio)
	}
	kind := any(d.Kind)
	if !purchase || d.Kind == 0 { // null in what was seen of sales
		kind = nil
	}
	row := map[string]any{
		"dhdrCodigo": header, "dcvCodigo": registerID(call.key), "dcvEstadoContab": nil, "detCodigo": 880_000_000_000 + int64(i),
		"detTipoDoc": int(d.Type), "detRutDoc": d.Counterparty.Number(), "detDvDoc": string(d.Counterparty.DV()),
		"detRznSoc": " " + d.Name + "  ", "detNroDoc": d.Folio,
		"detFchDoc": date(d.Issued), "detFecAcuse": dateTime(d.Acknowledged), "detFecReclamado": dateTime(d.Claimed), "detFecRecepcion": dateTime(d.Received),
		"detMntExe": d.Exempt, "detMntNeto": d.Net, "detMntIVA": d.VAT, "detMntTotal": d.Total,
		"detMntActFijo": bought(d.FixedAssetNet), "detMntIVAActFijo": bought(d.FixedAssetVAT), "detMntIVANoRec": bought(d.NonRecoverableVAT),
		"detMntCodNoRec": bought(d.NonRecoverableCode), "detMntSinCredito": bought(d.NoCreditTax), "detIVAUsoComun": bought(d.CommonUseVAT),
		"detTasaImp": nilIfEmpty(string(d.TaxRate)), "detAnulado": nilIfEmpty(d.Cancelled), "detIVARetTotal": sold(d.WithheldTotal),
		"detIVARetParcial": sold(d.WithheldPartial), "detIVANoRetenido": d.NotWithheld, "detIVAPropio": sold(d.OwnVAT), "detIVATerceros": sold(d.ThirdPartyVAT),
		"detLiqRutEmisor": rutNumber(d.SettlementRUT), "detLiqDvEmisor": rutDV(d.SettlementRUT),
		"detLiqValComNeto": sold(d.CommissionNet), "detLiqValComExe": sold(d.CommissionExe), "detLiqValComIVA": sold(d.CommissionVAT), "detIVAFueraPlazo": sold(d.LateVAT),
		"detTipoDocRef": int(d.RefType), "detFolioDocRef": nilIfEmpty(d.RefFolio), "detExpNumId": nilIfEmpty(d.ForeignID), "detExpNacionalidad": nilIfEmpty(d.Nationality),
		"detCredEc": sold(d.BuilderCredit), "detLey18211": sold(d.Law18211), "detDepEnvase": sold(d.Deposit), "detIndSinCosto": sold(d.NoCostSale), "detIndServicio": sold(d.PeriodicService),
		"detMntNoFact": sold(d.NonBillable), "detMntPeriodo": sold(d.PeriodTotal), "detPsjNac": sold(d.NationalFares), "detPsjInt": sold(d.InternationalFares),
		"detNumInt": nilIfEmpty(d.InternalNumber), "detCdgSIISucur": nilIfEmpty(d.Branch), "detEmisorNota": d.OverPurchaseInvoice,
		"detTabPuros": bought(d.TobaccoCigars), "detTabCigarrillos": bought(d.TobaccoCigarettes), "detTabElaborado": bought(d.TobaccoProcessed), "detImpVehiculo": bought(d.VehicleTax),
		"detTpoImp": d.TaxKind, "detTipoTransaccion": kind, "descTipoTransaccion": nilIfEmpty(d.KindText),
		"detEventoReceptor": nilIfEmpty(d.Event), "detEventoReceptorLeyenda": nilIfEmpty(d.EventText), "cambiarTipoTran": purchase,
		"detPcarga": call.key.Period.Year*100 + int(call.key.Period.Month), "totalDtoiMontoImp": d.OtherTaxTotal, "totalDinrMontoIVANoR": d.NonRecoverableTotal,
		"emisorAgresivo": d.AggressiveIssuer, "fechaActivacionAnotacion": nilIfEmpty(d.AggressiveSince),
	}
	if s.nullTypes && purchase {
		row["detTipoDoc"] = nil
	}
	if s.textNumbers {
		for name, value := range row {
			switch value.(type) {
			case int, int64, chile.CLP, chile.Folio:
				row[name] = fmt.Sprint(value)
			}
		}
	}
	return row
}

// unless returns nil for a value that is zero and does not belong here.
func unless(absent bool, v any) any {
	switch v {
	case 0, chile.CLP(0):
		if absent {
			return nil
		}
	}
	return v
}

func nilIfEmpty(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func rutNumber(rut chile.RUT) any {
	if rut.IsZero() {
		return nil
	}
	return rut.Number()
}

func rutDV(rut chile.RUT) any {
	if rut.IsZero() {
		return nil
	}
	return string(rut.DV())
}

func date(d chile.Date) any {
	if d.IsZero() {
		return nil
	}
	return fmt.Sprintf("%02d/%02d/%04d", d.Day(), int(d.Month()), d.Year())
}

func dateTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.In(chile.Santiago()).Format("02/01/2006 15:04:05")
}

// export answers the methods that give CSV, as JSON with a list of lines.
func (s *Server) export(call facadeCall, docs []rcv.Document) *facadeAnswer {
	if call.typ != 0 {
		docs = slices.DeleteFunc(docs, func(d rcv.Document) bool { return d.Type != call.typ })
	}
	if s.exportMax > 0 && len(docs) > s.exportMax {
		return s.tooMany(call)
	}
	if len(docs) == 0 {
		return &facadeAnswer{code: 3}
	}
	lines := exportLines(call, docs)
	if lines == nil {
		return &facadeAnswer{code: 2, message: "Error inesperado"}
	}
	name := fmt.Sprintf("RCV_%s_%s_%s_%s.csv", call.key.Book, call.state, call.key.Owner, call.key.Period.Compact())
	if call.key.Book == rcv.Sales {
		name = fmt.Sprintf("RCV_VENTA_%s_%s.csv", call.key.Owner, call.key.Period.Compact())
	}
	return &facadeAnswer{data: lines, extra: map[string]any{"nombreArchivo": name}}
}

// tooMany is what the SII answers if there are too many documents for one answer.
func (s *Server) tooMany(call facadeCall) *facadeAnswer {
	switch s.exportForm {
	case LimitEmpty:
		return &facadeAnswer{}
	case LimitHeader:
		if call.method == detailMethod(call.key.Book) {
			return &facadeAnswer{}
		}
		return &facadeAnswer{data: exportLines(call, nil)}
	default:
		return &facadeAnswer{code: 99, message: "La cantidad de documentos supera el máximo, la descarga debe ser diferida"}
	}
}

func detailMethod(book rcv.Book) string {
	if book == rcv.Purchases {
		return "getDetalleCompra"
	}
	return "getDetalleVenta"
}

// exportLines are the lines of an export, or nil if there is none with such
// documents.
func exportLines(call facadeCall, docs []rcv.Document) []string {
	var csv bytes.Buffer
	err := rcv.WriteCSV(&csv, call.key.Book, call.state, func(yield func(rcv.Document, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	})
	if err != nil {
		return nil
	}
	lines := strings.Split(strings.TrimSuffix(csv.String(), "\r\n"), "\r\n")
	if call.typ != 0 {
		for i := range lines { // the export of one type lacks its column
			fields := strings.SplitN(lines[i], ";", 3)
			lines[i] = fields[0] + ";" + fields[2]
		}
	}
	return lines
}

// exportSummary answers getResumenExport.
func (s *Server) exportSummary(call facadeCall, docs []rcv.Document, lines []rcv.SummaryLine) *facadeAnswer {
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
