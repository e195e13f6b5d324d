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

// ExportReader reads the CSV out of an answer of getDetalleCompraExport,
// getDetalleVentaExport (see OpenCSV) or getResumenExport (see ReadSummaryCSV),
// holding no more of it than a line:
//
//	csv, err := rcv.OpenCSV(rcv.NewExportReader(body), nil)
//
// It takes the answer in any of the forms that clients report: JSON with a list
// of lines, JSON with the file as one string (which is held whole), or the file
// itself, whose bytes stay as they are. Lines that come in JSON end with CRLF. An
// answer without lines, of a register without movements, is an empty file.
//
// Read returns io.EOF only if the answer was read to its end and was no refusal,
// which may come after the lines. Else it returns an *AnswerError if the SII
// refuses, ErrNotAnswer if the bytes are no answer, or the error of the reader.
// It is not safe for concurrent use.
type ExportReader struct {
	in    *bufio.Reader
	a     *answer // nil of a file
	fill  func() error
	lines bytes.Buffer // read, but not passed on
	name  string
	err   error
}

// maxExportString bounds a file that comes as one string. No client has shown
// such an answer, and the SII refuses large ones (see AnswerError.Deferred).
const maxExportString = 32 << 20

// NewExportReader returns a reader of the CSV in the answer. It reads nothing
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

// open finds out in which form the file comes.
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

// firstByte returns the first byte that is no space or part of a byte order
// mark, and reads nothing but spaces.
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

// openFile wants the first line to be the header of an export.
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

// member reads on to the list of lines, and what comes with it.
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

// add adds lines. An element of the list may hold several.
func (e *ExportReader) add(text []byte) {
	for line := range bytes.Lines(text) {
		if line = bytes.TrimRight(line, "\r\n"); len(line) > 0 {
			e.lines.Write(line)
			e.lines.WriteString("\r\n")
		}
	}
}
