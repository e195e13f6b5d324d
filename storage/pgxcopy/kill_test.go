package pgxcopy_test

import (
	"context"
	"testing"
	"time"

	"github.com/ofitec/chile/internal/fleettest"
	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/storage/pgxcopy"
	"github.com/ofitec/chile/storage/postgres"
)

func open(ctx context.Context, url string, now func() time.Time) (fleettest.Store, error) {
	return pgxcopy.Open(ctx, url, postgres.WithClock(now))
}

func TestVictim(t *testing.T) { fleettest.Victim(t, open) } //nolint:paralleltest // a process of its own

// A run that is killed at any moment is taken up by the next, with nothing lost
// and nothing doubled.
func TestFleetSurvivesKill(t *testing.T) {
	t.Parallel()
	fleettest.KillTest{
		Open: open, Store: pgtest.URL(t, "pgx"), Victim: "TestVictim",
		Kills: fleettest.Full(8, 200), Seed: 2,
	}.Run(t)
}
