package pgxcopy_test

import (
	"context"
	"database/sql"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/pgxcopy"
	"github.com/ofitec/chile/storage/postgres"
)

// many is how many documents the tests of large registers import: all of them
// only if CHILE_FULL_TESTS is set, because it takes minutes.
func many(some, all int) int {
	if os.Getenv("CHILE_FULL_TESTS") != "" {
		return all
	}
	return some
}

// Eight that import one month at once, each the documents in another order and
// with other amounts, take turns and never wait for each other crosswise.
func TestWorkersOnOneMonth(t *testing.T) {
	t.Parallel()
	documents := many(1000, speedRows)
	url := pgtest.URL(t, "pgx")
	store, err := pgxcopy.Open(t.Context(), url)
	require.NoError(t, err)
	defer store.Close()
	const workers = 8
	results := make([]*storage.ImportResult, workers)
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			var docs []rcv.Document
			for d := range manyDocuments(documents) {
				if d.Net += chile.CLP(w); int(d.Folio)%workers != w { // each lacks some that others have
					docs = append(docs, d)
				}
			}
			rand.New(rand.NewPCG(1, uint64(w))).Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
			var err error
			results[w], err = store.ImportRegister(t.Context(), storage.Snapshot{Key: speedKey, Rows: func(yield func(rcv.Document, error) bool) {
				for _, d := range docs {
					if !yield(d, nil) {
						return
					}
				}
			}})
			assert.NoError(t, err)
		})
	}
	all.Wait()
	require.NotContains(t, results, (*storage.ImportResult)(nil))
	last := slices.MaxFunc(results, func(a, b *storage.ImportResult) int { return int(a.ID - b.ID) })
	winner := slices.Index(results, last)
	stored := 0
	for d, err := range store.Documents(t.Context(), storage.DocumentQuery{Owner: speedKey.Owner}) {
		require.NoError(t, err)
		require.Equal(t, 1000+chile.CLP(d.Folio)-1+chile.CLP(winner), d.Net)
		stored++
	}
	assert.Equal(t, documents-documents/workers, stored)

	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	var deadlocks int
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").Scan(&deadlocks))
	assert.Zero(t, deadlocks)
}

// An unchanged month writes next to nothing: 64 KB and 1 KB for each 1,000
// documents at most.
func TestUnchangedMonthWritesLittle(t *testing.T) { //nolint:paralleltest // it counts what the whole server writes
	documents := many(2000, speedRows)
	url := pgtest.URL(t, "pgx")
	store, err := pgxcopy.Open(t.Context(), url)
	require.NoError(t, err)
	defer store.Close()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	server := &rawCopy{conn: conn}
	importMany(t, store, speedKey, documents)
	server.fill(t, 0) // what the server would do by itself, soon after
	least := int64(1 << 62)
	for range 3 { // others may use the server
		before := server.written(t)
		require.EqualValues(t, documents, importMany(t, store, speedKey, documents).Counts.Unchanged)
		least = min(least, server.written(t)-before)
	}
	t.Logf("%d documents: %d bytes", documents, least)
	assert.LessOrEqual(t, least, int64(64<<10+documents/1000<<10))
}

// watchedCopier notes how much memory is in use while rows are written.
type watchedCopier struct {
	pgxcopy.Copier
	peak *uint64
}

func (c watchedCopier) Copy(ctx context.Context, conn *sql.Conn, statement string, data io.Reader) error {
	return c.Copier.Copy(ctx, conn, statement, &watchedReader{r: data, peak: c.peak})
}

type watchedReader struct {
	r     io.Reader
	peak  *uint64
	reads int
}

func (r *watchedReader) Read(p []byte) (int, error) {
	if r.reads++; r.reads%100 == 0 {
		notePeak(r.peak)
	}
	return r.r.Read(p)
}

func notePeak(peak *uint64) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	*peak = max(*peak, m.HeapAlloc)
}

// A large month is never whole in memory: beside a fixed amount there are some
// 100 bytes a document, garbage included, of documents that take 1,000.
func TestImportMemory(t *testing.T) { //nolint:paralleltest // it measures the memory of the whole process
	documents := many(50_000, 1_000_000)
	var peak uint64
	store, err := pgxcopy.Open(t.Context(), pgtest.URL(t, "pgx"), postgres.WithCopier(watchedCopier{peak: &peak}))
	require.NoError(t, err)
	defer store.Close()
	watched := func() iter.Seq2[rcv.Document, error] {
		return func(yield func(rcv.Document, error) bool) {
			for d, err := range manyDocuments(documents) {
				if d.Folio%10_000 == 0 {
					notePeak(&peak)
				}
				if !yield(d, err) {
					return
				}
			}
		}
	}
	for _, want := range []storage.Counts{{Added: int64(documents)}, {Unchanged: int64(documents)}} {
		runtime.GC()
		peak = 0
		var before runtime.MemStats
		runtime.ReadMemStats(&before)
		result, err := store.ImportRegister(t.Context(), storage.Snapshot{Key: speedKey, Rows: watched()})
		require.NoError(t, err)
		assert.Equal(t, want, result.Counts)
		used := int64(peak) - int64(before.HeapAlloc)
		t.Logf("%d documents: %d KiB", documents, used>>10)
		assert.LessOrEqual(t, used, int64(32<<20+200*documents))
	}
}
