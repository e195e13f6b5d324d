package postgres_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/pagetest"
	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/postgres"
)

var (
	owner   = chile.MustParseRUT("76192083-9")
	october = chile.MustParsePeriod("2026-10")
	bought  = rcv.Key{Owner: owner, Period: october, Book: rcv.Purchases}
	sold    = rcv.Key{Owner: owner, Period: october, Book: rcv.Sales}
)

// legacy returns a database as the older back end left it.
func legacy(t *testing.T) *sql.DB {
	t.Helper()
	db := connect(t, "pgx", pgtest.URL(t, "pgx"))
	script, err := os.ReadFile("testdata/legacy.sql")
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), string(script))
	require.NoError(t, err)
	return db
}

var legacyTables = []string{"sii_tokens", "sii_envios", "sii_eventos", "sii_rcv_sales", "sii_rcv_purchases", "sii_sessions", "alembic_version"}

// rows returns every row of the tables of the older back end, in the columns
// that it knows.
func rows(t *testing.T, db *sql.DB, columns map[string][]string) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, table := range legacyTables {
		query := "SELECT to_json(t)::text FROM (SELECT "
		for i, c := range columns[table] {
			if i > 0 {
				query += ", "
			}
			query += c
		}
		found, err := db.QueryContext(t.Context(), query+" FROM "+table+" ORDER BY 1) AS t")
		require.NoError(t, err)
		for found.Next() {
			var row string
			require.NoError(t, found.Scan(&row))
			all[table] = append(all[table], row)
		}
		require.NoError(t, found.Err())
		require.NoError(t, found.Close())
	}
	return all
}

func columnsOf(t *testing.T, db *sql.DB) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	found, err := db.QueryContext(t.Context(), "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position")
	require.NoError(t, err)
	defer found.Close()
	for found.Next() {
		var table, column string
		require.NoError(t, found.Scan(&table, &column))
		all[table] = append(all[table], column)
	}
	require.NoError(t, found.Err())
	return all
}

func count(t *testing.T, db *sql.DB, query string, args ...any) (n int) {
	t.Helper()
	require.NoError(t, db.QueryRowContext(t.Context(), query, args...).Scan(&n))
	return n
}

func TestLegacyDatabaseIsUpgradedAndTakenBack(t *testing.T) {
	t.Parallel()
	db := legacy(t)
	columns := columnsOf(t, db)
	before := rows(t, db, columns)

	report, err := postgres.Migrate(t.Context(), db)
	require.NoError(t, err)
	names, err := fs.Glob(postgres.Migrations(), "*.up.sql")
	require.NoError(t, err)
	for i, name := range names {
		names[i] = strings.TrimSuffix(name, ".up.sql")
	}
	assert.Equal(t, names, report.Applied)
	assert.EqualValues(t, 2, report.OwnersUnknown, "rows that name no receiver are kept and reported")
	assert.Equal(t, before, rows(t, db, columns), "no row is lost or changed")
	for _, table := range legacyTables {
		assert.Subset(t, columnsOf(t, db)[table], columns[table], "columns keep their names")
	}
	assert.Equal(t, 4, count(t, db, "SELECT count(*) FROM sii_rcv_purchases WHERE rut_empresa = '76192083-9'"))
	assert.Equal(t, 2, count(t, db, "SELECT count(*) FROM sii_rcv_sales WHERE rut_empresa = '76192083-9'"))

	again, err := postgres.Migrate(t.Context(), db)
	require.NoError(t, err)
	assert.Empty(t, again.Applied)

	require.NoError(t, postgres.Rollback(t.Context(), db))
	assert.Equal(t, before, rows(t, db, columns), "nothing is lost on the way back")
	after := columnsOf(t, db)
	for _, table := range legacyTables {
		assert.Equal(t, columns[table], after[table])
	}
	_, err = db.ExecContext(t.Context(), "INSERT INTO sii_eventos (envio_id, tipo) VALUES (NULL, 'x')")
	require.ErrorContains(t, err, "envio_id", "the old constraint is back")
	_, err = postgres.Migrate(t.Context(), db)
	require.NoError(t, err, "and it goes forward again")
}

