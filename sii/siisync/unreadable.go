package siisync

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ofitec/chile/rcv"
)

// maxRowErrors bounds how many rows UnreadableError names.
const maxRowErrors = 100

// UnreadableError says which rows of a register could not be read. errors.As
// finds a single *rcv.RowError in it.
type UnreadableError struct {
	Rows []*rcv.RowError // the first hundred
	More int             // number of further rows
}

func (e *UnreadableError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d rows cannot be read", len(e.Rows)+e.More)
	for i, row := range e.Rows {
		if i == 3 {
			b.WriteString("; …")
			break
		}
		b.WriteString("; " + row.Error())
	}
	return b.String()
}

// Unwrap returns the rows.
func (e *UnreadableError) Unwrap() []error {
	errs := make([]error, len(e.Rows))
	for i, row := range e.Rows {
		errs[i] = row
	}
	return errs
}

// add records the error if it is about a single row, and reports whether it is.
func (e *UnreadableError) add(err error) bool {
	var row *rcv.RowError
	if !errors.As(err, &row) {
		return false
	}
	if len(e.Rows) < maxRowErrors {
		e.Rows = append(e.Rows, row)
	} else {
		e.More++
	}
	return true
}

// join returns err together with the rows that could not be read, or nil if
// there is neither.
func (e *UnreadableError) join(err error) error {
	if len(e.Rows) == 0 {
		return err
	}
	return errors.Join(e, err)
}
