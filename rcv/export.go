package rcv

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// ExportReader reads the CSV in an answer of getDetalleCompraExport,
// getDetalleVentaExport (see OpenCSV) or getResumenExport (see ReadSummaryCSV),
// and holds at most one line in memory:
//
//	csv, err := rcv.OpenCSV(rcv.NewExportReader(body), nil)
//
// It accepts all forms that clients report: JSON with a list of lines, JSON with
// the file as one string (which is held whole), or the file itself, whose bytes
// stay unchanged. Lines from JSON end with CRLF. An answer without lines, for a
// register without movements, is an empty file.
//
// Read returns io.EOF only if the answer was read to its end and was not a
// refusal, which may follow the lines. Otherwise it returns an *AnswerError if
// the SII refuses, ErrNotAnswer if the bytes are not an answer, or the error of
// the reader. It is not safe for concurrent use.
type ExportReader struct {
	in    *bufio.Reader
	a     *answer // nil for a file
	fill  func() error
	lines bytes.Buffer // read, but not yet returned
	name  string
	err   error
}

// maxExportString bounds a file in one string. No client has shown such an
// answer, and the SII refuses large ones (see AnswerError.Deferred).
const maxExportString = 32 << 20

// NewExportReader returns a reader for the CSV in the answer. It does not read
// yet.
func NewExportReader(r io.Reader) *ExportReader {
	e := &ExportReader{in: bufio.NewReader(r)}
	e.fill = e.open
	return e
}

// Name returns the name that the SII proposes for the file (nombreArchivo), once
// Read has returned io.EOF; empty if it proposes none.
func (e *ExportReader) Name() string { return e.name }

// Read implements io.Reader.
func (e *ExportReader) Read(p []byte) (int, error) {
	for e.lines.Len() == 0 && e.err == nil {
		e.err = e.fill()
	}
	if e.lines.Len() > 0 {
		return e.lines.Read(p)
	}
	return 0, e.err
}

// open recognises the form of the file.
func (e *ExportReader) open() error {
	switch first, err := firstByte(e.in); {
	case errors.Is(err, io.EOF):
		return notAnswer(io.ErrUnexpectedEOF)
	case errors.Is(err, ErrNotAnswer):
		return err
	case err != nil:
		return fmt.Errorf("rcv: read the answer: %w", err)
	case first == '{':
		e.a, e.fill = newAnswer(e.in), e.member
		return e.a.begin()
	}
	return e.openFile()
}

// firstByte returns the first byte that is neither a space nor part of a byte
// order mark, and consumes only those.
func firstByte(in *bufio.Reader) (byte, error) {
	for n := 1; ; n++ {
		b, err := in.Peek(n)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			return 0, notAnswer(fmt.Errorf("%w: it begins with nothing but spaces", ErrTooLong))
		case len(b) < n:
			return 0, err
		}
		if !strings.ContainsRune(" \t\r\n\ufeff", rune(b[n-1])) && !strings.Contains("\ufeff", string(b[n-1:])) {
			return b[n-1], nil
		}
	}
}

// openFile checks that the first line is the header of an export.
func (e *ExportReader) openFile() error {
	e.fill = func() error {
		_, err := io.CopyN(&e.lines, e.in, int64(max(e.in.Buffered(), 1)))
		if err != nil && !errors.Is(err, io.EOF) {
			err = fmt.Errorf("rcv: read the answer: %w", err)
		}
		return err
	}
	head, err := e.in.Peek(e.in.Size())
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("rcv: read the answer: %w", err)
	}
	line, err := newLineReader(bytes.NewReader(head), defaultMaxLine).next()
	if err != nil {
		return notAnswer(err)
	}
	for heading := range bytes.SplitSeq(line, []byte{';'}) {
		if text := string(heading); roleOf(text) >= 0 || fold(text) == summaryTypeHeading {
			return nil
		}
	}
	return notAnswer(errors.New("neither JSON nor an export"))
}

// member reads up to the list of lines, and the values before it.
func (e *ExportReader) member() error {
	switch name, err := e.a.member(func(name string) bool { return name == "data" || name == "nombreArchivo" }); {
	case err != nil:
		return err
	case name == "nombreArchivo":
		return readMark(e.a, &textKind, &e.name)
	case name == "":
		return io.EOF
	}
	token, err := e.a.tokenWithin(maxExportString)
	if err != nil {
		return err
	}
	switch token.Kind() {
	case jsontext.KindNull:
	case jsontext.KindString:
		e.add([]byte(token.String()))
	case jsontext.KindBeginArray:
		e.fill = e.line
	default:
		return notAnswer(fmt.Errorf("data is %v, not a list", token.Kind()))
	}
	return nil
}

// line reads an element of the list.
func (e *ExportReader) line() error {
	if !e.a.more() {
		e.fill = e.member
		return e.a.delim(jsontext.KindEndArray)
	}
	e.a.from.allow(maxRowBytes)
	raw, err := e.a.dec.ReadValue()
	if err != nil {
		return e.a.problem(err)
	}
	if raw[0] != '"' {
		return notAnswer(fmt.Errorf("a line is %v, not a text", jsontext.Kind(raw[0])))
	}
	text, err := unquote(scalar(raw))
	if err != nil {
		return notAnswer(err)
	}
	e.add(text)
	return nil
}

// add adds lines. An element of the list may have several.
func (e *ExportReader) add(text []byte) {
	for line := range bytes.Lines(text) {
		if line = bytes.TrimRight(line, "\r\n"); len(line) > 0 {
			e.lines.Write(line)
			e.lines.WriteString("\r\n")
		}
	}
}
