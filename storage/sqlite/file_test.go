package sqlite_test

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/storage/sqlite"
)

// The file and those that SQLite makes beside it are the owner's alone, and a
// token in them is sealed.
func TestFilesAreClosedToOthers(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no file modes")
	}
	path := filepath.Join(t.TempDir(), "chile.db")
	require.NoError(t, os.WriteFile(path, nil, 0o644))
	store := open(t, path)
	const secret = "TOKENPLANTADO"
	require.NoError(t, store.PutToken(t.Context(), "prod/soap/x", secret, time.Now().Add(time.Hour)))
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(path + suffix)
		require.NoError(t, err)
		assert.EqualValues(t, 0o600, info.Mode().Perm(), suffix)
		content, err := os.ReadFile(path + suffix)
		require.NoError(t, err)
		assert.False(t, bytes.Contains(content, []byte(secret)), "the token stands in chile.db%s", suffix)
	}
}

func TestTokenWithoutKeyStaysInMemory(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "chile.db")
	store, err := sqlite.Open(t.Context(), "sqlite", path)
	require.NoError(t, err)
	require.NoError(t, store.PutToken(t.Context(), "prod/soap/x", "T", time.Now().Add(time.Hour)))
	_, _, err = store.Token(t.Context(), "prod/soap/x")
	require.NoError(t, err)
	require.NoError(t, store.Close())
	again := open(t, path)
	_, _, err = again.Token(t.Context(), "prod/soap/x")
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestMemoryIsNoFile(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"", ":memory:", "file:x.db", "x.db?mode=rwc"} {
		_, err := sqlite.Open(t.Context(), "sqlite", path)
		require.Error(t, err, path)
	}
}
