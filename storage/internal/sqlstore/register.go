package sqlstore

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// table is where a book is kept.
type table struct {
	name         string
	counterparty string   // column of the other side
	owner        string   // column of the owner, as older programs fill it
	key          []string // columns that tell documents of a register apart
}

var tables = map[rcv.Book]*table{
	rcv.Purchases: {name: "sii_rcv_purchases", counterparty: "rut_emisor", owner: "rut_receptor", key: []string{"rut_emisor", "tipo_dte", "folio"}},
	rcv.Sales:     {name: "sii_rcv_sales", counterparty: "rut_receptor", owner: "rut_emisor", key: []string{"rut_receptor", "tipo_dte", "folio"}},
}

// columns are the columns of a document: those of its key, and those that wait
// in a spool.
var (
	keyColumns = []string{"rut_emisor", "rut_receptor", "tipo_dte", "folio"}

	valueColumns = []string{
		"fecha_emision", "neto", "iva", "exento", "total", "estado_sii", "xml_hash",
		"razon_social", "fecha_recepcion", "iva_no_recuperable", "iva_uso_comun", "otros_impuestos", "datos",
	}

	columns = slices.Concat(keyColumns, valueColumns)
)

// keyValues appends what the columns of the key hold of a document.
func keyValues(row []Value, register rcv.Key, key documentKey) []Value {
	issuer, receiver := key.counterparty, register.Owner
	if register.Book == rcv.Sales {
		issuer, receiver = receiver, issuer
	}
	return append(row, textOf(issuer.String()), textOf(receiver.String()), textOf(documentNumber(int64(key.typ))), textOf(documentNumber(key.folio)))
}

// values appends what the other columns hold of a document, but for the document
// itself, which is the last.
func values(row []Value, d *rcv.Document, hash string) []Value {
	var issued Value
	if !d.Issued.IsZero() {
		issued = Value{Kind: Date, Int: time.Date(d.Issued.Year(), d.Issued.Month(), d.Issued.Day(), 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay}
	}
	return append(row,
		issued, intValue(d.Net), intValue(d.VAT), intValue(d.Exempt), intValue(d.Total), textOf(string(d.State)), textOf(hash),
		textOf(d.Name), instant(d.Received), intValue(d.NonRecoverableVAT), intValue(d.CommonUseVAT), intValue(d.OtherTaxTotal))
}

// cutTimes keeps the times of a document to the microsecond.
func cutTimes(d *rcv.Document) {
	for _, t := range [...]*time.Time{&d.Received, &d.Acknowledged, &d.Claimed} {
		*t = t.Truncate(time.Microsecond)
	}
}

// decodeDocument reads a document as the tables keep it.
func decodeDocument(data string) (*rcv.Document, error) {
	d := &rcv.Document{}
	if err := json.UnmarshalRead(strings.NewReader(data), d); err != nil {
		return nil, err
	}
	return d, nil
}

// row is a stored row: the document, or what an older program has written of it.
type row struct {
	id                                   int64
	period                               textValue
	data, hash                           textValue
	gone                                 timeValue
	issuer, receiver, typ, folio, issued textValue
	net, vat, exempt, total, state       textValue

	fraction bool // an older program wrote an amount that is no whole number
}

// rowColumns are the columns that scan wants, in its order.
const rowColumns = `p.id, p.periodo, p.datos, p.xml_hash, p.ausente_desde, p.rut_emisor, p.rut_receptor, p.tipo_dte, p.folio,
	p.fecha_emision, p.neto, p.iva, p.exento, p.total, p.estado_sii`

func (r *row) targets() []any {
	return []any{
		&r.id, &r.period, &r.data, &r.hash, &r.gone, &r.issuer, &r.receiver, &r.typ, &r.folio,
		&r.issued, &r.net, &r.vat, &r.exempt, &r.total, &r.state,
	}
}

// legacy reports whether an older program wrote the row.
func (r *row) legacy() bool { return r.data == "" }

// document returns the document of the row.
func (r *row) document(book rcv.Book) (*rcv.Document, error) {
	if r.legacy() {
		return r.fromLegacy(book), nil
	}
	d, err := decodeDocument(string(r.data))
	if err != nil {
		return nil, fmt.Errorf("document in row %d: %w", r.id, err)
	}
	return d, nil
}

// fromLegacy reads what an older program wrote, as far as it can be read.
func (r *row) fromLegacy(book rcv.Book) *rcv.Document {
	d := &rcv.Document{State: rcv.State(r.state)}
	other := r.issuer
	if book == rcv.Sales {
		other = r.receiver
	}
	d.Counterparty, _ = chile.ParseRUT(string(other))
	d.Type, _ = chile.ParseDocType(strings.TrimSpace(string(r.typ)))
	d.Folio, _ = chile.ParseFolio(strings.TrimSpace(string(r.folio)))
	if len(r.issued) >= 10 {
		d.Issued, _ = chile.ParseDate(string(r.issued[:10]))
	}
	for target, text := range map[*chile.CLP]textValue{&d.Net: r.net, &d.VAT: r.vat, &d.Exempt: r.exempt, &d.Total: r.total} {
		whole, fraction, _ := strings.Cut(string(text), ".")
		*target, _ = chile.ParseCLP(whole)
		r.fraction = r.fraction || strings.Trim(fraction, "0") != ""
	}
	return d
}

// sameLegacy reports whether a document says what an older program wrote of it.
// Columns that it left empty say nothing.
func (r *row) sameLegacy(book rcv.Book, now *rcv.Document) bool {
	before := r.fromLegacy(book)
	return !r.fraction && (r.issued == "" || before.Issued == now.Issued) &&
		(r.net == "" || before.Net == now.Net) && (r.vat == "" || before.VAT == now.VAT) &&
		(r.exempt == "" || before.Exempt == now.Exempt) && (r.total == "" || before.Total == now.Total) &&
		(r.state == "" || before.State == now.State)
}
