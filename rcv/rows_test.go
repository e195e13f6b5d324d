package rcv

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// The cells are those of a plain cut at each separator, whatever stands near one.
func TestCellsAreCutAtSeparators(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 3))
	letters := []byte(";;;;;::,,,<=abc \t\"\x01\x7f\x80\xba\xbb\xff")
	const columns = 12
	r := &cutter{cells: make([]span, columns)}
	for n := range 200_000 {
		r.separator = ";,:"[n%3]
		line := make([]byte, rnd.IntN(60))
		for i := range line {
			line[i] = letters[rnd.IntN(len(letters))]
		}
		extra := r.split(line)
		var wantExtra []byte
		for i, cell := range bytes.Split(line, []byte{r.separator}) {
			if cell = bytes.TrimSpace(cell); string(cell) == `""` {
				cell = nil
			}
			if i < columns {
				if wantExtra == nil {
					require.Equal(t, string(cell), string(r.cell(i)), "%q", line)
				}
			} else if len(cell) > 0 && wantExtra == nil {
				wantExtra = cell
			}
		}
		require.Equal(t, string(wantExtra), string(extra), "%q", line)
	}
}