// The INSERTs of the older back end go on working beside the store, as
// SQLAlchemy writes them.
func TestLegacyInsertsStillWork(t *testing.T) {
	t.Parallel()
	db := legacy(t)
	store := open(t, "pgx", pgtest.URL(t, "pgx"))
	require.NoError(t, store.Close())
	_, err := postgres.Migrate(t.Context(), db)
	require.NoError(t, err)
	for _, statement := range []string{
		`INSERT INTO sii_rcv_sales (periodo, rut_receptor, rut_emisor, tipo_dte, folio, fecha_emision, neto, iva, exento, total, estado_sii, xml_hash, created_at)
			VALUES ('2026-11', '77222222-K', '76.192.083-9', '33', '900', '2026-11-02', 1, 0, 0, 1, NULL, NULL, '2026-11-03 00:00:00') RETURNING sii_rcv_sales.id`,
		`INSERT INTO sii_rcv_purchases (periodo, rut_emisor, rut_receptor, tipo_dte, folio, fecha_emision, neto, iva, exento, total, estado_sii, xml_hash, created_at)
			VALUES ('2026-11', '12345678-5', '76192083-9', '33', '901', '2026-11-02', 1, 0, 0, 1, NULL, NULL, '2026-11-03 00:00:00') RETURNING sii_rcv_purchases.id`,
		`INSERT INTO sii_tokens (ambiente, token, expires_at, created_at) VALUES ('cert', 'X', '2026-11-03', '2026-11-03') RETURNING sii_tokens.id`,
		`INSERT INTO sii_envios (tipo, track_id, estado, xml_hash, rut_emisor, periodo, created_at, updated_at)
			VALUES ('DTE', '77', 'enviado', 'h', '76192083-9', '2026-11', '2026-11-03', '2026-11-03') RETURNING sii_envios.id`,
		`INSERT INTO sii_eventos (envio_id, tipo, detalle, created_at) VALUES (1, 'seguimiento', '{}', '2026-11-03') RETURNING sii_eventos.id`,
		`INSERT INTO sii_sessions (owner_user_id, cookies_cipher, expires_at, created_at) VALUES (0, 'c', '2030-11-03', '2026-11-03') RETURNING sii_sessions.id`,
	} {
		var id int64
		require.NoError(t, db.QueryRowContext(t.Context(), statement).Scan(&id), statement)
		assert.Positive(t, id)
	}
	assert.Equal(t, 1, count(t, db, "SELECT count(*) FROM sii_rcv_sales WHERE rut_empresa = '76192083-9' AND folio = '900'"))
	assert.Equal(t, 1, count(t, db, "SELECT count(*) FROM sii_rcv_purchases WHERE rut_empresa = '76192083-9' AND folio = '901'"))
}

func document(folio chile.Folio, net chile.CLP) rcv.Document {
	return rcv.Document{
		State: rcv.Registro, Type: 33, Folio: folio, Counterparty: chile.MustParseRUT("12345678-5"), Name: "Proveedor Uno SpA",
		Issued: october.First().AddDays(int(folio) - 101), Net: net, VAT: net * 19 / 100, Total: net + net*19/100,
	}
}

