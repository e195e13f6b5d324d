package rcv

import (
	"errors"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/ofitec/chile"
)

// Boleta is a row of the SII's export of single boletas. The register has only
// their total. JSON uses the names of the headings.
//
// Source: an export of 2026. It gives the RUT 66666666-6 for an unknown
// receiver.
type Boleta struct {
	Type     chile.DocType `json:"tipoDoc"`
	Folio    chile.Folio   `json:"folio"`
	Receiver chile.RUT     `json:"rutReceptor,omitzero"`
	Issued   chile.Date    `json:"fechaDocto"`
	Due      chile.Date    `json:"fechaVenc,omitzero"`
	Service  int           `json:"indicadorServicio,omitzero"` // IndServicio of the boleta: 1 and 2 periodic services, 3 sales and services, 4 shows
	Net      chile.CLP     `json:"montoNeto"`
	VAT      chile.CLP     `json:"montoIva"`
	Exempt   chile.CLP     `json:"montoExento"`
	Total    chile.CLP     `json:"montoTotal"`
}

// Gap returns the difference between the total and the sum of net, VAT and
// exempt amount.
func (b *Boleta) Gap() chile.CLP { return sum(b.Total, -b.Net, -b.VAT, -b.Exempt) }

// boletaColumn is a column of the export.
type boletaColumn struct {
	heading string
	needed  bool // in the file: without it rows or their sums would be wrong
	filled  bool // in each row
	set     func(b *Boleta, text []byte, in *interner) error
}

// boletaTable has the columns in the order of the export.
var boletaTable = []boletaColumn{
	{"Tipo Doc", false, true, boletaCell(&docTypeKind, func(b *Boleta) *chile.DocType { return &b.Type })},
	{"RUT Receptor", true, false, boletaCell(&rutKind, func(b *Boleta) *chile.RUT { return &b.Receiver })},
	{"Fecha Docto", true, true, boletaCell(&dateKind, func(b *Boleta) *chile.Date { return &b.Issued })},
	{"Fecha Venc.", false, false, boletaCell(&dateKind, func(b *Boleta) *chile.Date { return &b.Due })},
	{"Indicador Servicio", false, false, boletaCell(&numberKind, func(b *Boleta) *int { return &b.Service })},
	{"Folio", true, true, boletaCell(&folioKind, func(b *Boleta) *chile.Folio { return &b.Folio })},
	{"Monto Neto", true, false, boletaCell(&amountKind, func(b *Boleta) *chile.CLP { return &b.Net })},
	{"Monto IVA", true, false, boletaCell(&amountKind, func(b *Boleta) *chile.CLP { return &b.VAT })},
	{"Monto Exento", true, false, boletaCell(&amountKind, func(b *Boleta) *chile.CLP { return &b.Exempt })},
	{"Monto Total", true, true, boletaCell(&amountKind, func(b *Boleta) *chile.CLP { return &b.Total })},
}

func boletaCell[T comparable](k *kind[T], in func(*Boleta) *T) func(*Boleta, []byte, *interner) error {
	return func(b *Boleta, text []byte, texts *interner) error {
		if k.means(text) {
			return nil
		}
		v, err := k.parse(text, texts)
		if err == nil {
			*in(b) = v
		}
		return err
	}
}

// boletaColumns returns the index of each heading in boletaTable, or -1, and
// whether the header is one of boletas: it has a receiver and all needed columns.
func boletaColumns(names []string) (columns []int, ok bool) {
	ok = true
	for _, name := range names {
		name = fold(name)
		columns = append(columns, slices.IndexFunc(boletaTable, func(c boletaColumn) bool { return strings.EqualFold(c.heading, name) }))
	}
	for i, c := range boletaTable {
		ok = ok && (!c.needed || slices.Contains(columns, i))
	}
	return columns, ok
}

// Boletas is an open export of boletas. It reads one line at a time. It is not
// safe for concurrent use.
type Boletas struct {
	header  *header
	columns []int // of boletaTable, -1 for an unknown one
	lines   *lineReader
	seen    *seen // if nil, a boleta may be repeated
	gaps    []*RowError
	used    bool
}

