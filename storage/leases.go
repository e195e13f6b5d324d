package storage

import (
	"context"
	"time"
)

// Leases lets one of many processes do what should happen once, such as
// renewing a token. It is an optional ability of a store, beside Storage; all
// stores of this SDK have it. It satisfies sii.TokenLeases, although neither
// package imports the other.
//
// Terms use the database's clock if several machines share it (PostgreSQL), so
// the machines' clocks may differ. A caller that waits for a lease holds no
// connection or lock.
type Leases interface {
	// AcquireLease takes the lease of a name for a term, if nobody has it or its
	// holder's term is over. The returned fence is greater than that of every
	// earlier lease of the name. If another caller has the lease, the fence is 0,
	// and wait is the rest of its term. A lease without a name or a term is
	// ErrInvalid.
	AcquireLease(ctx context.Context, name string, term time.Duration) (fence int64, wait time.Duration, err error)

	// ReleaseLease ends the lease with that fence. A lease that has ended or was
	// taken over stays unchanged; this is not an error.
	ReleaseLease(ctx context.Context, name string, fence int64) error

	// PutLeasedToken stores a token as PutToken does and ends the lease of its
	// key, both or neither, if that lease is still the newest, even if its term is
	// over. If it is not the newest, nothing is stored: the holder of an older
	// lease is too late.
	PutLeasedToken(ctx context.Context, key, value string, expiry time.Time, fence int64) (stored bool, err error)

	// ExtendToken stores a token that a caller has used as PutToken does, unless the
	// key has another token, or the same one with a later expiry. So a caller with an
	// older token does not replace a newer one.
	ExtendToken(ctx context.Context, key, value string, expiry time.Time) error
}
