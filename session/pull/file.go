package pull

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/session"
)

// Kind is the kind of a listing.
type Kind string

// The kinds of listing.
const (
	KindRegister Kind = "rcv"         // documents of a register: Documents, Book, State
	KindSummary  Kind = "rcv_summary" // the summary of a register: Lines
	KindBoletas  Kind = "boletas"     // single boletas of a register: Boletas
	KindDTE      Kind = "dte"         // issued or received electronic documents: Listed
	KindBHE      Kind = "bhe"         // boletas de honorarios: BHE
	KindMIPYME   Kind = "mipyme"      // documents of the free invoicing system: MIPYME
)

// Format is the format of a listing.
type Format string

// The formats.
const (
	FormatCSV  Format = "csv"
	FormatJSON Format = "json"
	FormatHTML Format = "html" // pages, and the tables that portals call .xls
	FormatXLSX Format = "xlsx"
)

// File is a listing: the bytes as received, and their content. Of the lists only
// that of its Kind is filled.
type File struct {
	Kind   Kind
	Format Format
	Name   string // of the file, as given; may be empty
	URL    string // where it was downloaded; empty for a file from disk
	Bytes  []byte // as received, after decompression
	SHA256 string // of Bytes, in lower-case hex

	Book  rcv.Book  // of KindRegister
	State rcv.State // of KindRegister and KindSummary

	Documents []rcv.Document
	Boletas   []rcv.Boleta
	Lines     []rcv.SummaryLine
	Listed    []session.ListedDocument
	BHE       []session.BHE
	MIPYME    []session.MIPYMEDocument

	// Unread are the unreadable rows, each a *rcv.RowError. If there are any, the
	// lists are not complete.
	Unread []error

	// Warnings are the rows of KindRegister and KindBoletas whose amounts do not add
	// up to their total. They were read.
	Warnings []*rcv.RowError

	// Missing are the columns of the SII's layout that a file of KindRegister or
	// KindBoletas lacks: their values are unknown. Unknown are the headings that
	// are ignored.
	Missing, Unknown []string

	// Page and Pages are set for a paged list; 0 if the page does not say.
	Page, Pages int

	total int // rows of all pages, if the page says so
}

// Complete returns an error that names the unreadable rows, or nil. For the zero
// File, which was not read, it returns ErrIncomplete.
func (f *File) Complete() error {
	if f.Kind == "" {
		return fmt.Errorf("%w: the file was not read", ErrIncomplete)
	}
	return errors.Join(f.Unread...)
}

// Options say what a file does not contain. If nil, the zero value is used.
type Options struct {
	Name  string        // of the file, for File.Name
	State rcv.State     // of a register or summary without a column for it
	Type  chile.DocType // of the documents of a register without a column for it

	// Received says that a list of documents or boletas is of received ones, if
	// the list does not say.
	Received bool

	// XLSX reads the first sheet of a workbook. The module rcv/rcvxlsx provides
	// rcvxlsx.Rows. If nil, a workbook is ErrNeedsXLSX.
	XLSX func(workbook []byte) iter.Seq2[[]string, error]
}

// MaxFile bounds the size of a file, after decompression.
const MaxFile = 64 << 20

var (
	// ErrNeedsXLSX says that the file is an Excel workbook and Options.XLSX is not
	// set.
	ErrNeedsXLSX = errors.New("pull: an Excel workbook: set Options.XLSX")

	// ErrOldExcel says that the file is an Excel workbook in the format before
	// 2007, which is not supported. Save it as .xlsx or CSV.
	ErrOldExcel = errors.New("pull: an Excel workbook of the old format")

	// ErrTooLarge says that a file has more than MaxFile bytes, or more cells,
	// tables or unreadable rows than any listing.
	ErrTooLarge = errors.New("pull: larger than any listing")

	// ErrLayout says that a file has an unknown layout: see LayoutError.
	ErrLayout = errors.New("pull: unknown layout")

	// ErrIncomplete says that a list has fewer or other rows than it states.
	ErrIncomplete = errors.New("pull: list is incomplete")
)

// LayoutError lists the headings of a file with an unknown layout. It is
// ErrLayout.
type LayoutError struct {
	Format   Format
	Headings []string // of the table with the most, cut to 40 bytes each, at most 100
	Err      error    // why, may be nil
}

func (e *LayoutError) Error() string {
	text := fmt.Sprintf("%v (%s)", ErrLayout, e.Format)
	if len(e.Headings) > 0 {
		text += fmt.Sprintf(": headings %q", e.Headings)
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Is reports whether target is ErrLayout.
func (e *LayoutError) Is(target error) bool { return target == ErrLayout }

// Unwrap returns the reason.
func (e *LayoutError) Unwrap() error { return e.Err }

func layoutError(format Format, headings []string, err error) error {
	const most, width = 100, 40
	e := &LayoutError{Format: format, Err: err}
	for _, heading := range headings[:min(len(headings), most)] {
		if heading = strings.Join(strings.Fields(heading), " "); len(heading) > width {
			heading = strings.ToValidUTF8(heading[:width], "") + "…"
		}
		e.Headings = append(e.Headings, heading)
	}
	return e
}

// maxTold bounds the text of a page in an error.
const maxTold = 500

// newFile stores the bytes.
func newFile(name, address string, content []byte) *File {
	sum := sha256.Sum256(content)
	return &File{Name: name, URL: address, Bytes: content, SHA256: hex.EncodeToString(sum[:])}
}

// readAll reads a whole file.
func readAll(r io.Reader) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err != nil {
		return nil, fmt.Errorf("pull: %w", err)
	}
	if len(content) > MaxFile {
		return nil, fmt.Errorf("%w: more than %d MiB", ErrTooLarge, MaxFile>>20)
	}
	return content, nil
}

// maxUnread bounds the unreadable rows: with more of them the file is something
// else.
const maxUnread = 100_000

// note records an error of a row. It returns an error if there are too many.
func (f *File) note(row error) error {
	if len(f.Unread) == maxUnread {
		return f.tooMany()
	}
	f.Unread = append(f.Unread, row)
	return f.tooMany()
}

// tooMany returns an error if there are too many unreadable rows.
func (f *File) tooMany() error {
	if len(f.Unread) < maxUnread {
		return nil
	}
	return fmt.Errorf("%w: %d rows cannot be read, the first: %w", ErrTooLarge, maxUnread, f.Unread[0])
}

// unread records an unreadable row. The reader must call tooMany afterwards.
func (f *File) unread(line int, heading, value string, err error) {
	const most = 40
	if len(value) > most {
		value = strings.ToValidUTF8(value[:most], "") + "…"
	}
	var parse *chile.ParseError
	if errors.As(err, &parse) {
		err = parse.Err
	}
	_ = f.note(&rcv.RowError{Line: line, Heading: heading, Value: value, Err: err})
}
