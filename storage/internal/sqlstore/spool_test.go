package sqlstore

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// spooled is a row of a spool as it was added.
type spooled struct {
	at   int64
	want []Value
}

// fillSpool adds rows of any length, so many bytes at least.
func fillSpool(t *testing.T, s *rowSpool, size int64) (rows []spooled) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	for added := int64(0); added < size; {
		last := strings.Repeat("ñ", random.IntN(300))
		if random.IntN(1000) == 0 {
			last = strings.Repeat("x", 3*spoolBlock+random.IntN(spoolBlock))
		}
		row := []Value{{}, intValue(random.Int64()), intValue(-random.Int64()), textOf(fmt.Sprint(added)), boolValue(true), {Kind: Date, Int: -3}, {Kind: Time, Int: 1 << 60}}
		at, err := s.add(row, []byte(last))
		require.NoError(t, err)
		rows = append(rows, spooled{at, append(row, textOf(last))})
		added = at + int64(len(last))
	}
	return rows
}

func TestSpoolGivesBackWhatItWasGiven(t *testing.T) {
	t.Parallel()
	for _, size := range []int64{1, spoolMemory / 2, 3 * spoolMemory} {
		var s rowSpool
		rows := fillSpool(t, &s, size)
		assert.Equal(t, size > spoolMemory, s.bytes.Filed() > 0)
		rand.New(rand.NewPCG(3, 4)).Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		for _, row := range append(rows, rows[0]) {
			got, err := s.read(row.at, nil)
			require.NoError(t, err)
			require.Equal(t, row.want, got)
		}
		s.close()
	}
}

func TestSpoolWithoutRoom(t *testing.T) { //nolint:paralleltest // it sets the folder of temporary files
	t.Setenv("TMPDIR", t.TempDir()+"/none")
	t.Setenv("TMP", os.Getenv("TMPDIR"))
	var s rowSpool
	defer s.close()
	var err error
	for range spoolMemory/1000 + 10 {
		if _, err = s.add(nil, make([]byte, 1000)); err != nil {
			break
		}
	}
	require.ErrorContains(t, err, "temporary file")
	require.NotErrorIs(t, err, os.ErrNotExist, "which says that something is absent")
}

func TestSpoolNoticesDamage(t *testing.T) {
	t.Parallel()
	var s rowSpool
	defer s.close()
	_, err := s.read(0, nil)
	require.ErrorIs(t, err, errSpool, "there are no rows")
	fillSpool(t, &s, 2*spoolMemory)
	for _, at := range []int64{s.bytes.Size() - 2, s.bytes.Size(), s.bytes.Size() + spoolBlock} {
		_, err := s.read(at, nil)
		require.ErrorIs(t, err, errSpool, "there is no row at the end")
	}
	_, err = decodeRow(nil, "\x03\x05abc")
	require.ErrorIs(t, err, errSpool)
	_, err = decodeRow(nil, "\x01\xff")
	require.ErrorIs(t, err, errSpool)
}
