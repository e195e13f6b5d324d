package siiemit

import (
	"context"
	"fmt"

	"github.com/ofitec/chile"
)

// Witness remembers outside the database how far folios were used, so that a
// database that was restored from a backup is found to be old before it hands out a
// number twice. Keep it where restoring the database does not restore it too.
//
// A Witness may be used from many goroutines at once, and several programs may share
// one.
type Witness interface {
	// Mark returns the mark of a range. One that was never raised is absent:
	// errors.Is(err, fs.ErrNotExist).
	Mark(ctx context.Context, of Range) (chile.Folio, error)

	// Raise makes the mark of a range that folio, unless it is higher already. It
	// returns when the mark would survive the machine losing its power.
	Raise(ctx context.Context, of Range, to chile.Folio) error
}

// Range names the folios of a CAF: those of a type from a first one on, of an issuer
// in an environment.
type Range struct {
	Environment chile.Environment
	Issuer      chile.RUT
	Type        chile.DocType
	From        chile.Folio
}

// String returns the range as cert/76192083-9/33/1.
func (r Range) String() string {
	return fmt.Sprintf("%s/%s/%d/%d", r.Environment, r.Issuer, int(r.Type), int64(r.From))
}
