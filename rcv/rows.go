package rcv

import (
	"bytes"
	"errors"
	"io"

	"github.com/ofitec/chile"
)

// rowReader reads the rows of an export.
type rowReader struct {
	cutter
	header *header
	col    map[role]int // column of each role
	values []value      // of each column; nil if it is not a field
	needed []int        // columns that a row must fill
	base   [2]int       // columns of the exempt and the net amount
	taxes  [3]int       // columns of code, amount and rate of a tax, or -1
	nro    int          // columns, or -1
	when   int
	total  int
	spare  Document // to examine rows that are not documents
	seen   *seen    // if nil, a document may be repeated
	texts  interner
	window *window
}

func newRowReader(h *header, yield func(Document, error) bool) *rowReader {
	r := &rowReader{header: h, col: make(map[role]int), cutter: h.cutter()}
	r.values = make([]value, len(h.roles))
	for i, c := range h.roles {
		if c != roleUnknown {
			r.col[c] = i
		}
		if c >= 0 {
			r.values[i] = fields[c].value
		}
	}
	for _, name := range []string{"detTipoDoc", "detRutDoc", "detRznSoc", "detNroDoc", "detFchDoc", "detFecRecepcion", "detMntTotal"} {
		if i := r.column(role(named(name))); i >= 0 {
			r.needed = append(r.needed, i)
		}
	}
	r.nro, r.when, r.total = r.column(roleNro), r.column(role(named("detFecRecepcion"))), r.column(role(fieldTotal))
	r.base = [2]int{r.column(role(named("detMntExe"))), r.column(role(named("detMntNeto")))}
	r.taxes = [3]int{r.column(roleTaxCode), r.column(roleTaxAmount), r.column(roleTaxRate)}
	heading := ""
	if i := r.taxes[0]; i >= 0 {
		heading = h.names[i]
	}
	r.window = newWindow(yield, heading)
	r.window.total = h.names[r.total]
	r.name = r.column(role(named("detRznSoc")))
	return r
}

// column returns the column of the role, or -1.
func (r *rowReader) column(of role) int {
	if i, ok := r.col[of]; ok {
		return i
	}
	return -1
}

// run reads all rows. It stops when the consumer stops.
func (r *rowReader) run(lines *lineReader) {
	for !r.window.stopped {
		line, err := lines.next()
		switch {
		case err == nil:
			r.row(lines.n, line)
		case errors.Is(err, ErrTooLong):
			r.window.fail(newRowError(lines.n, "", nil, err))
		case errors.Is(err, io.EOF):
			r.window.flush()
			r.window.reportOrphans()
			return
		default:
			r.window.flush()
			r.window.yieldError(err)
			return
		}
	}
}

// row reads one line.
func (r *rowReader) row(n int, line []byte) {
	extra := r.cut(line)
	if extra == nil && r.empty(r.nro) && r.empty(r.when) && r.empty(r.total) {
		r.continuation(n)
		return
	}
	e := r.window.next()
	r.read(e, n, extra)
	if e.err != nil && !r.quoted && bytes.Contains(line, []byte{r.separator, '"'}) {
		r.readQuoted(e, n, line)
	}
	if e.err == nil && r.seen != nil {
		if err := r.seen.add(idOf(&e.doc)); errors.Is(err, ErrTwice) {
			e.err = newRowError(n, "", line, err)
		} else if err != nil {
			r.window.end(newRowError(n, "", nil, err))
			return
		}
	}
	if e.err != nil && r.header.again(line) {
		e.err = newRowError(n, "", nil, errHeaderAgain)
	}
	r.window.adopt(e)
}

// read reads the cells of the row into an empty entry.
func (r *rowReader) read(e *entry, n int, extra []byte) {
	e.line = n
	e.err = r.document(e, n)
	if e.err == nil && extra != nil {
		e.err = newRowError(n, "", extra, ErrUnexpected)
	}
}

// readQuoted reads a row, unreadable otherwise, with its quotation marks as
// quoting, if that works: a spreadsheet has quoted a name with semicolons.
func (r *rowReader) readQuoted(e *entry, n int, line []byte) {
	extra, ok := r.splitQuoted(line)
	if !ok {
		return
	}
	var other entry
	if r.read(&other, n, extra); other.err == nil {
		*e = other
	}
}

