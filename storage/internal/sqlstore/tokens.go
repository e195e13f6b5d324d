package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/seal"
)

// tokenKeeper keeps tokens and their leases: sealed in the database, or in memory.
// Its methods are those of storage.Tokens and storage.Leases.
type tokenKeeper interface {
	get(ctx context.Context, key string) (value string, expiry time.Time, err error)
	put(ctx context.Context, key, value string, expiry time.Time) error
	extend(ctx context.Context, key, value string, expiry time.Time) error
	remove(ctx context.Context, key, value string) error
	acquire(ctx context.Context, name string, term time.Duration) (fence int64, wait time.Duration, err error)
	release(ctx context.Context, name string, fence int64) error
	putLeased(ctx context.Context, key, value string, expiry time.Time, fence int64) (stored bool, err error)
}

// Token implements storage.Tokens.
func (s *Store) Token(ctx context.Context, key string) (string, time.Time, error) {
	value, expiry, err := s.tokens.get(ctx, key)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return "", time.Time{}, s.wrap(ctx, "token", err)
	}
	return value, expiry, nil
}

// PutToken implements storage.Tokens.
func (s *Store) PutToken(ctx context.Context, key, value string, expiry time.Time) error {
	const what = "store token"
	if err := tokenStorable(ctx, key, value); err != nil {
		return s.wrap(ctx, what, err)
	}
	return s.wrap(ctx, what, s.tokens.put(ctx, key, value, expiry))
}

// DeleteToken implements storage.Tokens.
func (s *Store) DeleteToken(ctx context.Context, key, value string) error {
	const what = "delete token"
	if err := ctx.Err(); err != nil {
		return s.wrap(ctx, what, err)
	}
	return s.wrap(ctx, what, s.tokens.remove(ctx, key, value))
}

func tokenStorable(ctx context.Context, key, value string) error {
	if key == "" || value == "" {
		return fmt.Errorf("%w: a token needs a key and a value", storage.ErrInvalid)
	}
	if err := storage.CheckText(key, value); err != nil {
		return err
	}
	return ctx.Err()
}

// sealedTokens keeps tokens sealed in the table sii_tokens. Tokens of other
// programs there have no key in clave and are ignored. A token is sealed for its
// key, so it does not open in another row. Writing seals with the first key of a
// ring: after an hour no older key is needed.
type sealedTokens struct {
	store  *Store
	sealer seal.Sealer
}

func (t *sealedTokens) get(ctx context.Context, key string) (value string, expiry time.Time, err error) {
	held, err := t.read(ctx, key)
	if err == nil && !t.good(held) {
		err = sql.ErrNoRows
	}
	if err != nil {
		return "", time.Time{}, err
	}
	return held.value, held.expiry, nil
}

// sealedToken is a stored token. If no available key opens it, it has no value and
// counts as absent.
type sealedToken struct {
	sealed, value string
	expiry        time.Time
}

// read reads a token; absent is the zero value. It holds no connection while
// the token is opened, which may be the work of a remote service.
func (t *sealedTokens) read(ctx context.Context, key string) (held sealedToken, err error) {
	err = t.store.onConnection(ctx, func(session *session) error {
		var sealed textValue
		var expiry timeValue
		err := session.queryRow(ctx, "SELECT token, expires_at FROM sii_tokens WHERE clave = ?", key).Scan(&sealed, &expiry)
		held = sealedToken{sealed: string(sealed), expiry: expiry.Time}
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return sealedToken{}, nil
	}
	if err != nil {
		return sealedToken{}, err
	}
	if plain, err := t.sealer.Open(ctx, held.sealed, key); err == nil {
		held.value = string(plain)
	}
	return held, ctx.Err()
}

func (t *sealedTokens) good(held sealedToken) bool {
	return held.value != "" && t.store.now().Before(held.expiry)
}

func (t *sealedTokens) put(ctx context.Context, key, value string, expiry time.Time) error {
	sealed, err := t.sealer.Seal(ctx, []byte(value), key)
	if err != nil {
		return err
	}
	return t.store.inTransaction(ctx, func(session *session) error {
		return t.write(ctx, session, key, sealed, expiry, "")
	})
}

// write writes a sealed token over any other of its key that the condition allows
// to replace.
func (t *sealedTokens) write(ctx context.Context, session *session, key, sealed string, expiry time.Time, condition string, args ...any) error {
	environment, _, _ := strings.Cut(key, "/")
	environment = environment[:min(len(environment), 10)] // the width of ambiente
	_, err := session.exec(ctx, `INSERT INTO sii_tokens (ambiente, token, expires_at, created_at, clave) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (clave) DO UPDATE SET token = excluded.token, expires_at = excluded.expires_at, created_at = excluded.created_at`+condition,
		append([]any{environment, sealed, timeText(expiry), timeText(t.store.now()), key}, args...)...)
	return err
}

// extend and remove change only what they have read: a concurrent write stays.

func (t *sealedTokens) extend(ctx context.Context, key, value string, expiry time.Time) error {
	held, err := t.read(ctx, key)
	if err != nil || t.good(held) && (held.value != value || held.expiry.After(expiry)) {
		return err
	}
	sealed, err := t.sealer.Seal(ctx, []byte(value), key)
	if err != nil {
		return err
	}
	return t.store.inTransaction(ctx, func(session *session) error {
		return t.write(ctx, session, key, sealed, expiry, " WHERE sii_tokens.token = ?", held.sealed)
	})
}

func (t *sealedTokens) remove(ctx context.Context, key, value string) error {
	held, err := t.read(ctx, key)
	if err != nil || held.sealed == "" || held.value != value {
		return err
	}
	return t.store.inTransaction(ctx, func(session *session) error {
		_, err := session.exec(ctx, "DELETE FROM sii_tokens WHERE clave = ? AND token = ?", key, held.sealed)
		return err
	})
}
