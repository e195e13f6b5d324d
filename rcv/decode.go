package rcv

import (
	"bytes"
	"errors"
	"io"
	"iter"

	"github.com/ofitec/chile"
)

// DecodeOptions say what the facade was asked for, because its rows do not
// always repeat it. If nil, the zero value is used.
type DecodeOptions struct {
	// State is the state of every row. If it is empty, each row has its own state,
	// and rows of sales are in Registro.
	State State

	// Type is the type of rows without detTipoDoc, which some answers omit. A
	// row's own type takes precedence.
	Type chile.DocType
}

// DecodePurchases yields the rows of an answer of getDetalleCompra, reading one
// at a time.
//
// An unreadable row is yielded as a *RowError, and the next row follows. Every
// other error ends the sequence: an *AnswerError if the SII refuses,
// ErrNotAnswer if the bytes are not an answer, else the error of r. The SII may
// put its refusal after the rows, so the rows count only if the sequence ends
// without an error. An answer without rows yields nothing.
//
// Amounts may be numbers, strings of digits or null. Unknown names are ignored,
// and so are SIIData values in an unknown form. A row needs counterparty, type,
// folio and date, and a total, which may be null. It does not check that the
// amounts add up to the total: see Document.Gap.
//
// The sequence can be ranged over once; after that it yields ErrUsed. If the
// loop runs to its end without an error, r was read to its end.
func DecodePurchases(r io.Reader, opts *DecodeOptions) iter.Seq2[Purchase, error] {
	return typed(DecodeDocuments(r, opts), asPurchase)
}

// DecodeSales yields the rows of an answer of getDetalleVenta, as
// DecodePurchases does.
func DecodeSales(r io.Reader, opts *DecodeOptions) iter.Seq2[Sale, error] {
	var withState DecodeOptions
	if opts != nil {
		withState = *opts
	}
	if withState.State == "" {
		withState.State = Registro
	}
	return typed(DecodeDocuments(r, &withState), asSale)
}

// DecodeDocuments yields the rows of an answer of getDetalleCompra or
// getDetalleVenta, as DecodePurchases does.
func DecodeDocuments(r io.Reader, opts *DecodeOptions) iter.Seq2[Document, error] {
	var decoder rowDecoder
	if opts != nil {
		decoder.opts = *opts
	}
	return once(func(yield func(Document, error) bool) {
		var doc Document
		row := func(n int, raw []byte) error {
			doc = Document{}
			if err := decoder.decode(&doc, n, raw); err != nil {
				doc = Document{}
				if !yield(doc, err) {
					return errStopped
				}
			} else if !yield(doc, nil) {
				return errStopped
			}
			return nil
		}
		a := newAnswer(r)
		err := a.read(map[string]func() error{"data": func() error { return a.list(row) }})
		if err != nil && !errors.Is(err, errStopped) {
			yield(Document{}, err)
		}
	})
}

// errStopped says that the consumer left the loop.
var errStopped = errors.New("rcv: stopped")

// rowDecoder reads the rows of an answer.
type rowDecoder struct {
	opts  DecodeOptions
	texts interner
	order []int // the fields of the previous row, in the order of its names
}

// field returns the field of the n-th name of a row. Rows usually have the same
// order of names, so in most cases one comparison is enough.
func (r *rowDecoder) field(n int, name []byte) (int, bool) {
	if n < len(r.order) && fields[r.order[n]].name == string(name) {
		return r.order[n], true
	}
	i, ok := fieldsByName()[string(name)]
	switch {
	case !ok:
	case n < len(r.order):
		r.order[n] = i
	case n == len(r.order):
		r.order = append(r.order, i)
	}
	return i, ok
}

var (
	fieldCounterparty = named("detRutDoc")
	fieldSettlement   = named("detLiqRutEmisor")
	fieldTotal        = named("detMntTotal")
)

// split is a RUT whose number and check digit are separate values of the row.
type split struct{ number, dv []byte }

