// Package seal seals small secrets, such as tokens and session cookies, before
// they are written to a database, and opens them again.
//
// A Ring holds the keys: the first seals, all open, so that keys can be changed
// without losing what is stored. With Fernet keys it is compatible in both
// directions with the Python package cryptography (Fernet and MultiFernet); AES
// keys seal with AES-256-GCM.
//
//	ring, err := seal.FromEnv(os.Getenv) // FERNET_KEY
//	sealed, err := ring.Seal(ctx, []byte(cookies), "user 42")
//
// What is sealed names its owner, and opens only for that owner: somebody who can
// write to the database cannot pass one user's session off as another's.
package seal

import (
	"context"
	"errors"
)

// Sealer seals and opens small secrets. Implement it to keep the keys in a
// service. A Sealer must be safe for concurrent use.
type Sealer interface {
	// Seal returns the secret as text that only who has the key can read or change.
	// The owner says whom it belongs to; Open wants the same.
	Seal(ctx context.Context, plaintext []byte, owner string) (string, error)

	// Open returns what was sealed for the owner. The errors are ErrUnopenable,
	// ErrWrongOwner and ErrTooLarge.
	Open(ctx context.Context, sealed string, owner string) ([]byte, error)
}

var (
	// ErrUnopenable says that none of the keys opens the text, or that it is
	// damaged. Which of the two cannot be told.
	ErrUnopenable = errors.New("seal: cannot be opened with the keys at hand")

	// ErrWrongOwner says that the text was sealed for another owner, or for none.
	ErrWrongOwner = errors.New("seal: sealed for another owner")

	// ErrTooLarge says that the secret is larger than a MiB.
	ErrTooLarge = errors.New("seal: too large")

	// ErrInvalidKey says that a text is no key. It does not show the text.
	ErrInvalidKey = errors.New("seal: not a key")
)

// maxSecret bounds what is sealed and opened.
const maxSecret = 1 << 20
