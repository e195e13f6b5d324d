package siisync_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage/memory"
)

// slowClock is a time that passes with waits and calls alone.
type slowClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *slowClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *slowClock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (c *slowClock) Sleep(ctx context.Context, d time.Duration) error {
	c.pass(d)
	return ctx.Err()
}

// inMemory is the fake SII without a network: each call takes its time.
type inMemory struct {
	handler http.Handler
	clock   *slowClock
	latency time.Duration
	calls   int
}

func (m *inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	m.calls++
	m.clock.pass(m.latency)
	recorder := httptest.NewRecorder()
	m.handler.ServeHTTP(recorder, r)
	response := recorder.Result()
	response.Request = r
	return response, nil
}

// A run over many companies and months takes as long as the pace asks for, and no
// longer; what is behind it is the whole client.
func TestFleetTakesAsLongAsItsPace(t *testing.T) {
	t.Parallel()
	const companies, latency = 12, 300 * time.Millisecond
	clock := &slowClock{now: time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)}
	fake := siitest.NewServer(siitest.WithClock(clock.Now))
	defer fake.Close()
	holder := chile.MustParseRUT("11111111-1")
	plan := siisync.Plan{From: chile.MustParsePeriod("2026-06"), To: chile.MustParsePeriod("2026-11")}
	for i := range companies {
		owner, err := chile.NewRUT(int64(76_000_000 + i))
		require.NoError(t, err)
		plan.Owners = append(plan.Owners, owner)
		fake.Authorize(holder, owner)
		for period := range plan.From.Through(plan.To) {
			fake.Load(owner, period, siitest.Generate(uint64(i+1), owner, period, 8))
		}
	}
	network := &inMemory{handler: fake.Handler(), clock: clock, latency: latency}
	pacer := siisync.NewPacer(siisync.PacerSettings{Now: clock.Now, Sleep: clock.Sleep})
	store := memory.New(memory.WithClock(clock.Now))
	client, err := sii.NewClient(sii.At("http://127.0.0.1:1"), sii.WithIdentity(fake.NewIdentity(holder)), sii.WithClock(clock.Now),
		sii.WithHTTPClient(&http.Client{Transport: pacer.Transport("ana", network)}), sii.WithTokenCache(store))
	require.NoError(t, err)
	fleet := siisync.NewFleet(store, func(context.Context, chile.RUT) (siisync.Access, error) {
		return siisync.Access{Syncer: siisync.New(client, store), Credential: "ana"}, nil
	}, siisync.WithClock(clock.Now), siisync.WithPacer(pacer))

	start, real, units := clock.Now(), time.Now(), 0
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for o, err := range fleet.Run(t.Context(), plan) {
		require.NoError(t, err)
		require.NoError(t, o.Err)
		require.EqualValues(t, siisync.StatusImported, o.Status)
		units++
	}
	runtime.ReadMemStats(&after)
	took := clock.Now().Sub(start)
	require.Equal(t, companies*6*2, units)
	bound := time.Duration(network.calls) * time.Second
	require.InEpsilon(t, float64(bound), float64(took), 0.05)
	t.Logf("%d registers, %d calls: %s by the clock of the test, bound %s; %s of computing a register, %d KB allocated a register",
		units, network.calls, took, bound, time.Since(real)/time.Duration(units), (after.TotalAlloc-before.TotalAlloc)/uint64(units)>>10)
}
