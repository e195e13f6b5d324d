package siisync

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
)

// world is an SII with many companies. Each register has one document.
type world struct {
	mu     sync.Mutex
	fails  map[chile.RUT]error
	calls  map[rcv.Key]int
	active map[string]int // credentials in use
	most   int            // credentials in use at once
	both   bool           // a credential was used twice at once
	onCall func(key rcv.Key)
}

func newWorld() *world {
	return &world{fails: map[chile.RUT]error{}, calls: map[rcv.Key]int{}, active: map[string]int{}}
}

// mend ends the failure of a company.
func (w *world) mend(owner chile.RUT) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.fails, owner)
}

// account is the registers as one credential sees them.
type account struct {
	world      *world
	credential string
}

func (a *account) Documents(ctx context.Context, key rcv.Key, opts *sii.RCVOptions) iter.Seq2[rcv.Document, error] {
	return func(yield func(rcv.Document, error) bool) {
		w := a.world
		w.mu.Lock()
		w.calls[key]++
		w.active[a.credential]++
		w.both = w.both || w.active[a.credential] > 1
		w.most = max(w.most, len(w.active))
		err := w.fails[key.Owner]
		w.mu.Unlock()
		defer func() {
			w.mu.Lock()
			defer w.mu.Unlock()
			if w.active[a.credential]--; w.active[a.credential] == 0 {
				delete(w.active, a.credential)
			}
		}()
		if w.onCall != nil {
			w.onCall(key)
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			yield(rcv.Document{}, err)
			return
		}
		r := &register{docs: []rcv.Document{purchase(1, rcv.Registro)}}
		for doc, err := range r.Documents(ctx, key, opts) {
			if !yield(doc, err) {
				return
			}
		}
	}
}

func (a *account) Summary(_ context.Context, _ rcv.Key, state rcv.State) (*rcv.Summary, error) {
	r := &register{docs: []rcv.Document{purchase(1, rcv.Registro)}}
	return r.summary(state), nil
}

// companies returns RUTs of test companies.
func companies(t testing.TB, n int) (list []chile.RUT) {
	t.Helper()
	for i := range n {
		rut, err := chile.NewRUT(int64(76_000_000 + i))
		require.NoError(t, err)
		list = append(list, rut)
	}
	return list
}

// clock is a time that tests set.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock {
	return &clock{now: time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return ctx.Err()
}

// fleetOf runs on a world with so many companies per credential.
func fleetOf(w *world, c *clock, perCredential int, owners []chile.RUT, opts ...FleetOption) (*Fleet, *memory.Store) {
	store := memory.New(memory.WithClock(c.Now))
	resolve := func(_ context.Context, owner chile.RUT) (Access, error) {
		credential := fmt.Sprint("c", slices.Index(owners, owner)/perCredential)
		return Access{Syncer: newFleetSyncer(&account{w, credential}, store), Credential: credential}, nil
	}
	return must(NewFleet(store, resolve, append([]FleetOption{WithClock(c.Now), WithSleep(c.Sleep)}, opts...)...)), store
}

func newFleetSyncer(r Registers, store Store) *Syncer { return must(New(nil, store, WithRegisters(r))) }

// must is for what a test makes of settings that can be followed.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// statusesOf runs a plan and counts what became of its registers.
func statusesOf(t *testing.T, f *Fleet, plan Plan) map[Status]int {
	t.Helper()
	counts := map[Status]int{}
	for o, err := range f.Run(t.Context(), plan) {
		require.NoError(t, err)
		require.Equal(t, o.Status == StatusFailed || o.Status == StatusNotTried, o.Err != nil)
		require.Equal(t, o.Status == StatusImported, o.Result != nil)
		counts[o.Status]++
	}
	return counts
}

// keysOf yields all registers of a plan.
func keysOf(plan *Plan) iter.Seq[rcv.Key] {
	return func(yield func(rcv.Key) bool) {
		for _, owner := range plan.Owners {
			for key := range plan.keys(owner) {
				if !yield(key) {
					return
				}
			}
		}
	}
}

func months(from, to string) (chile.Period, chile.Period) {
	return chile.MustParsePeriod(from), chile.MustParsePeriod(to)
}

