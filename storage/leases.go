package storage

import (
	"context"
	"time"
)

// Leases lets one of many processes do what all of them want done once: renew a
// token. It is an ability beside Storage that a store may have; all stores of
// this SDK do. It satisfies sii.TokenLeases, though neither package imports the
// other.
//
// Terms are counted by the clock of the database, where it has one that programs
// on several machines share (PostgreSQL), so that the clocks of machines may
// differ. Nobody who waits for a lease holds a connection or a lock.
type Leases interface {
	// AcquireLease takes the lease of a name for a term, if nobody has it or the
	// term of who had it is over. The fence that it returns is greater than that of
	// every lease of the name before. If somebody else has it the fence is 0, and
	// wait is how long that term goes on. A lease without a name or of no term is
	// ErrInvalid.
	AcquireLease(ctx context.Context, name string, term time.Duration) (fence int64, wait time.Duration, err error)

	// ReleaseLease ends the lease of that fence. One that has ended, or was taken
	// over, is left as it is, which is no error.
	ReleaseLease(ctx context.Context, name string, fence int64) error

	// PutLeasedToken stores a token as PutToken does and ends the lease of its key,
	// both or neither, if that lease is still the newest, its term over or not.
	// Otherwise nothing is stored: who holds an older lease comes too late.
	PutLeasedToken(ctx context.Context, key, value string, expiry time.Time, fence int64) (stored bool, err error)

	// ExtendToken stores a token that somebody has used as PutToken does, unless the
	// key has another one, or the same one with a later expiry: who has used an older
	// token does not put it in the place of a newer one.
	ExtendToken(ctx context.Context, key, value string, expiry time.Time) error
}
