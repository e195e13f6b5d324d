package postgres_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/internal/sqlstore"
	"github.com/ofitec/chile/storage/postgres"
)

// manyChanges are changes of 50 companies, 2,000 imports, 500 counterparties.
const manyChanges = `
	INSERT INTO sii_rcv_importaciones (rut_empresa, periodo, libro, tomada_en, agregados, cambiados, ausentes, reaparecidos, iguales, created_at)
	SELECT (76000000 + n % 50) || '-9', '2026-10', 'COMPRA', timestamp '2026-10-01' + n * interval '5 minutes', 0, 20, 0, 0, 0, now() FROM generate_series(1, 2000) AS n;
	INSERT INTO sii_rcv_cambios (importacion_id, rut_empresa, contraparte, tipo_dte, folio, tipo, cambia_estado, cambia_montos, antes, despues)
	SELECT i.id, i.rut_empresa, (77000000 + (i.id * 20 + n) % 499) || '-9', '33', n::text, 'montos', false, true, '{}', '{}'
	FROM sii_rcv_importaciones i, generate_series(1, 20) AS n;
	ANALYZE sii_rcv_importaciones, sii_rcv_cambios`

// Whatever one asks of the feed, it is not read from end to end.
func TestFeedUsesIndexes(t *testing.T) {
	t.Parallel()
	db := connect(t, "pgx", pgtest.URL(t, "pgx"))
	_, err := postgres.Migrate(t.Context(), db)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), manyChanges)
	require.NoError(t, err)
	who, other := chile.MustParseRUT("76000001-9"), chile.MustParseRUT("77000000-9")
	for name, query := range map[string]storage.ChangeQuery{
		"a company":                    {Owner: who},
		"a company, after the last":    {Owner: who, AfterID: 39_000},
		"a company, a page of it":      {Owner: who, AfterID: 20_000, Limit: 100},
		"all, after the last":          {AfterID: 39_900},
		"all, a page":                  {AfterID: 100, Limit: 100},
		"all, the newest":              {Newest: true, Limit: 1},
		"a company, the newest":        {Owner: who, Newest: true, Limit: 100},
		"a company, before those":      {Owner: who, BeforeID: 20_000, Newest: true, Limit: 100},
		"an import":                    {ImportID: 77},
		"a counterparty":               {Owner: who, Counterparty: other},
		"a document":                   {Owner: who, Document: chile.DocumentID{Issuer: other, Type: 33, Folio: 7}},
		"a company, one day of it":     {Owner: who, From: time.Date(2026, 10, 3, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 10, 4, 0, 0, 0, 0, time.UTC)},
		"a company, amounts that move": {Owner: who, Kinds: []storage.ChangeKind{storage.AmountsChanged}},
	} {
		statement, args := sqlstore.ChangesStatement(&query)
		for n := 1; strings.Contains(statement, "?"); n++ {
			statement = strings.Replace(statement, "?", "$"+strconv.Itoa(n), 1)
		}
		lines, err := db.QueryContext(t.Context(), "EXPLAIN "+statement, args...)
		require.NoError(t, err, name)
		var plan strings.Builder
		for lines.Next() {
			var line string
			require.NoError(t, lines.Scan(&line))
			plan.WriteString(line + "\n")
		}
		require.NoError(t, lines.Err())
		require.NoError(t, lines.Close())
		assert.NotContains(t, plan.String(), "Seq Scan on sii_rcv_cambios", name)
	}
}