func TestFleetKeepsTrue(t *testing.T) {
	t.Parallel()
	w, c := newWorld(), newClock()
	owners := companies(t, 10)
	f, store := fleetOf(w, c, 3, owners)
	plan := Plan{Owners: append(owners, owners[0])} // one is named twice
	plan.From, plan.To = months("2026-01", "2026-11")
	all := 10 * 11 * 2
	require.Equal(t, map[Status]int{StatusImported: all}, statusesOf(t, f, plan))
	for key, n := range w.calls {
		require.Equal(t, 1, n, key)
		last, err := store.LastImport(t.Context(), key)
		require.NoError(t, err)
		require.EqualValues(t, 1, last.Counts.Added)
	}
	require.False(t, w.both, "companies of one credential take turns")
	require.Equal(t, map[Status]int{StatusNotDue: all}, statusesOf(t, f, plan), "nothing is done twice in vain")

	c.now = c.now.Add(24 * time.Hour)
	require.Equal(t, map[Status]int{StatusImported: 10 * 3 * 2, StatusNotDue: 10 * 8 * 2}, statusesOf(t, f, plan), "recent months daily")
	c.now = c.now.Add(30 * 24 * time.Hour)
	require.Equal(t, map[Status]int{StatusImported: all}, statusesOf(t, f, plan), "old ones monthly")
	plan.Cadence = Cadence{Always: true}
	require.Equal(t, map[Status]int{StatusImported: all}, statusesOf(t, f, plan), "all of them, always")
	plan.Books = []rcv.Book{rcv.Sales}
	require.Equal(t, map[Status]int{StatusImported: all / 2}, statusesOf(t, f, plan))
}

// A run does not stop because a company fails, and does not ask on and on for
// what was refused.
func TestFleetFailures(t *testing.T) {
	t.Parallel()
	w, c := newWorld(), newClock()
	owners := companies(t, 6)
	f, _ := fleetOf(w, c, 2, owners)
	w.fails[owners[0]] = fmt.Errorf("no: %w", sii.ErrForbidden)
	w.fails[owners[2]] = fmt.Errorf("no: %w", sii.ErrUnauthorized)
	w.fails[owners[3]] = fmt.Errorf("no: %w", sii.ErrUnauthorized)
	w.fails[owners[4]] = fmt.Errorf("later: %w", sii.ErrUnavailable)
	plan := Plan{Owners: owners}
	plan.From, plan.To = months("2026-10", "2026-11")
	got := map[chile.RUT]map[Status]int{}
	for o, err := range f.Run(t.Context(), plan) {
		require.NoError(t, err)
		if got[o.Key.Owner] == nil {
			got[o.Key.Owner] = map[Status]int{}
		}
		got[o.Key.Owner][o.Status]++
		if o.Status == StatusNotTried {
			require.ErrorIs(t, o.Err, ErrNotTried)
			require.True(t, errors.Is(o.Err, sii.ErrForbidden) || errors.Is(o.Err, sii.ErrUnauthorized), "with the cause")
		}
	}
	require.Equal(t, map[chile.RUT]map[Status]int{
		owners[0]: {StatusFailed: 1, StatusNotTried: 3}, // not authorised: no use in asking for other months
		owners[1]: {StatusImported: 4},
		owners[2]: {StatusFailed: 2, StatusNotTried: 2}, // the credential is refused: three times is enough
		owners[3]: {StatusFailed: 1, StatusNotTried: 3},
		owners[4]: {StatusFailed: 4}, // the SII did not answer, not even at the end
		owners[5]: {StatusImported: 4},
	}, got)
	clear(w.fails)
	require.Equal(t, map[Status]int{StatusImported: 16, StatusNotDue: 8}, statusesOf(t, f, plan), "the next run does what is missing")
}

