package sqlite_test

import (
	"database/sql"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/pagetest"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/seal"
	"github.com/ofitec/chile/storage/sqlite"
	"github.com/ofitec/chile/storage/storagetest"
)

// files are the files of stores, so that they can be opened again.
var files sync.Map

func ring(t *testing.T) *seal.Ring {
	t.Helper()
	ring, err := seal.ParseRing("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=")
	require.NoError(t, err)
	return ring
}

func open(t *testing.T, path string, opts ...sqlite.Option) *sqlite.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), "sqlite", path, append(opts, sqlite.WithSealer(ring(t)))...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.Close() })
	files.Store(store, path)
	return store
}

func TestConformance(t *testing.T) {
	t.Parallel()
	storagetest.Run(t, storagetest.Harness{
		New: func(t *testing.T) storage.Storage { return open(t, filepath.Join(t.TempDir(), "chile.db")) },
		NewWithClock: func(t *testing.T, now func() time.Time) storage.Storage {
			return open(t, filepath.Join(t.TempDir(), "chile.db"), sqlite.WithClock(now))
		},
		Reopen: func(t *testing.T, s storage.Storage) storage.Storage {
			path, _ := files.Load(s)
			require.NoError(t, s.(*sqlite.Store).Close())
			return open(t, path.(string))
		},
		Unrecord: func(t *testing.T, s storage.Storage) {
			path, _ := files.Load(s)
			db, err := sql.Open("sqlite", path.(string))
			require.NoError(t, err)
			defer db.Close()
			_, err = db.ExecContext(t.Context(), "UPDATE sii_rcv_importaciones SET ambiente = NULL; UPDATE sii_envios SET ambiente = NULL")
			require.NoError(t, err)
		},
	})
}

// A RUT of another program that lost its check digit is no other one's, also where
// its last digit fits.
func TestRUTWithoutCheckDigitIsUnread(t *testing.T) {
	t.Parallel()
	store := open(t, filepath.Join(t.TempDir(), "chile.db"))
	path, _ := files.Load(store)
	db, err := sql.Open("sqlite", path.(string))
	require.NoError(t, err)
	defer db.Close()
	other, err := chile.ParseRUT("76192081")
	require.NoError(t, err, "as a person may write 7.619.208-1")
	key := rcv.Key{Owner: chile.MustParseRUT("76192083-9"), Period: chile.MustParsePeriod("2026-10"), Book: rcv.Sales}
	_, err = db.ExecContext(t.Context(), `INSERT INTO sii_rcv_sales (rut_empresa, periodo, rut_receptor, rut_emisor, tipo_dte, folio)
		VALUES ('76192083-9', '2026-10', '76192081', '76192083-9', '33', '7')`)
	require.NoError(t, err)
	n := 0
	for doc, err := range store.Documents(t.Context(), storage.DocumentQuery{Owner: key.Owner}) {
		require.NoError(t, err)
		assert.Equal(t, []storage.Unread{{Column: "rut_receptor", Text: "76192081"}}, doc.Unread)
		assert.True(t, doc.Counterparty.IsZero())
		n++
	}
	assert.Equal(t, 1, n)
	result, err := store.ImportRegister(t.Context(), storage.Snapshot{Key: key, Environment: chile.Production, Rows: func(yield func(rcv.Document, error) bool) {
		yield(rcv.Document{State: rcv.Registro, Type: 33, Folio: 7, Counterparty: other, Name: "Otra SpA"}, nil)
	}})
	require.NoError(t, err)
	assert.Equal(t, storage.Counts{Added: 1, Gone: 1}, result.Counts, "the row is not that document")
}

// A row of another program with amounts that are no whole pesos is listed with
// them, whatever the driver makes of a column of decimals.
func TestUnreadAmountsAreTold(t *testing.T) {
	t.Parallel()
	store := open(t, filepath.Join(t.TempDir(), "chile.db"))
	path, _ := files.Load(store)
	db, err := sql.Open("sqlite", path.(string))
	require.NoError(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), `INSERT INTO sii_rcv_sales (rut_empresa, periodo, rut_receptor, rut_emisor, tipo_dte, folio, neto, iva, total)
		VALUES ('76192083-9', '2026-10', '77222222-K', '76192083-9', '33', '7', 12345678.5, 190.0, 100000000000.25)`)
	require.NoError(t, err)
	n := 0
	for doc, err := range store.Documents(t.Context(), storage.DocumentQuery{Owner: chile.MustParseRUT("76192083-9")}) {
		require.NoError(t, err)
		assert.Equal(t, []storage.Unread{{Column: "neto", Text: "12345678.5"}, {Column: "total", Text: "100000000000.25"}}, doc.Unread)
		assert.EqualValues(t, 190, doc.VAT)
		n++
	}
	assert.Equal(t, 1, n)
}

// Rows of other programs, however they wrote the key, are in pages once each, between
// those of this package.
func TestPagesOfLegacyRows(t *testing.T) {
	t.Parallel()
	store := open(t, filepath.Join(t.TempDir(), "chile.db"))
	path, _ := files.Load(store)
	db, err := sql.Open("sqlite", path.(string))
	require.NoError(t, err)
	defer db.Close()
	_, err = store.ImportRegister(t.Context(), month(20))
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), pagetest.LegacyRows)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), `INSERT INTO sii_rcv_purchases (rut_empresa, periodo, rut_emisor, rut_receptor, tipo_dte, folio)
		VALUES ('76192083-9', '2026-10', CAST(X'FF41' AS text), '76192083-9', '33', '7'), ('76192083-9', '2026-10', X'00FF', '76192083-9', X'3333', X'01')`)
	require.NoError(t, err)
	pagetest.Check(t, store, 20+pagetest.Rows+2)
}
