package rcv

import (
	"cmp"
	"io"
	"iter"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/option"
)

// CSVOptions say what a file does not contain. If nil, the zero value is used.
type CSVOptions struct {
	// Book is the expected book; if empty, either. The headings determine it.
	Book Book

	// State is the state of purchases, if the columns do not determine it. A file
	// whose columns show another state is refused.
	State State

	// Type is the type of all documents, for files without the column "Tipo Doc":
	// the SII omits it if a single type was requested.
	Type chile.DocType

	// MaxLine bounds a line, in bytes: 1 KiB to 1 GiB; 0 is 64 KiB, and a negative
	// number is chile.ErrRange. The longest line of the SII has about 500.
	MaxLine int

	// KeepRepeated also yields documents that an earlier row has, for stores that
	// refuse them themselves. Without it such a row, which occurs when downloads are
	// joined, is a *RowError with ErrTwice; this needs eight bytes of memory per
	// document.
	KeepRepeated bool
}

const (
	defaultMaxLine = 64 << 10
	minMaxLine     = 1 << 10
	maxMaxLine     = 1 << 30
)

// lines reads the lines of a file within the bound.
func (o *CSVOptions) lines(r io.Reader) (*lineReader, error) {
	if err := option.NotNegative("rcv: MaxLine", chile.ErrRange, o.MaxLine); err != nil {
		return nil, err
	}
	return newLineReader(r, min(max(cmp.Or(o.MaxLine, defaultMaxLine), minMaxLine), maxMaxLine)), nil
}

// CSV is an open export of a register. It reads one line at a time. It is not
// safe for concurrent use.
type CSV struct {
	header *header
	lines  *lineReader
	repeat bool
	used   bool
	gaps   []*RowError
}

// OpenCSV reads the header of a CSV export (getDetalleCompraExport,
// getDetalleVentaExport, or a file downloaded from the portal) and recognises by its
// headings one of the five layouts of documents. Case, spaces and the order of columns
// do not matter; unknown columns are ignored and returned by Unknown.
//
// The file is in UTF-8 or ISO-8859-1: each line that is not valid UTF-8 is read
// as ISO-8859-1. This is right for both encodings and for mixed files, since
// ISO-8859-1 text with letters beyond ASCII is almost never valid UTF-8.
//
// There is no quoting: the SII does not use it, and a quotation mark at the
// beginning of a name is part of the name. Values are cut at each semicolon and
// trimmed; "" is an empty one.
//
// Files changed by spreadsheets are read where this is certain: commas or tabs as
// separators, UTF-16, dates as 05-09-2026 or 2026-09-05, times without seconds, a
// date without a time, a rate with a comma. Quotation marks around values are
// accepted in files with commas or tabs, with quoted headings or with a first line
// "sep=;", and in rows that cannot be read otherwise. Amounts with dots or commas
// are not read.
//
// The error is a *HeaderError if the header does not determine the rows, or the
// error of r.
func OpenCSV(r io.Reader, opts *CSVOptions) (*CSV, error) {
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
	h, err := parseHeader(d, names, &o)
	if err != nil {
		return nil, err
	}
	return &CSV{header: h, lines: lines, repeat: o.KeepRepeated}, nil
}

// Book returns the book of the file.
func (c *CSV) Book() Book { return c.header.book }

// State returns the state of all rows.
func (c *CSV) State() State { return c.header.state }

// Unknown returns the headings that this package does not know. Their columns
// are ignored.
func (c *CSV) Unknown() []string { return append([]string(nil), c.header.unknown...) }

// Missing returns the headings of the SII's layout that the file lacks. Their
// values are zero in all rows.
func (c *CSV) Missing() []string { return append([]string(nil), c.header.missing...) }

// Warnings returns the rows so far whose amounts do not add up to their total
// (see Document.Gap), each with line and heading, at most 10,000. Each is
// ErrGap; its document was read.
func (c *CSV) Warnings() []*RowError { return slices.Clone(c.gaps) }

// Documents yields the documents of the file in order.
//
// A document with several additional taxes has one row per tax. A row that
// continues a document is added to it by counterparty, type and folio, if at
// most 255 other documents are in between, or if it comes before the document. A
// tax whose document is not found is a *RowError with ErrOrphan at the end: no
// tax is lost silently.
//
// An unreadable row is a *RowError, and the next row follows. A row needs the
// values that the SII always gives: type, counterparty, name, folio, date, time
// of reception and total. Exempt and net amount may be empty only if the other
// amounts add up to the total, as in documents on paper; no other amount is
// required.
//
// The sequence can be ranged over once; after that it yields ErrUsed.
func (c *CSV) Documents() iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		if c.used {
			yield(Document{}, ErrUsed)
			return
		}
		c.used = true
		r := newRowReader(c.header, yield)
		if !c.repeat {
			r.seen = newSeen()
		}
		r.window.gaps = &c.gaps
		r.run(c.lines)
	}
}

// Purchases yields the documents of a file of purchases, as Documents does. If
// it is a file of sales, it yields ErrOtherRegister.
func (c *CSV) Purchases() iter.Seq2[Purchase, error] {
	return typed(c.documentsOf(Purchases), asPurchase)
}

// Sales yields the documents of a file of sales, as Documents does. If it is a
// file of purchases, it yields ErrOtherRegister.
func (c *CSV) Sales() iter.Seq2[Sale, error] {
	return typed(c.documentsOf(Sales), asSale)
}

func (c *CSV) documentsOf(book Book) iter.Seq2[Document, error] {
	if c.header.book == book {
		return c.Documents()
	}
	return func(yield func(Document, error) bool) {
		yield(Document{}, c.header.error(ErrOtherRegister))
	}
}
