package storage

import (
	"context"
	"time"

	"github.com/ofitec/chile"
)

// Claves counts the wrong claves of a person, so that programs on several machines
// together do not cause the SII to block the person. It is an optional ability of
// a store, beside Storage; all stores of this SDK have it. session.GuardShared
// takes it.
//
// The clave itself is not stored. Times use the database's clock if several
// machines share it (PostgreSQL). A zero RUT is ErrInvalid.
type Claves interface {
	// ClaveState returns a person's counts: the zero value if there are none.
	ClaveState(ctx context.Context, rut chile.RUT) (ClaveState, error)

	// CountWrongClave counts one more clave that the SII did not accept. Concurrent
	// calls each count.
	CountWrongClave(ctx context.Context, rut chile.RUT) error

	// BlockClave records that the SII has blocked the clave for that term; a longer
	// known term stays. A term that is not positive is ErrInvalid.
	BlockClave(ctx context.Context, rut chile.RUT, term time.Duration) error

	// ForgiveClave deletes the counts of a person who has logged in or says that the
	// clave is now right. If there are none, this is not an error.
	ForgiveClave(ctx context.Context, rut chile.RUT) error
}

// ClaveState is the counts of a person's clave.
type ClaveState struct {
	Wrong   int           // wrong claves since the last accepted one
	Blocked time.Duration // how long the SII still blocks the clave; 0 if it is not known to
}
