package rcv

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ofitec/chile"
)

// Errors in the header of a file. A *HeaderError wraps one of them.
var (
	// ErrNotRegister says that the headings are not those of a register's export:
	// required columns are missing, or one is repeated.
	ErrNotRegister = errors.New("not the header of a register's export")

	// ErrOtherRegister says that the file is of a book or state other than in
	// CSVOptions.
	ErrOtherRegister = errors.New("the export of another book or state")

	// ErrStateUnknown says that the columns do not determine the state of
	// purchases. Set CSVOptions.State.
	ErrStateUnknown = errors.New("the columns do not tell the state")

	// ErrTypeUnknown says that the file has no column "Tipo Doc", as an export of
	// a single type of document. Set CSVOptions.Type.
	ErrTypeUnknown = errors.New("there is no Tipo Doc column to tell the type of document")

	// ErrBoletas says that the file is an export of boletas. Read it with
	// OpenBoletas.
	ErrBoletas = errors.New("an export of boletas, not of a register")
)

// A HeaderError reports a file whose header does not determine the rows.
type HeaderError struct {
	Headings []string // as found, cut to 40 bytes each, at most 100 of them
	Missing  []string // the missing headings, if that is the reason
	Err      error    // ErrNotRegister, ErrOtherRegister, ErrStateUnknown, ErrTypeUnknown or ErrBoletas; io.EOF for an empty file; ErrTooLong
}

// shownHeadings is how many headings an error lists.
const shownHeadings = 5

func (e *HeaderError) Error() string {
	text := "rcv: " + e.Err.Error()
	if len(e.Missing) > 0 {
		text += ": missing " + strings.Join(e.Missing, ", ")
	}
	switch n := len(e.Headings); {
	case n == 0:
		return text
	case n == 1:
		return fmt.Sprintf("%s; found the one heading %q: columns are separated by semicolons, commas or tabs", text, e.Headings[0])
	case n > shownHeadings:
		return fmt.Sprintf("%s; found %d headings, the first %q", text, n, e.Headings[:shownHeadings])
	}
	return fmt.Sprintf("%s; found %q", text, e.Headings)
}

// Unwrap returns the reason.
func (e *HeaderError) Unwrap() error { return e.Err }

// header is the meaning of the first line of a file.
type header struct {
	dialect
	book    Book
	state   State
	typ     chile.DocType // of all rows, if there is no such column
	roles   []role        // of each column
	names   []string      // headings as found
	unknown []string
	missing []string // headings of the layout that are missing
}

const maxHeadings = 100

// parseHeader interprets the headings.
func parseHeader(d dialect, names []string, opts *CSVOptions) (*header, error) {
	h := &header{dialect: d, names: names, typ: opts.Type}
	if len(names) > maxHeadings {
		return nil, h.error(ErrTooLong)
	}
	for _, name := range names {
		h.roles = append(h.roles, roleOf(name))
	}
	found := make(map[role]bool)
	for i, r := range h.roles {
		switch {
		case r == roleUnknown:
			h.unknown = append(h.unknown, h.names[i])
		case found[r]:
			return nil, h.error(ErrNotRegister)
		}
		found[r] = true
	}
	if err := h.findBook(); err != nil {
		return nil, err
	}
	if err := h.want(found); err != nil {
		return nil, err
	}
	return h, h.findState(found, opts)
}

func (h *header) error(err error, missing ...string) *HeaderError {
	e := &HeaderError{Err: err, Missing: missing}
	for _, name := range h.names[:min(len(h.names), maxHeadings)] {
		if len(name) > maxShown {
			name = name[:maxShown] + "…"
		}
		e.Headings = append(e.Headings, strings.ToValidUTF8(name, "?"))
	}
	return e
}

// findBook determines the book by the heading of the counterparty.
func (h *header) findBook() error {
	if _, ok := boletaColumns(h.names); ok {
		return h.error(ErrBoletas)
	}
	for _, name := range h.names {
		switch fold(name) {
		case "rut proveedor":
			h.book = Purchases
			return nil
		case "rut cliente":
			h.book = Sales
			return nil
		}
	}
	return h.error(ErrNotRegister, "RUT Proveedor or Rut cliente")
}

// neededColumns are required: without them the rows or their sums would be
// wrong.
var neededColumns = []string{
	"detRutDoc", "detRznSoc", "detNroDoc", "detFchDoc", "detFecRecepcion",
	"detMntExe", "detMntNeto", "detMntIVA", "detMntTotal",
}

// want reports missing columns.
func (h *header) want(found map[role]bool) error {
	var missing []string
	for _, name := range neededColumns {
		if i := named(name); !found[role(i)] {
			missing = append(missing, fields[i].heading(h.book))
		}
	}
	tax := 0
	for _, r := range []role{roleTaxCode, roleTaxAmount, roleTaxRate} {
		if found[r] {
			tax++
		}
	}
	if tax == 1 || tax == 2 {
		missing = append(missing, "Codigo, Valor or Tasa of the other taxes")
	}
	if len(missing) > 0 {
		return h.error(ErrNotRegister, missing...)
	}
	return nil
}

// heading returns the field's heading in the exports of the book.
func (f *field) heading(book Book) string {
	if book == Sales {
		return f.headings[len(f.headings)-1]
	}
	return f.headings[0]
}

// findState determines the layout by its columns, in any order.
func (h *header) findState(found map[role]bool, opts *CSVOptions) error {
	if opts.Book != "" && opts.Book != h.book {
		return h.error(ErrOtherRegister)
	}
	h.matchLayout(found)
	switch {
	case opts.State != "" && h.state != "" && h.state != opts.State:
		return h.error(ErrOtherRegister)
	case opts.State != "" && h.state == "":
		h.state = opts.State
		if l := layoutOf(h.book, h.state); l != nil {
			h.missing, _ = l.compare(found)
		}
	case h.state == "":
		return h.error(ErrStateUnknown)
	}
	if found[role(fieldType)] {
		return nil
	}
	if h.typ == 0 {
		return h.error(ErrTypeUnknown)
	}
	return nil
}

var fieldType = named("detTipoDoc")

// matchLayout finds the layout with exactly the columns of the file or, since
// columns may be missing, the only layout that has all of them. A missing column
// does not prove a state; a column that only one layout has does.
func (h *header) matchLayout(found map[role]bool) {
	candidates := 0
	for _, l := range layouts() {
		missing, extra := l.compare(found)
		switch {
		case l.book != h.book || extra > 0 && h.book == Purchases:
			continue
		case len(missing) == 0:
			h.state, h.missing = l.state, nil
			return
		}
		candidates++
		h.state, h.missing = l.state, missing
	}
	if candidates > 1 {
		h.state, h.missing = "", nil
	}
}

// compare returns the layout's headings that were not found, except "Tipo Doc",
// and the number of found columns that only other layouts have.
func (l *layout) compare(found map[role]bool) (missing []string, extra int) {
	for _, c := range l.columns {
		if !found[c.role] && c.role != role(fieldType) {
			missing = append(missing, c.heading)
		}
	}
	for r := range found {
		if r != roleUnknown && !l.set[r] {
			extra++
		}
	}
	return missing, extra
}
