package siiemit

import (
	"context"
	"fmt"

	"github.com/ofitec/chile"
)

// Witness remembers outside the database how far folios were used. It detects a restored
// database before it hands out a folio twice. Keep it where a restore of the database
// does not restore it too.
//
// A Witness may be used from many goroutines at once, and several programs may share
// one.
type Witness interface {
	// Mark returns the mark of a range. If it was never raised, errors.Is(err,
	// fs.ErrNotExist).
	Mark(ctx context.Context, of Range) (chile.Folio, error)

	// Raise sets the mark of a range to the folio, unless it is already higher. When it
	// returns, the mark survives a loss of power.
	Raise(ctx context.Context, of Range, to chile.Folio) error
}

// Range names the folios of a CAF by environment, issuer, type and first folio.
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
