package pull

import (
	"net/url"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/plain"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/session"
)

// mipyme are the columns of the lists of MIPYME (seen live in two clients). The
// counterparty column is Receptor in the list of issued documents and Emisor in
// that of received ones.
type mipyme struct{ link, party, name, typ, folio, date, total, state int }

func mipymeColumns(headings []string) (m mipyme, ok bool) {
	m = mipyme{-1, -1, -1, -1, -1, -1, -1, -1}
	for i, heading := range headings {
		switch plain.Text(heading) {
		case "ver":
			m.link = i
		case "receptor", "emisor":
			m.party = i
		case "razon social":
			m.name = i
		case "documento":
			m.typ = i
		case "folio":
			m.folio = i
		case "fecha":
			m.date = i
		case "monto":
			m.total = i
		case "estado":
			m.state = i
		}
	}
	return m, m.party >= 0 && m.name >= 0 && m.typ >= 0 && m.folio >= 0 && m.date >= 0 && m.total >= 0 && m.state >= 0
}

// readMIPYME reads rows; from is the number of the row before them.
func (f *File) readMIPYME(rows table, from int, m mipyme) error {
	f.Kind = KindMIPYME
	last := max(m.party, m.name, m.typ, m.folio, m.date, m.total, m.state)
	for i, row := range rows {
		line := from + i + 1
		if len(row) == 1 {
			continue // a note below the list
		}
		if len(row) <= last {
			f.unread(line, "", strings.Join(texts(row), " "), rcv.ErrMissing)
			continue
		}
		d := session.MIPYMEDocument{Name: row[m.name].text, TypeName: row[m.typ].text, State: row[m.state].text}
		d.Type = typesByName[plain.Text(d.TypeName)]
		failed := false
		read := func(column int, heading string, parse func(string) error) {
			if err := parse(row[column].text); err != nil && !failed {
				failed = true
				f.unread(line, heading, row[column].text, err)
			}
		}
		read(m.party, "RUT", func(s string) (err error) { d.Counterparty, err = chile.ParseHyphenatedRUT(s); return err })
		read(m.folio, "Folio", func(s string) (err error) { d.Folio, err = chile.ParseFolio(s); return err })
		read(m.date, "Fecha", func(s string) (err error) { d.Issued, err = chile.ParseDate(s); return err })
		read(m.total, "Monto", func(s string) (err error) { d.Total, err = parseAmount(s); return err })
		if failed {
			continue
		}
		if m.link >= 0 {
			d.Code = codeOf(row[m.link].link)
		}
		f.MIPYME = append(f.MIPYME, d)
	}
	return f.tooMany()
}

// codeOf returns the parameter CODIGO of a link.
func codeOf(link string) string {
	u, err := url.Parse(strings.TrimSpace(link))
	if err != nil {
		return ""
	}
	return u.Query().Get("CODIGO")
}

// typesByName are the names of documents in the lists of MIPYME, without accents.
// Only that of 33 was seen; the others are the SII's names of the types. For an
// unknown name the type is 0 and the name is kept.
var typesByName = map[string]chile.DocType{
	"factura electronica":                        chile.FacturaElectronica,
	"factura no afecta o exenta electronica":     chile.FacturaExentaElectronica,
	"factura exenta electronica":                 chile.FacturaExentaElectronica,
	"factura de compra electronica":              chile.FacturaCompraElectronica,
	"guia de despacho electronica":               52,
	"nota de debito electronica":                 chile.NotaDebitoElectronica,
	"nota de credito electronica":                chile.NotaCreditoElectronica,
	"liquidacion factura electronica":            43,
	"factura de exportacion electronica":         chile.FacturaExportacionElectronica,
	"nota de debito de exportacion electronica":  111,
	"nota de credito de exportacion electronica": 112,
}

// parseAmount reads whole pesos, with or without dots between thousands. A dot
// anywhere else is an error: it could be a decimal point.
func parseAmount(s string) (chile.CLP, error) {
	s = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(s), "$"))
	if groups := strings.Split(strings.TrimPrefix(s, "-"), "."); len(groups) > 1 {
		for i, group := range groups {
			if len(group) != 3 && (i > 0 || len(group) > 3 || group == "") {
				return 0, chile.ErrSyntax
			}
		}
		s = strings.ReplaceAll(s, ".", "")
	}
	return chile.ParseCLP(s)
}