func seq(docs ...rcv.Document) func(func(rcv.Document, error) bool) {
	return func(yield func(rcv.Document, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	}
}

// The first import finds the rows of the older back end, however they are
// written, fills them in, and counts what is different without telling of it.
func TestImportAdoptsLegacyRows(t *testing.T) {
	t.Parallel()
	db := legacy(t)
	store, err := postgres.New(t.Context(), db)
	require.NoError(t, err)
	changed := document(103, 3000)
	changed.Net, changed.Total = 3100, 3670
	result, err := store.ImportRegister(t.Context(), storage.Snapshot{Key: bought, Environment: chile.Production, Rows: seq(document(101, 1000), document(102, 2000), changed, document(150, 10))})
	require.NoError(t, err)
	assert.Equal(t, storage.Counts{Added: 1, Changed: 1, Unchanged: 2}, result.Counts)
	assert.Empty(t, result.Changes)
	assert.True(t, result.Adopted)
	assert.Equal(t, 7, count(t, db, "SELECT count(*) FROM sii_rcv_purchases"), "no row is doubled or lost")

	again, err := store.ImportRegister(t.Context(), storage.Snapshot{Key: bought, Environment: chile.Production, Rows: seq(document(101, 1000), document(102, 2000), changed, document(150, 10))})
	require.NoError(t, err)
	assert.Equal(t, storage.Counts{Unchanged: 4}, again.Counts)
	assert.False(t, again.Adopted)

	gone, err := store.ImportRegister(t.Context(), storage.Snapshot{Key: sold, Environment: chile.Production, Rows: seq()})
	require.NoError(t, err)
	assert.Equal(t, storage.Counts{Gone: 2}, gone.Counts)
	assert.Empty(t, gone.Changes)
	assert.Zero(t, count(t, db, "SELECT count(*) FROM sii_rcv_cambios"), "the feed has nothing of what was there before")
	changed.Net, changed.Total = 3200, 3770
	next, err := store.ImportRegister(t.Context(), storage.Snapshot{Key: bought, Environment: chile.Production, Rows: seq(document(101, 1000), changed, document(150, 10))})
	require.NoError(t, err)
	require.Len(t, next.Changes, 2, "from then on it is told")
	for doc, err := range store.Documents(t.Context(), storage.DocumentQuery{Owner: owner, Book: rcv.Sales, IncludeGone: true}) {
		require.NoError(t, err)
		assert.False(t, doc.GoneAt.IsZero())
		assert.NotZero(t, doc.Total, "what the older back end wrote is still there")
	}
	_, _, err = store.Token(context.Background(), "prod/soap/x")
	require.Error(t, err, "tokens that others keep in the clear are not taken for ours")
}

// Rows of the older back end that are odd are listed too, and stay as they are
// written where the register does not have them.
func TestOddLegacyRowsAreKept(t *testing.T) {
	t.Parallel()
	db := legacy(t)
	store, err := postgres.New(t.Context(), db)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), `INSERT INTO sii_rcv_purchases (periodo, rut_emisor, rut_receptor, tipo_dte, folio, total)
		VALUES ('2026-10', 'EXTRANJERO', '76192083-9', '33', '777', 5)`)
	require.NoError(t, err)
	_, err = store.ImportRegister(t.Context(), storage.Snapshot{Key: bought, Environment: chile.Production, Rows: seq(document(101, 1000))})
	require.NoError(t, err)
	assert.Equal(t, 1, count(t, db, "SELECT count(*) FROM sii_rcv_purchases WHERE rut_emisor = 'EXTRANJERO'"))
	assert.Equal(t, 1, count(t, db, "SELECT count(*) FROM sii_rcv_purchases WHERE folio = '0102'"), "not in the register")
	listed := 0
	for doc, err := range store.Documents(t.Context(), storage.DocumentQuery{Owner: owner, Book: rcv.Purchases, IncludeGone: true}) {
		require.NoError(t, err)
		if listed++; doc.Folio == 105 {
			assert.True(t, doc.Key.Period.IsZero(), "the row names no period")
		}
	}
	assert.Equal(t, 5, listed)
}

// A row of an older back end with what cannot be read is listed, and says so; so is
// every other row of the month.
func TestUnreadLegacyValuesAreTold(t *testing.T) {
	t.Parallel()
	db := legacy(t)
	store, err := postgres.New(t.Context(), db)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), `UPDATE sii_rcv_sales SET neto = 5000.5, total = 'NaN' WHERE folio = '7';
		INSERT INTO sii_rcv_sales (periodo, rut_receptor, rut_emisor, tipo_dte, folio, neto, iva, total) VALUES ('2026-10', 'EXTRANJERO', '76192083-9', 'FAC', 'B-9', 1000.00, 1e3, -0.5)`)
	require.NoError(t, err)
	found := map[chile.Folio]storage.StoredDocument{}
	for doc, err := range store.Documents(t.Context(), storage.DocumentQuery{Owner: owner, Book: rcv.Sales, From: october, To: october}) {
		require.NoError(t, err)
		found[doc.Folio] = doc
	}
	require.Len(t, found, 3)
	assert.Equal(t, []storage.Unread{{Column: "neto", Text: "5000.5"}, {Column: "total", Text: "NaN"}}, found[7].Unread)
	assert.EqualValues(t, 5000, found[7].Net)
	assert.EqualValues(t, 950, found[7].VAT)
	row := found[7]
	require.ErrorIs(t, row.Readable(), storage.ErrUnread)
	require.ErrorContains(t, row.Readable(), `neto "5000.5", total "NaN"`)
	row = found[8]
	require.NoError(t, row.Readable())
	assert.Equal(t, []storage.Unread{
		{Column: "rut_receptor", Text: "EXTRANJERO"}, {Column: "tipo_dte", Text: "FAC"}, {Column: "folio", Text: "B-9"}, {Column: "total", Text: "-0.5"},
	}, found[0].Unread)
	assert.EqualValues(t, 1000, found[0].Net)
	assert.EqualValues(t, 1000, found[0].VAT)
	for _, err := range store.Counterparties(t.Context(), storage.CounterpartyQuery{Owner: owner, Book: rcv.Sales}) {
		require.NoError(t, err)
	}

	sale := document(7, 5000)
	sale.Counterparty = chile.MustParseRUT("77222222-K")
	result, err := store.ImportRegister(t.Context(), storage.Snapshot{Key: sold, Environment: chile.Production, Rows: seq(sale)})
	require.NoError(t, err)
	assert.Equal(t, storage.Counts{Changed: 1, Gone: 2}, result.Counts)
	assert.Empty(t, result.Changes)
	for doc, err := range store.Documents(t.Context(), storage.DocumentQuery{Owner: owner, Book: rcv.Sales, From: october, To: october}) {
		require.NoError(t, err)
		assert.Empty(t, doc.Unread)
		assert.EqualValues(t, 5950, doc.Total)
	}
}

