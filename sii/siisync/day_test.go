package siisync_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/bubbletest"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage/memory"
)

// service is what users build: it brings the registers of some companies up to
// date each hour, and asks for the states of uploads and documents each ten
// minutes, with two certificates.
type service struct {
	world   *world
	store   *memory.Store
	pacer   *siisync.Pacer
	plan    siisync.Plan
	fleet   *siisync.Fleet
	clients map[chile.RUT]*sii.Client
	access  map[chile.RUT]siisync.Access // by company
	close   func()

	mu    sync.Mutex
	tally map[string]*share
	kinds map[string]int // of failures
}

// share is how many of some things went well.
type share struct{ ok, all int }

func (s *share) String() string {
	return fmt.Sprintf("%d of %d (%.2f %%)", s.ok, s.all, 100*float64(s.ok)/float64(max(s.all, 1)))
}

func newService(t *testing.T, seed uint64) *service {
	t.Helper()
	pacer, err := siisync.NewPacer(siisync.PacerSettings{})
	require.NoError(t, err)
	s := &service{
		store: memory.New(), pacer: pacer,
		clients: map[chile.RUT]*sii.Client{}, access: map[chile.RUT]siisync.Access{},
		tally: map[string]*share{}, kinds: map[string]int{},
	}
	fake := siitest.NewServer(siitest.WithoutNetwork(), siitest.WithSeed(seed), siitest.WithLatency(300*time.Millisecond), siitest.WithSessionLimit(10))
	s.plan = siisync.Plan{
		From: chile.MustParsePeriod("2026-10"), To: chile.MustParsePeriod("2026-11"),
		Cadence: siisync.Cadence{Always: true},
	}
	hc := fake.Client()
	holders := []chile.RUT{chile.MustParseRUT("11111111-1"), chile.MustParseRUT("22222222-2")}
	for _, holder := range holders {
		client, err := sii.NewClient(fake.Environment(), sii.WithIdentity(fake.NewIdentity(holder)), sii.WithTokenCache(s.store),
			sii.WithHTTPClient(&http.Client{Transport: s.pacer.Transport(holder.String(), hc.Transport)}))
		require.NoError(t, err)
		s.clients[holder] = client
	}
	for i := range 4 {
		owner, err := chile.NewRUT(int64(76_000_000 + i))
		require.NoError(t, err)
		holder := holders[i%2]
		fake.Authorize(holder, owner)
		fake.SetUpload(owner, trackID(owner), siitest.Upload{Estado: "REC"}, siitest.Upload{Estado: "SOK"}, siitest.Upload{
			Estado: "EPR", Glosa: "Envío Procesado", Counts: []siitest.UploadCount{{Type: chile.FacturaElectronica, Informed: 1, Accepted: 1}},
		})
		s.plan.Owners = append(s.plan.Owners, owner)
		// A register of the world may lose all of its documents while it keeps boletas.
		syncer, err := siisync.New(s.clients[holder], s.store, siisync.WithMaxGone(1))
		require.NoError(t, err)
		s.access[owner] = siisync.Access{Syncer: syncer, Credential: holder.String()}
	}
	s.world = newWorld(fake, seed, s.plan.Owners, s.plan.From, s.plan.To)
	fleet, err := siisync.NewFleet(s.store, func(_ context.Context, owner chile.RUT) (siisync.Access, error) { return s.access[owner], nil }, siisync.WithPacer(s.pacer))
	require.NoError(t, err)
	s.fleet = fleet
	s.close = func() {
		hc.CloseIdleConnections()
		fake.Close()
	}
	return s
}

// note counts how something ended. What happens in maintenance is counted apart.
func (s *service) note(ctx context.Context, what string, maintenance bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ctx.Err() != nil {
		return // the day has ended
	}
	if maintenance {
		what += " in maintenance"
	}
	if s.tally[what] == nil {
		s.tally[what] = &share{}
	}
	s.tally[what].all++
	if err == nil {
		s.tally[what].ok++
	} else if !maintenance {
		s.kinds[what+": "+sii.KindName(err)]++
	}
}

// syncAll brings all registers up to date. Each that was imported must be what it
// was at the SII at some time meanwhile.
func (s *service) syncAll(ctx context.Context, t *testing.T, maintenance func() bool) {
	t.Helper()
	began := time.Now()
	for o, err := range s.fleet.Run(ctx, s.plan) {
		if ctx.Err() != nil {
			return
		}
		require.NoError(t, err)
		s.note(ctx, "registers", maintenance(), o.Err)
		if o.Err == nil {
			content, _ := stored(t, s.store, o.Key)
			assert.True(t, s.world.held(o.Key, content, began), "%s was never like that", o.Key)
		}
	}
}

// poll asks for the states of an upload and of a document of each company.
func (s *service) poll(ctx context.Context, maintenance func() bool) {
	for holder, client := range s.clients {
		_, err := client.Token(ctx)
		s.note(ctx, "tokens", maintenance(), err)
		for owner, access := range s.access {
			if access.Credential != holder.String() {
				continue
			}
			status, err := access.Syncer.UploadStatus(ctx, owner, trackID(owner))
			if err == nil && !status.Known {
				err = errors.New("unknown state")
			}
			s.note(ctx, "uploads", maintenance(), err)
			document, err := access.Syncer.DocumentStatus(ctx, sii.DocumentQuery{
				Issuer: owner, Receiver: chile.MustParseRUT("12345678-5"), Type: chile.FacturaElectronica, Folio: 1, Issued: s.plan.From.First(), Total: 1190,
			})
			if err == nil && document.Verdict != sii.VerdictSent {
				err = errors.New("wrong verdict")
			}
			s.note(ctx, "documents", maintenance(), err)
		}
	}
}

