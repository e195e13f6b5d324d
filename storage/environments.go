package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/ofitec/chile"
)

// Environments says which SII a store is of. A store belongs to one environment,
// so that what a fake invents never stands among, or in the place of, what the
// SII said:
//
//   - It is that of the first import or submission, and each of them is recorded
//     with its own. One that does not say is of chile.OtherEnvironment.
//   - An import or submission of another environment is an *EnvironmentError, and
//     nothing is written. The rows of such an import are not asked for.
//   - Rows from before environments were recorded are of none. The first import of
//     production or of certification adopts them, and says so: they are of its
//     environment from then on. One of chile.OtherEnvironment never does; it is an
//     *EnvironmentError.
type Environments interface {
	// Environment returns the environment that the store belongs to; empty if all it
	// has is from before environments were recorded. The environment of a store
	// without register rows, imports and submissions is absent.
	Environment(ctx context.Context) (chile.Environment, error)
}

// ErrEnvironment says that what was to be stored is of another SII than what the
// store has: see Environments. Nothing was written. Use another store, or the SII
// that this one is of.
var ErrEnvironment = errors.New("storage: of another environment")

// EnvironmentError is ErrEnvironment, with both environments.
type EnvironmentError struct {
	Store chile.Environment // that of the store; empty if its rows are from before environments were recorded
	Other chile.Environment // that of what was to be stored
}

func (e *EnvironmentError) Error() string {
	if e.Store == "" {
		return fmt.Sprintf("storage: the store has rows from before environments were recorded, which only an import of %s or %s adopts, not one of %q",
			chile.Production, chile.Certification, e.Other)
	}
	return fmt.Sprintf("storage: the store belongs to the environment %q, and this is of %q", e.Store, e.Other)
}

// Is reports whether the target is ErrEnvironment.
func (e *EnvironmentError) Is(target error) bool { return target == ErrEnvironment }

// CheckEnvironment returns an *EnvironmentError if what is of that environment may
// not be written to the store, so that the SII need not be asked for it.
func CheckEnvironment(ctx context.Context, store Environments, of chile.Environment) error {
	has, err := store.Environment(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		has, err = of.Known(), nil
	}
	if err != nil {
		return err
	}
	_, err = JoinEnvironment(has, of)
	return err
}

// JoinEnvironment tells whether what is of the environment next may be written to
// a store that is not empty and belongs to the environment has, empty for none:
// see Environments. adopts says that next is then the environment of what is
// there already. Adapters call it.
func JoinEnvironment(has, next chile.Environment) (adopts bool, err error) {
	next = next.Known()
	switch {
	case !next.Valid():
		return false, fmt.Errorf("%w: environment %q", ErrInvalid, next)
	case has == next:
		return false, nil
	case has == "" && next != chile.OtherEnvironment:
		return true, nil
	}
	return false, &EnvironmentError{Store: has, Other: next}
}
