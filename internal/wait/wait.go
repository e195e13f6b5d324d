// Package wait waits in real time. The packages of the SDK use it by default; tests
// inject another way.
package wait

import (
	"context"
	"time"
)

// For waits until that time has passed or the context ends. If the context ends, it
// returns the cause.
func For(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
