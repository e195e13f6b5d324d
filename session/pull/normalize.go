package pull

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ofitec/chile/rcv"
)

// Normalize reads a listing from a file and recognises it by its content; its
// name does not matter. A recognised file with unreadable rows is returned with
// those in Unread. Anything else is an error: errors.Is finds ErrLayout,
// ErrNeedsXLSX, ErrOldExcel or ErrTooLarge.
func Normalize(r io.Reader, opts *Options) (*File, error) {
	var o Options
	if opts != nil {
		o = *opts
	}
	content, err := readAll(r)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(content, []byte{0x1f, 0x8b}) {
		if content, err = unzip(content); err != nil {
			return nil, err
		}
	}
	return normalize(newFile(o.Name, "", content), &o)
}

func unzip(content []byte) ([]byte, error) {
	reader, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("pull: %w", err)
	}
	return readAll(reader)
}

// normalize recognises the bytes.
func normalize(f *File, o *Options) (*File, error) {
	start := bytes.TrimLeft(bytes.TrimPrefix(f.Bytes[:min(len(f.Bytes), 1024)], []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case len(start) == 0:
		return nil, layoutError(FormatCSV, nil, io.ErrUnexpectedEOF)
	case bytes.HasPrefix(f.Bytes, []byte("PK\x03\x04")):
		f.Format = FormatXLSX
		return f.orError(f.readWorkbook(o))
	case bytes.HasPrefix(f.Bytes, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return nil, ErrOldExcel
	case start[0] == '{':
		f.Format = FormatJSON
		return f.orError(f.readJSON(o))
	case start[0] == '<':
		f.Format = FormatHTML
		return f.orError(f.readHTML(o))
	default:
		f.Format = FormatCSV
		return f.orError(f.readCSV(f.Bytes, o))
	}
}

// orError returns the file, or the error if there is one.
func (f *File) orError(err error) (*File, error) {
	if err != nil {
		return nil, err
	}
	return f, nil
}

// readCSV reads an export of a register, or of its summary.
func (f *File) readCSV(content []byte, o *Options) error {
	csv, err := rcv.OpenCSV(bytes.NewReader(content), &rcv.CSVOptions{State: o.State, Type: o.Type})
	var header *rcv.HeaderError
	if errors.Is(err, rcv.ErrBoletas) {
		return f.readBoletas(content, o)
	}
	if errors.As(err, &header) {
		if lines, summaryErr := rcv.ReadSummaryCSV(bytes.NewReader(content), o.State); summaryErr == nil {
			f.Kind, f.State, f.Lines = KindSummary, o.State, lines
			return nil
		}
		return layoutError(f.Format, header.Headings, header.Err)
	}
	if err != nil {
		return fmt.Errorf("pull: %w", err)
	}
	f.Kind, f.Book, f.State = KindRegister, csv.Book(), csv.State()
	f.Missing, f.Unknown = csv.Missing(), csv.Unknown()
	defer func() { f.Warnings = csv.Warnings() }()
	for doc, err := range csv.Documents() {
		var row *rcv.RowError
		switch {
		case err == nil:
			f.Documents = append(f.Documents, doc)
		case errors.As(err, &row):
			if err := f.note(err); err != nil {
				return err
			}
		default:
			return fmt.Errorf("pull: %w", err)
		}
	}
	return nil
}

// readBoletas reads an export of single boletas.
func (f *File) readBoletas(content []byte, o *Options) error {
	csv, err := rcv.OpenBoletas(bytes.NewReader(content), &rcv.CSVOptions{Type: o.Type})
	var header *rcv.HeaderError
	if errors.As(err, &header) {
		return layoutError(f.Format, header.Headings, header.Err)
	}
	if err != nil {
		return fmt.Errorf("pull: %w", err)
	}
	f.Kind, f.Book, f.State = KindBoletas, rcv.Sales, rcv.Registro
	f.Missing, f.Unknown = csv.Missing(), csv.Unknown()
	defer func() { f.Warnings = csv.Warnings() }()
	for boleta, err := range csv.All() {
		var row *rcv.RowError
		switch {
		case err == nil:
			f.Boletas = append(f.Boletas, boleta)
		case errors.As(err, &row):
			if err := f.note(err); err != nil {
				return err
			}
		default:
			return fmt.Errorf("pull: %w", err)
		}
	}
	return nil
}

// readWorkbook reads the first sheet of a workbook.
func (f *File) readWorkbook(o *Options) error {
	if o.XLSX == nil {
		return ErrNeedsXLSX
	}
	var t table
	size, texts := 0, 0
	for cells, err := range o.XLSX(f.Bytes) {
		if err != nil {
			return fmt.Errorf("pull: %w", err)
		}
		row := make([]cell, len(cells))
		size += rowCost
		for i, text := range cells {
			row[i].text = text
			size += cellCost
			texts += len(text)
		}
		if size > maxTable || texts > MaxFile {
			return fmt.Errorf("%w: a workbook with more cells than any listing", ErrTooLarge)
		}
		t = append(t, row)
	}
	return f.readTables([]table{t}, o)
}

// asCSV writes the rows of a table in the form of an export, each cell quoted.
func (t table) asCSV() []byte {
	var b bytes.Buffer
	for _, row := range t {
		for i, c := range row {
			if i > 0 {
				b.WriteByte(';')
			}
			if text := strings.Join(strings.Fields(c.text), " "); text != "" {
				b.WriteString(`"` + strings.ReplaceAll(text, `"`, `""`) + `"`)
			}
		}
		b.WriteString("\r\n")
	}
	return b.Bytes()
}