// OpenBoletas reads the header of a CSV export of boletas ("Tipo Doc;RUT
// Receptor;…") in the forms that OpenCSV reads. The options Book and State are
// ignored. The error is a *HeaderError if it is another file, or the error of r.
func OpenBoletas(r io.Reader, opts *CSVOptions) (*Boletas, error) {
	var o CSVOptions
	if opts != nil {
		o = *opts
	}
	lines, err := o.lines(r)
	if err != nil {
		return nil, err
	}
	d, names, err := readDialect(lines)
	if err != nil {
		return nil, err
	}
	h := &header{dialect: d, names: names, typ: o.Type, roles: make([]role, len(names))}
	if len(names) > maxHeadings {
		return nil, h.error(ErrTooLong)
	}
	columns, ok := boletaColumns(names)
	for i, c := range columns {
		if c < 0 {
			h.unknown = append(h.unknown, names[i])
		} else if slices.Contains(columns[:i], c) {
			return nil, h.error(ErrNotRegister)
		}
	}
	for i, c := range boletaTable {
		if !slices.Contains(columns, i) && (i > 0 || o.Type == 0) {
			h.missing = append(h.missing, c.heading)
		}
	}
	switch {
	case !ok:
		return nil, h.error(ErrNotRegister, h.missing...)
	case !slices.Contains(columns, 0) && o.Type == 0:
		return nil, h.error(ErrTypeUnknown)
	}
	b := &Boletas{header: h, columns: columns, lines: lines}
	if !o.KeepRepeated {
		b.seen = newSeen()
	}
	return b, nil
}

// Unknown returns the headings that this package does not know.
func (b *Boletas) Unknown() []string { return slices.Clone(b.header.unknown) }

// Missing returns the headings of the SII's layout that the file lacks. Their
// values are zero in all rows.
func (b *Boletas) Missing() []string { return slices.Clone(b.header.missing) }

// Warnings returns the rows so far whose amounts do not add up to their total,
// as CSV.Warnings does.
func (b *Boletas) Warnings() []*RowError { return slices.Clone(b.gaps) }

// All yields the boletas of the file in order. An unreadable row is a *RowError,
// and so is a boleta that an earlier row has (ErrTwice); the next row follows.
// Every other error ends the sequence. A row needs type, folio, date and total;
// other amounts may be empty if the rest adds up to the total. The sequence can be
// ranged over once; after that it yields ErrUsed.
func (b *Boletas) All() iter.Seq2[Boleta, error] {
	return func(yield func(Boleta, error) bool) {
		if b.used {
			yield(Boleta{}, ErrUsed)
			return
		}
		b.used = true
		cells := b.header.cutter()
		var texts interner
		for {
			line, err := b.lines.next()
			switch {
			case errors.Is(err, io.EOF):
				return
			case err != nil && !errors.Is(err, ErrTooLong):
				yield(Boleta{}, err)
				return
			}
			var row Boleta
			if err == nil {
				row, err = b.row(&cells, line, &texts)
			} else {
				err = newRowError(b.lines.n, "", nil, err)
			}
			if err != nil {
				row = Boleta{}
			}
			if !yield(row, err) || errors.Is(err, errSeenFull) {
				return
			}
		}
	}
}

// row reads a line.
func (b *Boletas) row(cells *cutter, line []byte, texts *interner) (row Boleta, err error) {
	n := b.lines.n
	row.Type = b.header.typ
	extra := cells.cut(line)
	unsure := ""
	for i, c := range b.columns {
		if c < 0 {
			continue
		}
		column := &boletaTable[c]
		cell := cells.cell(i)
		if err := column.set(&row, cell, texts); err != nil {
			if b.header.again(line) {
				return row, newRowError(n, "", nil, errHeaderAgain)
			}
			return row, newRowError(n, b.header.names[i], cell, err)
		}
		switch {
		case len(cell) > 0:
		case column.filled:
			return row, newRowError(n, b.header.names[i], nil, ErrMissing)
		case column.needed && unsure == "" && c > 5: // an amount
			unsure = b.header.names[i]
		}
	}
	gap := row.Gap()
	switch {
	case extra != nil:
		return row, newRowError(n, "", extra, ErrUnexpected)
	case row.Type == 0 || row.Folio == 0 || row.Issued.IsZero():
		return row, newRowError(n, "", line, ErrMissing)
	case gap != 0 && unsure != "":
		return row, newRowError(n, unsure, nil, ErrMissing)
	}
	if b.seen != nil {
		if err := b.seen.add(docID{typ: row.Type, folio: row.Folio}); err != nil {
			return row, newRowError(n, "", line, err)
		}
	}
	if gap != 0 && len(b.gaps) < maxGaps {
		b.gaps = append(b.gaps, newRowError(n, "Monto Total", strconv.AppendInt(nil, int64(row.Total), 10), gapError(gap)))
	}
	return row, nil
}
