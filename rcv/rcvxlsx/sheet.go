package rcvxlsx

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
)

// Limits of a sheet.
const (
	maxRows    = 1 << 20 // of Excel itself
	maxColumns = 256     // a register's export has at most 43
)

// sheet reads the rows of a sheet, holding one.
type sheet struct {
	book  *book
	yield func([]string) bool
	dates map[int]bool // columns of dates, once the headings are known

	row    int // rows before the current one
	cells  []string
	column int    // of the next cell
	kind   string // of the current cell, the attribute t
	text   text
	ended  bool // all rows were read
}

// read passes each row to yield. Rows that the sheet leaves out are empty.
func (s *sheet) read() error {
	err := s.book.parts.read(s.book.sheet, s.visit)
	if err == nil && !s.ended {
		err = fmt.Errorf("%s: %w", s.book.sheet, io.ErrUnexpectedEOF)
	}
	return err
}

func (s *sheet) visit(token xml.Token) error {
	switch tag := token.(type) {
	case xml.StartElement:
		switch tag.Name.Local {
		case "row":
			return s.beginRow(attribute(tag, "r"))
		case "c":
			return s.beginCell(attribute(tag, "r"), attribute(tag, "t"))
		default:
			s.text.start(tag.Name.Local)
		}
	case xml.CharData:
		return s.text.add(tag)
	case xml.EndElement:
		switch tag.Name.Local {
		case "row":
			return s.pass()
		case "c":
			return s.endCell()
		case "sheetData":
			s.ended = true
			return errFound
		default:
			s.text.end(tag.Name.Local)
		}
	}
	return nil
}

// beginRow yields the omitted rows before this one as empty rows.
func (s *sheet) beginRow(number string) error {
	n := s.row + 1
	if number != "" {
		var err error
		if n, err = strconv.Atoi(number); err != nil || n <= s.row {
			return fmt.Errorf("row %q follows row %d", number, s.row)
		}
	}
	if n > maxRows {
		return fmt.Errorf("%w: more than %d rows", ErrTooLarge, maxRows)
	}
	s.cells, s.column = nil, 0
	for s.row < n-1 {
		if err := s.pass(); err != nil {
			return err
		}
	}
	return nil
}

// pass yields the current row.
func (s *sheet) pass() error {
	if found := dateColumns(s.cells); found != nil {
		s.dates = found
	}
	s.row++
	if !s.yield(s.cells) {
		s.ended = true
		return errFound
	}
	s.cells, s.column = nil, 0
	return nil
}

// beginCell finds the column, counted from 0: AB12 is in column 27.
func (s *sheet) beginCell(at, kind string) error {
	s.kind = kind
	if at == "" {
		return nil
	}
	column := 0
	for i := 0; i < len(at) && (at[i] < '0' || at[i] > '9'); i++ {
		c := at[i] &^ 0x20
		if c < 'A' || c > 'Z' || i == 3 {
			return fmt.Errorf("row %d: a cell in %.40q", s.row+1, at)
		}
		column = column*26 + int(c-'A') + 1
	}
	s.column = column - 1
	if column == 0 {
		return fmt.Errorf("row %d: a cell in %.40q", s.row+1, at)
	}
	return nil
}

// endCell keeps the cell, unless it is empty.
func (s *sheet) endCell() error {
	content, column := s.text.take(), s.column
	s.column++
	if content == "" {
		return nil
	}
	if column >= maxColumns {
		return fmt.Errorf("%w: row %d has a value in column %d; a register has no more than %d", ErrTooLarge, s.row+1, column+1, maxColumns)
	}
	switch s.kind {
	case "s":
		n, err := strconv.Atoi(content)
		if err != nil || n < 0 || n >= len(s.book.shared) {
			return fmt.Errorf("row %d: no shared text %.40q", s.row+1, content)
		}
		content = s.book.shared[n]
	case "", "n", "d":
		content = value(content, s.dates[column], s.book.from1904)
	}
	for len(s.cells) <= column {
		s.cells = append(s.cells, "")
	}
	s.cells[column] = content
	return nil
}