// decode reads a row. The error, if any, is a *RowError, but its type is error
// so that nil stays nil.
func (r *rowDecoder) decode(d *Document, n int, raw []byte) error {
	if raw[0] != '{' {
		return newRowError(n, "", raw, notRow(raw))
	}
	var (
		counterparty, settlement split
		seen                     fieldSet
		total                    bool
	)
	position := 0
	err := members(raw, func(name []byte, value scalar) error {
		switch string(name) {
		case "detDvDoc":
			return partOfRUT(&counterparty.dv, n, "detDvDoc", value)
		case "detLiqDvEmisor":
			return partOfRUT(&settlement.dv, n, "detLiqDvEmisor", value)
		}
		i, ok := r.field(position, name)
		if !ok {
			return nil
		}
		position++ // of the known names
		if !seen.add(i) {
			return newRowError(n, fields[i].name, value, ErrUnexpected)
		}
		text, err := parseScalar(value)
		total = total || i == fieldTotal && (len(text) > 0 || value.isNull())
		switch {
		case err != nil:
		case i == fieldCounterparty:
			counterparty.number = text
			return nil
		case i == fieldSettlement:
			settlement.number = text
			return nil
		case len(text) > 0:
			err = fields[i].set(d, text, &r.texts)
		}
		if err != nil && fields[i].compared != never {
			return newRowError(n, fields[i].name, value, err)
		}
		return nil
	})
	if err != nil {
		return rowError(n, err)
	}
	if d.Counterparty, err = counterparty.rut(n, "detRutDoc"); err != nil {
		return err
	}
	if d.SettlementRUT, err = settlement.rut(n, "detLiqRutEmisor"); err != nil {
		return err
	}
	if !total {
		return newRowError(n, fields[fieldTotal].name, nil, ErrMissing)
	}
	return r.complete(d, n)
}

// notRow returns the error for a row that is not an object.
func notRow(raw []byte) error {
	if scalar(raw).isNull() {
		return ErrNull
	}
	return chile.ErrSyntax
}

// complete fills in the requested values and checks the required ones.
func (r *rowDecoder) complete(d *Document, n int) error {
	d.State = r.opts.State
	if own := State(d.RawState); d.State == "" && own.Valid() {
		d.State = own
	}
	if d.Type == 0 {
		d.Type = r.opts.Type
	}
	switch {
	case d.Counterparty.IsZero():
		return newRowError(n, "detRutDoc", nil, ErrMissing)
	case d.Type == 0:
		return newRowError(n, "detTipoDoc", nil, ErrMissing)
	case d.Folio == 0:
		return newRowError(n, "detNroDoc", nil, ErrMissing)
	case d.Issued.IsZero():
		return newRowError(n, "detFchDoc", nil, ErrMissing)
	}
	return nil
}

// partOfRUT records one part of a RUT.
func partOfRUT(part *[]byte, n int, name string, value scalar) error {
	text, err := parseScalar(value)
	if err != nil {
		return newRowError(n, name, value, err)
	}
	*part = text
	return nil
}

// rut joins the parts. An absent number, or 0, is no RUT.
func (s split) rut(n int, name string) (chile.RUT, error) {
	if len(s.number) == 0 || string(s.number) == "0" {
		return chile.RUT{}, nil
	}
	whole := append(append(bytes.Clone(s.number), '-'), s.dv...)
	if len(s.dv) == 0 {
		return chile.RUT{}, newRowError(n, name, whole, ErrMissing)
	}
	rut, err := parseRUT(whole)
	if err != nil {
		return chile.RUT{}, newRowError(n, name, whole, err)
	}
	return rut, nil
}

// rowError makes an error in a row a *RowError.
func rowError(n int, err error) error {
	var row *RowError
	if errors.As(err, &row) {
		return row
	}
	return newRowError(n, "", nil, err)
}

// fieldSet is a set of indexes into fields, which has fewer than 128.
type fieldSet [2]uint64

// add reports whether i was not in the set.
func (s *fieldSet) add(i int) bool {
	bit := uint64(1) << (i % 64)
	had := s[i/64]&bit != 0
	s[i/64] |= bit
	return !had
}
