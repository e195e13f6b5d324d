package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/sqlite"
)

// month is a register of 10,000 documents.
func month(folios chile.Folio) storage.Snapshot {
	period := chile.MustParsePeriod("2026-10")
	return storage.Snapshot{
		Key: rcv.Key{Owner: chile.MustParseRUT("76192083-9"), Period: period, Book: rcv.Purchases},
		Rows: func(yield func(rcv.Document, error) bool) {
			for i := range chile.Folio(10_000) {
				d := rcv.Document{
					State: rcv.Registro, Type: 33, Folio: folios + i, Counterparty: chile.MustParseRUT("12345678-5"),
					Name: "Proveedor Uno SpA", Issued: period.First(), Received: period.First().Time(), Net: 1000, VAT: 190, Total: 1190,
				}
				if !yield(d, nil) {
					return
				}
			}
		},
	}
}

func BenchmarkFirstImport10000(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		store, err := sqlite.Open(b.Context(), "sqlite", filepath.Join(b.TempDir(), "chile.db"))
		require.NoError(b, err)
		b.StartTimer()
		_, err = store.ImportRegister(b.Context(), month(1))
		require.NoError(b, err)
		b.StopTimer()
		require.NoError(b, store.Close())
		b.StartTimer()
	}
}

func BenchmarkUnchangedImport10000(b *testing.B) {
	store, err := sqlite.Open(b.Context(), "sqlite", filepath.Join(b.TempDir(), "chile.db"))
	require.NoError(b, err)
	defer store.Close()
	_, err = store.ImportRegister(b.Context(), month(1))
	require.NoError(b, err)
	for b.Loop() {
		_, err := store.ImportRegister(b.Context(), month(1))
		require.NoError(b, err)
	}
}
