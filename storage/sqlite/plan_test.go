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
	"github.com/ofitec/chile/storage/sqlite"
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
		{"a month", storage.DocumentQuery{From: period, To: period}, []string{"ix_compra_orden", "ix_venta_orden"}},
		{"a counterparty", storage.DocumentQuery{Counterparty: other}, []string{"ix_compra_contraparte", "ix_venta_contraparte"}},
		{"a state", storage.DocumentQuery{Book: rcv.Purchases, States: []rcv.State{rcv.Pendiente, rcv.Reclamado}}, []string{"ix_compra_estado"}},
		{
			"some days",
			storage.DocumentQuery{ReceivedFrom: period.First().Time(), ReceivedTo: period.First().AddDays(3).Time()},
			[]string{"ix_compra_recepcion", "ix_venta_recepcion"},
		},
	} {
		test.query.Owner = who
		plan := planOf(t, db, &test.query)
		for _, index := range test.want {
			assert.Contains(t, plan, "USING INDEX "+index, test.name)
		}
		assert.NotContains(t, plan, "SCAN p", test.name)
	}
}

// Pages of a month are read in the order of its index, from their place on.
func TestPagesAreNotSorted(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "chile.db")
	open(t, path)
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	defer db.Close()
	period := chile.MustParsePeriod("2026-10")
	after := storage.Place{Period: "2026-10", Book: rcv.Sales, Key: "12331276117", ID: 7}
	for _, query := range []storage.DocumentQuery{
		{Limit: 100},
		{Limit: 100, After: after},
		{Limit: 100, After: after, Types: []chile.DocType{33, 61}},
		{Limit: 100, After: after, States: []rcv.State{rcv.Registro}},
		{},
		{After: after},
	} {
		query.Owner, query.Book, query.From, query.To = chile.MustParseRUT("76192083-9"), rcv.Sales, period, period
		plan := planOf(t, db, &query)
		assert.Contains(t, plan, "USING INDEX ix_venta_orden (rut_empresa=? AND <expr>=?", "%+v", query)
		assert.NotContains(t, plan, "TEMP B-TREE", "%+v", query)
		if !query.After.IsZero() {
			assert.Contains(t, plan, "<expr>>?", "%+v", query)
		}
	}
}

func planOf(t *testing.T, db *sql.DB, query *storage.DocumentQuery) string {
	t.Helper()
	statement, args := sqlite.DocumentsStatement(query)
	steps, err := db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+statement, args...)
	require.NoError(t, err)
	defer steps.Close()
	var plan strings.Builder
	for steps.Next() {
		var id, parent, unused int
		var step string
		require.NoError(t, steps.Scan(&id, &parent, &unused, &step))
		plan.WriteString(step + "\n")
	}
	require.NoError(t, steps.Err())
	return plan.String()
}
