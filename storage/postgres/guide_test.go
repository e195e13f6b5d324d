package postgres_test

import (
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/doccommand"
	"github.com/ofitec/chile/internal/pgtest"
)

// The commands of docs/migration.md, on the tables of an older back end.
func TestMigrationGuide(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(pgtest.NewURL(t, "pgx"))
	require.NoError(t, err)
	d := &drill{t, u, t.TempDir()}
	db := connect(t, "pgx", u.String())
	script, err := os.ReadFile("testdata/legacy.sql")
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), string(script)+`;
		INSERT INTO sii_rcv_sales (periodo, rut_receptor, rut_emisor, tipo_dte, folio) VALUES ('2026-10', '77222222-K', '76192083-9', '33', '0007'), ('202610', '77222222-K', '76192083-9', '33', '9');
		INSERT INTO sii_rcv_sales (periodo, rut_receptor, rut_emisor, tipo_dte, folio, neto, iva, exento, total) VALUES ('2026-10', '77222222-K', '76192083-9', '33', '10', 1000.5, 190, 0, 1190.5),
			('2026-10', '77222222-K', '76192083-9', '33', '11', 1000.00, 190, NULL, 1190), ('2026-10', '77222222-K', '76192083-9', '33', '12', 1000, 190, NULL, 'NaN');
		INSERT INTO sii_rcv_sales (periodo, rut_receptor, rut_emisor, tipo_dte, folio) VALUES ('2026-10', '76192081', '76192083-9', '33', '13'), ('2026-10', '77222222-K', '76192081', '33', '14');`)
	require.NoError(t, err)
	run := func(name string) string {
		return doccommand.Run(t, "migration.md", name, d.dir, d.env(d.url.User.Username()), programs...)
	}
	found := run("look")
	for _, id := range []string{"104", "105", "106"} {
		assert.Contains(t, found, "| "+id+"\n", "cannot be read")
	}
	for _, row := range []string{"| 7\n", "| 0007\n", "| 9\n"} {
		assert.Contains(t, found, row, "twice, or of no month")
	}
	for _, row := range []string{"| 10\n", "| 12\n"} {
		assert.Contains(t, found, row, "no whole pesos")
	}
	for _, row := range []string{"| 13\n", "| 14\n"} {
		assert.Contains(t, found, row, "a RUT without check digit")
	}
	assert.Contains(t, found, "(10 rows)")
	migrate(t.Context(), db)
	unowned := strings.Join(strings.Fields(run("unowned")), " ")
	assert.Contains(t, unowned, "compras | 2 ventas | 1")
}