// document reads the cells into an empty document.
func (r *rowReader) document(e *entry, n int) error {
	d := &e.doc
	d.State, d.Type = r.header.state, r.header.typ
	for i, v := range r.values {
		at := r.cells[i]
		if at.start == at.end || v == nil {
			continue
		}
		cell := r.line[at.start:at.end]
		if err := v.set(d, cell, &r.texts); err != nil {
			return newRowError(n, r.header.names[i], cell, err)
		}
	}
	for _, i := range r.needed {
		if r.empty(i) || i != r.total && r.values[i].isZero(d) {
			return newRowError(n, r.header.names[i], r.cell(i), ErrMissing)
		}
	}
	for _, i := range r.base {
		if r.empty(i) && e.unsure == "" {
			e.unsure = r.header.names[i]
		}
	}
	tax, ok, err := r.tax(n)
	if ok {
		d.OtherTaxes, d.OtherTaxTotal = []OtherTax{tax}, tax.Amount
	}
	return err
}

// tax reads the additional tax of the row, if it has one.
func (r *rowReader) tax(n int) (tax OtherTax, ok bool, err error) {
	code, amount, rate := r.taxes[0], r.taxes[1], r.taxes[2]
	if r.empty(code) && r.empty(amount) && r.empty(rate) {
		return tax, false, nil
	}
	if tax.Code, err = readCell(r, n, code, &numberKind); err != nil {
		return tax, false, err
	}
	if tax.Amount, err = readCell(r, n, amount, &amountKind); err != nil {
		return tax, false, err
	}
	if tax.Rate, err = readCell(r, n, rate, &rateKind); err != nil {
		return tax, false, err
	}
	switch {
	case tax.Code == 0 && tax.Amount == 0:
		return OtherTax{}, false, nil // zeros for no tax
	case tax.Code == 0:
		return tax, false, newRowError(n, r.header.names[code], nil, ErrMissing)
	case r.empty(amount):
		return tax, false, newRowError(n, r.header.names[amount], nil, ErrMissing)
	}
	return tax, true, nil
}

// readCell reads a cell; an empty one is the zero value.
func readCell[T comparable](r *rowReader, n, column int, k *kind[T]) (T, error) {
	var zero T
	if r.empty(column) || k.means(r.cell(column)) {
		return zero, nil
	}
	v, err := k.parse(r.cell(column), &r.texts)
	if err != nil {
		return zero, newRowError(n, r.header.names[column], r.cell(column), err)
	}
	return v, nil
}

// continuation reads a row with a further tax of a document.
func (r *rowReader) continuation(n int) {
	tax, ok, err := r.tax(n)
	if err == nil {
		err = r.onlyContinues(n, ok)
	}
	switch {
	case err != nil:
		r.window.fail(err)
	case ok:
		r.window.attach(orphan{id: idOf(&r.spare), tax: tax, line: n})
	}
}

// onlyContinues reads the row into the spare document, and checks that it has
// only values that identify a document, which are required if there is a tax.
func (r *rowReader) onlyContinues(n int, hasTax bool) error {
	r.spare = Document{Type: r.header.typ}
	for i, f := range r.header.roles {
		if f < 0 || r.empty(i) {
			continue
		}
		cell := r.cell(i)
		err := fields[f].set(&r.spare, cell, &r.texts)
		if err == nil && !fields[f].isZero(&r.spare) && !repeated[int(f)] {
			err = ErrUnexpected
		}
		if err != nil {
			return newRowError(n, r.header.names[i], cell, err)
		}
	}
	if !hasTax {
		return nil
	}
	for _, i := range r.needed {
		if f := r.header.roles[i]; identifying[int(f)] && fields[f].isZero(&r.spare) {
			return newRowError(n, r.header.names[i], nil, ErrMissing)
		}
	}
	return nil
}

// repeated are the fields that a continuation repeats; identifying are those
// that identify the continued document.
var (
	identifying = map[int]bool{fieldType: true, fieldCounterparty: true, named("detNroDoc"): true}
	repeated    = map[int]bool{
		fieldType: true, fieldCounterparty: true, named("detNroDoc"): true,
		named("detRznSoc"): true, named("detFchDoc"): true, named("descTipoTransaccion"): true,
	}
)

// docID identifies a document in a register.
type docID struct {
	counterparty chile.RUT
	typ          chile.DocType
	folio        chile.Folio
}

func idOf(d *Document) docID { return docID{d.Counterparty, d.Type, d.Folio} }
