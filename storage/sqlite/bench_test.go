package sqlite_test

import (
	"database/sql"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/sqlite"
)

// month is a register of so many documents of 5,000 suppliers.
func month(documents int) storage.Snapshot {
	period := chile.MustParsePeriod("2026-10")
	return storage.Snapshot{
		Key: rcv.Key{Owner: chile.MustParseRUT("76192083-9"), Period: period, Book: rcv.Purchases},
		Rows: func(yield func(rcv.Document, error) bool) {
			for i := range documents {
				supplier, _ := chile.NewRUT(int64(70_000_000 + i%5000))
				net := chile.CLP(1000 + i)
				d := rcv.Document{
					State: rcv.Registro, Type: 33, Folio: chile.Folio(i + 1), Counterparty: supplier, Name: "Proveedor de materiales SpA",
					Issued: period.First(), Received: period.First().Time().Add(time.Duration(i) * time.Second), Net: net, VAT: net * 19 / 100, Total: net + net*19/100,
				}
				if !yield(d, nil) {
					return
				}
			}
		},
	}
}

// BenchmarkImport compares imports of 100,000 documents with prepared INSERTs
// of the same rows into the same table, with its indexes, in one transaction.
// The ways take turns, so that each sees the same machine; the numbers are
// medians, and a ratio of more than 1 is faster than the INSERTs.
func BenchmarkImport(b *testing.B) {
	const documents = 100_000
	columns, rows := storedRows(b, documents)
	var inserted, first, unchanged []time.Duration
	for b.Loop() {
		inserted = append(inserted, insertEach(b, columns, rows))

		store, err := sqlite.Open(b.Context(), "sqlite", filepath.Join(b.TempDir(), "chile.db"))
		require.NoError(b, err)
		for _, times := range []*[]time.Duration{&first, &unchanged} {
			start := time.Now()
			_, err := store.ImportRegister(b.Context(), month(documents))
			require.NoError(b, err)
			*times = append(*times, time.Since(start))
		}
		require.NoError(b, store.Close())
	}
	median := func(all []time.Duration) time.Duration {
		slices.Sort(all)
		return all[len(all)/2]
	}
	b.ReportMetric(median(inserted).Seconds(), "insert-s")
	b.ReportMetric(median(first).Seconds(), "first-s")
	b.ReportMetric(median(unchanged).Seconds(), "unchanged-s")
	b.ReportMetric(float64(median(inserted))/float64(median(first)), "first/insert")
	b.ReportMetric(float64(median(inserted))/float64(median(unchanged)), "unchanged/insert")
}

// storedRows returns the rows that an import makes, in the order in which the
// documents come.
func storedRows(b *testing.B, documents int) (columns []string, rows [][]any) {
	b.Helper()
	path := filepath.Join(b.TempDir(), "chile.db")
	store, err := sqlite.Open(b.Context(), "sqlite", path)
	require.NoError(b, err)
	defer store.Close()
	_, err = store.ImportRegister(b.Context(), month(documents))
	require.NoError(b, err)
	db, err := sql.Open("sqlite", path)
	require.NoError(b, err)
	defer db.Close()
	found, err := db.QueryContext(b.Context(), "SELECT * FROM sii_rcv_purchases ORDER BY CAST(folio AS integer)")
	require.NoError(b, err)
	defer found.Close()
	columns, err = found.Columns()
	require.NoError(b, err)
	require.Equal(b, "id", columns[0])
	for found.Next() {
		row, targets := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			targets[i] = &row[i]
		}
		require.NoError(b, found.Scan(targets...))
		rows = append(rows, row[1:])
	}
	require.NoError(b, found.Err())
	return columns[1:], rows
}

// insertEach writes the rows into a new database as one would without this
// package, and returns how long that took.
func insertEach(b *testing.B, columns []string, rows [][]any) time.Duration {
	b.Helper()
	path := filepath.Join(b.TempDir(), "chile.db")
	store, err := sqlite.Open(b.Context(), "sqlite", path)
	require.NoError(b, err)
	require.NoError(b, store.Close())
	db, err := sql.Open("sqlite", path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)")
	require.NoError(b, err)
	defer db.Close()

	start := time.Now()
	tx, err := db.BeginTx(b.Context(), nil)
	require.NoError(b, err)
	statement, err := tx.PrepareContext(b.Context(), "INSERT INTO sii_rcv_purchases ("+strings.Join(columns, ", ")+") VALUES ("+
		strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ")+")")
	require.NoError(b, err)
	for _, row := range rows {
		_, err := statement.ExecContext(b.Context(), row...)
		require.NoError(b, err)
	}
	require.NoError(b, tx.Commit())
	return time.Since(start)
}
