package postgres_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/pagetest"
	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// BenchmarkPages reads pages of a month of 100,000 documents.
func BenchmarkPages(b *testing.B) {
	const documents = 100_000
	store := open(b, "pgx", pgtest.URL(b, "pgx"))
	key := rcv.Key{Owner: owner, Period: october, Book: rcv.Purchases}
	_, err := store.ImportRegister(b.Context(), storage.Snapshot{Key: key, Rows: func(yield func(rcv.Document, error) bool) {
		for i := range documents {
			d := document(chile.Folio(i+1), chile.CLP(1000+i))
			d.Counterparty, _ = chile.NewRUT(int64(70_000_000 + i%5000))
			if !yield(d, nil) {
				return
			}
		}
	}})
	require.NoError(b, err)
	pagetest.Bench(b, store, key, documents)
}
