package siisync_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/bubbletest"
	"github.com/ofitec/chile/internal/fleettest"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage/sqlite"
)

// portal is the fake SII without a network: each call takes its time. It checks
// the pace of each credential by itself.
type portal struct {
	handler  http.Handler
	latency  time.Duration
	interval time.Duration

	mu       sync.Mutex
	calls    map[string]int
	starts   map[string]time.Time
	active   map[string]int
	inFlight int
	most     int // calls at once
	broken   []string
}

func newPortal(handler http.Handler, latency, interval time.Duration) *portal {
	return &portal{
		handler: handler, latency: latency, interval: interval,
		calls: map[string]int{}, starts: map[string]time.Time{}, active: map[string]int{},
	}
}

func (p *portal) of(credential string) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		p.begin(credential)
		bubbletest.Pass(p.latency)
		recorder := httptest.NewRecorder()
		p.handler.ServeHTTP(recorder, r)
		p.end(credential)
		response := recorder.Result()
		response.Request = r
		return response, nil
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (p *portal) begin(credential string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if last := p.starts[credential]; !last.IsZero() && now.Sub(last) < p.interval {
		p.broken = append(p.broken, fmt.Sprintf("%s calls %s after its last call", credential, now.Sub(last)))
	}
	p.calls[credential]++
	p.starts[credential] = now
	p.active[credential]++
	p.inFlight++
	p.most = max(p.most, p.inFlight)
	if p.active[credential] > 1 {
		p.broken = append(p.broken, credential+" calls twice at once")
	}
}

func (p *portal) end(credential string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.active[credential]--
	p.inFlight--
}

// bound is what the pace asks for: the calls of the busiest credential, one
// interval apart, and the answer to its last.
func (p *portal) bound() time.Duration {
	calls := 0
	for _, n := range p.calls {
		calls = max(calls, n)
	}
	return time.Duration(calls-1)*p.interval + p.latency
}

// A run over many companies and months takes as long as the pace asks for, and no
// longer, on the time of a bubble in which only waits and calls take time. What is
// behind it is the whole client and a store in a file. Memory does not grow with
// what was done.
//
// Not parallel: it measures the heap of the process.
func TestFleetTakesAsLongAsItsPace(t *testing.T) { //nolint:paralleltest // see above
	companies, months := fleettest.Full(10, 500), fleettest.Full(2, 36)
	for _, credentials := range []int{1, 10} {
		t.Run(fmt.Sprintf("credentials=%d", credentials), func(t *testing.T) {
			// The fake listens, though nobody calls it there, which a bubble would wait for.
			var now func() time.Time
			fake := siitest.NewServer(siitest.WithClock(func() time.Time { return now() }))
			defer fake.Close()
			bubbletest.Run(t, func(t *testing.T) {
				begin, base := time.Now(), time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)
				now = func() time.Time { return base.Add(time.Since(begin)) }
				paceOf(t, fake, now, companies, months, credentials)
			})
		})
	}
}

func paceOf(t *testing.T, fake *siitest.Server, now func() time.Time, companies, months, credentials int) {
	t.Helper()
	const interval, latency, workers = time.Second, 300 * time.Millisecond, 4
	store, err := sqlite.Open(t.Context(), "sqlite", filepath.Join(t.TempDir(), "fleet.db"), sqlite.WithClock(now))
	require.NoError(t, err)
	defer store.Close()

	plan := siisync.Plan{From: chile.MustParsePeriod("2026-11").Add(1 - months), To: chile.MustParsePeriod("2026-11")}
	network := newPortal(fake.Handler(), latency, interval)
	pacer, err := siisync.NewPacer(siisync.PacerSettings{})
	require.NoError(t, err)
	access := map[chile.RUT]siisync.Access{}
	for c := range credentials {
		holder, err := chile.NewRUT(int64(10_000_000 + c))
		require.NoError(t, err)
		credential := holder.String()
		client, err := sii.NewClient(sii.At("http://127.0.0.1:1"), sii.WithIdentity(fake.NewIdentity(holder)), sii.WithClock(now),
			sii.WithHTTPClient(&http.Client{Transport: pacer.Transport(credential, network.of(credential))}), sii.WithTokenCache(store))
		require.NoError(t, err)
		for i := c; i < companies; i += credentials {
			owner, err := chile.NewRUT(int64(76_000_000 + i))
			require.NoError(t, err)
			plan.Owners = append(plan.Owners, owner)
			syncer, err := siisync.New(client, store)
			require.NoError(t, err)
			access[owner] = siisync.Access{Syncer: syncer, Credential: credential}
			fake.Authorize(holder, owner)
			for period := range plan.From.Through(plan.To) {
				fake.Load(owner, period, siitest.Generate(uint64(i+1), owner, period, 8))
			}
		}
	}
	fleet, err := siisync.NewFleet(store, func(_ context.Context, owner chile.RUT) (siisync.Access, error) { return access[owner], nil },
		siisync.WithClock(now), siisync.WithPacer(pacer), siisync.WithWorkers(workers), siisync.WithOpen(2*credentials+workers))
	require.NoError(t, err)

	start, cpu, units, all := time.Now(), cpuTime(), 0, 2*companies*months
	var atThird, atEnd uint64
	for o, err := range fleet.Run(t.Context(), plan) {
		require.NoError(t, err)
		require.NoError(t, o.Err)
		require.Equal(t, siisync.StatusImported, o.Status)
		switch units++; units {
		case all / 3:
			atThird = heap()
		case all:
			atEnd = heap()
		}
	}
	took := time.Since(start)
	require.Equal(t, all, units)
	require.Empty(t, network.broken)
	require.LessOrEqual(t, network.most, workers)
	require.Empty(t, fake.Violations())
	require.GreaterOrEqual(t, took, network.bound())
	require.InEpsilon(t, float64(network.bound()), float64(took), 0.05)
	require.Less(t, atEnd, atThird+atThird/10+2<<20, "the heap grows")
	calls := 0
	for _, n := range network.calls {
		calls += n
	}
	t.Logf("%d companies, %d months, %d credentials: %d registers, %d calls; %s by the clock of the test, %.4f of the bound %s; heap %d KB at a third, %d KB at the end; %s of CPU a register, the fake included",
		companies, months, credentials, units, calls, took.Round(time.Second), float64(took)/float64(network.bound()), network.bound().Round(time.Second),
		atThird>>10, atEnd>>10, ((cpuTime() - cpu) / time.Duration(units)).Round(time.Microsecond))
}

// heap returns what is reachable.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
