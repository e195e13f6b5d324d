package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/seal"
)

// tokenKeeper is where tokens are: sealed in the database, or in memory.
type tokenKeeper interface {
	get(ctx context.Context, key string) (value string, expiry time.Time, err error)
	put(ctx context.Context, key, value string, expiry time.Time) error
	remove(ctx context.Context, key, value string) error
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
	if key == "" || value == "" {
		return s.wrap(ctx, "store token", fmt.Errorf("%w: a token has a key and a value", storage.ErrInvalid))
	}
	if err := ctx.Err(); err != nil {
		return s.wrap(ctx, "store token", err)
	}
	return s.wrap(ctx, "store token", s.tokens.put(ctx, key, value, expiry.UTC().Truncate(time.Microsecond)))
}

// DeleteToken implements storage.Tokens.
func (s *Store) DeleteToken(ctx context.Context, key, value string) error {
	if err := ctx.Err(); err != nil {
		return s.wrap(ctx, "delete token", err)
	}
	return s.wrap(ctx, "delete token", s.tokens.remove(ctx, key, value))
}

// sealedTokens keeps tokens sealed in the table sii_tokens. Tokens that other
// programs keep there have no key in clave, and are left alone.
type sealedTokens struct {
	store  *Store
	sealer seal.Sealer
}

func (t *sealedTokens) get(ctx context.Context, key string) (value string, expiry time.Time, err error) {
	sealed, expiry, err := t.row(ctx, key)
	if err != nil {
		return "", time.Time{}, err
	}
	plain, err := t.sealer.Open(ctx, sealed, key)
	if err != nil || !t.store.now().Before(expiry) {
		return "", time.Time{}, sql.ErrNoRows // without its key a token is as good as none
	}
	return string(plain), expiry, nil
}

func (t *sealedTokens) row(ctx context.Context, key string) (sealed string, expiry time.Time, err error) {
	err = t.store.onConnection(ctx, func(session *session) error {
		var text textValue
		var expires timeValue
		err := session.queryRow(ctx, "SELECT token, expires_at FROM sii_tokens WHERE clave = ?", key).Scan(&text, &expires)
		sealed, expiry = string(text), expires.Time
		return err
	})
	return sealed, expiry, err
}

func (t *sealedTokens) put(ctx context.Context, key, value string, expiry time.Time) error {
	sealed, err := t.sealer.Seal(ctx, []byte(value), key)
	if err != nil {
		return err
	}
	return t.store.inTransaction(ctx, func(session *session) error { return t.insert(ctx, session, key, sealed, expiry) })
}

// insert writes a sealed token in place of any other of its key.
func (t *sealedTokens) insert(ctx context.Context, session *session, key, sealed string, expiry time.Time) error {
	environment, _, _ := strings.Cut(key, "/")
	environment = environment[:min(len(environment), 10)] // the width of ambiente
	_, err := session.exec(ctx, `INSERT INTO sii_tokens (ambiente, token, expires_at, created_at, clave) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (clave) DO UPDATE SET token = excluded.token, expires_at = excluded.expires_at, created_at = excluded.created_at`,
		environment, sealed, timeText(expiry), timeText(t.store.now()), key)
	return err
}

func (t *sealedTokens) remove(ctx context.Context, key, value string) error {
	return t.store.inTransaction(ctx, func(session *session) error {
		var sealed textValue
		err := session.queryRow(ctx, "SELECT token FROM sii_tokens WHERE clave = ?", key).Scan(&sealed)
		if err == sql.ErrNoRows { //nolint:errorlint // Scan returns it as it is
			return nil
		}
		if err != nil {
			return err
		}
		if plain, err := t.sealer.Open(ctx, string(sealed), key); err != nil || string(plain) != value {
			return nil //nolint:nilerr // not that token
		}
		_, err = session.exec(ctx, "DELETE FROM sii_tokens WHERE clave = ? AND token = ?", key, string(sealed))
		return err
	})
}

// memoryTokens keeps tokens in memory, where there is no key to seal them with.
type memoryTokens struct {
	now   func() time.Time
	mu    sync.Mutex
	byKey map[string]memoryToken

	leases map[string]memoryLease
}

type memoryToken struct {
	value  string
	expiry time.Time
}

func (t *memoryTokens) get(_ context.Context, key string) (string, time.Time, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	token, ok := t.byKey[key]
	if !ok || !t.now().Before(token.expiry) {
		return "", time.Time{}, sql.ErrNoRows
	}
	return token.value, token.expiry, nil
}

func (t *memoryTokens) put(_ context.Context, key, value string, expiry time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.byKey[key] = memoryToken{value, expiry}
	return nil
}

func (t *memoryTokens) remove(_ context.Context, key, value string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.byKey[key].value == value {
		delete(t.byKey, key)
	}
	return nil
}
