package rcv

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"golang.org/x/text/encoding/unicode"
)

// lineReader reads the lines of a file in UTF-8 or ISO-8859-1, with or without
// a byte order mark, or in UTF-16. It holds one line in memory.
type lineReader struct {
	r   *bufio.Reader
	max int
	n   int    // number of the line that next returned
	buf []byte // of a line that was not in UTF-8
}

func newLineReader(r io.Reader, maxLine int) *lineReader {
	return &lineReader{r: bufio.NewReaderSize(r, maxLine), max: maxLine}
}

// next returns the next non-blank line, without its end. It is valid until the
// next call. It skips a line that is too long and returns ErrTooLong; the
// following lines can be read. At the end it returns io.EOF.
func (l *lineReader) next() ([]byte, error) {
	if l.n == 0 {
		l.findUTF16()
	}
	for {
		line, err := l.r.ReadSlice('\n')
		if err == nil || len(line) > 0 {
			l.n++
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull) || err == nil && len(line) > l.max:
			return nil, l.skip(err)
		case err != nil && !errors.Is(err, io.EOF):
			return nil, fmt.Errorf("rcv: read line %d: %w", l.n, err)
		case len(line) == 0:
			return nil, io.EOF
		}
		if l.n == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			return l.utf8(line), nil
		}
	}
}

// findUTF16 converts a file in UTF-16, as spreadsheets write it, to UTF-8. Such a
// file has a mark, or begins with a letter followed by zero in every other byte.
func (l *lineReader) findUTF16() {
	head, _ := l.r.Peek(4)
	order := unicode.LittleEndian
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), len(head) == 4 && head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0:
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}), len(head) == 4 && head[0] == 0 && head[1] != 0 && head[2] == 0 && head[3] != 0:
		order = unicode.BigEndian
	default:
		return
	}
	l.r = bufio.NewReaderSize(unicode.UTF16(order, unicode.UseBOM).NewDecoder().Reader(l.r), l.max)
}

// skip reads the rest of a line after the error err.
func (l *lineReader) skip(err error) error {
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = l.r.ReadSlice('\n')
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("rcv: read line %d: %w", l.n, err)
	}
	return ErrTooLong
}

func (l *lineReader) utf8(line []byte) []byte {
	text := toUTF8(line, l.buf)
	if len(text) > 0 && &text[0] != &line[0] {
		l.buf = text
	}
	return text
}
