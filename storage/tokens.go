package storage

import (
	"context"
	"time"
)

// Tokens keeps access tokens of the SII between processes. It satisfies
// sii.TokenCache, though neither package imports the other.
//
// A token is a secret: an adapter writes it only sealed (see storage/seal), and
// without a key keeps it in memory alone.
type Tokens interface {
	// Token returns the token stored under the key and its expiry. A token that
	// was never stored, was deleted, has expired or cannot be opened with the keys
	// at hand is absent. A token has expired from the instant of its expiry on.
	Token(ctx context.Context, key string) (value string, expiry time.Time, err error)

	// PutToken stores the token in place of any other of that key. The key has the
	// form environment/family/certificate; its first part goes into the column
	// ambiente. An empty key or value is ErrInvalid.
	PutToken(ctx context.Context, key, value string, expiry time.Time) error

	// DeleteToken removes the token of the key if it still is that value, so that
	// a process that was refused an old token does not remove a newer one. To
	// delete what is not there is no error.
	DeleteToken(ctx context.Context, key, value string) error
}
