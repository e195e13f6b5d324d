package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/ofitec/chile"
)

// Environments records which SII a store belongs to. A store belongs to one
// environment, so that data of a fake SII never mix with or replace the SII's:
//
//   - It is that of the first import, submission or CAF, and each of them
//     records its own. One without an environment belongs to
//     chile.OtherEnvironment.
//   - An import, submission or CAF of another environment returns an
//     *EnvironmentError, and nothing is written. The rows of such an import are
//     not read.
//   - Rows from before environments were recorded have none. The first import of
//     production or certification adopts them and reports it: they belong to its
//     environment from then on. An import of chile.OtherEnvironment never adopts
//     them; it returns an *EnvironmentError.
type Environments interface {
	// Environment returns the environment that the store belongs to; empty if all
	// its data are from before environments were recorded. The environment of a
	// store without register rows, imports, submissions and CAFs is absent.
	Environment(ctx context.Context) (chile.Environment, error)
}

// ErrEnvironment says that the data to store belong to another SII than the
// store: see Environments. Use another store, or the SII of this one.
var ErrEnvironment = errors.New("storage: of another environment")

// EnvironmentError is ErrEnvironment, with both environments.
type EnvironmentError struct {
	Store chile.Environment // of the store; empty if its rows are from before environments were recorded
	Other chile.Environment // of the data to store
}

func (e *EnvironmentError) Error() string {
	if e.Store == "" {
		return fmt.Sprintf("storage: the store has rows from before environments were recorded; only an import of %s or %s can adopt them, not one of %q",
			chile.Production, chile.Certification, e.Other)
	}
	return fmt.Sprintf("storage: the store belongs to the environment %q, and this belongs to %q", e.Store, e.Other)
}

// Is reports whether the target is ErrEnvironment.
func (e *EnvironmentError) Is(target error) bool { return target == ErrEnvironment }

// CheckEnvironment returns an *EnvironmentError if data of that environment may
// not be written to the store. Call it before asking the SII.
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

// JoinEnvironment reports whether data of the environment next may be written to
// a non-empty store that belongs to the environment has; has is empty if it has
// none: see Environments. adopts says that existing data then belong to next.
// Adapters call it.
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
