package siihttp_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // the driver of the tests

	"github.com/ofitec/chile/sii/siihttp"
	"github.com/ofitec/chile/storage/sqlite"
)

// openFile opens the database of a service that restarts.
func openFile(t *testing.T, path string) *sqlite.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), "sqlite", path, sqlite.WithClock(clock))
	require.NoError(t, err)
	t.Cleanup(func() { store.Close() })
	return store
}

// After a restart with the same database, a page gets the events it missed, and
// jobs are still known.
func TestStreamIsResumedAfterARestart(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sii.db")
	s := start(t, nil)
	s.cleanup()
	store := openFile(t, path)
	s.store = store
	s.serve(nil)
	stream := s.listen("ana", "/events", "")
	stream.until("ping")
	require.Equal(t, "0", stream.id)
	s.importMonth("ana")
	s.change()
	s.importMonth("ana")
	first := stream.until("cambio")
	var before struct{ Trabajos []siihttp.Job }
	s.get("ana", "/jobs").json(&before)
	require.Len(t, before.Trabajos, 2)
	s.cleanup()
	for {
		if _, open := stream.read(); !open {
			break
		}
	}
	require.NoError(t, store.Close())

	s.store = openFile(t, path)
	s.serve(nil)
	s.change()
	s.importMonth("ana") // while the page is away
	resumed := s.listen("ana", "/events", stream.id)
	second := resumed.until("cambio")
	assert.Greater(t, second.ID, first.ID)
	s.change()
	s.importMonth("ana")
	assert.Greater(t, resumed.until("cambio").ID, second.ID)
	var after struct{ Trabajos []siihttp.Job }
	s.get("ana", "/jobs").json(&after)
	require.Len(t, after.Trabajos, 4)
	assert.Equal(t, before.Trabajos, after.Trabajos[2:])
	var whole siihttp.Job
	s.get("ana", "/jobs/"+before.Trabajos[0].ID).json(&whole)
	assert.Equal(t, siihttp.JobDone, whole.State)
	assert.Len(t, whole.Units, 2)
}

// Imports of another process arrive too.
func TestChangesOfAnotherProcessArrive(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.importMonth("ana")
	stream := s.listen("ana", "/events", "")
	stream.until("ping")
	other := start(t, nil)
	other.cleanup()
	other.store, other.fake = s.store, s.fake
	other.serve(nil)
	s.change()
	other.importMonth("ana")
	assert.Equal(t, "amounts", stream.until("cambio").Clase)
}
