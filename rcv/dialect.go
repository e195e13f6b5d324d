package rcv

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// dialect says how the cells of a file are separated. The SII writes semicolons
// and no quotation marks.
type dialect struct {
	separator byte
	quoted    bool   // cells may be quoted
	first     []byte // the header as in the file
}

// cutter returns a cutter for the lines below the header.
func (h *header) cutter() cutter {
	return cutter{separator: h.separator, quoted: h.quoted, name: -1, cells: make([]span, len(h.roles))}
}

// errHeaderAgain says that files were joined.
var errHeaderAgain = fmt.Errorf("%w: a second header, as if files had been joined", ErrUnexpected)

// again reports whether a line repeats the header.
func (d *dialect) again(line []byte) bool { return bytes.Equal(line, d.first) }

// readDialect reads the header and finds the separator: the one that a line
// "sep=;" above it names, or the most frequent of semicolon, comma and tab. No
// heading of the SII contains any of them.
func readDialect(lines *lineReader) (d dialect, names []string, err error) {
	line, err := lines.next()
	if told, ok := bytes.CutPrefix(bytes.Trim(line, `"`), []byte("sep=")); ok && err == nil && len(told) <= 1 {
		// A line with only a tab is trimmed.
		d.separator, d.quoted = '\t', true
		if len(told) == 1 {
			d.separator = told[0]
		}
		line, err = lines.next()
	}
	if errors.Is(err, io.EOF) || errors.Is(err, ErrTooLong) {
		return d, nil, &HeaderError{Err: err}
	}
	if err != nil {
		return d, nil, err
	}
	if d.separator == 0 {
		d.separator = ';'
		for _, other := range []byte{',', '\t'} {
			if bytes.Count(line, []byte{other}) > bytes.Count(line, []byte{d.separator}) {
				d.separator = other
			}
		}
	}
	d.quoted = d.quoted || d.separator != ';' || bytes.HasPrefix(line, []byte{'"'})
	d.first = bytes.Clone(line)
	return d, d.headings(line), nil
}

// headings cuts the header into headings, at most one more than allowed.
func (d *dialect) headings(line []byte) []string {
	line = bytes.TrimRight(line, string([]byte{d.separator, ' ', '\t'}))
	c := cutter{separator: d.separator, quoted: d.quoted, name: -1}
	c.cells = make([]span, min(bytes.Count(line, []byte{d.separator}), maxHeadings)+1)
	c.cut(line)
	names := make([]string, len(c.cells))
	for i := range names {
		names[i] = strings.TrimSpace(string(c.cell(i)))
	}
	return names
}
