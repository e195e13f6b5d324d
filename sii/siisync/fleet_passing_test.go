package siisync

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
)

// What failed for a reason that may pass is tried once more at the end, when
// everything else is done.
func TestFleetTriesAgainAtTheEnd(t *testing.T) {
	t.Parallel()
	for name, cause := range map[string]error{"unavailable": sii.ErrUnavailable, "throttled": sii.ErrThrottled, "incomplete": sii.ErrIncomplete} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, c := newWorld(), newClock()
			owners := companies(t, 3)
			f, _ := fleetOf(w, c, 3, owners)
			w.fails[owners[0]] = cause
			w.onCall = func(key rcv.Key) {
				if key.Owner == owners[2] && w.calls[key] == 1 {
					w.mend(owners[0])
				}
			}
			plan := Plan{Owners: owners, Books: []rcv.Book{rcv.Sales}}
			plan.From, plan.To = months("2026-11", "2026-11")
			var order []chile.RUT
			for o, err := range f.Run(t.Context(), plan) {
				require.NoError(t, err)
				require.NoError(t, o.Err)
				order = append(order, o.Owner)
			}
			require.Equal(t, []chile.RUT{owners[1], owners[2], owners[0]}, order)
			require.Equal(t, 2, w.calls[rcv.Key{Owner: owners[0], Period: plan.To, Book: rcv.Sales}])
		})
	}
}

// An SII that does not answer is asked until the patience ends, and no more; the
// companies of other credentials are kept true meanwhile.
func TestFleetGivesUpOnAnSIIThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	w, c := newWorld(), newClock()
	owners := companies(t, 40)
	f, _ := fleetOf(w, c, 20, owners, WithWorkers(1), WithPatience(10*time.Minute))
	for _, owner := range owners[:20] {
		w.fails[owner] = fmt.Errorf("down: %w", sii.ErrUnavailable)
	}
	plan, start := Plan{Owners: owners}, c.Now()
	plan.From, plan.To = months("2026-11", "2026-11")
	counts := map[Status]int{}
	for o, err := range f.Run(t.Context(), plan) {
		require.NoError(t, err)
		counts[o.Status]++
		if o.Status != StatusImported {
			require.ErrorIs(t, o.Err, sii.ErrUnavailable)
		}
	}
	require.Equal(t, map[Status]int{StatusImported: 40, StatusFailed: 16, StatusNotTried: 24}, counts, "it is asked ever more seldom")
	require.Equal(t, 603*time.Second, c.Now().Sub(start))
	clear(w.fails)
	require.Equal(t, map[Status]int{StatusImported: 40, StatusNotDue: 40}, statusesOf(t, f, plan), "the next run does what is missing")
}

// When the SII says in words that it is asked too often, the pace slows down.
func TestFleetThrottled(t *testing.T) {
	t.Parallel()
	w, c := newWorld(), newClock()
	owners := companies(t, 1)
	pacer := must(NewPacer(PacerSettings{Now: c.Now, Sleep: c.Sleep}))
	of := pacer.lane(lane{"c0", "host"})
	pacer.answered("c0", of, false, 0)
	f, _ := fleetOf(w, c, 1, owners, WithPacer(pacer))
	w.fails[owners[0]] = sii.ErrThrottled
	w.onCall = func(rcv.Key) { pacer.answered("c0", of, false, 0) }
	plan := Plan{Owners: owners, Books: []rcv.Book{rcv.Sales}}
	plan.From, plan.To = months("2026-11", "2026-11")
	start := c.Now()
	require.Equal(t, map[Status]int{StatusFailed: 1}, statusesOf(t, f, plan))
	require.Equal(t, 3600*time.Millisecond, of.interval, "twice slower, a tenth back, twice slower")
	require.Equal(t, 2*time.Second, c.Now().Sub(start), "the second attempt has waited")
}

// A month that has not begun is not asked for.
func TestFleetFutureMonths(t *testing.T) {
	t.Parallel()
	w, c := newWorld(), newClock()
	owners := companies(t, 1)
	f, _ := fleetOf(w, c, 1, owners)
	plan := Plan{Owners: owners, Books: []rcv.Book{rcv.Sales, rcv.Sales}, Cadence: Cadence{Always: true}}
	plan.From, plan.To = months("2026-10", "2027-02")
	require.Equal(t, map[Status]int{StatusImported: 2, StatusNotDue: 3}, statusesOf(t, f, plan))
}

func TestRunFailuresAreTyped(t *testing.T) {
	t.Parallel()
	cause := fmt.Errorf("%w: x: %w", ErrNotTried, sii.ErrForbidden)
	require.ErrorIs(t, cause, ErrNotTried)
	require.ErrorIs(t, cause, sii.ErrForbidden)
	require.ErrorIs(t, fmt.Errorf("y: %w", errStoreGone), ErrStore)
	require.False(t, passes(errStoreGone))
	require.False(t, passes(errors.New("other")))
	require.True(t, passes(ErrStore))
}
