package chile

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The reasons why a text is not a value of this package. A *ParseError wraps one of
// them.
var (
	// ErrSyntax says that the text does not have the form of such a value.
	ErrSyntax = errors.New("not in a known form")

	// ErrRange says that the form is right, but no such value exists or it does not
	// fit. Options and settings return it for negative numbers; in all of them zero
	// means the documented default.
	ErrRange = errors.New("out of range")

	// ErrCheckDigit says that the check digit of a RUT does not match its number.
	// Ask for the RUT again: one of its digits is mistyped.
	ErrCheckDigit = errors.New("wrong check digit")
)

// ErrOverflow says that a sum of amounts does not fit in a CLP.
var ErrOverflow = errors.New("chile: sum of amounts overflows")

// maxInput is how many bytes of its text a ParseError keeps.
const maxInput = 40

// A ParseError reports a text that is not a value of the expected type.
type ParseError struct {
	Type  string // what was expected: "RUT", "DocType", "Folio", "DocumentID", "CLP", "Date" or "Period"
	Input string // the text; if it is longer, its first 40 bytes and "…"
	Err   error  // ErrSyntax, ErrRange or ErrCheckDigit
}

func parseError(typ, input string, err error) error {
	if len(input) > maxInput {
		end := maxInput
		for end > maxInput-utf8.UTFMax && !utf8.RuneStart(input[end]) {
			end-- // not in the middle of a letter
		}
		input = input[:end] + "…"
	}
	// The input may be part of a much larger text, which must not stay in memory.
	return &ParseError{Type: typ, Input: strings.Clone(input), Err: err}
}

func (e *ParseError) Error() string {
	return "chile: " + e.Type + " " + strconv.Quote(e.Input) + ": " + e.Err.Error()
}

// Unwrap returns the reason, for errors.Is.
func (e *ParseError) Unwrap() error { return e.Err }
