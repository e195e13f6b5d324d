package postgres_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/pgtest"
)

// A token is found nowhere in the database, nor in what the store says of it when
// it fails.
func TestTokensAreSealed(t *testing.T) {
	t.Parallel()
	const secret, key = "TOKENPLANTADO", "prod/soap/0a"
	url := pgtest.URL(t, "pgx")
	store, db := open(t, "pgx", url), connect(t, "pgx", url)
	expiry := time.Now().Add(time.Hour)
	fence, _, err := store.AcquireLease(t.Context(), key, time.Minute)
	require.NoError(t, err)
	_, err = store.PutLeasedToken(t.Context(), key, secret, expiry, fence)
	require.NoError(t, err)
	require.NoError(t, store.ExtendToken(t.Context(), key, secret, expiry.Add(time.Minute)))
	value, _, err := store.Token(t.Context(), key)
	require.NoError(t, err)
	require.Equal(t, secret, value)
	all := dump(t, db)
	assert.Contains(t, all, key, "it is written somewhere")
	assert.NotContains(t, all, secret)

	_, err = db.ExecContext(t.Context(), "ALTER TABLE sii_tokens ADD CHECK (length(token) < 2) NOT VALID")
	require.NoError(t, err)
	for name, err := range map[string]error{
		"put": store.PutToken(t.Context(), key, secret, expiry), "extend": store.ExtendToken(t.Context(), key, secret, expiry.Add(time.Hour)),
	} {
		require.Error(t, err, name)
		assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), secret, name)
	}
}

// dump returns all rows of all tables.
func dump(t *testing.T, db *sql.DB) string {
	t.Helper()
	texts := func(query string) (all []string) {
		rows, err := db.QueryContext(t.Context(), query)
		require.NoError(t, err)
		defer rows.Close()
		for rows.Next() {
			var text string
			require.NoError(t, rows.Scan(&text))
			all = append(all, text)
		}
		require.NoError(t, rows.Err())
		return all
	}
	var b strings.Builder
	for _, table := range texts("SELECT tablename FROM pg_tables WHERE schemaname = 'public'") {
		b.WriteString(strings.Join(texts("SELECT CAST(r AS text) FROM "+table+" r"), "\n"))
	}
	return b.String()
}
