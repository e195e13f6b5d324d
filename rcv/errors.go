package rcv

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ofitec/chile"
)

// ErrNotAnswer says that the bytes are not an answer of the facade: an HTML
// page (the session is lost, or the portal is down), a truncated body, or other
// JSON. An error of the reader itself is returned unchanged and is not
// ErrNotAnswer.
var ErrNotAnswer = errors.New("rcv: not an answer of the register's facade")

// ErrUsed says that a sequence over an io.Reader was ranged over a second time.
// Its bytes are gone, and an empty sequence would look like an empty register.
var ErrUsed = errors.New("rcv: the sequence was used before; it can be ranged over once")

// Errors of a row, in addition to those of a single value: chile.ErrSyntax,
// chile.ErrRange, chile.ErrCheckDigit, chile.ErrOverflow. A *RowError wraps one
// of them.
var (
	// ErrMissing says that a row lacks a value that every row has.
	ErrMissing = errors.New("the value is missing")

	// ErrNull says that there is null instead of a row.
	ErrNull = errors.New("null in place of a row")

	// ErrTooLong says that a row or a value is longer than any of the SII's.
	ErrTooLong = errors.New("longer than the limit")

	// ErrUnexpected says that there is a value where none is allowed: in a field
	// beyond the last heading, in a row that only continues another one, or twice
	// under one name.
	ErrUnexpected = errors.New("a value where none is allowed")

	// ErrOrphan says that a row adds a tax to a document that is not nearby in the
	// file. The tax belongs to no document.
	ErrOrphan = errors.New("continues a document that is not there")
)

// A RowError reports an unreadable row. It does not end a sequence: the
// following rows still come. Every other error of a sequence ends it.
type RowError struct {
	Line    int    // line of a file (the header is line 1), or number of the row in an answer, from 1
	Heading string // heading of the column, or the facade's name of the value; empty if it concerns the whole row
	Value   string // the value as received, cut to 40 bytes
	Err     error  // the reason
}

func (e *RowError) Error() string {
	var b strings.Builder
	b.WriteString("rcv: row ")
	b.WriteString(strconv.Itoa(e.Line))
	if e.Heading != "" {
		b.WriteString(": " + e.Heading)
	}
	if e.Value != "" {
		b.WriteString(" " + strconv.Quote(e.Value))
	}
	b.WriteString(": " + e.Err.Error())
	return b.String()
}

// Unwrap returns the reason.
func (e *RowError) Unwrap() error { return e.Err }

// maxShown bounds what a RowError keeps of a value.
const maxShown = 40

// newRowError reports the value under the heading. It copies the value out of
// the buffer.
func newRowError(line int, heading string, value []byte, err error) *RowError {
	shown := value
	if len(shown) > maxShown {
		shown = shown[:maxShown]
		for len(shown) > 0 && utf8.Valid(value) && !utf8.Valid(shown) {
			shown = shown[:len(shown)-1]
		}
		return &RowError{Line: line, Heading: heading, Value: strings.ToValidUTF8(string(shown), "?") + "…", Err: reason(err)}
	}
	return &RowError{Line: line, Heading: heading, Value: strings.ToValidUTF8(string(shown), "?"), Err: reason(err)}
}

// reason removes what a RowError already shows: type and text of the value.
func reason(err error) error {
	if err == nil {
		return nil // before parse is allocated: the path of nearly every value
	}
	var parse *chile.ParseError
	if errors.As(err, &parse) {
		return parse.Err
	}
	return err
}

// notAnswer wraps the cause as an ErrNotAnswer.
func notAnswer(cause error) error { return fmt.Errorf("%w: %w", ErrNotAnswer, cause) }
