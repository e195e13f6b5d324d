package siiriver_test

import (
	"io/fs"
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siiriver"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage"
)

const kindSync = "sii_sync"

// A unit that is queued twice is done once, its job completed with its import; what
// was done may be queued anew, and finds nothing to do.
func TestSync(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run(siiriver.Settings{})
	unit := siisync.Unit{Key: bought}
	require.NoError(t, w.engine.Sync(t.Context(), unit))
	w.waitFor(kindSync, 1, rivertype.JobStateCompleted)
	first, err := w.store.LastImport(t.Context(), bought)
	require.NoError(t, err)
	assert.Positive(t, first.Counts.Added)

	require.NoError(t, w.engine.Sync(t.Context(), unit))
	w.waitFor(kindSync, 2, rivertype.JobStateCompleted)
	last, err := w.store.LastImport(t.Context(), bought)
	require.NoError(t, err)
	assert.Equal(t, first, last, "the unit was done")
	w.eventually("both are told of", func() bool { return len(w.outcomes(kindSync)) == 2 })
	assert.Equal(t, []siiriver.Outcome{siiriver.OutcomeDone, siiriver.OutcomeDone}, w.outcomes(kindSync))
	assert.Empty(t, w.dead())
}

// What is queued, or runs, is not queued again.
func TestSyncIsUnique(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	engine, err := siiriver.New(w.pool, siiriver.Settings{Fleet: w.fleet})
	require.NoError(t, err)
	w.engine = engine
	for range 3 {
		require.NoError(t, engine.Sync(t.Context(), siisync.Unit{Key: bought}))
		require.NoError(t, engine.Track(t.Context(), owner, "0260001234"))
	}
	require.NoError(t, engine.Sync(t.Context(), siisync.Unit{Key: bought, After: 7}), "that is other work")
	assert.Len(t, w.jobs(kindSync, rivertype.JobStateAvailable), 2)
	assert.Len(t, w.jobs("sii_track", rivertype.JobStateAvailable), 1)
	require.ErrorIs(t, engine.Track(t.Context(), chile.RUT{}, "1"), storage.ErrInvalid)
	require.ErrorIs(t, engine.Track(t.Context(), owner, ""), storage.ErrInvalid)
}

// An import whose job was given to another worker meanwhile is undone; who has the
// job does it.
func TestSyncUndoesAnImportThatIsNotItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var lost atomic.Bool
	w.rows = func(p siisync.Progress) {
		if p.Stage == siisync.StageCheck && !lost.Swap(true) {
			_, err := w.pool.Exec(t.Context(), "UPDATE river_job SET attempt = attempt + 1 WHERE kind = 'sii_sync'")
			assert.NoError(t, err)
		}
	}
	w.run(siiriver.Settings{})
	require.NoError(t, w.engine.Sync(t.Context(), siisync.Unit{Key: bought}))
	w.eventually("the first attempt fails", func() bool { return len(w.outcomes(kindSync)) == 1 })
	require.Equal(t, []siiriver.Outcome{siiriver.OutcomeFailed}, w.outcomes(kindSync))
	w.mu.Lock()
	require.ErrorIs(t, w.ends[0].Err, siiriver.ErrTakenOver)
	w.mu.Unlock()
	_, err := w.store.LastImport(t.Context(), bought)
	require.ErrorIs(t, err, fs.ErrNotExist)

	w.waitFor(kindSync, 1, rivertype.JobStateCompleted)
	imports := 0
	for _, err := range w.store.Imports(t.Context(), storage.ImportQuery{}) {
		require.NoError(t, err)
		imports++
	}
	assert.Equal(t, 1, imports)
}

