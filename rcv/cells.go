package rcv

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// cutter cuts the lines of a file into cells.
type cutter struct {
	separator byte
	quoted    bool // cells may be quoted, as spreadsheets write them
	name      int  // the column of names, which may begin with a literal quotation mark; -1 for none

	line    []byte // the current row
	cells   []span // its cells
	unquote []byte // cells without their quotation marks
	marked  bool   // a cell other than a name begins with a quotation mark
}

// span is the position of a cell in the line.
type span struct{ start, end int32 }

// cell returns a cell of the current row.
func (c *cutter) cell(column int) []byte {
	at := c.cells[column]
	return c.line[at.start:at.end]
}

func (c *cutter) empty(column int) bool {
	return column < 0 || c.cells[column].start == c.cells[column].end
}

// cut cuts the line into trimmed cells; missing ones are empty. It returns the
// first non-empty cell beyond the last heading, if there is one.
//
// The SII's files do not use quoting. Files from spreadsheets do, and so does a
// row in which a cell other than a name begins with a quotation mark.
func (c *cutter) cut(line []byte) (extra []byte) {
	if c.quoted {
		if extra, ok := c.splitQuoted(line); ok {
			return extra
		}
	}
	extra = c.split(line)
	if c.marked && !c.quoted {
		if unquoted, ok := c.splitQuoted(line); ok {
			return unquoted
		}
		return c.split(line)
	}
	return extra
}

// split cuts a line at each separator. Cells are short: it searches eight bytes
// at a time for separators.
func (c *cutter) split(line []byte) (extra []byte) {
	const ones, low = 0x0101010101010101, 0x7f7f7f7f7f7f7f7f
	clear(c.cells)
	c.line, c.marked = line, false
	separators := ones * uint64(c.separator)
	column, start, i := 0, 0, 0
	for ; i+8 <= len(line); i += 8 {
		word := binary.LittleEndian.Uint64(line[i:]) ^ separators
		for found := ^((word&low + low) | word | low); found != 0; found &= found - 1 { // the high bit of each byte that is 0
			end := i + bits.TrailingZeros64(found)>>3
			if end > start && !c.put(column, start, end) {
				return trim(line[start:end])
			}
			column, start = column+1, end+1
		}
	}
	for ; i <= len(line); i++ {
		if i < len(line) && line[i] != c.separator {
			continue
		}
		if i > start && !c.put(column, start, i) {
			return trim(line[start:i])
		}
		column, start = column+1, i+1
	}
	return nil
}

// put sets a non-empty cell. It returns false if there is no such column and the
// cell has more than spaces.
func (c *cutter) put(column, start, end int) bool {
	if first, last := c.line[start], c.line[end-1]; first <= '"' || first >= 0x80 || last <= ' ' || last >= 0x80 {
		cell := trim(c.line[start:end])
		if len(cell) == 0 {
			return true
		}
		start += bytes.Index(c.line[start:end], cell)
		end = start + len(cell)
		c.marked = c.marked || cell[0] == '"' && column != c.name
	}
	if column >= len(c.cells) {
		return false
	}
	c.cells[column] = span{int32(start), int32(end)} //nolint:gosec // a line is at most CSVOptions.MaxLine long
	return true
}

// splitQuoted cuts a line with quoted cells; a doubled quotation mark is part
// of the text. It returns false if a quoted cell does not end, or if text
// follows its end.
func (c *cutter) splitQuoted(line []byte) (extra []byte, ok bool) {
	clear(c.cells)
	c.unquote = c.unquote[:0]
	for column := 0; ; column++ {
		start := len(c.unquote)
		rest := bytes.TrimLeft(line, " ")
		if len(rest) > 0 && rest[0] == '"' {
			if rest, ok = c.quotedCell(rest[1:]); !ok {
				return nil, false
			}
		} else {
			end := bytes.IndexByte(rest, c.separator)
			if end < 0 {
				end = len(rest)
			}
			c.unquote, rest = append(c.unquote, rest[:end]...), rest[end:]
		}
		if cell := trim(c.unquote[start:]); len(cell) > 0 {
			if column >= len(c.cells) {
				return cell, true
			}
			at := start + bytes.Index(c.unquote[start:], cell)
			c.cells[column] = span{int32(at), int32(at + len(cell))} //nolint:gosec // as in put
		}
		if len(rest) == 0 {
			c.line = c.unquote
			return nil, true
		}
		line = rest[1:]
	}
}

// quotedCell adds the text up to the closing quotation mark, and returns the
// rest: nothing, or a separator.
func (c *cutter) quotedCell(text []byte) (rest []byte, ok bool) {
	for {
		end := bytes.IndexByte(text, '"')
		if end < 0 {
			return nil, false
		}
		c.unquote = append(c.unquote, text[:end]...)
		if text = text[end+1:]; len(text) == 0 || text[0] != '"' {
			break
		}
		c.unquote, text = append(c.unquote, '"'), text[1:]
	}
	text = bytes.TrimLeft(text, " ")
	return text, len(text) == 0 || text[0] == c.separator
}

// trim removes spaces, and an empty pair of quotation marks.
func trim(cell []byte) []byte {
	if len(cell) == 0 {
		return nil
	}
	if c := cell[0]; c > ' ' && c < 0x80 {
		if c = cell[len(cell)-1]; c > ' ' && c < 0x80 {
			if c == '"' && string(cell) == `""` {
				return nil
			}
			return cell
		}
	}
	if cell = bytes.TrimSpace(cell); string(cell) == `""` {
		return nil
	}
	return cell
}
