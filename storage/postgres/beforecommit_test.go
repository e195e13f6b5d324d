package postgres_test

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/postgres"
)

// What a function of the caller writes before the commit is there with the import,
// or neither is.
func TestBeforeCommit(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t, "pgx")
	var refusal error
	var told []storage.Import
	store := open(t, "pgx", url, postgres.WithBeforeCommit(func(ctx context.Context, conn *sql.Conn, imported *storage.Import) error {
		_, err := conn.ExecContext(ctx, "INSERT INTO notas VALUES ($1)", imported.ID)
		told = append(told, *imported)
		return errors.Join(err, refusal)
	}))
	db := connect(t, "pgx", url)
	_, err := db.ExecContext(t.Context(), "CREATE TABLE notas (importacion_id bigint)")
	require.NoError(t, err)
	notes := func() (n int) {
		require.NoError(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM notas").Scan(&n))
		return n
	}
	snapshot := storage.Snapshot{
		Key: bought, Rows: seq(document(1, 1000)),
		Sources: func() []storage.Source { return []storage.Source{{Name: "x", SHA256: hashOfNothing}} },
	}

	refusal = errors.New("no")
	_, err = store.ImportRegister(t.Context(), snapshot)
	require.ErrorIs(t, err, refusal)
	_, err = store.LastImport(t.Context(), bought)
	require.ErrorIs(t, err, fs.ErrNotExist)
	assert.Zero(t, notes())

	refusal = nil
	result, err := store.ImportRegister(t.Context(), snapshot)
	require.NoError(t, err)
	assert.Equal(t, 1, notes())
	require.Len(t, told, 2)
	assert.Equal(t, result.Import, told[1])
	told[1].Sources[0].Name = "changed"
	assert.Equal(t, "x", result.Sources[0].Name, "it has its own")
}

// hashOfNothing is the SHA-256 of no bytes.
const hashOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
