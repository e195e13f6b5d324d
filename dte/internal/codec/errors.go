package codec

import (
	"errors"
	"fmt"
)

// FieldError says what is wrong with one value.
type FieldError struct {
	Path  string // of the element, or of the attribute behind @
	Value string // the beginning of it
	Err   error
}

// Error returns path, value and reason.
func (e FieldError) Error() string { return fmt.Sprintf("%s: %q: %v", e.Path, e.Value, e.Err) }

// Unwrap returns the reason.
func (e FieldError) Unwrap() error { return e.Err }

// ErrTwice says that an element stands twice where there is place for one.
var ErrTwice = errors.New("stands twice")

// ValuesError lists values that cannot be read.
type ValuesError struct {
	Fields []FieldError // at most 100
	More   int          // how many there are beyond
}

const maxFields = 100

func (e *ValuesError) add(path, value string, err error) {
	if len(e.Fields) >= maxFields {
		e.More++
		return
	}
	const maxValue = 80
	if len(value) > maxValue {
		value = value[:maxValue]
	}
	e.Fields = append(e.Fields, FieldError{Path: path, Value: value, Err: err})
}

// Error returns the first value and how many there are.
func (e *ValuesError) Error() string {
	text := "dte: value cannot be read: " + e.Fields[0].Error()
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
