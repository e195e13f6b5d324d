// Package columns tests that the values of package chile go into real database
// columns and come back the same. It is apart from package chile, whose tests
// need no driver.
package columns_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/ofitec/chile"
)

type row struct {
	issuer chile.RUT
	typ    chile.DocType
	folio  chile.Folio
	issued chile.Date
	period chile.Period
	total  chile.CLP
}

func TestValuesComeBackFromColumns(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "columns.db"))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	// fecha is a DATE, which this driver returns as a time.Time.
	_, err = db.Exec(`CREATE TABLE docs (emisor TEXT, tipo INTEGER, folio INTEGER, fecha DATE, periodo TEXT, total INTEGER)`)
	require.NoError(t, err)

	issued, err := chile.ParseDate("31/10/2026")
	require.NoError(t, err)
	for name, want := range map[string]row{
		"values": {
			issuer: chile.MustParseRUT("60803000-K"), typ: chile.FacturaElectronica, folio: 9_999_999_999,
			issued: issued, period: chile.MustParsePeriod("2026-10"), total: -999_999_999_999_999_999,
		},
		"none of them": {},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := db.Exec(`DELETE FROM docs`)
			require.NoError(t, err)
			_, err = db.Exec(`INSERT INTO docs VALUES (?, ?, ?, ?, ?, ?)`,
				want.issuer, want.typ, want.folio, want.issued, want.period, want.total)
			require.NoError(t, err)
			var got row
			require.NoError(t, db.QueryRow(`SELECT emisor, tipo, folio, fecha, periodo, total FROM docs`).
				Scan(&got.issuer, &got.typ, &got.folio, &got.issued, &got.period, &got.total))
			assert.Equal(t, want, got)

			var nulls int
			require.NoError(t, db.QueryRow(`SELECT (emisor IS NULL) + (fecha IS NULL) + (periodo IS NULL) FROM docs`).Scan(&nulls))
			if want.issuer.IsZero() {
				assert.Equal(t, 3, nulls, "a value that is absent is NULL")
			} else {
				assert.Zero(t, nulls)
			}
		})
	}
}
