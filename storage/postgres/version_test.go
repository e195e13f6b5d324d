package postgres_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/postgres"
)

// A database that a newer version has changed is refused, and one that is not up
// to date where it may not be changed; both by name.
func TestVersions(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t, "pgx")
	db := connect(t, "pgx", url)
	asIs := open(t, "pgx", url, postgres.WithoutMigration())
	require.ErrorIs(t, asIs.CheckVersion(t.Context()), storage.ErrOlder)
	_, err := postgres.Migrate(t.Context(), db)
	require.NoError(t, err)
	require.NoError(t, asIs.CheckVersion(t.Context()))

	_, err = db.Exec("INSERT INTO sii_migraciones (version, nombre, aplicada_en) VALUES (9999, '9999_despues', '')")
	require.NoError(t, err)
	_, err = postgres.New(t.Context(), db)
	require.ErrorIs(t, err, storage.ErrNewer)
	require.ErrorContains(t, err, "9999_despues")
	require.ErrorIs(t, postgres.Rollback(t.Context(), db), storage.ErrNewer)
	require.ErrorIs(t, asIs.CheckVersion(t.Context()), storage.ErrNewer)
}
