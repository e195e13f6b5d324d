package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/pagetest"
	"github.com/ofitec/chile/storage/sqlite"
)

// BenchmarkPages reads pages of a month of 100,000 documents.
func BenchmarkPages(b *testing.B) {
	const documents = 100_000
	store, err := sqlite.Open(b.Context(), "sqlite", filepath.Join(b.TempDir(), "chile.db"))
	require.NoError(b, err)
	b.Cleanup(func() { _ = store.Close() })
	snapshot := month(documents)
	_, err = store.ImportRegister(b.Context(), snapshot)
	require.NoError(b, err)
	pagetest.Bench(b, store, snapshot.Key, documents)
}
