package sqlite_test

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/storage/seal"
	"github.com/ofitec/chile/storage/sqlite"
)

// What cannot be followed is refused before there is a file.
func TestOptionsThatCannotBeFollowed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "chile.db")
	for says, opt := range map[string]sqlite.Option{
		"sqlite: nil option":      nil,
		"WithSealer: nil sealer":  sqlite.WithSealer(nil),
		"sqlite: WithSealer: nil": sqlite.WithSealer((*seal.Ring)(nil)),
		"WithClock: nil clock":    sqlite.WithClock(nil),
		"WithBusyTimeout: at":     sqlite.WithBusyTimeout(time.Microsecond),
	} {
		store, err := sqlite.Open(t.Context(), "sqlite", path, opt)
		require.ErrorContains(t, err, says)
		require.Nil(t, store)
		require.NoFileExists(t, path)
		store, err = sqlite.New(t.Context(), new(sql.DB), opt)
		require.ErrorContains(t, err, says)
		require.Nil(t, store)
	}
	for _, opt := range []sqlite.Option{sqlite.MustExist(), sqlite.ReadOnly()} {
		_, err := sqlite.New(t.Context(), new(sql.DB), opt)
		require.ErrorContains(t, err, "are for Open")
	}
	_, err := sqlite.New(t.Context(), nil)
	require.ErrorContains(t, err, "nil database")
}
