package pgxcopy_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/pgxcopy"
	"github.com/ofitec/chile/storage/postgres"
	"github.com/ofitec/chile/storage/seal"
	"github.com/ofitec/chile/storage/storagetest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// prepared returns the URL of an empty database with the tables.
func prepared(t *testing.T) string {
	t.Helper()
	return pgtest.Prepared(t, "pgx", func(url string) {
		store, err := pgxcopy.Open(t.Context(), url)
		require.NoError(t, err)
		require.NoError(t, store.Close())
	})
}

func TestConformance(t *testing.T) {
	t.Parallel()
	var urls sync.Map
	ring, err := seal.ParseRing("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=")
	require.NoError(t, err)
	open := func(t *testing.T, url string, opts ...postgres.Option) storage.Storage {
		store, err := pgxcopy.Open(t.Context(), url, append(opts, postgres.WithSealer(ring))...)
		require.NoError(t, err)
		t.Cleanup(func() { _ = store.Close() })
		urls.Store(store, url)
		return store
	}
	storagetest.Run(t, storagetest.Harness{
		New: func(t *testing.T) storage.Storage { return open(t, prepared(t)) },
		NewWithClock: func(t *testing.T, now func() time.Time) storage.Storage {
			return open(t, prepared(t), postgres.WithClock(now))
		},
	})
}

func TestErrorsShowNoPassword(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{"postgres://u:s3creto@127.0.0.1:1/x?sslmode=disable&connect_timeout=1", "postgres://u:s3creto@[::1/x", "host=x password=s3creto port=nonsense"} {
		_, err := pgxcopy.Open(t.Context(), dsn)
		require.Error(t, err)
		assert.False(t, strings.Contains(err.Error(), "s3creto"), err)
	}
}
