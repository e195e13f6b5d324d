package sqlite_test

import (
	"database/sql"
	"io/fs"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/storage/seal"
	"github.com/ofitec/chile/storage/sqlite"
)

const (
	mine   = "prod/soap/0a"
	theirs = "prod/soap/0b"
)

// sealedWith opens a file with a ring of those keys.
func sealedWith(t *testing.T, path, keys string) *sqlite.Store {
	t.Helper()
	ring, err := seal.ParseRing(keys)
	require.NoError(t, err)
	store, err := sqlite.Open(t.Context(), "sqlite", path, sqlite.WithSealer(ring))
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.Close() })
	return store
}

// What is sealed names its key: whoever can write to the database cannot pass one
// certificate's token off as another's.
func TestTokenOfAnotherRowDoesNotOpen(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"", "aes256:"} {
		path := filepath.Join(t.TempDir(), "chile.db")
		store := sealedWith(t, path, prefix+seal.GenerateKey())
		expiry := time.Now().Add(time.Hour)
		require.NoError(t, store.PutToken(t.Context(), mine, "MYTOKEN", expiry))
		require.NoError(t, store.PutToken(t.Context(), theirs, "THEIRTOKEN", expiry))
		db, err := sql.Open("sqlite", path)
		require.NoError(t, err)
		_, err = db.ExecContext(t.Context(), "UPDATE sii_tokens SET token = (SELECT token FROM sii_tokens WHERE clave = ?) WHERE clave = ?", theirs, mine)
		require.NoError(t, err)
		require.NoError(t, db.Close())
		_, _, err = store.Token(t.Context(), mine)
		require.ErrorIs(t, err, fs.ErrNotExist)
		value, _, err := store.Token(t.Context(), theirs)
		require.NoError(t, err)
		assert.Equal(t, "THEIRTOKEN", value)
		require.NoError(t, store.ExtendToken(t.Context(), mine, "MYTOKEN", expiry), "what does not open is as good as none")
		value, _, err = store.Token(t.Context(), mine)
		require.NoError(t, err)
		assert.Equal(t, "MYTOKEN", value)
	}
}

// A token that is in use is sealed with the first key before long, so that older
// keys can be thrown away.
func TestKeysOfTokensChangeWithUse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "chile.db")
	older, newer := seal.GenerateKey(), "aes256:"+seal.GenerateKey()
	expiry := time.Now().Add(time.Hour)
	require.NoError(t, sealedWith(t, path, older).PutToken(t.Context(), mine, "TOKEN", expiry))
	_, _, err := sealedWith(t, path, newer).Token(t.Context(), mine)
	require.ErrorIs(t, err, fs.ErrNotExist)
	both := sealedWith(t, path, newer+","+older)
	value, _, err := both.Token(t.Context(), mine)
	require.NoError(t, err)
	assert.Equal(t, "TOKEN", value)
	require.NoError(t, both.ExtendToken(t.Context(), mine, "TOKEN", expiry.Add(time.Minute)))
	value, _, err = sealedWith(t, path, newer).Token(t.Context(), mine)
	require.NoError(t, err)
	assert.Equal(t, "TOKEN", value)
	_, _, err = sealedWith(t, path, older).Token(t.Context(), mine)
	require.ErrorIs(t, err, fs.ErrNotExist)
}

// Without a key to seal with, tokens and their leases are the process's own.
func TestLeaseWithoutKeyStaysInMemory(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "chile.db")
	for range 2 {
		store, err := sqlite.Open(t.Context(), "sqlite", path)
		require.NoError(t, err)
		fence, _, err := store.AcquireLease(t.Context(), mine, time.Hour)
		require.NoError(t, err)
		assert.Positive(t, fence)
		stored, err := store.PutLeasedToken(t.Context(), mine, "TOKEN", time.Now().Add(time.Hour), fence)
		require.NoError(t, err)
		assert.True(t, stored)
		require.NoError(t, store.ExtendToken(t.Context(), mine, "TOKEN", time.Now().Add(2*time.Hour)))
		require.NoError(t, store.Close())
	}
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	defer db.Close()
	var rows int
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT (SELECT count(*) FROM sii_tokens) + (SELECT count(*) FROM sii_turnos)").Scan(&rows))
	assert.Zero(t, rows)
}
