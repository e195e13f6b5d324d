package storage

import (
	"context"
	"time"

	"github.com/ofitec/chile"
)

// Claves counts the claves of a person that the SII did not accept, so that
// programs on several machines together do not send so many that the SII blocks
// the person. It is an ability beside Storage that a store may have; all stores of
// this SDK do. session.GuardShared takes it.
//
// Of a clave itself nothing is stored. Times are counted by the clock of the
// database, where it has one that programs on several machines share (PostgreSQL).
// A zero RUT is ErrInvalid.
type Claves interface {
	// ClaveState returns what is counted of a person: the zero value if nothing is.
	ClaveState(ctx context.Context, rut chile.RUT) (ClaveState, error)

	// CountWrongClave counts one more clave that the SII did not accept. Of many that
	// count at once each counts.
	CountWrongClave(ctx context.Context, rut chile.RUT) error

	// BlockClave notes that the SII has blocked the clave for that term, or longer if
	// that is known already. A term that is not positive is ErrInvalid.
	BlockClave(ctx context.Context, rut chile.RUT, term time.Duration) error

	// ForgiveClave forgets what is counted of a person, who has logged in or says that
	// the clave is right now. Where nothing is counted that is no error.
	ForgiveClave(ctx context.Context, rut chile.RUT) error
}

// ClaveState is what is counted of a person's clave.
type ClaveState struct {
	Wrong   int           // claves that the SII did not accept, since the last that it did
	Blocked time.Duration // for how long the SII still blocks the clave; 0 if it is not known to
}