func TestFleetResolve(t *testing.T) {
	t.Parallel()
	broken := errors.New("no certificate")
	owners := companies(t, 2)
	store := memory.New()
	f, err := NewFleet(store, func(_ context.Context, owner chile.RUT) (Access, error) {
		if owner == owners[0] {
			return Access{}, broken
		}
		return Access{Syncer: newFleetSyncer(&account{newWorld(), "x"}, store), Credential: "x"}, nil
	})
	require.NoError(t, err)
	plan := Plan{Owners: owners}
	plan.From, plan.To = months("2026-11", "2026-11")
	for o, err := range f.Run(t.Context(), plan) {
		require.NoError(t, err)
		if o.Key.Owner == owners[0] {
			require.ErrorIs(t, o.Err, broken)
			require.Equal(t, StatusFailed, o.Status)
		} else {
			require.Equal(t, StatusImported, o.Status)
		}
	}
	for name, bad := range map[string]Plan{
		"empty": {}, "no months": {Owners: owners}, "backwards": {Owners: owners, From: plan.To.Next(), To: plan.To},
		"no RUT": {Owners: []chile.RUT{{}}, From: plan.To, To: plan.To}, "no book": {Owners: owners, From: plan.To, To: plan.To, Books: []rcv.Book{"LIBRO"}},
		"negative months": {Owners: owners, From: plan.To, To: plan.To, Cadence: Cadence{RecentMonths: -1}},
		"negative recent": {Owners: owners, From: plan.To, To: plan.To, Cadence: Cadence{Recent: -1}},
		"negative old":    {Owners: owners, From: plan.To, To: plan.To, Cadence: Cadence{Old: -1}},
	} {
		for _, err := range f.Run(t.Context(), bad) {
			require.ErrorIs(t, err, storage.ErrInvalid, name)
		}
	}
}

func TestFleetWorkers(t *testing.T) {
	t.Parallel()
	w, c := newWorld(), newClock()
	owners := companies(t, 8)
	f, _ := fleetOf(w, c, 1, owners, WithWorkers(3))
	gate := make(chan struct{})
	var waiting atomic.Int32
	w.onCall = func(rcv.Key) {
		if waiting.Add(1) == 3 {
			close(gate) // three at once, and no more
		}
		<-gate
	}
	plan := Plan{Owners: owners, Books: []rcv.Book{rcv.Sales}}
	plan.From, plan.To = months("2026-11", "2026-11")
	require.Equal(t, map[Status]int{StatusImported: 8}, statusesOf(t, f, plan))
	require.LessOrEqual(t, w.most, 3)
}

// The caller may stop, and the context may end: nothing is left running, and the
// next run does what is missing.
func TestFleetStops(t *testing.T) {
	t.Parallel()
	w, c := newWorld(), newClock()
	owners := companies(t, 5)
	f, store := fleetOf(w, c, 2, owners)
	plan := Plan{Owners: owners}
	plan.From, plan.To = months("2026-09", "2026-11")
	n := 0
	for _, err := range f.Run(t.Context(), plan) {
		require.NoError(t, err)
		if n++; n == 4 {
			break
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	n = 0
	for _, err := range f.Run(ctx, plan) {
		if last = err; err != nil {
			break
		}
		if n++; n == 4 {
			cancel()
		}
	}
	require.ErrorIs(t, last, context.Canceled)
	done := statusesOf(t, f, plan)
	require.Equal(t, 30, done[StatusImported]+done[StatusNotDue])
	require.NotZero(t, done[StatusNotDue])
	for key := range keysOf(&plan) {
		_, err := store.LastImport(t.Context(), key)
		require.NoError(t, err)
	}
}

func TestFleetProgress(t *testing.T) {
	t.Parallel()
	w, c := newWorld(), newClock()
	owners := companies(t, 3)
	w.fails[owners[2]] = sii.ErrUnavailable
	var last RunProgress
	calls := 0
	f, _ := fleetOf(w, c, 1, owners, WithRunProgress(func(p RunProgress) { last = p; calls++; assert.Equal(t, calls, p.Done()) }))
	plan := Plan{Owners: owners}
	plan.From, plan.To = months("2026-11", "2026-11")
	statusesOf(t, f, plan)
	require.Equal(t, 6, last.Total)
	require.Equal(t, 6, calls)
	require.Equal(t, 4, last.Imported)
	require.Equal(t, 2, last.Failed)
	require.EqualValues(t, 4, last.Documents.Added)
	require.False(t, last.Complete(), "two failed")
	require.False(t, (&RunProgress{}).Complete(), "nothing was planned")
	require.False(t, (&RunProgress{Total: 3, Imported: 2}).Complete(), "one is to come")
	require.True(t, (&RunProgress{Total: 3, Imported: 2, NotDue: 1}).Complete())
}
