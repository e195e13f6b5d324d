package rcv

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
)

// The order is that of a sort that compares, equal entries where they were.
func TestSortedOrder(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 5))
	folios := []chile.Folio{math.MinInt64, -1, 0, 1, 2047, 2048, 1 << 33, math.MaxInt64}
	for n := range 300 {
		all := make([]Entry, n)
		for i := range all {
			rut, err := chile.NewRUT(1 + r.Int64N(40)*2_000_003)
			require.NoError(t, err)
			all[i] = Entry{Counterparty: rut, Type: chile.DocType(r.IntN(5)*30 - 30), Folio: folios[r.IntN(len(folios))]}
			if r.IntN(9) == 0 {
				all[i].Counterparty = chile.RUT{}
			}
		}
		want := make([]int, n)
		for i := range want {
			want[i] = i
		}
		slices.SortStableFunc(want, func(a, b int) int { return all[a].Compare(all[b]) })
		require.Equal(t, want, sortedOrder(all))
	}
}
