package siisync

import (
	"context"
	"errors"

	"github.com/ofitec/chile"
)

// Company checks a company and delivers its alerts: see Imported, Pending and
// Rejected. A failure does not stop the rest; the error joins all failures.
func (a *Alerts) Company(ctx context.Context, owner chile.RUT) error {
	return errors.Join(a.Imported(ctx, owner), a.Pending(ctx, owner), a.Rejected(ctx, owner))
}
