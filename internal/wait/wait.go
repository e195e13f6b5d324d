// Package wait is how the packages of the SDK wait for real, where nobody injects
// another way.
package wait

import (
	"context"
	"time"
)

// For waits until that time has passed, or until the context ends, whose cause it
// returns then.
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
