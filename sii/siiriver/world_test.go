package siiriver_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siiriver"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage/pgxcopy"
	"github.com/ofitec/chile/storage/postgres"
)

var (
	owner   = chile.MustParseRUT("76192083-9")
	holder  = chile.MustParseRUT("11111111-1")
	october = chile.MustParsePeriod("2026-10")
	bought  = rcv.Key{Owner: owner, Period: october, Book: rcv.Purchases}
	sold    = rcv.Key{Owner: owner, Period: october, Book: rcv.Sales}
)

// world is a fake SII, a database, and what works on it.
type world struct {
	*testing.T
	fake   *siitest.Server
	url    string
	pool   *pgxpool.Pool
	store  *postgres.Store
	fleet  *siisync.Fleet
	rows   func(siisync.Progress) // told of each download
	engine *siiriver.Engine

	mu   sync.Mutex
	ends []siiriver.JobEnd
}

// noon is when all happens.
func noon() time.Time { return time.Date(2026, 10, 31, 15, 0, 0, 0, time.UTC) }

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, fake: siitest.NewServer(siitest.WithClock(noon)), url: pgtest.URL(t, "pgx"), rows: func(siisync.Progress) {}}
	t.Cleanup(w.fake.Close)
	w.fake.Authorize(holder, owner)
	w.fake.Load(owner, october, siitest.Generate(1, owner, october, 20))
	var err error
	w.pool, err = pgxpool.New(t.Context(), w.url)
	require.NoError(t, err)
	t.Cleanup(w.pool.Close)
	require.NoError(t, siiriver.Migrate(t.Context(), w.pool))
	w.store, err = pgxcopy.Open(t.Context(), w.url, postgres.WithClock(noon), postgres.WithBeforeCommit(siiriver.Complete))
	require.NoError(t, err)
	t.Cleanup(func() { _ = w.store.Close() })
	pacer, err := siisync.NewPacer(siisync.PacerSettings{Interval: time.Millisecond, MaxInterval: time.Millisecond, Shared: w.store})
	require.NoError(t, err)
	client, err := sii.NewClient(w.fake.Environment(), sii.WithIdentity(w.fake.NewIdentity(holder)), sii.WithClock(noon), sii.WithTokenCache(w.store),
		sii.WithRetry(sii.RetrySettings{Attempts: 1}),
		sii.WithHTTPClient(&http.Client{Transport: pacer.Transport(holder.String(), w.fake.Client().Transport)}))
	require.NoError(t, err)
	syncer, err := siisync.New(client, w.store, siisync.WithProgress(func(p siisync.Progress) { w.rows(p) }))
	require.NoError(t, err)
	w.fleet, err = siisync.NewFleet(w.store, func(context.Context, chile.RUT) (siisync.Access, error) {
		return siisync.Access{Syncer: syncer, Credential: holder.String()}, nil
	}, siisync.WithPacer(pacer), siisync.WithClock(noon))
	require.NoError(t, err)
	return w
}

// run has an engine work until the test ends, or the function that it returns is
// called.
func (w *world) run(settings siiriver.Settings) (stop func()) {
	w.Helper()
	settings.Fleet, settings.Configure = w.fleet, quick
	settings.Observer.JobEnd = func(_ context.Context, end siiriver.JobEnd) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.ends = append(w.ends, end)
	}
	var err error
	w.engine, err = siiriver.New(w.pool, settings)
	require.NoError(w, err)
	ctx, cancel := context.WithCancel(context.WithoutCancel(w.Context()))
	ended := make(chan error, 1)
	engine := w.engine
	go func() { ended <- engine.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			w.Error(err)
		}
	})
	w.Cleanup(stop)
	return stop
}

// outcomes are those of the jobs of a kind so far.
func (w *world) outcomes(kind string) (list []siiriver.Outcome) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, end := range w.ends {
		if end.Kind == kind {
			list = append(list, end.Outcome)
		}
	}
	return list
}

// eventually waits for what must come to be.
func (w *world) eventually(what string, f func() bool) {
	w.Helper()
	require.Eventually(w, f, 30*time.Second, 10*time.Millisecond, what)
}

// jobs returns the jobs of a kind in some states.
func (w *world) jobs(kind string, states ...rivertype.JobState) []*rivertype.JobRow {
	w.Helper()
	page, err := w.engine.Client().JobList(w.Context(), river.NewJobListParams().Kinds(kind).States(states...))
	require.NoError(w, err)
	return page.Jobs
}

// waitFor waits until there are so many jobs of a kind in a state.
func (w *world) waitFor(kind string, n int, state rivertype.JobState) {
	w.Helper()
	w.eventually(kind+" "+string(state), func() bool { return len(w.jobs(kind, state)) == n })
}

// dead returns the jobs that were given up.
func (w *world) dead() (list []siiriver.DeadJob) {
	w.Helper()
	for d, err := range w.engine.Dead(w.Context()) {
		require.NoError(w, err)
		list = append(list, d)
	}
	return list
}
