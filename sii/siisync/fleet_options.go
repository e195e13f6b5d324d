package siisync

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/ofitec/chile/internal/option"
	"github.com/ofitec/chile/storage"
)

// FleetOption changes a Fleet. If one is invalid, NewFleet fails. For a number, zero
// is the default, and a negative one is storage.ErrInvalid.
type FleetOption func(*Fleet) error

// The defaults of a Fleet.
const (
	defaultWorkers  = 4
	openPerWorker   = 4
	defaultPatience = 10 * time.Minute
)

// WithWorkers bounds how many registers are processed at once, of different
// credentials: 4 by default. A register that waits for the pace of its credential
// does not count.
func WithWorkers(n int) FleetOption {
	return func(f *Fleet) error {
		f.workers = cmp.Or(n, defaultWorkers)
		return option.NotNegative("WithWorkers", storage.ErrInvalid, n)
	}
}

// WithOpen bounds how many registers are open at once, including those that wait
// for their pace: four times the workers by default, and never fewer than the
// workers. Each holds the rows read so far: up to 4 MB in memory, and the rest in
// a temporary file. It holds no connection of the store while it waits for the
// SII.
func WithOpen(n int) FleetOption {
	return func(f *Fleet) error {
		f.open = n
		return option.NotNegative("WithOpen", storage.ErrInvalid, n)
	}
}

// WithPatience sets how long a run waits for a failing store, and how long it
// continues with a credential while the SII does not answer: 10 minutes by
// default.
func WithPatience(d time.Duration) FleetOption {
	return func(f *Fleet) error {
		f.patience = cmp.Or(d, defaultPatience)
		return option.NotNegative("WithPatience", storage.ErrInvalid, d)
	}
}

// WithClock sets the clock, for tests.
func WithClock(now func() time.Time) FleetOption {
	return func(f *Fleet) error {
		if now == nil {
			return errors.New("WithClock: nil clock")
		}
		f.now = now
		return nil
	}
}

// WithSleep sets the wait for a failing store, for tests.
func WithSleep(sleep func(ctx context.Context, d time.Duration) error) FleetOption {
	return func(f *Fleet) error {
		if sleep == nil {
			return errors.New("WithSleep: nil function")
		}
		f.sleep = sleep
		return nil
	}
}

// WithPacer slows the pacer down if the SII says in words that it gets too many
// calls. The clients' transports must use the same pacer.
func WithPacer(p *Pacer) FleetOption {
	return func(f *Fleet) error {
		if p == nil {
			return errors.New("WithPacer: nil pacer")
		}
		f.pacer = p
		return nil
	}
}

// WithRunProgress calls the function after each register, one call at a time.
// It must return soon.
func WithRunProgress(report func(RunProgress)) FleetOption {
	return func(f *Fleet) error {
		if report == nil {
			return errors.New("WithRunProgress: nil function")
		}
		f.report = report
		return nil
	}
}