// Where several rows of older back ends can be read as one document, the one
// that is written as the SII does is taken for it, and none if no one is.
func TestDoubledLegacyRows(t *testing.T) {
	t.Parallel()
	db := legacy(t)
	store, err := postgres.New(t.Context(), db)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), `INSERT INTO sii_rcv_purchases (periodo, rut_emisor, rut_receptor, tipo_dte, folio, neto, iva, exento, total) VALUES
		('2026-10', '12.345.678-5', '76192083-9', '33', '101', 1, 1, 1, 1), ('2026-10', '12345678-5', '76192083-9', '33', '00102', 1, 1, 1, 1)`)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), `INSERT INTO sii_rcv_sales (periodo, rut_receptor, rut_emisor, tipo_dte, folio, total)
		VALUES ('2026-10', '77222222-K', '76.192.083-9', '33', '7', 1)`)
	require.NoError(t, err)

	result, err := store.ImportRegister(t.Context(), storage.Snapshot{Key: bought, Environment: chile.Production, Rows: seq(document(101, 1000), document(102, 2000), document(103, 3000))})
	require.NoError(t, err)
	assert.Equal(t, storage.Counts{Added: 1, Gone: 3, Unchanged: 2}, result.Counts, "of 101 one row is left over, of 102 both")
	assert.Equal(t, 1, count(t, db, "SELECT count(*) FROM sii_rcv_purchases WHERE folio = '101' AND datos IS NOT NULL AND ausente_desde IS NULL"))
	assert.Equal(t, 3, count(t, db, "SELECT count(*) FROM sii_rcv_purchases WHERE folio IN ('102', '0102', '00102')"), "they are kept as they are written")
	again, err := store.ImportRegister(t.Context(), storage.Snapshot{Key: bought, Environment: chile.Production, Rows: seq(document(101, 1000), document(102, 2000), document(103, 3000))})
	require.NoError(t, err)
	assert.Equal(t, storage.Counts{Unchanged: 3}, again.Counts)

	sale := document(7, 5000)
	sale.Counterparty = chile.MustParseRUT("77222222-K")
	for _, want := range []storage.Counts{{Changed: 1, Gone: 2}, {Unchanged: 1}} {
		result, err := store.ImportRegister(t.Context(), storage.Snapshot{Key: sold, Environment: chile.Production, Rows: seq(sale)})
		require.NoError(t, err)
		assert.Equal(t, want, result.Counts, "one row is the sale, its double and the note are gone")
	}
}

// A row of an older back end that was gone may come back.
func TestLegacyRowReturns(t *testing.T) {
	t.Parallel()
	store, err := postgres.New(t.Context(), legacy(t))
	require.NoError(t, err)
	_, err = store.ImportRegister(t.Context(), storage.Snapshot{Key: bought, Environment: chile.Production, Rows: seq()})
	require.NoError(t, err)
	result, err := store.ImportRegister(t.Context(), storage.Snapshot{Key: bought, Environment: chile.Production, Rows: seq(document(102, 2000))})
	require.NoError(t, err)
	assert.Equal(t, storage.Counts{Returned: 1}, result.Counts)
}

