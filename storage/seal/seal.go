// Package seal seals small secrets, such as tokens and session cookies, before
// they are written to a database, and opens them again.
//
// A Ring holds the keys: the first one seals, all of them open. So keys can be
// changed without losing stored secrets.
//
//	ring, err := seal.FromEnv(os.Getenv) // FERNET_KEY
//	sealed, err := ring.Seal(ctx, []byte(cookies), "user 42")
//
// A sealed secret names its owner, and opens only for that owner: somebody who
// can write to the database cannot pass off one user's session as another's.
package seal

import (
	"context"
	"errors"
)

// Sealer seals and opens small secrets. Implement it to keep the keys in a
// service. A Sealer must be safe for concurrent use.
type Sealer interface {
	// Seal returns the secret as text that only a holder of the key can read or
	// change. It belongs to the owner; Open must name the same owner.
	Seal(ctx context.Context, plaintext []byte, owner string) (string, error)

	// Open returns what was sealed for the owner. The errors are ErrUnopenable,
	// ErrWrongOwner and ErrTooLarge.
	Open(ctx context.Context, sealed string, owner string) ([]byte, error)
}

var (
	// ErrUnopenable says that none of the keys opens the text, or that it is
	// damaged. The two cannot be distinguished.
	ErrUnopenable = errors.New("seal: cannot be opened with the available keys")

	// ErrWrongOwner says that the text was sealed for another owner, or for none.
	ErrWrongOwner = errors.New("seal: sealed for another owner")

	// ErrTooLarge says that the secret is larger than a MiB.
	ErrTooLarge = errors.New("seal: too large")

	// ErrInvalidKey says that a text is not a key. It does not show the text.
	ErrInvalidKey = errors.New("seal: not a key")
)

// maxSecret bounds what is sealed and opened.
const maxSecret = 1 << 20
