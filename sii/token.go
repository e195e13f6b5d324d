package sii

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// Token is what the SII returns for a login. Its value is a secret: anybody who has
// it can act as the holder. Printing or logging a Token shows only its expiry. A
// Token does not change.
type Token struct {
	Value  string
	Expiry time.Time // a lower bound: the SII counts an hour from the last use
}

// ValidAt reports whether the token is valid at that time.
func (t *Token) ValidAt(at time.Time) bool {
	return t != nil && t.Value != "" && at.Before(t.Expiry)
}

// String returns when the token expires.
func (t *Token) String() string {
	if t == nil {
		return "no token"
	}
	return "token good until " + t.Expiry.UTC().Format(time.RFC3339)
}

// Format prints what String returns, for every verb.
func (t *Token) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, t.String()) }

// LogValue implements slog.LogValuer.
func (t *Token) LogValue() slog.Value { return slog.StringValue(t.String()) }

// MarshalJSON fails: a token does not belong in a file.
func (t *Token) MarshalJSON() ([]byte, error) {
	return nil, fmt.Errorf("sii: a token is a secret and is not marshalled")
}

// opRenewal names the renewal of a token in errors.
const opRenewal = "token"

// TokenSource returns tokens. It must be safe for concurrent use.
type TokenSource interface {
	Token(ctx context.Context) (*Token, error)
}

// TokenFunc is a TokenSource that is a function, such as a session of the
// portal.
type TokenFunc func(ctx context.Context) (value string, expiry time.Time, err error)

// Token calls the function.
func (f TokenFunc) Token(ctx context.Context) (*Token, error) {
	value, expiry, err := f(ctx)
	if err != nil {
		return nil, err
	}
	return &Token{Value: value, Expiry: expiry}, nil
}

// TokenCache keeps tokens between processes. Every storage.Storage implements it.
// If a token is absent, errors.Is(err, fs.ErrNotExist) holds.
type TokenCache interface {
	Token(ctx context.Context, key string) (value string, expiry time.Time, err error)
	PutToken(ctx context.Context, key, value string, expiry time.Time) error
	DeleteToken(ctx context.Context, key, value string) error
}

// TokenLeases is a TokenCache that lets one of many processes renew a token while the
// others wait for it. Every storage.Storage of this SDK implements it; see
// storage.Leases for its guarantees.
type TokenLeases interface {
	TokenCache
	AcquireLease(ctx context.Context, name string, term time.Duration) (fence int64, wait time.Duration, err error)
	ReleaseLease(ctx context.Context, name string, fence int64) error
	PutLeasedToken(ctx context.Context, key, value string, expiry time.Time, fence int64) (stored bool, err error)
	ExtendToken(ctx context.Context, key, value string, expiry time.Time) error
}
