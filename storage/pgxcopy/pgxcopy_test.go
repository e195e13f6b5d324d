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
	"github.com/ofitec/chile/storage/storagetest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestConformance(t *testing.T) {
	t.Parallel()
	var urls sync.Map
	open := func(t *testing.T, url string, opts ...postgres.Option) storage.Storage {
		store, err := pgxcopy.Open(t.Context(), url, opts...)
		require.NoError(t, err)
		t.Cleanup(func() { _ = store.Close() })
		urls.Store(store, url)
		return store
	}
	storagetest.Run(t, storagetest.Harness{
		New: func(t *testing.T) storage.Storage { return open(t, pgtest.URL(t, "pgx")) },
		NewWithClock: func(t *testing.T, now func() time.Time) storage.Storage {
			return open(t, pgtest.URL(t, "pgx"), postgres.WithClock(now))
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
