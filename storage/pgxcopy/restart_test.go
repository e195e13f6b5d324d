package pgxcopy_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/fleettest"
	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/sii/siisync"
)

// PostgreSQL is killed at random moments of runs and comes back: each run waits
// for it and does all that is due, and what is stored is what a run that nothing
// disturbed would have stored.
func TestFleetSurvivesPostgresKilled(t *testing.T) {
	t.Parallel()
	kills := fleettest.Full(4, 60)
	server := pgtest.Start(t)
	w := fleettest.NewWorld(t, 3, fleettest.Size{Companies: 6, Holders: 3, Months: 3, Documents: 24})
	var calls atomic.Int64
	moment := make(chan struct{}, 1)
	var next atomic.Int64
	sii := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.Fake.Handler().ServeHTTP(rw, r)
		if calls.Add(1) == next.Load() {
			moment <- struct{}{}
		}
	}))
	defer sii.Close()
	store, err := open(t.Context(), server.URL(t, "pgx"), w.Now)
	require.NoError(t, err)
	defer store.Close()
	fleet, err := w.Fleet(store, sii.URL, 3)
	require.NoError(t, err)
	model := fleettest.NewModel()
	for day, killed, perRun := 0, 0, int64(0); killed < kills; day++ {
		if day > 0 {
			w.NextDay()
			next.Store(calls.Load() + 1 + w.Random().Int64N(perRun))
		}
		model.ImportAll(w)
		before := calls.Load()
		run := make(chan error, 1)
		go func() { run <- allImported(t.Context(), fleet, w.Plan) }()
		for ended := false; !ended; {
			select {
			case err := <-run:
				require.NoError(t, err, "day %d", day)
				ended = true
			case <-moment: // when some answer has come, and a little later
				delay := time.NewTimer(time.Duration(w.Random().Int64N(int64(10 * time.Millisecond))))
				<-delay.C
				server.Kill(t)
				killed++
				server.Restart(t)
			}
		}
		perRun = max(perRun, calls.Load()-before)
		require.NoError(t, model.Check(t.Context(), store), "day %d", day)
	}
	t.Logf("PostgreSQL was killed %d times", kills)
}

func allImported(ctx context.Context, fleet *siisync.Fleet, plan siisync.Plan) error {
	for o, err := range fleet.Run(ctx, plan) {
		if err == nil {
			err = o.Err
		}
		if err != nil {
			return err
		}
	}
	return nil
}
