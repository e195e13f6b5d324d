package sqlite_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/internal/sqlstore"
)

// Each of the questions that one asks has its index.
func TestQueriesUseIndexes(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "chile.db")
	store := open(t, path)
	_, err := store.ImportRegister(t.Context(), month(10_000))
	require.NoError(t, err)
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	defer db.Close()
	who, other, period := chile.MustParseRUT("76192083-9"), chile.MustParseRUT("12345678-5"), chile.MustParsePeriod("2026-10")
	for _, test := range []struct {
		name  string
		query storage.DocumentQuery
		want  []string
	}{
		{"a month", storage.DocumentQuery{From: period, To: period}, []string{"sqlite_autoindex_sii_rcv_purchases_1", "sqlite_autoindex_sii_rcv_sales_1"}},
		{"a counterparty", storage.DocumentQuery{Counterparty: other}, []string{"ix_compra_contraparte", "ix_venta_contraparte"}},
		{"a state", storage.DocumentQuery{Book: rcv.Purchases, States: []rcv.State{rcv.Pendiente, rcv.Reclamado}}, []string{"ix_compra_estado"}},
		{
			"some days",
			storage.DocumentQuery{ReceivedFrom: period.First().Time(), ReceivedTo: period.First().AddDays(3).Time()},
			[]string{"ix_compra_recepcion", "ix_venta_recepcion"},
		},
	} {
		test.query.Owner = who
		statement, args := sqlstore.DocumentsStatement(&test.query)
		steps, err := db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+statement, args...)
		require.NoError(t, err)
		var plan strings.Builder
		for steps.Next() {
			var id, parent, unused int
			var step string
			require.NoError(t, steps.Scan(&id, &parent, &unused, &step))
			plan.WriteString(step + "\n")
		}
		require.NoError(t, steps.Err())
		require.NoError(t, steps.Close())
		for _, index := range test.want {
			assert.Contains(t, plan.String(), "USING INDEX "+index, test.name)
		}
		assert.NotContains(t, plan.String(), "SCAN p", test.name)
	}
}
