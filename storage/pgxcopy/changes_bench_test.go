package pgxcopy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/pgxcopy"
)

// changedMonth is a register of so many documents, all of one amount.
func changedMonth(documents int, net chile.CLP) storage.Snapshot {
	period := chile.MustParsePeriod("2026-10")
	return storage.Snapshot{
		Key: rcv.Key{Owner: chile.MustParseRUT("76192083-9"), Period: period, Book: rcv.Purchases},
		Rows: func(yield func(rcv.Document, error) bool) {
			for i := range chile.Folio(documents) {
				d := rcv.Document{
					State: rcv.Registro, Type: 33, Folio: i + 1, Counterparty: chile.MustParseRUT("12345678-5"), Name: "Proveedor Uno SpA",
					Issued: period.First(), Received: period.First().Time().Add(time.Duration(i) * time.Second), Net: net, VAT: 190, Total: net + 190,
				}
				if !yield(d, nil) {
					return
				}
			}
		},
	}
}

// BenchmarkChanges imports a month of 100,000 documents: for the first time,
// which makes no changes, with every amount different, with no document and with
// all of them again.
func BenchmarkChanges(b *testing.B) {
	const documents = 100_000
	for b.Loop() {
		b.StopTimer()
		store, err := pgxcopy.Open(b.Context(), pgtest.URL(b, "pgx"))
		require.NoError(b, err)
		b.StartTimer()
		for _, step := range []struct {
			name      string
			documents int
			net       chile.CLP
			changes   int
		}{{"first", documents, 1000, 0}, {"changed", documents, 2000, documents}, {"gone", 0, 0, documents}, {"returned", documents, 1000, documents}} {
			start := time.Now()
			result, err := store.ImportRegister(b.Context(), changedMonth(step.documents, step.net))
			require.NoError(b, err)
			require.Len(b, result.Changes, step.changes)
			b.ReportMetric(time.Since(start).Seconds(), step.name+"-s")
		}
		b.StopTimer()
		require.NoError(b, store.Close())
		b.StartTimer()
	}
}
