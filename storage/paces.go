package storage

import (
	"context"
	"time"
)

// Paces keeps the pace of calls that programs on several machines make to one
// host with one credential: one at a time, and so long after the one before. It is
// an ability beside Storage that a store may have; all stores of this SDK do.
// siisync.PacerSettings takes it.
//
// Times are counted by the clock of the database, where it has one that programs
// on several machines share (PostgreSQL), so that the clocks of machines may
// differ. Nobody who waits holds a connection or a lock. Durations are kept to the
// microsecond.
type Paces interface {
	// TakePace takes the turn of a name, if nobody has it, or the term of who had it
	// is over, and the next call may start. The turn has a greater fence than every
	// turn of the name before; the call after it may not start before its Interval
	// has gone by, which is at least the one that is given.
	//
	// If the turn is not free, the fence is 0 and wait is for how long the next call
	// may not start; 0 says that somebody is calling, who may end at any time. A
	// name that is empty, or a term or interval that is not positive, is ErrInvalid.
	TakePace(ctx context.Context, name string, interval, term time.Duration) (turn PaceTurn, wait time.Duration, err error)

	// HoldPace has the term begin anew. A turn that has ended, or that was taken
	// over, is not held.
	HoldPace(ctx context.Context, turn PaceTurn, term time.Duration) (held bool, err error)

	// ReturnPace ends a turn and sets the pace from then on. If a SlowPace since the
	// turn was taken has a longer interval, that one stays; and the next call may start
	// after the wait, unless it may not for longer already. A turn that has ended, or
	// that was taken over, changes nothing, which is no error.
	ReturnPace(ctx context.Context, turn PaceTurn, pace Pace) error

	// SlowPace has calls be apart by the interval, and the next one start after the
	// wait, where they would come sooner.
	SlowPace(ctx context.Context, name string, interval, wait time.Duration) error
}

// Pace is how calls follow each other.
type Pace struct {
	Interval time.Duration // between the starts of calls
	Wait     time.Duration // until the next call may start
	Slowed   bool          // an answer has asked for a slower pace
}

// PaceTurn is the right to make a call.
type PaceTurn struct {
	Name     string
	Fence    int64         // 0 is none
	Interval time.Duration // between the starts of calls
	Slowed   bool          // an answer has asked for a slower pace
}
