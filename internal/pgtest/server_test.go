package pgtest_test

import (
	"database/sql"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/pgtest"
)

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
