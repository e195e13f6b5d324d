package siihttp

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/ofitec/chile/sii/siisync"
)

// refusal is an error of Authorize. Its text goes to the log.
type refusal struct{ err error }

func (r *refusal) Error() string { return "siihttp: not permitted: " + r.err.Error() }
func (r *refusal) Unwrap() error { return r.err }

func isRefusal(err error) bool {
	var r *refusal
	return errors.As(err, &r)
}

// jobError is the failure of a job that a call waited for.
type jobError struct{ problem *Problem }

func (e *jobError) Error() string { return "siihttp: import failed: " + e.problem.Kind }

// storeError marks an error as the store's.
func storeError(err error) error { return fmt.Errorf("%w: %w", siisync.ErrStore, err) }

func isAbsent(err error) bool { return errors.Is(err, fs.ErrNotExist) }
