package rcv

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ofitec/chile"
)

// ExportFile is a CSV export as the facade gives it: of getDetalleCompraExport,
// getDetalleVentaExport (see OpenCSV) or getResumenExport (see ReadSummaryCSV).
type ExportFile struct {
	Name string // nombreArchivo, as the SII proposes; empty if it does not

	// CSV is the file, with CRLF at the end of each line. It is empty if the SII
	// gave no lines: a register without movements.
	CSV []byte
}

// maxExportBytes bounds an export, which is held whole. The SII refuses larger
// ones long before and wants the deferred download (see AnswerError.Deferred).
const maxExportBytes = 256 << 20

// DecodeExport reads an answer of one of the export methods in any of the forms
// that clients report: JSON with a list of lines, JSON with the file as one
// string, or the file itself. Of the file itself the bytes stay as they are.
//
// The error is an *AnswerError if the SII refuses, ErrNotAnswer if the bytes are
// no answer, else the error of r.
func DecodeExport(r io.Reader) (*ExportFile, error) {
	in := bufio.NewReader(r)
	switch first, err := firstByte(in); {
	case errors.Is(err, io.EOF):
		return nil, notAnswer(io.ErrUnexpectedEOF)
	case errors.Is(err, ErrNotAnswer):
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("rcv: read the answer: %w", err)
	case first == '{':
		return decodeExportJSON(in)
	}
	return decodeExportPlain(in)
}

// firstByte returns the first byte that is no space or part of a byte order
// mark, and reads nothing but spaces.
func firstByte(in *bufio.Reader) (byte, error) {
	for n := 1; ; n++ {
		b, err := in.Peek(n)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			return 0, notAnswer(errors.New("it begins with nothing but spaces"))
		case len(b) < n:
			return 0, err
		}
		if !strings.ContainsRune(" \t\r\n\ufeff", rune(b[n-1])) && !strings.Contains("\ufeff", string(b[n-1:])) {
			return b[n-1], nil
		}
	}
}

func decodeExportPlain(in *bufio.Reader) (*ExportFile, error) {
	content, err := io.ReadAll(io.LimitReader(in, maxExportBytes+1))
	if err != nil {
		return nil, fmt.Errorf("rcv: read the answer: %w", err)
	}
	if len(content) > maxExportBytes {
		return nil, notAnswer(ErrTooLong)
	}
	line, err := newLineReader(bytes.NewReader(content), defaultMaxLine).next()
	if err != nil {
		return nil, notAnswer(err)
	}
	for heading := range bytes.SplitSeq(line, []byte{';'}) {
		if text := string(heading); roleOf(text) >= 0 || fold(text) == summaryTypeHeading {
			return &ExportFile{CSV: content}, nil
		}
	}
	return nil, notAnswer(errors.New("neither JSON nor an export"))
}

func decodeExportJSON(in *bufio.Reader) (*ExportFile, error) {
	file := new(ExportFile)
	a := newAnswer(in)
	err := a.read(map[string]func() error{
		"data":          func() error { return a.lines(file) },
		"nombreArchivo": func() error { return readMark(a, &textKind, &file.Name) },
	})
	if err != nil {
		return nil, err
	}
	return file, nil
}

// lines reads a list of lines, or one string with all of them, or null.
func (a *answer) lines(file *ExportFile) error {
	token, err := a.tokenWithin(maxExportBytes)
	if err != nil {
		return err
	}
	if token.Kind() == jsontext.KindString {
		return file.append([]byte(token.String()))
	}
	return a.elements(token, func(n int, raw []byte) error {
		if raw[0] != '"' {
			return notAnswer(newRowError(n, "", raw, chile.ErrSyntax))
		}
		text, err := unquote(scalar(raw))
		if err != nil {
			return notAnswer(err)
		}
		return file.append(text)
	})
}

// append adds lines. An element of the list may hold several.
func (f *ExportFile) append(text []byte) error {
	if len(f.CSV)+len(text) > maxExportBytes {
		return notAnswer(ErrTooLong)
	}
	for line := range bytes.Lines(text) {
		if line = bytes.TrimRight(line, "\r\n"); len(line) > 0 {
			f.CSV = append(append(f.CSV, line...), "\r\n"...)
		}
	}
	return nil
}
