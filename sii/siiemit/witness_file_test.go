package siiemit_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siiemit"
)

func TestFileWitness(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "not", "yet")
	w, err := siiemit.NewFileWitness(dir)
	require.NoError(t, err)
	a := siiemit.Range{Environment: chile.Certification, Issuer: chile.MustParseRUT("76192083-9"), Type: 33, From: 1}
	b := a
	b.Type = 61
	_, err = w.Mark(t.Context(), a)
	require.ErrorIs(t, err, fs.ErrNotExist)

	require.NoError(t, w.Raise(t.Context(), a, 50))
	require.NoError(t, w.Raise(t.Context(), a, 1000))
	require.NoError(t, w.Raise(t.Context(), a, 100), "a lower one changes nothing")
	mark, err := w.Mark(t.Context(), a)
	require.NoError(t, err)
	assert.Equal(t, chile.Folio(1000), mark)
	_, err = w.Mark(t.Context(), b)
	require.ErrorIs(t, err, fs.ErrNotExist, "each range has its own mark")
	left, err := os.ReadDir(filepath.Join(dir, a.String()))
	require.NoError(t, err)
	assert.Len(t, left, 1, "lower marks are taken away")

	again, err := siiemit.NewFileWitness(dir)
	require.NoError(t, err)
	mark, err = again.Mark(t.Context(), a)
	require.NoError(t, err)
	assert.Equal(t, chile.Folio(1000), mark, "it outlives the program")
}

func TestFileWitnessTogether(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	of := siiemit.Range{Environment: chile.Production, Issuer: chile.MustParseRUT("76192083-9"), Type: 33, From: 1}
	var group sync.WaitGroup
	for n := range 8 {
		group.Go(func() {
			w, err := siiemit.NewFileWitness(dir)
			assert.NoError(t, err)
			for i := range 25 {
				to := chile.Folio(50 * (8*i + n + 1))
				assert.NoError(t, w.Raise(t.Context(), of, to))
				mark, err := w.Mark(t.Context(), of)
				assert.NoError(t, err)
				assert.GreaterOrEqual(t, mark, to, "nobody lowers a mark that was raised")
			}
		})
	}
	group.Wait()
}

func TestFileWitnessRefuses(t *testing.T) {
	t.Parallel()
	_, err := siiemit.NewFileWitness("")
	require.Error(t, err)
	dir := t.TempDir()
	w, err := siiemit.NewFileWitness(dir)
	require.NoError(t, err)
	of := siiemit.Range{Environment: chile.Production, Issuer: chile.MustParseRUT("76192083-9"), Type: 33, From: 1}
	require.Error(t, w.Raise(t.Context(), of, 0))
	require.NoError(t, w.Raise(t.Context(), of, 50))
	ended, end := context.WithCancel(t.Context())
	end()
	require.ErrorIs(t, w.Raise(ended, of, 60), context.Canceled)
	_, err = w.Mark(ended, of)
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, os.WriteFile(filepath.Join(dir, of.String(), "a copy"), nil, 0o600))
	_, err = w.Mark(t.Context(), of)
	require.ErrorIs(t, err, siiemit.ErrWitness, "what cannot be read proves nothing")
	require.ErrorIs(t, w.Raise(t.Context(), of, 100), siiemit.ErrWitness)
}
