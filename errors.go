package chile

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What can be wrong with a text that should be one of the values of this
// package. A *ParseError wraps one of them.
var (
	// ErrSyntax says that the text is not written as such a value is written.
	ErrSyntax = errors.New("not in a known form")

	// ErrRange says that the text is well written, but that no such value exists
	// or that it does not fit. So do options and settings say of a negative number:
	// in all of them zero is the default that the documentation names.
	ErrRange = errors.New("out of range")

	// ErrCheckDigit says that the check digit of a RUT is not the one that its
	// number has. Ask for the RUT again: one of its digits is mistyped.
	ErrCheckDigit = errors.New("wrong check digit")
)

// ErrOverflow says that a sum of amounts does not fit in a CLP.
var ErrOverflow = errors.New("chile: sum of amounts overflows")

// maxInput bounds what a ParseError keeps of the text that it is about.
const maxInput = 40

// A ParseError reports a text that is not the value it should be.
type ParseError struct {
	Type  string // what was expected: "RUT", "DocType", "Folio", "DocumentID", "CLP", "Date" or "Period"
	Input string // the text; of a longer one the first 40 bytes and "…"
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
	// The input may be a part of a much larger text, which must not be kept.
	return &ParseError{Type: typ, Input: strings.Clone(input), Err: err}
}

func (e *ParseError) Error() string {
	return "chile: " + e.Type + " " + strconv.Quote(e.Input) + ": " + e.Err.Error()
}

// Unwrap returns the reason, so that errors.Is finds it.
func (e *ParseError) Unwrap() error { return e.Err }
