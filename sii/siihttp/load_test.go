package siihttp_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siihttp"
	"github.com/ofitec/chile/sii/siitest"
)

// load is the number of following pages and of importing people: fewer, unless the
// full load is requested.
func load() (streams, imports int) {
	if os.Getenv("CHILE_FULL_TESTS") != "" {
		return 200, 50
	}
	return 40, 12
}

// heap returns the bytes in use.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// Many pages follow while many people import at once, repeatedly: every page sees
// every change, and memory does not grow with past events. Not parallel: it
// measures the heap and the goroutines of the process.
func TestManyPagesWhileManyImport(t *testing.T) { //nolint:paralleltest // see above
	const rounds = 4
	streams, imports := load()
	before := runtime.NumGoroutine()
	s := start(t, nil)
	s.cleanup()
	s.store = openFile(t, filepath.Join(t.TempDir(), "sii.db"))
	for i := 2; i < imports; i++ { // two are there
		period := october.Add(-i)
		s.fake.Load(owner, period, siitest.Generate(uint64(i), owner, period, 20))
	}
	s.serve(func(c *siihttp.Settings) { c.Audit, c.Authorize = nil, authorize }) // which keep what they are told
	s.importAll(imports)
	changes := make([]atomic.Int64, streams)
	ctx, cancel := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	for i := range streams {
		body := s.open(ctx)
		readers.Go(func() {
			defer body.Close()
			for lines := bufio.NewScanner(body); lines.Scan(); {
				if strings.Contains(lines.Text(), `"type":"cambio"`) {
					changes[i].Add(1)
				}
			}
		})
	}
	var heaps []uint64
	for round := range int64(rounds) {
		for i := range imports {
			s.fake.Change(rcv.Key{Owner: owner, Period: october.Add(-i), Book: rcv.Purchases}, func(docs []rcv.Document) []rcv.Document {
				docs[0].Net++
				return docs
			})
		}
		s.importAll(imports)
		for i := range changes {
			require.Eventually(t, func() bool { return changes[i].Load() == (round+1)*int64(imports) }, time.Minute, time.Millisecond,
				"stream %d has %d changes", i, changes[i].Load())
		}
		heaps = append(heaps, heap())
	}
	t.Logf("heap after each round: %d KiB", func() (kib []uint64) {
		for _, b := range heaps {
			kib = append(kib, b>>10)
		}
		return kib
	}())
	// The fake keeps a record of each call, and the changed documents: some growth is
	// its own.
	assert.Less(t, heaps[rounds-1], heaps[0]+heaps[0]/2, "memory grows with what went by")
	cancel()
	readers.Wait()
	s.cleanup()
	s.fake.Close()
	assert.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+10 }, 10*time.Second, 5*time.Millisecond,
		"goroutines are left: %d, %d before", runtime.NumGoroutine(), before)
}

// importAll imports all months at once.
func (s *service) importAll(imports int) {
	s.t.Helper()
	var people sync.WaitGroup
	var failed atomic.Value
	for i := range imports {
		period := october.Add(-i)
		body := fmt.Sprintf(`{"year":%d,"month":%d,"rut":%q}`, period.Year, period.Month, owner)
		people.Go(func() {
			if got := s.post("ana", "/rcv/import", body); got.status != http.StatusOK {
				failed.Store(got.body)
			}
		})
	}
	people.Wait()
	require.Nil(s.t, failed.Load(), s.logs.String())
}

// open opens a stream and returns when it is open.
func (s *service) open(ctx context.Context) io.ReadCloser {
	s.t.Helper()
	response, err := s.wire.RoundTrip(s.request("ana", http.MethodGet, "/events", "").WithContext(ctx))
	require.NoError(s.t, err)
	require.Equal(s.t, http.StatusOK, response.StatusCode)
	return response.Body
}
