package siisync

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// FleetOption changes a Fleet. One that cannot be followed makes NewFleet fail.
type FleetOption func(*Fleet) error

// The defaults of a Fleet.
const (
	defaultWorkers  = 4
	openPerWorker   = 4
	defaultPatience = 10 * time.Minute
)

// WithWorkers bounds how many registers are worked on at once, of different
// credentials: 4 by default. A register that waits for the pace of its credential
// is not worked on.
func WithWorkers(n int) FleetOption {
	return func(f *Fleet) error {
		if n < 1 {
			return fmt.Errorf("WithWorkers: %d workers", n)
		}
		f.workers = n
		return nil
	}
}

// WithOpen bounds how many registers are under way at once, those that wait for
// their pace among them: four times the workers by default, and never fewer than
// the workers. Each holds the rows that it has, up to 4 MB in memory and more in a
// temporary file. It holds no connection of the store while it waits for the SII.
func WithOpen(n int) FleetOption {
	return func(f *Fleet) error {
		if n < 1 {
			return fmt.Errorf("WithOpen: %d registers", n)
		}
		f.open = n
		return nil
	}
}

// WithPatience sets for how long a run waits for a store that fails, and for how
// long it goes on asking with a credential while the SII answers nothing: 10
// minutes by default.
func WithPatience(d time.Duration) FleetOption {
	return func(f *Fleet) error {
		if d < 0 {
			return fmt.Errorf("WithPatience: %s", d)
		}
		f.patience = d
		return nil
	}
}

// WithClock gives the time, for tests.
func WithClock(now func() time.Time) FleetOption {
	return func(f *Fleet) error {
		if now == nil {
			return errors.New("WithClock: nil clock")
		}
		f.now = now
		return nil
	}
}

// WithSleep gives the wait for a store that fails, for tests.
func WithSleep(sleep func(ctx context.Context, d time.Duration) error) FleetOption {
	return func(f *Fleet) error {
		if sleep == nil {
			return errors.New("WithSleep: nil function")
		}
		f.sleep = sleep
		return nil
	}
}

// WithPacer has the pace slowed down when the SII says in words that it is asked
// too often. The pacer stands in the transports of the clients too.
func WithPacer(p *Pacer) FleetOption {
	return func(f *Fleet) error {
		if p == nil {
			return errors.New("WithPacer: nil pacer")
		}
		f.pacer = p
		return nil
	}
}

// WithRunProgress has the function called after each register, one call at a
// time. It must return soon.
func WithRunProgress(report func(RunProgress)) FleetOption {
	return func(f *Fleet) error {
		if report == nil {
			return errors.New("WithRunProgress: nil function")
		}
		f.report = report
		return nil
	}
}
