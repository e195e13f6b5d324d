package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/sqlite"
)

// What a database lacks is named, and nothing of it is done.
func TestMigrationState(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "chile.db"))
	require.NoError(t, err)
	store, err := sqlite.New(t.Context(), db, sqlite.WithoutMigration())
	require.NoError(t, err)
	require.NoError(t, store.Ping(t.Context()))
	pending, unknown, err := store.MigrationState(t.Context())
	require.NoError(t, err)
	again, _, err := store.MigrationState(t.Context())
	require.NoError(t, err)
	assert.Equal(t, pending, again)
	assert.Empty(t, unknown)

	report, err := sqlite.Migrate(t.Context(), db)
	require.NoError(t, err)
	assert.Equal(t, report.Applied, pending)
	_, err = db.Exec("DELETE FROM sii_migraciones WHERE nombre = ?", pending[0])
	require.NoError(t, err)
	_, err = db.Exec("INSERT INTO sii_migraciones (version, nombre, aplicada_en) VALUES (9999, '9999_later', ''), (9998, '9998_later', '')")
	require.NoError(t, err)
	lacks, unknown, err := store.MigrationState(t.Context())
	require.NoError(t, err)
	assert.Equal(t, pending[:1], lacks)
	assert.Equal(t, []string{"9998_later", "9999_later"}, unknown)

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err = store.MigrationState(ended)
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, store.Close())
	require.Error(t, store.Ping(t.Context()))
	_, _, err = store.MigrationState(t.Context())
	require.Error(t, err)
}

// An import that its rows end says what they said: nothing of the store failed.
func TestErrorOfRowsIsTheirs(t *testing.T) {
	t.Parallel()
	store := open(t, filepath.Join(t.TempDir(), "chile.db"))
	refused := errors.New("sii: not authorised")
	_, err := store.ImportRegister(t.Context(), storage.Snapshot{
		Key:  rcv.Key{Owner: chile.MustParseRUT("76192083-9"), Period: chile.MustParsePeriod("2026-10"), Book: rcv.Purchases},
		Rows: func(yield func(rcv.Document, error) bool) { yield(rcv.Document{}, refused) },
	})
	require.Equal(t, refused, err)
}
