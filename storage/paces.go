package storage

import (
	"context"
	"time"
)

// Paces keeps the pace of calls from programs on several machines to one host with
// one credential: one at a time, with an interval between them. It is an optional
// ability of a store, beside Storage; all stores of this SDK have it.
// siisync.PacerSettings uses it.
//
// Times use the database's clock if several machines share it (PostgreSQL), so the
// machines' clocks may differ. A caller that waits holds no connection or lock.
// Durations are kept to the microsecond.
type Paces interface {
	// TakePace takes the turn of a name if nobody has it, or its holder's term is
	// over, and if the next call may start. The turn has a greater fence than every
	// earlier turn of the name. The following call may not start before the turn's
	// Interval is over, which is at least the given one.
	//
	// If the turn is not free, the fence is 0 and wait is the time before the next
	// call may start; 0 says that a call is running, which may end at any time. An
	// empty name, or a term or interval that is not positive, is ErrInvalid.
	TakePace(ctx context.Context, name string, interval, term time.Duration) (turn PaceTurn, wait time.Duration, err error)

	// HoldPace renews the term. It returns false for a turn that has ended or was
	// taken over.
	HoldPace(ctx context.Context, turn PaceTurn, term time.Duration) (held bool, err error)

	// ReturnPace ends a turn and sets the pace from then on. If a SlowPace since the
	// turn was taken set a longer interval, that interval stays. The next call may
	// start after the wait, or later if a later start was set already. A turn that has
	// ended or was taken over changes nothing; this is not an error.
	ReturnPace(ctx context.Context, turn PaceTurn, pace Pace) error

	// SlowPace sets the interval between calls, and the wait before the next one,
	// if they would otherwise be shorter.
	SlowPace(ctx context.Context, name string, interval, wait time.Duration) error
}

// Pace is the pace of calls.
type Pace struct {
	Interval time.Duration // between the starts of calls
	Wait     time.Duration // until the next call may start
	Slowed   bool          // an answer has asked for a slower pace
}

// PaceTurn is the right to make a call.
type PaceTurn struct {
	Name     string
	Fence    int64         // 0 for none
	Interval time.Duration // between the starts of calls
	Slowed   bool          // an answer has asked for a slower pace
}
