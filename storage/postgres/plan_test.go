package postgres_test

import (
	"database/sql"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/postgres"
)

// manyRows are rows of eight owners, of 24 months, of 500 companies on the other
// side, one in fifty of them pending. Of the check digits those asked for are
// right.
const manyRows = `
	INSERT INTO sii_rcv_purchases (rut_empresa, periodo, rut_emisor, tipo_dte, folio, estado_sii, fecha_recepcion, datos)
	SELECT (76000000 + n % 8) || '-9', to_char(dia, 'YYYY-MM'), (77000000 + n % 499) || '-9', '33', n::text,
		CASE WHEN n % 49 = 0 THEN 'PENDIENTE' ELSE 'REGISTRO' END, dia, '{}'
	FROM (SELECT n, timestamp '2025-01-01' + n * interval '0.9 hour' AS dia FROM generate_series(1, 20000) AS n) AS t;
	INSERT INTO sii_rcv_sales (rut_empresa, periodo, rut_emisor, rut_receptor, tipo_dte, folio, estado_sii, fecha_recepcion, datos)
	SELECT rut_empresa, periodo, rut_empresa, rut_emisor, tipo_dte, folio, 'REGISTRO', fecha_recepcion, datos FROM sii_rcv_purchases;
	ANALYZE sii_rcv_purchases, sii_rcv_sales`

// Each of the questions that one asks has its index.
func TestQueriesUseIndexes(t *testing.T) {
	t.Parallel()
	db := connect(t, "pgx", pgtest.URL(t, "pgx"))
	_, err := postgres.Migrate(t.Context(), db)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), manyRows)
	require.NoError(t, err)
	who, other, month := chile.MustParseRUT("76000001-9"), chile.MustParseRUT("77000000-9"), chile.MustParsePeriod("2026-03")
	for _, test := range []struct {
		name  string
		query storage.DocumentQuery
		want  []string
	}{
		{"a month", storage.DocumentQuery{From: month, To: month}, []string{"ix_compra_orden", "ix_venta_orden"}},
		{"a counterparty", storage.DocumentQuery{Counterparty: other}, []string{"ix_compra_contraparte", "ix_venta_contraparte"}},
		{"a state", storage.DocumentQuery{Book: rcv.Purchases, States: []rcv.State{rcv.Pendiente, rcv.Reclamado}}, []string{"ix_compra_estado"}},
		{
			"some days",
			storage.DocumentQuery{ReceivedFrom: month.First().Time(), ReceivedTo: month.First().AddDays(3).Time()},
			[]string{"ix_compra_recepcion", "ix_venta_recepcion"},
		},
	} {
		test.query.Owner = who
		plan := planOf(t, db, &test.query)
		for _, index := range test.want {
			assert.Contains(t, plan, index, test.name)
		}
		assert.NotContains(t, plan, "Seq Scan", test.name)
	}
	// Pages of a month are read in the order of its index, from their place on.
	for _, after := range []storage.Place{{}, {Period: "2026-03", Book: rcv.Sales, Key: "12331276117", ID: 7}} {
		plan := planOf(t, db, &storage.DocumentQuery{Owner: who, Book: rcv.Sales, From: month, To: month, Limit: 5, After: after})
		assert.Contains(t, plan, "Index Scan using ix_venta_orden")
		assert.NotContains(t, plan, "Sort")
	}
}

func planOf(t *testing.T, db *sql.DB, query *storage.DocumentQuery) string {
	t.Helper()
	statement, args := postgres.DocumentsStatement(query)
	for n := 1; strings.Contains(statement, "?"); n++ {
		statement = strings.Replace(statement, "?", "$"+strconv.Itoa(n), 1)
	}
	lines, err := db.QueryContext(t.Context(), "EXPLAIN "+statement, args...)
	require.NoError(t, err)
	defer lines.Close()
	var plan strings.Builder
	for lines.Next() {
		var line string
		require.NoError(t, lines.Scan(&line))
		plan.WriteString(line + "\n")
	}
	require.NoError(t, lines.Err())
	return plan.String()
}
