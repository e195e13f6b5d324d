package pgxcopy_test

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/pgxcopy"
	"github.com/ofitec/chile/storage/postgres"
)

var speedKey = rcv.Key{Owner: chile.MustParseRUT("76192083-9"), Period: chile.MustParsePeriod("2026-10"), Book: rcv.Purchases}

// manyDocuments are purchases as a large company has them.
func manyDocuments(n int) iter.Seq2[rcv.Document, error] {
	return func(yield func(rcv.Document, error) bool) {
		received := time.Date(2026, 10, 5, 12, 0, 0, 0, time.UTC)
		for i := range n {
			supplier, _ := chile.NewRUT(int64(70_000_000 + i%5000))
			net := chile.CLP(1000 + i)
			d := rcv.Document{
				State: rcv.Registro, Type: chile.FacturaElectronica, Folio: chile.Folio(i + 1), Counterparty: supplier, Name: "Proveedor de materiales SpA",
				Issued: speedKey.Period.First(), Received: received.Add(time.Duration(i) * time.Second), Net: net, VAT: net * 19 / 100, Total: net + net*19/100,
			}
			if !yield(d, nil) {
				return
			}
		}
	}
}

const speedRows = 100_000

func importMany(tb testing.TB, store storage.Registers, key rcv.Key, n int) *storage.ImportResult {
	tb.Helper()
	result, err := store.ImportRegister(context.Background(), storage.Snapshot{Key: key, Rows: manyDocuments(n)})
	require.NoError(tb, err)
	return result
}

// BenchmarkImport compares imports of 100,000 documents with a raw COPY of the
// same rows into the same table, with its indexes: alone, beside 2,000,000 other
// rows, and as a driver without COPY imports them. The ways take turns, so that each sees the same machine; the
// numbers are medians, and a ratio of more than 1 is faster than the COPY.
func BenchmarkImport(b *testing.B) {
	open := func(b *testing.B, url string) *postgres.Store {
		b.Helper()
		store, err := pgxcopy.Open(b.Context(), url)
		require.NoError(b, err)
		return store
	}
	openWithoutCopy := func(b *testing.B, url string) *postgres.Store {
		b.Helper()
		db, err := sql.Open("pgx", url)
		require.NoError(b, err)
		store, err := postgres.New(b.Context(), db)
		require.NoError(b, err)
		return store
	}
	for _, test := range []struct {
		name   string
		others int // months
		open   func(*testing.B, string) *postgres.Store
	}{{"alone", 0, open}, {"beside 2000000", 20, open}, {"alone without COPY", 0, openWithoutCopy}} {
		b.Run(test.name, func(b *testing.B) {
			url := pgtest.URL(b, "pgx")
			store := test.open(b, url)
			defer store.Close()
			raw := newRawCopy(b, url, store)
			defer raw.conn.Close(context.Background())
			raw.fill(b, test.others)

			var copied, first, unchanged []time.Duration
			var written []int64
			key := speedKey
			for b.Loop() {
				start := time.Now()
				raw.copy(b)
				copied = append(copied, time.Since(start))

				key.Period = key.Period.Next()
				start = time.Now()
				require.EqualValues(b, speedRows, importMany(b, store, key, speedRows).Counts.Added)
				first = append(first, time.Since(start))

				before := raw.written(b)
				start = time.Now()
				require.EqualValues(b, speedRows, importMany(b, store, key, speedRows).Counts.Unchanged)
				unchanged = append(unchanged, time.Since(start))
				written = append(written, raw.written(b)-before)
			}
			b.ReportMetric(median(copied).Seconds(), "copy-s")
			b.ReportMetric(median(first).Seconds(), "first-s")
			b.ReportMetric(median(unchanged).Seconds(), "unchanged-s")
			b.ReportMetric(float64(median(copied))/float64(median(first)), "first/copy")
			b.ReportMetric(float64(median(copied))/float64(median(unchanged)), "unchanged/copy")
			b.ReportMetric(float64(median(written))/1024, "unchanged-KB-WAL")
		})
	}
}

func median[T cmp.Ordered](all []T) T {
	slices.Sort(all)
	return all[len(all)/2]
}

// rawCopy copies the rows that an import has made.
type rawCopy struct {
	conn       *pgx.Conn
	columns    []string
	rows       [][]any
	id, period int // columns
	copies     int
}

func newRawCopy(tb testing.TB, url string, store storage.Registers) *rawCopy {
	tb.Helper()
	importMany(tb, store, speedKey, speedRows)
	conn, err := pgx.Connect(tb.Context(), url)
	require.NoError(tb, err)
	rows, err := conn.Query(tb.Context(), "SELECT * FROM sii_rcv_purchases ORDER BY folio::bigint") // as the documents come
	require.NoError(tb, err)
	r := &rawCopy{conn: conn}
	for i, f := range rows.FieldDescriptions() {
		r.columns = append(r.columns, f.Name)
		switch f.Name {
		case "id":
			r.id = i
		case "periodo":
			r.period = i
		}
	}
	r.rows, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) ([]any, error) { return row.Values() })
	require.NoError(tb, err)
	return r
}

// copy copies the rows into a month of their own.
func (r *rawCopy) copy(tb testing.TB) {
	tb.Helper()
	r.copies++
	month := fmt.Sprintf("%04d-01", 1000+r.copies)
	for i := range r.rows {
		r.rows[i][r.id], r.rows[i][r.period] = int64(1_000_000_000+r.copies*speedRows+i), month
	}
	_, err := r.conn.CopyFrom(tb.Context(), pgx.Identifier{"sii_rcv_purchases"}, r.columns, pgx.CopyFromRows(r.rows))
	require.NoError(tb, err)
}

// fill adds other months.
func (r *rawCopy) fill(tb testing.TB, months int) {
	tb.Helper()
	for range months {
		r.copy(tb)
	}
	_, err := r.conn.Exec(tb.Context(), "VACUUM ANALYZE sii_rcv_purchases")
	require.NoError(tb, err)
	_, err = r.conn.Exec(tb.Context(), "CHECKPOINT")
	require.NoError(tb, err)
}

// written is how many bytes of the log the server has written.
func (r *rawCopy) written(tb testing.TB) (n int64) {
	tb.Helper()
	require.NoError(tb, r.conn.QueryRow(tb.Context(), "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint").Scan(&n))
	return n
}
