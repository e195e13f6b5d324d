package pgtest_test

import (
	"database/sql"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/pgtest"
)

// A database that is used again shows nothing of the test before, whose connections
// have ended.
func TestNothingIsLeft(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	open := func(t *testing.T, url string) *sql.DB {
		t.Helper()
		db, err := sql.Open("pgx", url)
		require.NoError(t, err)
		t.Cleanup(func() { _ = db.Close() })
		return db
	}
	var before, other string
	var left *sql.Conn
	t.Run("first", func(t *testing.T) {
		before, other = server.URL(t, "pgx"), server.URL(t, "pgx")
		require.NotEqual(t, before, other, "each has its own")
		db, err := sql.Open("pgx", before) // and nobody closes it
		require.NoError(t, err)
		left, err = db.Conn(t.Context())
		require.NoError(t, err)
		_, err = left.ExecContext(t.Context(), `CREATE TABLE t (n int); CREATE SCHEMA "Otro"; CREATE TABLE "Otro".t (n int);
			CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TYPE e AS ENUM ('a');
			SELECT pg_advisory_lock(1); BEGIN; INSERT INTO t VALUES (1)`)
		require.NoError(t, err)
	})
	t.Run("second", func(t *testing.T) {
		urls := []string{server.URL(t, "pgx"), server.URL(t, "pgx")}
		require.ElementsMatch(t, []string{before, other}, urls, "they are used again")
		db := open(t, before)
		var things, locks int
		var schema string
		require.NoError(t, db.QueryRowContext(t.Context(), `SELECT current_schema(),
			(SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')
			+ (SELECT count(*) FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')
			+ (SELECT count(*) FROM pg_type JOIN pg_namespace n ON n.oid = typnamespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')
			+ (SELECT count(*) FROM pg_namespace WHERE nspname = 'Otro'),
			(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')`).Scan(&schema, &things, &locks))
		require.Equal(t, "public", schema)
		require.Zero(t, things)
		require.Zero(t, locks)
		require.Error(t, left.PingContext(t.Context()))
		require.NotContains(t, urls, server.NewURL(t, "pgx"), "nobody has used it")
	})
}

// A server that was killed comes back on its port, with what was committed and
// without what was not.
func TestKillAndRestart(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	url := server.URL(t, "pgx")
	db, err := sql.Open("pgx", url)
	require.NoError(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), "CREATE TABLE t (n int); INSERT INTO t VALUES (1)")
	require.NoError(t, err)
	open, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = open.ExecContext(t.Context(), "INSERT INTO t VALUES (2)")
	require.NoError(t, err)
	server.Kill(t)
	require.Error(t, open.Commit())
	require.Error(t, db.PingContext(t.Context()))
	server.Restart(t)
	var n int
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT sum(n) FROM t").Scan(&n))
	require.Equal(t, 1, n)
}
