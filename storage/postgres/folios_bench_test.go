package postgres_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/foliotest"
	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/storage"
)

// BenchmarkTakeFolio compares folios that 50 goroutines take of one CAF with
// transactions that count a row up and insert one, and with folios that are taken 100
// at once. The ways take turns, so that each sees the same machine; the numbers are
// medians of folios a second. The ratio is 1 or more if folios are taken as fast as
// the transactions are made.
func BenchmarkTakeFolio(b *testing.B) {
	const goroutines, each, batch = 50, 20, 100
	url := pgtest.URL(b, "pgx")
	store, db := open(b, "pgx", url), connect(b, "pgx", url)
	_, err := store.PutCAF(b.Context(), foliotest.CAF(1, 90_000_000))
	require.NoError(b, err)
	_, err = db.ExecContext(b.Context(), `CREATE TABLE contador (id integer PRIMARY KEY, n bigint NOT NULL); INSERT INTO contador VALUES (1, 0);
		CREATE TABLE filas (id bigserial PRIMARY KEY, n bigint NOT NULL, clave text NOT NULL UNIQUE, creada timestamp NOT NULL)`)
	require.NoError(b, err)
	var keys atomic.Int64
	next := func() string { return fmt.Sprintf("order-%d", keys.Add(1)) }
	ways := []struct {
		name   string
		folios int // of each call
		take   func(ctx context.Context) error
	}{
		{"counted", 1, func(ctx context.Context) error { return countAndInsert(ctx, db, next()) }},
		{"folios", 1, func(ctx context.Context) error {
			_, err := store.TakeFolio(ctx, foliotest.Request(next()))
			return err
		}},
		{"batched", batch, func(ctx context.Context) error {
			requests := make([]storage.FolioRequest, batch)
			for i := range requests {
				requests[i] = foliotest.Request(next())
			}
			_, err := store.TakeFolios(ctx, requests)
			return err
		}},
	}
	rates := map[string][]float64{}
	for b.Loop() {
		for _, way := range ways {
			calls := each
			if way.folios > 1 {
				calls = 2
			}
			began := time.Now()
			var all sync.WaitGroup
			for range goroutines {
				all.Go(func() {
					for range calls {
						if err := way.take(b.Context()); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			all.Wait()
			rates[way.name] = append(rates[way.name], float64(goroutines*calls*way.folios)/time.Since(began).Seconds())
		}
	}
	median := func(name string) float64 {
		slices.Sort(rates[name])
		return rates[name][len(rates[name])/2]
	}
	for _, way := range ways {
		b.ReportMetric(median(way.name), way.name+"/s")
	}
	b.ReportMetric(median("folios")/median("counted"), "folios/counted")
	b.ReportMetric(median("batched")/median("folios"), "batched/folios")
}

// countAndInsert is what an invoice number costs at least: a transaction that counts
// a row up and inserts one.
func countAndInsert(ctx context.Context, db *sql.DB, key string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	var n chile.Folio
	if err := tx.QueryRowContext(ctx, "UPDATE contador SET n = n + 1 WHERE id = 1 RETURNING n").Scan(&n); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO filas (n, clave, creada) VALUES ($1, $2, now())", n, key); err != nil {
		return err
	}
	return tx.Commit()
}
