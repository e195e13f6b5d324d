package spool

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const memory = 1 << 12

// fill writes bytes in pieces of any length, so many at least, and returns them.
func fill(t *testing.T, s *Spool, size int) []byte {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	var all []byte
	for len(all) < size {
		piece := make([]byte, random.IntN(700))
		if random.IntN(20) == 0 {
			piece = make([]byte, 2*memory+random.IntN(10))
		}
		for i := range piece {
			piece[i] = byte(random.IntN(256))
		}
		n, err := s.Write(piece)
		require.NoError(t, err)
		require.Equal(t, len(piece), n)
		all = append(all, piece...)
		require.EqualValues(t, len(all), s.Size())
	}
	return all
}

func TestBytesComeBack(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, memory / 2, memory, 20 * memory} {
		s := New(memory, "spool-*")
		defer s.Close()
		want := fill(t, s, size)
		if size > memory {
			assert.Positive(t, s.Filed())
			assert.Less(t, s.Filed(), s.Size(), "the last bytes are in memory")
		}
		require.NoError(t, iotest.TestReader(io.NewSectionReader(s, 0, s.Size()), want), size)
		for _, at := range []int64{s.Filed() - 1, s.Filed(), s.Size() - 1} {
			if at < 0 || at >= s.Size() {
				continue
			}
			got := make([]byte, 2)
			n, err := s.ReadAt(got, at)
			assert.Equal(t, want[at:min(at+2, s.Size())], got[:n])
			assert.Equal(t, n < 2, errors.Is(err, io.EOF))
		}
		for _, beyond := range []int64{s.Size(), s.Size() + 1, s.Size() + 1<<40} {
			n, err := s.ReadAt(make([]byte, 1), beyond)
			assert.Zero(t, n)
			assert.Equal(t, io.EOF, err)
		}
	}
}

func TestLeavesNoFile(t *testing.T) { //nolint:paralleltest // it sets the folder of temporary files
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir)
	s := New(memory, "spool-*")
	fill(t, s, 2*memory)
	require.NotNil(t, s.file)
	info, err := s.file.Stat()
	require.NoError(t, err)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	if runtime.GOOS != "windows" {
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
		assert.Empty(t, left, "the file has no name while it is in use")
	}
	s.Close()
	left, err = os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestNoRoom(t *testing.T) { //nolint:paralleltest // it sets the folder of temporary files
	t.Setenv("TMPDIR", t.TempDir()+"/none")
	t.Setenv("TMP", os.Getenv("TMPDIR"))
	s := New(memory, "spool-*")
	defer s.Close()
	want := bytes.Repeat([]byte("x"), memory)
	_, err := s.Write(want)
	require.NoError(t, err)
	_, err = s.Write([]byte("y"))
	require.ErrorContains(t, err, "temporary file")
	require.NotErrorIs(t, err, os.ErrNotExist, "which says that something is absent")
	got, err := io.ReadAll(io.NewSectionReader(s, 0, s.Size()))
	require.NoError(t, err)
	assert.Equal(t, want, got, "what was there stays")
}

func TestDamage(t *testing.T) {
	t.Parallel()
	s := New(memory, "spool-*")
	defer s.Close()
	want := fill(t, s, 4*memory)
	require.NoError(t, s.file.Truncate(s.written/2))
	got := make([]byte, s.Size())
	n, err := s.ReadAt(got, 0)
	require.ErrorIs(t, err, io.EOF, "and never the bytes after the hole")
	assert.EqualValues(t, s.written/2, n)
	assert.Equal(t, want[:n], got[:n])
}
