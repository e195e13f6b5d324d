package siisync

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
)

var errBroken = errors.New("connection reset")

// fragileStore is a store that fails as a test scripts it.
type fragileStore struct {
	*memory.Store
	imports, looks atomic.Int32
	onImport       func(n int32) (before, after error) // of the n-th import
	onLook         func(n int32) error                 // of the n-th LastImport
}

func (s *fragileStore) ImportRegister(ctx context.Context, snapshot storage.Snapshot) (*storage.ImportResult, error) {
	var before, after error
	if s.onImport != nil {
		before, after = s.onImport(s.imports.Add(1))
	}
	if before != nil {
		return nil, before
	}
	result, err := s.Store.ImportRegister(ctx, snapshot)
	if err == nil {
		err = after
	}
	return result, err
}

func (s *fragileStore) LastImport(ctx context.Context, key rcv.Key) (*storage.Import, error) {
	if s.onLook != nil {
		if err := s.onLook(s.looks.Add(1)); err != nil {
			return nil, err
		}
	}
	return s.Store.LastImport(ctx, key)
}

// fragileFleet is a Fleet of one credential on a store that may fail.
func fragileFleet(t *testing.T, n int) (*Fleet, *fragileStore, *world, *clock, Plan) {
	t.Helper()
	w, c := newWorld(), newClock()
	store := &fragileStore{Store: memory.New(memory.WithClock(c.Now))}
	f, err := NewFleet(store, func(context.Context, chile.RUT) (Access, error) {
		return Access{Syncer: newFleetSyncer(&account{w, "c"}, store), Credential: "c"}, nil
	}, WithClock(c.Now), WithSleep(c.Sleep))
	require.NoError(t, err)
	plan := Plan{Owners: companies(t, n), Books: []rcv.Book{rcv.Sales}}
	plan.From, plan.To = months("2026-11", "2026-11")
	return f, store, w, c, plan
}

// A store that comes back is waited for, and what was under way is done.
func TestFleetWaitsForTheStore(t *testing.T) {
	t.Parallel()
	f, store, w, c, plan := fragileFleet(t, 4)
	start, down := c.Now(), false
	store.onImport = func(n int32) (error, error) {
		if n == 2 {
			down = true
			return errBroken, nil
		}
		return nil, nil
	}
	store.onLook = func(int32) error {
		if down && c.Now().Sub(start) < 3*time.Minute {
			return errBroken
		}
		return nil
	}
	require.Equal(t, map[Status]int{StatusImported: 4}, statusesOf(t, f, plan))
	require.GreaterOrEqual(t, c.Now().Sub(start), 3*time.Minute)
	for key, n := range w.calls {
		require.Equal(t, 1, n, "%s: the store failed before it asked", key)
	}
}

// An import that was committed, though the store could not say so, is not done
// twice.
func TestFleetCommitWithoutAnswer(t *testing.T) {
	t.Parallel()
	f, store, w, _, plan := fragileFleet(t, 3)
	store.onImport = func(n int32) (error, error) {
		if n == 2 {
			return nil, errBroken
		}
		return nil, nil
	}
	var counts []int64
	for o, err := range f.Run(t.Context(), plan) {
		require.NoError(t, err)
		require.Equal(t, StatusImported, o.Status)
		require.Equal(t, o.Key, o.Result.Key)
		counts = append(counts, o.Result.Counts.Added)
	}
	require.Equal(t, []int64{1, 1, 1}, counts)
	for key, n := range w.calls {
		require.Equal(t, 1, n, key)
	}
}

// A register that the store refuses is that register's failure; a store that
// refuses all of them ends the run.
func TestFleetStoreRefuses(t *testing.T) {
	t.Parallel()
	f, store, _, _, plan := fragileFleet(t, 5)
	store.onImport = func(n int32) (error, error) {
		if n >= 2 && n <= 4 || n > 7 { // the second company, three times, and three times at the end
			return errBroken, nil
		}
		return nil, nil
	}
	var failed []chile.RUT
	for o, err := range f.Run(t.Context(), plan) {
		require.NoError(t, err)
		if o.Status == StatusFailed {
			require.ErrorIs(t, o.Err, ErrStore)
			require.ErrorIs(t, o.Err, errBroken)
			failed = append(failed, o.Owner)
		}
	}
	require.Equal(t, []chile.RUT{plan.Owners[1]}, failed)

	f, store, _, _, plan = fragileFleet(t, 50)
	store.onImport = func(int32) (error, error) { return errBroken, nil }
	require.ErrorIs(t, lastError(t, f, plan), ErrStore)
	require.EqualValues(t, maxStoreFailures*storeAttempts, store.imports.Load())
}

// A store that stays out of order ends the run, before it begins and amid it.
func TestFleetStoreGone(t *testing.T) {
	t.Parallel()
	for name, from := range map[string]int32{"from the start": 1, "amid the run": 6} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, store, _, c, plan := fragileFleet(t, 5)
			start := c.Now()
			store.onLook = func(n int32) error {
				if n >= from {
					return errBroken
				}
				return nil
			}
			store.onImport = func(n int32) (error, error) {
				if n >= 2 {
					return errBroken, nil
				}
				return nil, nil
			}
			require.ErrorIs(t, lastError(t, f, plan), ErrStore)
			require.Less(t, c.Now().Sub(start), defaultPatience+time.Minute)
			for _, err := range f.Due(t.Context(), plan) {
				require.ErrorIs(t, err, ErrStore)
			}
		})
	}
}

// lastError is what a run ends with.
func lastError(t *testing.T, f *Fleet, plan Plan) (last error) {
	t.Helper()
	for _, err := range f.Run(t.Context(), plan) {
		require.NoError(t, last, "an error is the last element")
		last = err
	}
	return last
}
