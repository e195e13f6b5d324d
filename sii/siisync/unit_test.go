package siisync

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
)

func TestUnitText(t *testing.T) {
	t.Parallel()
	u := Unit{Key: bought, After: 41}
	require.Equal(t, "rcv/76192083-9/2026-10/COMPRA/41", u.String())
	back, err := ParseUnit(u.String())
	require.NoError(t, err)
	require.Equal(t, u, back)
	longest := Unit{Key: bought, After: 1<<63 - 1}
	require.Less(t, len(longest.String()), 50)
	for _, bad := range []string{
		"", "rcv", "rcv/76192083-9/2026-10/COMPRA", "dte/76192083-9/2026-10/COMPRA/0", "rcv/76192083-8/2026-10/COMPRA/0",
		"rcv/76.192.083-9/2026-10/COMPRA/0", "rcv/76192083-9/202610/COMPRA/0", "rcv/76192083-9/2026-10/LIBRO/0",
		"rcv/76192083-9/2026-10/COMPRA/-1", "rcv/76192083-9/2026-10/COMPRA/+1", "rcv/76192083-9/2026-10/COMPRA/x", "rcv/76192083-9/2026-10/COMPRA/0/0",
	} {
		_, err := ParseUnit(bad)
		require.ErrorIs(t, err, storage.ErrInvalid, bad)
	}
}

func FuzzParseUnit(f *testing.F) {
	f.Add("rcv/76192083-9/2026-10/COMPRA/41")
	f.Fuzz(func(t *testing.T, s string) {
		if u, err := ParseUnit(s); err == nil && u.String() != s {
			t.Fatalf("%q is read as %q", s, u)
		}
	})
}

// A job engine may begin a unit as often as it likes: it is done once.
func TestFleetDo(t *testing.T) {
	t.Parallel()
	w, c := newWorld(), newClock()
	owners := companies(t, 3)
	pacer := must(NewPacer(PacerSettings{Now: c.Now, Sleep: c.Sleep}))
	f, store := fleetOf(w, c, 1, owners, WithPacer(pacer))
	plan := Plan{Owners: owners}
	plan.From, plan.To = months("2026-10", "2026-12")
	due := func() (list []Unit) {
		for u, err := range f.Due(t.Context(), plan) {
			require.NoError(t, err)
			list = append(list, u)
		}
		return list
	}
	units := due()
	require.Len(t, units, 3*2*2, "December has not begun")
	keys := map[string]bool{}
	for _, u := range units {
		keys[u.String()] = true
		for i, want := range []Status{StatusImported, StatusNotDue, StatusNotDue} {
			o := f.Do(t.Context(), u)
			require.NoError(t, o.Err)
			require.Equal(t, want, o.Status, "time %d", i)
			require.Equal(t, u, o.Unit)
			require.Equal(t, want == StatusImported, o.Result != nil)
		}
	}
	require.Empty(t, due())
	for _, n := range w.calls {
		require.Equal(t, 1, n)
	}
	c.now = c.now.Add(24 * time.Hour)
	for _, u := range due() {
		require.False(t, keys[u.String()], "what is due then is other work")
		last, err := store.LastImport(t.Context(), u.Key)
		require.NoError(t, err)
		require.Equal(t, last.ID, u.After)
	}
	for range f.Due(t.Context(), plan) {
		break
	}
	for _, err := range f.Due(t.Context(), Plan{}) {
		require.ErrorIs(t, err, storage.ErrInvalid)
	}
}

func TestFleetDoFailures(t *testing.T) {
	t.Parallel()
	w, c := newWorld(), newClock()
	owners := companies(t, 2)
	f, store := fleetOf(w, c, 1, owners)
	u := Unit{Key: rcv.Key{Owner: owners[0], Period: october, Book: rcv.Sales}}
	w.fails[owners[0]] = sii.ErrForbidden
	o := f.Do(t.Context(), u)
	assert.Equal(t, StatusFailed, o.Status)
	require.ErrorIs(t, o.Err, sii.ErrForbidden)
	assert.Nil(t, o.Result)
	assert.Equal(t, 1, w.calls[u.Key])

	require.ErrorIs(t, f.Do(t.Context(), Unit{}).Err, storage.ErrInvalid)

	broken := errors.New("no certificate")
	f = must(NewFleet(store, func(context.Context, chile.RUT) (Access, error) { return Access{}, broken }, WithClock(c.Now)))
	require.ErrorIs(t, f.Do(t.Context(), u).Err, broken)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, f.Do(ctx, u).Err, context.Canceled)
}
