package rcv

import (
	"cmp"
	"io"
	"iter"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/option"
)

// CSVOptions says what a file does not contain. A nil pointer means the zero value.
type CSVOptions struct {
	// Book is the book that is expected; empty is either. The headings tell it.
	Book Book

	// State is the state of purchases where the columns do not tell it. A file
	// whose columns tell another one is refused.
	State State

	// Type is the type of all documents, for files without the column "Tipo Doc":
	// the SII leaves it out where a single type was asked for.
	Type chile.DocType

	// MaxLine bounds a line, in bytes: 1 KiB to 1 GiB; 0 is 64 KiB, and a negative
	// number is chile.ErrRange. The longest of the SII's has some 500.
	MaxLine int

	// KeepRepeated yields also documents that an earlier row has, for stores that
	// refuse those themselves. Without it such a row is a *RowError with ErrTwice, as
	// it comes about where downloads are joined; eight bytes of each document are
	// kept for that.
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
// getDetalleVentaExport, or a file that the portal downloads) and finds out by
// its headings which of the five layouts of documents it is. Capitals, spaces and the order
// of columns do not count; columns that it does not know are ignored and named
// by Unknown.
//
// The file is in UTF-8 or ISO-8859-1: each line that is not valid UTF-8 is read
// as ISO-8859-1, which is right for both kinds of file and mixes of them, since
// text in ISO-8859-1 with letters beyond ASCII is practically never valid UTF-8.
//
// There is no quoting: the SII has none, and a name that begins with a quotation
// mark is just that. Values are cut at each semicolon and trimmed; "" is an
// empty one.
//
// What spreadsheets make of such a file is read where it is certain: commas or
// tabs between the values, quotation marks around them (of files with commas or
// tabs, with headings in quotation marks or with a first line "sep=;", and of rows
// that are none otherwise), UTF-16, dates as 05-09-2026 or 2026-09-05, times
// without seconds, a date alone for an instant, a rate with a comma. Amounts with
// points or commas in them are not read.
//
// The error is a *HeaderError if the header does not tell what the rows are, or
// the error of r.
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

// Book returns the book that the file is of.
func (c *CSV) Book() Book { return c.header.book }

// State returns the state of all rows.
func (c *CSV) State() State { return c.header.state }

// Unknown returns the headings that this package does not know. Their columns
// are ignored.
func (c *CSV) Unknown() []string { return append([]string(nil), c.header.unknown...) }

// Missing returns the headings of the SII's layout that the file lacks. Their
// values are zero in all rows.
func (c *CSV) Missing() []string { return append([]string(nil), c.header.missing...) }

// Warnings returns the rows so far whose amounts do not make up their total (see
// Document.Gap), each with line and heading, at most 10,000 of them. Each is
// ErrGap, and its document was read.
func (c *CSV) Warnings() []*RowError { return slices.Clone(c.gaps) }

// Documents yields the documents of the file in its order.
//
// A document with several additional taxes has a row for each. Rows that
// continue a document are put to it by counterparty, type and folio, if no more
// than 255 other documents stand between, or if they come before it. A tax whose
// document is not found is a *RowError with ErrOrphan at the end: no tax is lost
// without a word.
//
// A row that cannot be read is a *RowError, and the next row follows. Every
// other error ends the sequence. A row needs what the SII always gives: type,
// counterparty, name, folio, date, time of reception and total. Exempt and net
// amount may be left empty only if the other amounts add up to the total, as
// they do in documents on paper; no other amount is needed.
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