func TestMigrationIsLeftToOthers(t *testing.T) {
	t.Parallel()
	db := legacy(t)
	before := columnsOf(t, db)
	store, err := postgres.New(t.Context(), db, postgres.WithoutMigration())
	require.NoError(t, err)
	assert.Equal(t, before, columnsOf(t, db))

	require.NoError(t, store.Ping(t.Context()))
	pending, unknown, err := store.MigrationState(t.Context())
	require.NoError(t, err)
	assert.Empty(t, unknown)
	report, err := postgres.Migrate(t.Context(), db)
	require.NoError(t, err)
	assert.Equal(t, report.Applied, pending)
	pending, unknown, err = store.MigrationState(t.Context())
	require.NoError(t, err)
	assert.Empty(t, append(pending, unknown...))
}

// An unchanged row is not written: its transaction stays the same.
func TestUnchangedRowsAreNotWritten(t *testing.T) {
	t.Parallel()
	db := connect(t, "pgx", pgtest.URL(t, "pgx"))
	store, err := postgres.New(t.Context(), db)
	require.NoError(t, err)
	snapshot := func(net chile.CLP) storage.Snapshot {
		return storage.Snapshot{Key: bought, Environment: chile.Production, Rows: seq(document(101, 1000), document(102, 2000), document(103, net))}
	}
	_, err = store.ImportRegister(t.Context(), snapshot(3000))
	require.NoError(t, err)
	versions := func() (all map[string]string) {
		var text string
		require.NoError(t, db.QueryRowContext(t.Context(), "SELECT json_object_agg(folio, xmin::text || ' ' || ctid::text)::text FROM sii_rcv_purchases").Scan(&text))
		require.NoError(t, json.Unmarshal([]byte(text), &all))
		return all
	}
	before := versions()
	_, err = store.ImportRegister(t.Context(), snapshot(3000))
	require.NoError(t, err)
	assert.Equal(t, before, versions())
	_, err = store.ImportRegister(t.Context(), snapshot(3100))
	require.NoError(t, err)
	after := versions()
	assert.Equal(t, before["101"], after["101"])
	assert.NotEqual(t, before["103"], after["103"])
}

// The schema as the older back end's users have it is the one that the tests
// above work on.
func TestLegacySchemaIsTheirs(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile(filepath.Join(sharedtest.Path(t), "..", "legacy-schema.sql"))
	if err != nil {
		t.Skip("the older back end's schema is not next to the project")
	}
	theirs := connect(t, "pgx", pgtest.URL(t, "pgx"))
	_, err = theirs.ExecContext(t.Context(), string(script))
	require.NoError(t, err)
	want := columnsOf(t, theirs)
	ours := columnsOf(t, legacy(t))
	delete(ours, "alembic_version")
	assert.Equal(t, want, ours)
	report, err := postgres.Migrate(t.Context(), theirs)
	require.NoError(t, err)
	assert.NotEmpty(t, report.Applied)
	require.NoError(t, postgres.Rollback(t.Context(), theirs))
	after := columnsOf(t, theirs)
	delete(after, "sii_migraciones")
	assert.Equal(t, want, after)
}

// Rows of older back ends, however they wrote the key, are in pages once each, between
// those of this package.
func TestPagesOfLegacyRows(t *testing.T) {
	t.Parallel()
	db := connect(t, "pgx", pgtest.URL(t, "pgx"))
	store, err := postgres.New(t.Context(), db)
	require.NoError(t, err)
	var docs []rcv.Document
	for i := range 20 {
		docs = append(docs, document(chile.Folio(i+1), 1000))
	}
	_, err = store.ImportRegister(t.Context(), storage.Snapshot{Key: bought, Rows: seq(docs...)})
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), pagetest.LegacyRows)
	require.NoError(t, err)
	pagetest.Check(t, store, 20+pagetest.Rows)

	for _, wrong := range []string{"12\x00", "12\xff"} {
		for _, err := range store.Documents(t.Context(), storage.DocumentQuery{Owner: owner, After: storage.Place{Period: "2026-10", Book: rcv.Purchases, Key: wrong}}) {
			require.ErrorIs(t, err, storage.ErrInvalid)
		}
	}
}
