package rcv

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
)

// Errors of WriteCSV.
var (
	// ErrNoLayout says that the SII has no export of that book and state.
	ErrNoLayout = errors.New("rcv: no export of that book and state")

	// ErrNotWritable says that the export cannot express a value of a document: a
	// text with a semicolon or a line break, since the export has no quoting;
	// another state; or additional taxes without their breakdown, since the export
	// has no column for the sum.
	ErrNotWritable = errors.New("rcv: the export has no form for it")
)

// WriteCSV writes documents as the SII's export of that book and state:
// verbatim headings, a semicolon at the end of each row, CRLF, UTF-8, and a
// further row for each additional tax after the first. OpenCSV reads the same
// values back, if the layout has columns for them.
//
// An error of docs ends the writing and is returned. A document without a name
// or time of reception is written without them, although OpenCSV requires both.
func WriteCSV(w io.Writer, book Book, state State, docs iter.Seq2[Document, error]) error {
	l := layoutOf(book, state)
	if l == nil {
		return fmt.Errorf("%w: %s %s", ErrNoLayout, book, state)
	}
	out := bufio.NewWriter(w)
	if _, err := out.Write(l.header()); err != nil {
		return fmt.Errorf("rcv: write export: %w", err)
	}
	row, n := []byte(nil), 0
	for doc, err := range docs {
		if err != nil {
			return err
		}
		n++
		if row, err = l.appendRows(row[:0], &doc, n); err != nil {
			return fmt.Errorf("%w (document %d)", err, n)
		}
		if _, err := out.Write(row); err != nil {
			return fmt.Errorf("rcv: write export: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("rcv: write export: %w", err)
	}
	return nil
}

// header returns the first line, which has no final semicolon.
func (l *layout) header() []byte {
	headings := make([]string, len(l.columns))
	for i, c := range l.columns {
		headings[i] = c.heading
	}
	return []byte(strings.Join(headings, ";") + "\r\n")
}

// appendRows writes the rows of a document.
func (l *layout) appendRows(b []byte, d *Document, n int) ([]byte, error) {
	if d.State != "" && d.State != l.state {
		return nil, fmt.Errorf("%w: state %s among %s", ErrNotWritable, d.State, l.state)
	}
	if err := d.breakdown(); err != nil {
		return nil, err
	}
	taxes := d.OtherTaxes
	for {
		var err error
		first := len(taxes) == len(d.OtherTaxes)
		if b, err = l.appendRow(b, d, taxes, n, first); err != nil {
			return nil, err
		}
		if len(taxes) < 2 {
			return b, nil
		}
		taxes = taxes[1:]
	}
}

// breakdown checks that the additional taxes add up to their sum.
func (d *Document) breakdown() error {
	rest := d.OtherTaxTotal
	for _, tax := range d.OtherTaxes {
		var err error
		if tax.Code == 0 {
			return fmt.Errorf("%w: an additional tax without its code", ErrNotWritable)
		}
		if rest, err = rest.Add(-tax.Amount); err != nil {
			return err
		}
	}
	if rest != 0 && d.OtherTaxTotal != 0 {
		return fmt.Errorf("%w: additional taxes of %d without their breakdown", ErrNotWritable, d.OtherTaxTotal)
	}
	return nil
}

// appendRow writes one row: the first of a document, or one that continues it,
// which repeats the document's identity and has one more tax.
func (l *layout) appendRow(b []byte, d *Document, taxes []OtherTax, n int, first bool) ([]byte, error) {
	for _, c := range l.columns {
		start := len(b)
		switch {
		case c.role >= 0 && (first || repeated[int(c.role)]):
			b = l.appendField(b, d, c)
		case c.role == roleNro && first:
			b = strconv.AppendInt(b, int64(n), 10)
		case len(taxes) == 0:
		case c.role == roleTaxCode:
			b = strconv.AppendInt(b, int64(taxes[0].Code), 10)
		case c.role == roleTaxAmount:
			b = strconv.AppendInt(b, int64(taxes[0].Amount), 10)
		case c.role == roleTaxRate:
			b = append(b, taxes[0].Rate...)
		}
		if text := string(b[start:]); strings.ContainsAny(text, ";\r\n") || text == `""` {
			return nil, fmt.Errorf("%w: %s %q", ErrNotWritable, c.heading, text)
		}
		b = append(b, ';')
	}
	return append(b, "\r\n"...), nil
}

// appendField writes a value, or the SII's text for no value.
func (l *layout) appendField(b []byte, d *Document, c column) []byte {
	f := &fields[c.role]
	switch {
	case f.isZero(d) && int(c.role) == fieldVAT && d.NonRecoverableVAT != 0:
		return b // all VAT is non-recoverable: the SII leaves the column empty
	case f.isZero(d):
		return append(b, c.zero...)
	default:
		return f.appendSII(b, d)
	}
}

var fieldVAT = named("detMntIVA")
