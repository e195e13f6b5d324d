package rcv_test

import (
	"fmt"
	"iter"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// suppliers yields n documents of a thousand each, in order, without those whose
// number within ten is skip.
func suppliers(n, skip int) iter.Seq2[rcv.Entry, error] {
	return func(yield func(rcv.Entry, error) bool) {
		for i := range n {
			if i%10 == skip {
				continue
			}
			rut, _ := chile.NewRUT(int64(10_000_000 + i/1000))
			if !yield(entry(rut, 33, chile.Folio(i%1000+1), chile.CLP(1000+i%7), 1+i%28), nil) {
				return
			}
		}
	}
}

// A million documents and a million entries, sorted, are reconciled in bounded
// memory: ten times the number needs no more. Not parallel: it measures the heap
// of the process.
func TestReconcileMemory(t *testing.T) { //nolint:paralleltest // see above
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	peakOf := func(n int) uint64 {
		runtime.GC()
		before, peak := heap(), uint64(0)
		r := rcv.Reconcile(suppliers(n, 3), suppliers(n, 4), &rcv.ReconcileOptions{Sorted: true, Amount: 10, Days: 5})
		count := 0
		for _, err := range r.Pairs() {
			require.NoError(t, err)
			if count++; count%500 == 0 {
				peak = max(peak, heap())
			}
		}
		require.GreaterOrEqual(t, count, n*9/10)
		_, err := r.Totals()
		require.NoError(t, err)
		return peak - min(peak, before)
	}
	small, large := peakOf(100_000), peakOf(1_000_000)
	t.Logf("peak of 100,000: %d KB, of 1,000,000: %d KB", small>>10, large>>10)
	require.Less(t, large, uint64(16<<20), fmt.Sprint(large))
	require.Less(t, large, 2*small+4<<20)
}