// A company that has not authorised the holder is not asked for again: the job is
// dead at once, and says of what it was.
func TestSyncForbidden(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run(siiriver.Settings{})
	stranger := siisync.Unit{Key: rcv.Key{Owner: chile.MustParseRUT("77222222-K"), Period: october, Book: rcv.Sales}}
	require.NoError(t, w.engine.Sync(t.Context(), stranger))
	w.waitFor(kindSync, 1, rivertype.JobStateCancelled)
	dead := w.dead()
	require.Len(t, dead, 1)
	assert.Equal(t, siiriver.NewSyncArgs(stranger), dead[0].Args)
	assert.True(t, dead[0].Lasting)
	assert.Equal(t, 1, dead[0].Attempts)
	assert.Contains(t, dead[0].Err, "not authorised")
	assert.False(t, dead[0].DiedAt.IsZero())
	w.eventually("it is told of", func() bool { return len(w.outcomes(kindSync)) == 1 })
	assert.Equal(t, []siiriver.Outcome{siiriver.OutcomeDead}, w.outcomes(kindSync))

	require.NoError(t, w.engine.Sync(t.Context(), stranger), "a later plan may try again")
	w.waitFor(kindSync, 2, rivertype.JobStateCancelled)

	w.fake.Authorize(holder, stranger.Owner)
	require.NoError(t, w.engine.Requeue(t.Context(), dead[0].ID))
	w.waitFor(kindSync, 1, rivertype.JobStateCompleted)
	require.ErrorIs(t, w.engine.Requeue(t.Context(), dead[0].ID), storage.ErrInvalid)
	require.ErrorIs(t, w.engine.Requeue(t.Context(), 1<<40), fs.ErrNotExist)
}

// A dead job whose work is queued anew is not queued beside it.
func TestRequeueOfWhatIsQueued(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	engine, err := siiriver.New(w.pool, siiriver.Settings{Fleet: w.fleet})
	require.NoError(t, err)
	require.NoError(t, engine.Sync(t.Context(), siisync.Unit{Key: bought}))
	w.engine = engine
	id := w.jobs(kindSync, rivertype.JobStateAvailable)[0].ID
	_, err = engine.Client().JobCancel(t.Context(), id)
	require.NoError(t, err)
	require.NoError(t, engine.Sync(t.Context(), siisync.Unit{Key: bought}))
	require.ErrorIs(t, engine.Requeue(t.Context(), id), siiriver.ErrQueued)
}

// What the SII wants to be waited for is waited for, and is no attempt.
func TestSyncPutOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fake.Fail(siitest.OpSummary, siitest.Fault{Times: 1, HTTPStatus: 429, Header: map[string][]string{"Retry-After": {"1"}}})
	w.run(siiriver.Settings{})
	require.NoError(t, w.engine.Sync(t.Context(), siisync.Unit{Key: sold}))
	w.waitFor(kindSync, 1, rivertype.JobStateCompleted)
	w.eventually("both are told of", func() bool { return len(w.outcomes(kindSync)) == 2 })
	assert.Equal(t, []siiriver.Outcome{siiriver.OutcomePutOff, siiriver.OutcomeDone}, w.outcomes(kindSync))
	w.mu.Lock()
	defer w.mu.Unlock()
	assert.Equal(t, time.Second, w.ends[0].PutOff)
	require.Error(t, w.ends[0].Err)
	assert.Equal(t, 1, w.ends[1].Attempt)
}

// An engine that stops lets jobs end, and gives up what takes too long, for others
// to take up.
func TestStop(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fake.Fail(siitest.OpDetail, siitest.Fault{Latency: 300 * time.Millisecond})
	begun := make(chan struct{}, 100)
	w.rows = func(siisync.Progress) { begun <- struct{}{} }
	stop := w.run(siiriver.Settings{Grace: 20 * time.Second})
	require.NoError(t, w.engine.Sync(t.Context(), siisync.Unit{Key: sold}))
	<-begun
	stop()
	assert.Len(t, w.jobs(kindSync, rivertype.JobStateCompleted), 1)

	w.fake.ClearFaults()
	w.fake.Fail(siitest.OpDetail, siitest.Fault{Latency: time.Minute})
	stop = w.run(siiriver.Settings{Grace: 50 * time.Millisecond})
	for len(begun) > 0 {
		<-begun
	}
	require.NoError(t, w.engine.Sync(t.Context(), siisync.Unit{Key: bought}))
	<-begun
	stop()
	waiting := w.jobs(kindSync, rivertype.JobStateAvailable)
	require.Len(t, waiting, 1)
	assert.Zero(t, waiting[0].Attempt, "that was no attempt")
	w.eventually("it is told of", func() bool { return len(w.outcomes(kindSync)) == 2 })
	assert.Equal(t, siiriver.OutcomeInterrupted, w.outcomes(kindSync)[1])
}
