package siitest

import (
	"encoding/json"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// boletas are the days of one type in a month.
type boletas struct {
	owner  chile.RUT
	period chile.Period
	typ    chile.DocType
}

func (rs *registers) addDays(owner chile.RUT, period chile.Period, typ chile.DocType, days []rcv.BoletaDay) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	key := boletas{owner, period, typ}
	rs.days[key] = append(rs.days[key], days...)
}

// answerBoletas answers obtieneListaBoletasMes. One client shows how it reads the
// answer; the shape is from there.
func (rs *registers) answerBoletas(holder chile.RUT, _ string, data json.RawMessage) (*facadeAnswer, error) {
	var p struct {
		RUT    string `json:"rut"`
		DV     string `json:"dv"`
		Period string `json:"periodo"`
		Type   string `json:"tipoDocumento"`
	}
	if err := readData(data, &p); err != nil {
		return nil, err
	}
	key, problem := readKey(p.RUT, p.DV, p.Period)
	typ, err := chile.ParseDocType(p.Type)
	if problem == "" && (err != nil || typ != chile.BoletaElectronica && typ != chile.ComprobantePagoElectronico) {
		problem = "tipoDocumento"
	}
	if refusal := rs.refuse(OpBoletas, holder, key, problem); refusal != nil {
		return refusal, nil
	}
	rs.mu.Lock()
	defer rs.mu.Unlock()
	days := rs.days[boletas{key.Owner, key.Period, typ}]
	var sum rcv.BoletaSums
	list := []any{nil} // some elements between the days are null
	for _, day := range days {
		list = append(list, sumsRow(day.BoletaSums, map[string]any{"dia": day.Date.Day()}))
		sum.Documents += day.Documents
		sum.Exempt += day.Exempt
		sum.Net += day.Net
		sum.VAT += day.VAT
		sum.Total += day.Total
	}
	return &facadeAnswer{data: sumsRow(sum, map[string]any{"boletas": list})}, nil
}

func sumsRow(sums rcv.BoletaSums, row map[string]any) map[string]any {
	row["totalDocumentos"], row["montoExento"], row["montoNeto"] = sums.Documents, sums.Exempt, sums.Net
	row["montoIva"], row["montoTotal"] = sums.VAT, sums.Total
	return row
}
