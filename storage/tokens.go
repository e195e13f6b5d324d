package storage

import (
	"context"
	"time"
)

// Tokens keeps the SII's access tokens between processes. It satisfies
// sii.TokenCache, although neither package imports the other.
//
// A token is a secret: an adapter writes it only sealed (see storage/seal), and
// without a key keeps it only in memory.
type Tokens interface {
	// Token returns the token stored under the key and its expiry. A token that
	// was never stored, was deleted, has expired or cannot be opened with the
	// available keys is absent. A token expires at the instant of its expiry.
	Token(ctx context.Context, key string) (value string, expiry time.Time, err error)

	// PutToken stores the token over any other of that key. The key has the form
	// environment/family/certificate; its first part goes into the column
	// ambiente. An empty key or value is ErrInvalid.
	PutToken(ctx context.Context, key, value string, expiry time.Time) error

	// DeleteToken removes the token of the key if it still has that value, so a
	// process whose old token was refused does not remove a newer one. If there is
	// none, this is not an error.
	DeleteToken(ctx context.Context, key, value string) error
}
