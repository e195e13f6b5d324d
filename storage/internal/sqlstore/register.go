package sqlstore

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// table describes the table of a book.
type table struct {
	name         string
	counterparty string   // column of the counterparty
	owner        string   // column of the owner, as older programs write it
	key          []string // columns that identify a document in a register
}

var tables = map[rcv.Book]*table{
	rcv.Purchases: {name: "sii_rcv_purchases", counterparty: "rut_emisor", owner: "rut_receptor", key: []string{"rut_emisor", "tipo_dte", "folio"}},
	rcv.Sales:     {name: "sii_rcv_sales", counterparty: "rut_receptor", owner: "rut_emisor", key: []string{"rut_receptor", "tipo_dte", "folio"}},
}

// columns are the columns of a document: those of its key, and those in a
// spool.
var (
	keyColumns = []string{"rut_emisor", "rut_receptor", "tipo_dte", "folio"}

	valueColumns = []string{
		"fecha_emision", "neto", "iva", "exento", "total", "estado_sii", "xml_hash",
		"razon_social", "fecha_recepcion", "iva_no_recuperable", "iva_uso_comun", "otros_impuestos", "datos",
	}

	columns = slices.Concat(keyColumns, valueColumns)
)

// keyValues appends the values of the key columns of a document.
func keyValues(row []Value, register rcv.Key, key documentKey) []Value {
	issuer, receiver := key.counterparty, register.Owner
	if register.Book == rcv.Sales {
		issuer, receiver = receiver, issuer
	}
	return append(row, textOf(issuer.String()), textOf(receiver.String()), textOf(documentNumber(int64(key.typ))), textOf(documentNumber(key.folio)))
}

// values appends the values of the other columns of a document, except for the
// document itself, which is last.
func values(row []Value, d *rcv.Document, hash string) []Value {
	var issued Value
	if !d.Issued.IsZero() {
		issued = Value{Kind: Date, Int: time.Date(d.Issued.Year(), d.Issued.Month(), d.Issued.Day(), 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay}
	}
	return append(row,
		issued, intValue(d.Net), intValue(d.VAT), intValue(d.Exempt), intValue(d.Total), textOf(string(d.State)), textOf(hash),
		textOf(d.Name), instant(d.Received), intValue(d.NonRecoverableVAT), intValue(d.CommonUseVAT), intValue(d.OtherTaxTotal))
}

// cutTimes truncates the times of a document to the microsecond.
func cutTimes(d *rcv.Document) {
	for _, t := range [...]*time.Time{&d.Received, &d.Acknowledged, &d.Claimed} {
		*t = t.Truncate(time.Microsecond)
	}
}

// decodeDocument reads a stored document.
func decodeDocument(data string) (*rcv.Document, error) {
	d := &rcv.Document{}
	if err := json.UnmarshalRead(strings.NewReader(data), d); err != nil {
		return nil, err
	}
	return d, nil
}

// row is a stored row: a document, or the columns that an older program wrote.
type row struct {
	id                                   int64
	period                               textValue
	data, hash                           textValue
	gone                                 timeValue
	issuer, receiver, typ, folio, issued textValue
	net, vat, exempt, total, state       textValue

	unread []storage.Unread // of an older program's row, after the document was read
}

// rowColumns are the columns that scan reads, in order.
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

// fromLegacy reads the readable columns of an older program; the others are in
// r.unread.
func (r *row) fromLegacy(book rcv.Book) *rcv.Document {
	d := &rcv.Document{State: rcv.State(r.state)}
	r.unread = nil
	other, column := r.issuer, tables[book].counterparty
	if book == rcv.Sales {
		other = r.receiver
	}
	readLegacy(r, &d.Counterparty, column, other, chile.ParseHyphenatedRUT)
	readLegacy(r, &d.Type, "tipo_dte", r.typ, chile.ParseDocType)
	readLegacy(r, &d.Folio, "folio", r.folio, chile.ParseFolio)
	readLegacy(r, &d.Issued, "fecha_emision", r.issued, func(text string) (chile.Date, error) {
		return chile.ParseDate(text[:min(len(text), len(time.DateOnly))])
	})
	readLegacy(r, &d.Net, "neto", r.net, parsePesos)
	readLegacy(r, &d.VAT, "iva", r.vat, parsePesos)
	readLegacy(r, &d.Exempt, "exento", r.exempt, parsePesos)
	readLegacy(r, &d.Total, "total", r.total, parsePesos)
	return d
}

// readLegacy reads a value that an older program wrote. An empty one means
// unknown.
func readLegacy[T any](r *row, into *T, column string, text textValue, parse func(string) (T, error)) {
	trimmed := strings.TrimSpace(string(text))
	if trimmed == "" {
		return
	}
	var err error
	if *into, err = parse(trimmed); err != nil {
		r.unread = append(r.unread, storage.Unread{Column: column, Text: string(text)})
	}
}

// errFraction says that an amount is not a whole number; its pesos were read.
var errFraction = errors.New("a fraction of a peso")

// parsePesos reads an amount from a decimal column.
func parsePesos(text string) (chile.CLP, error) {
	whole, fraction, _ := strings.Cut(text, ".")
	amount, err := chile.ParseCLP(whole)
	if err == nil && strings.Trim(fraction, "0") != "" {
		err = errFraction
	}
	return amount, err
}

// sameLegacy reports whether a document agrees with the columns of an older
// program. Empty columns mean unknown.
func (r *row) sameLegacy(book rcv.Book, now *rcv.Document) bool {
	before := r.fromLegacy(book)
	return len(r.unread) == 0 && (r.issued == "" || before.Issued == now.Issued) &&
		(r.net == "" || before.Net == now.Net) && (r.vat == "" || before.VAT == now.VAT) &&
		(r.exempt == "" || before.Exempt == now.Exempt) && (r.total == "" || before.Total == now.Total) &&
		(r.state == "" || before.State == now.State)
}
