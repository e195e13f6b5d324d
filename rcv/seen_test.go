package rcv

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
)

// TestSeenAgainstAMap adds ids that are near each other, as those of a file are.
func TestSeenAgainstAMap(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(7, 7))
	s, want := newSeen(), make(map[docID]bool)
	for range 300_000 {
		rut, err := chile.NewRUT(76_000_000 + rnd.Int64N(50))
		require.NoError(t, err)
		id := docID{rut, chile.DocType(33 + rnd.IntN(4)), chile.Folio(1 + rnd.IntN(2_000))}
		err = s.add(id)
		if want[id] {
			require.ErrorIs(t, err, ErrTwice)
		} else {
			require.NoError(t, err)
		}
		want[id] = true
	}
	require.Equal(t, len(want), s.count)
}
