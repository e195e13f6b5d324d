package siisync

import (
	"context"
	"errors"

	"github.com/ofitec/chile"
)

// Company looks at all there is of a company and tells what it finds: see
// Imported, Pending and Rejected. Call it after each run, and daily. What fails
// does not stop the rest; the error is all that failed.
func (a *Alerts) Company(ctx context.Context, owner chile.RUT) error {
	return errors.Join(a.Imported(ctx, owner), a.Pending(ctx, owner), a.Rejected(ctx, owner))
}
