package dte

import (
	"fmt"

	"github.com/ofitec/chile/dte/internal/codec"
	"github.com/ofitec/chile/xmlsig"
)

// ErrTwice says that an element appears twice where the schema has one. The
// first counts.
var ErrTwice = codec.ErrTwice

// FieldError says what is wrong with one value of a document. errors.Is finds
// ErrTwice, ErrDecimal, ErrDateTime, chile.ErrCheckDigit and the like in it.
type FieldError struct {
	Path  string // of the element, or of the attribute after @
	Value string // cut if long
	Err   error
}

// Error returns path, value and reason.
func (e FieldError) Error() string { return fmt.Sprintf("%s: %q: %v", e.Path, e.Value, e.Err) }

// Unwrap returns the reason.
func (e FieldError) Unwrap() error { return e.Err }

// ValuesError lists the values of a document that cannot be read. Their fields
// are zero; all others are correct.
type ValuesError struct {
	Fields []FieldError // at most 100
	More   int          // number of further fields
}

// Error returns the first value and the number of values.
func (e *ValuesError) Error() string {
	text := "dte: value cannot be read"
	if len(e.Fields) > 0 {
		text += ": " + e.Fields[0].Error()
	}
	if n := len(e.Fields) + e.More; n > 1 {
		text += fmt.Sprintf(" (and %d more)", n-1)
	}
	return text
}

// Unwrap returns what is wrong with each.
func (e *ValuesError) Unwrap() []error {
	errs := make([]error, len(e.Fields))
	for i := range e.Fields {
		errs[i] = e.Fields[i]
	}
	return errs
}

// decode reads an element into the struct that ptr points to. Unreadable values are
// reported in a *ValuesError; all others are read.
func decode(e xmlsig.Element, ptr any) error {
	faults, err := codec.Decode(e, ptr)
	if err != nil || len(faults.List) == 0 {
		return err
	}
	values := &ValuesError{More: faults.More}
	for _, f := range faults.List {
		values.Fields = append(values.Fields, FieldError(f))
	}
	return values
}
