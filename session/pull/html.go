package pull

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/ofitec/chile/rcv"
)

// text returns the bytes as UTF-8: if they are not valid UTF-8, they are
// ISO-8859-1, whatever the page declares.
func (f *File) text() string {
	if utf8.Valid(f.Bytes) {
		return strings.TrimPrefix(string(f.Bytes), "\ufeff")
	}
	text, err := charmap.ISO8859_1.NewDecoder().Bytes(f.Bytes)
	if err != nil {
		return strings.ToValidUTF8(string(f.Bytes), "\ufffd") // cannot happen: every byte is a character
	}
	return string(text)
}

// pageOf finds "Página 1 de 3".
var pageOf = regexp.MustCompile(`(?i)p(?:á|&aacute;)gina\s+([0-9]{1,6})\s+de\s+([0-9]{1,6})`)

// readHTML reads a page: a script with boletas, or tables.
func (f *File) readHTML(o *Options) error {
	page := f.text()
	if found, err := f.readBHE(page, o); found || err != nil {
		return err
	}
	if found := pageOf.FindStringSubmatch(page); found != nil {
		f.Page, _ = strconv.Atoi(found[1])
		f.Pages, _ = strconv.Atoi(found[2])
	}
	list, err := tables(page)
	if err != nil {
		return err
	}
	return f.readTables(list, o)
}

// headerRows is how many rows from the top are searched for the headings: files
// have titles above them.
const headerRows = 20

// readTables finds the table with the headings of a known layout.
func (f *File) readTables(list []table, o *Options) error {
	var most []string // headings of the row with the most cells
	var why error
	for _, t := range list {
		for i := range min(len(t), headerRows) {
			headings := texts(t[i])
			if columns, ok := mipymeColumns(headings); ok {
				return f.readMIPYME(t[i+1:], i+1, columns)
			}
			if len(headings) >= 4 {
				var layout *LayoutError
				// The top rows are enough to recognise headings.
				err := (&File{Format: f.Format}).readCSV(t[i:min(i+headerRows, len(t))].asCSV(), o)
				if err == nil {
					err = f.readCSV(t[i:].asCSV(), o)
				}
				if err == nil {
					f.moveRows(i)
					return nil
				}
				if !errors.As(err, &layout) {
					return err
				}
				if len(headings) > len(most) {
					why = layout.Err
				}
			}
			if len(headings) > len(most) {
				most = headings
			}
		}
	}
	return layoutError(f.Format, most, why)
}

// moveRows makes the errors of rows count from the top of the file if the
// headings are below other rows.
func (f *File) moveRows(above int) {
	for _, err := range f.Unread {
		var row *rcv.RowError
		if errors.As(err, &row) {
			row.Line += above
		}
	}
	for _, row := range f.Warnings {
		row.Line += above
	}
}
