package postgres_test

import (
	"database/sql"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "github.com/lib/pq"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/postgres"
	"github.com/ofitec/chile/storage/seal"
	"github.com/ofitec/chile/storage/storagetest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// drivers are the names under which the drivers register.
var drivers = map[string]string{"pgx": "pgx", "lib/pq": "postgres"}

func connect(t testing.TB, driver, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, url)
	require.NoError(t, err)
	db.SetMaxOpenConns(12)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func open(t testing.TB, driver, url string, opts ...postgres.Option) *postgres.Store {
	t.Helper()
	ring, err := seal.ParseRing("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=")
	require.NoError(t, err)
	store, err := postgres.New(t.Context(), connect(t, driver, url), append(opts, postgres.WithSealer(ring))...)
	require.NoError(t, err)
	return store
}

// makeTables brings a database up to date, over a connection that does not outlive it.
func makeTables(t testing.TB, driver, url string) {
	t.Helper()
	db, err := sql.Open(driver, url)
	require.NoError(t, err)
	defer db.Close()
	_, err = postgres.Migrate(t.Context(), db)
	require.NoError(t, err)
}

func TestConformance(t *testing.T) {
	t.Parallel()
	for name, driver := range drivers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var urls sync.Map
			start := func(t *testing.T, opts ...postgres.Option) storage.Storage {
				url := pgtest.Prepared(t, driver, func(url string) { makeTables(t, driver, url) })
				store := open(t, driver, url, opts...)
				urls.Store(store, url)
				return store
			}
			storagetest.Run(t, storagetest.Harness{
				New:          func(t *testing.T) storage.Storage { return start(t) },
				NewWithClock: func(t *testing.T, now func() time.Time) storage.Storage { return start(t, postgres.WithClock(now)) },
				Reopen: func(t *testing.T, s storage.Storage) storage.Storage {
					url, _ := urls.Load(s)
					require.NoError(t, s.(*postgres.Store).Close())
					again := open(t, driver, url.(string))
					urls.Store(again, url)
					return again
				},
				Unrecord: func(t *testing.T, s storage.Storage) {
					url, _ := urls.Load(s)
					db := connect(t, driver, url.(string))
					for _, table := range []string{"sii_rcv_importaciones", "sii_envios"} {
						_, err := db.ExecContext(t.Context(), "UPDATE "+table+" SET ambiente = NULL")
						require.NoError(t, err)
					}
				},
			})
		})
	}
}