// A service goes through a bad day of the SII's. Not parallel: it measures the
// heap of the process.
func TestADay(t *testing.T) { //nolint:paralleltest // see above
	days := uint64(3)
	switch {
	case os.Getenv("CHILE_FULL_TESTS") != "":
		days = 20
	case bubbletest.Race:
		days = 1
	}
	for seed := range days {
		t.Run(fmt.Sprintf("seed=%d", seed+1), func(t *testing.T) {
			bubbletest.Run(t, func(t *testing.T) { aDay(t, seed+1) })
		})
	}
}

func aDay(t *testing.T, seed uint64) {
	t.Helper()
	bubbletest.PassUntil(time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)) // midnight in Chile
	s := newService(t, seed)
	from, until := misbehave(s.world.fake)
	maintenance := func() bool { return !time.Now().Before(from) && time.Now().Before(until.Add(10*time.Minute)) }
	day, end := context.WithTimeout(t.Context(), 24*time.Hour)
	defer end()
	var group sync.WaitGroup
	group.Go(func() { s.world.live(day) })
	group.Go(func() { every(day, time.Hour, func() { s.syncAll(day, t, maintenance) }) })
	group.Go(func() { every(day, 10*time.Minute, func() { s.poll(day, maintenance) }) })

	var goroutines []int
	var heaps []uint64
	for range 24 {
		bubbletest.Pass(55 * time.Minute) // at rest between two runs
		synctest.Wait()
		goroutines, heaps = append(goroutines, len(bubbletest.Goroutines())), append(heaps, heap())
		bubbletest.Pass(5 * time.Minute)
	}
	group.Wait()
	s.checkCalls(t)

	s.world.fake.ClearFaults()
	bubbletest.Pass(time.Hour)
	s.syncAll(t.Context(), t, func() bool { return true }) // and does not count
	for _, key := range s.world.keys {
		content, whole := stored(t, s.store, key)
		assert.Equal(t, s.world.now(key), content, "%s is right at the end", key)
		assert.True(t, whole, "%s has damaged names at the end", key)
	}
	assert.Empty(t, s.world.fake.Violations())
	t.Logf("goroutines %v", goroutines)
	t.Logf("heap in KB %v", inKB(heaps))
	assert.LessOrEqual(t, slices.Max(goroutines[12:]), slices.Max(goroutines[:12])+4, "goroutines grow")
	assert.Less(t, slices.Max(heaps[18:]), slices.Max(heaps[:6])+4<<20, "the heap grows")

	s.close()
	synctest.Wait()
	assert.Empty(t, bubbletest.Goroutines(), "goroutines are left over")
	for _, what := range []string{"registers", "uploads", "documents", "tokens"} {
		got := s.tally[what]
		t.Logf("%s: %s; in maintenance %s", what, got, s.tally[what+" in maintenance"])
		// A call that goes to see whether the SII is back, and meets a fault, has it left
		// alone for up to five minutes more: a round of all polls, of which there are 144.
		assert.GreaterOrEqual(t, float64(got.ok), 0.97*float64(got.all), what)
	}
	t.Logf("failures %v", s.kinds)
	for kind := range s.kinds {
		assert.NotContains(t, []string{"deadline", "canceled", "other"}, strings.TrimSpace(kind[strings.LastIndex(kind, ":")+1:]), "nobody gave a deadline")
	}
}

// checkCalls reports the calls of the day and asserts that they kept the pace, and
// that no token was asked for without need.
func (s *service) checkCalls(t *testing.T) {
	t.Helper()
	requests := s.world.fake.Requests()
	ops, faults := map[siitest.Op]int{}, map[string]int{}
	revoked, refused := 0, map[chile.RUT]int{}
	for _, r := range requests {
		ops[r.Op]++
		if r.Fault == "" {
			continue
		}
		faults[r.Fault]++
		switch {
		case r.Fault == "tokens revoked":
			revoked++
		case r.Fault == "login shown", strings.HasPrefix(r.Fault, "query 00"), r.Op == siitest.OpToken && !r.Holder.IsZero():
			refused[r.Holder]++ // or given, and lost on the way
		}
	}
	t.Logf("%d calls: %v", len(requests), ops)
	t.Logf("faults: %v", faults)
	given := map[chile.RUT]int{}
	for credential, usage := range siitest.Measure(requests, 5*time.Minute) {
		if credential.Holder.IsZero() {
			continue // without a good token the fake does not know who it is
		}
		given[credential.Holder] += usage.Tokens
		t.Logf("%s at %s: %+v", credential.Holder, credential.Host, usage)
		assert.LessOrEqual(t, usage.Parallel, 1, "calls at once, %v", credential)
		assert.GreaterOrEqual(t, usage.Gap, time.Second, "calls too close, %v", credential)
		assert.LessOrEqual(t, usage.Busiest, 300, "calls in five minutes, %v", credential)
	}
	for _, holder := range slices.Collect(maps.Keys(s.clients)) {
		// The first, one for each end of a token, and the one that idles away while the
		// SII is in maintenance.
		assert.LessOrEqual(t, given[holder], 1+revoked+refused[holder]+1, "tokens of %s", holder)
		t.Logf("tokens of %s: %d, of which %d+%d after a refusal or loss", holder, given[holder], revoked, refused[holder])
	}
}

func inKB(bytes []uint64) (kb []uint64) {
	for _, n := range bytes {
		kb = append(kb, n>>10)
	}
	return kb
}
