package siisync_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/ofitec/chile/internal/fleettest"
	"github.com/ofitec/chile/storage/sqlite"
)

func openSQLite(ctx context.Context, path string, now func() time.Time) (fleettest.Store, error) {
	return sqlite.Open(ctx, "sqlite", path, sqlite.WithClock(now))
}

func TestVictim(t *testing.T) { fleettest.Victim(t, openSQLite) } //nolint:paralleltest // a process of its own

// A run that is killed at any moment is taken up by the next, with nothing lost
// and nothing doubled. PostgreSQL: see package pgxcopy.
func TestFleetSurvivesKill(t *testing.T) {
	t.Parallel()
	fleettest.KillTest{
		Open: openSQLite, Store: filepath.Join(t.TempDir(), "killed.db"), Victim: "TestVictim",
		Kills: fleettest.Full(8, 200), Seed: 1,
	}.Run(t)
}
