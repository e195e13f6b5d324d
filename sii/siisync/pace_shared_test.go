package siisync

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/bubbletest"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
)

// programs are pacers that share a store, as programs on several machines do.
func programs(n int, settings PacerSettings, paces storage.Paces) (list []*Pacer) {
	settings.Shared = paces
	for range n {
		list = append(list, must(NewPacer(settings)))
	}
	return list
}

// Programs that share a pace call one at a time and so long after each other as one
// program would.
func TestSharedPaceKeepsProgramsApart(t *testing.T) {
	t.Parallel()
	bubbletest.Run(t, func(t *testing.T) {
		var mu sync.Mutex
		var starts []time.Time
		open := 0
		site := roundTrip(func(r *http.Request) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			starts = append(starts, time.Now())
			open++
			assert.Equal(t, 1, open)
			return &http.Response{StatusCode: 200, Request: r, Body: &slowBody{takes: 300 * time.Millisecond, ended: func() { mu.Lock(); open--; mu.Unlock() }}}, nil
		})
		const each, calls = 4, 5
		var group sync.WaitGroup
		for _, p := range programs(5, PacerSettings{}, memory.New()) {
			for range each {
				group.Go(func() {
					for range calls {
						assert.NoError(t, call(t, p.Transport("ana", site), "www4.sii.cl"))
					}
				})
			}
		}
		group.Wait()
		require.Len(t, starts, 5*each*calls)
		for i, start := range starts[1:] {
			assert.GreaterOrEqual(t, start.Sub(starts[i]), time.Second)
		}
		assert.Less(t, starts[len(starts)-1].Sub(starts[0]), 1100*time.Millisecond*5*each*calls, "and little is lost between them")
	})
}

// slowBody is an answer that takes its time.
type slowBody struct {
	takes time.Duration
	ended func()
}

func (b *slowBody) Read([]byte) (int, error) {
	bubbletest.Pass(b.takes)
	b.ended()
	return 0, io.EOF
}

func (b *slowBody) Close() error { return nil }

// What one program is told by the SII slows down all: Retry-After, and words.
func TestSharedPaceSlowsAllDown(t *testing.T) {
	t.Parallel()
	c := newClock()
	list := programs(2, PacerSettings{Now: c.Now, Sleep: c.Sleep}, memory.New(memory.WithClock(c.Now)))
	refusing := &answers{clock: c, status: 429, after: "90"}
	good := &answers{clock: c, status: 200, typ: "application/json"}
	require.NoError(t, call(t, list[0].Transport("ana", refusing), "x"))
	start := c.Now()
	require.NoError(t, call(t, list[1].Transport("ana", good), "x"))
	require.Equal(t, 90*time.Second, c.Now().Sub(start))
	require.NoError(t, call(t, list[1].Transport("beto", good), "x"))
	require.Equal(t, 90*time.Second, c.Now().Sub(start), "others are not")

	before := c.Now()
	list[1].Slow(t.Context(), "ana")
	list[1].Slow(t.Context(), "ana")
	require.NoError(t, call(t, list[0].Transport("ana", good), "x"))
	require.Equal(t, 3600*time.Millisecond, c.Now().Sub(before), "twice what was left of the doubled second after a good answer")
	for range 40 {
		require.NoError(t, call(t, list[0].Transport("ana", good), "x"))
	}
	before = c.Now()
	require.NoError(t, call(t, list[1].Transport("ana", good), "x"))
	require.NoError(t, call(t, list[1].Transport("ana", good), "x"))
	require.InDelta(t, 2, c.Now().Sub(before).Seconds(), .1, "and back, for all")
}

// A program that was killed in a call keeps others away for the term, and no
// longer.
func TestSharedPaceOutlivesAProgram(t *testing.T) {
	t.Parallel()
	c := newClock()
	list := programs(2, PacerSettings{Now: c.Now, Sleep: c.Sleep}, memory.New(memory.WithClock(c.Now)))
	_, err := list[0].begin(t.Context(), list[0].lane(lane{"ana", "x"}))
	require.NoError(t, err)
	start := c.Now()
	require.NoError(t, call(t, list[1].Transport("ana", &answers{clock: c, status: 200}), "x"))
	require.InDelta(t, 30, c.Now().Sub(start).Seconds(), .2)
}

// paceStub is a store of which some methods fail.
type paceStub struct {
	storage.Paces
	take func() error
	hold func() (bool, error)
	held atomic.Int64
}

var errPaceStub = errors.New("the database is gone")

func (s *paceStub) TakePace(ctx context.Context, name string, interval, term time.Duration) (storage.PaceTurn, time.Duration, error) {
	if s.take != nil {
		if err := s.take(); err != nil {
			return storage.PaceTurn{}, 0, err
		}
	}
	return s.Paces.TakePace(ctx, name, interval, term)
}

func (s *paceStub) HoldPace(ctx context.Context, turn storage.PaceTurn, term time.Duration) (bool, error) {
	s.held.Add(1)
	if s.hold != nil {
		return s.hold()
	}
	return s.Paces.HoldPace(ctx, turn, term)
}

func (s *paceStub) ReturnPace(ctx context.Context, turn storage.PaceTurn, pace storage.Pace) error {
	return errors.Join(s.Paces.ReturnPace(ctx, turn, pace), errPaceStub)
}

// Without the store no call is made: for a while it is waited for.
func TestSharedPaceWithoutStore(t *testing.T) {
	t.Parallel()
	c := newClock()
	failures := 5
	stub := &paceStub{Paces: memory.New(memory.WithClock(c.Now)), take: func() error {
		if failures--; failures >= 0 {
			return errPaceStub
		}
		return nil
	}}
	p := programs(1, PacerSettings{Now: c.Now, Sleep: c.Sleep}, stub)[0]
	a := &answers{clock: c, status: 200}
	require.NoError(t, call(t, p.Transport("ana", a), "x"))
	failures = 1 << 30
	err := call(t, p.Transport("ana", a), "x")
	require.ErrorIs(t, err, ErrStore)
	require.ErrorIs(t, err, errPaceStub)
	require.Len(t, a.starts, 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = p.begin(ctx, p.lane(lane{"ana", "x"}))
	require.ErrorIs(t, err, context.Canceled)
	failures = 0
	require.NoError(t, call(t, p.Transport("ana", a), "x"), "the turn of the program was given back")
}

// A call may take longer than the term of its turn: others wait.
func TestSharedPaceHoldsLongCalls(t *testing.T) {
	t.Parallel()
	bubbletest.Run(t, func(t *testing.T) {
		stub := &paceStub{Paces: memory.New()}
		list := programs(2, PacerSettings{Timeout: time.Hour}, stub)
		var first time.Time
		long := roundTrip(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Request: r, Body: &slowBody{takes: 10 * time.Minute, ended: func() { first = time.Now() }}}, nil
		})
		var group sync.WaitGroup
		group.Go(func() { assert.NoError(t, call(t, list[0].Transport("ana", long), "x")) })
		synctest.Wait()
		short := roundTrip(func(r *http.Request) (*http.Response, error) {
			assert.False(t, first.IsZero(), "the other call is under way")
			return &http.Response{StatusCode: 200, Request: r, Body: io.NopCloser(strings.NewReader(""))}, nil
		})
		require.NoError(t, call(t, list[1].Transport("ana", short), "x"))
		group.Wait()
		assert.GreaterOrEqual(t, stub.held.Load(), int64(50))
	})
}

// A call ends when its turn cannot be held: others may be calling by then.
func TestSharedPaceLosesATurn(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		hold func() (bool, error)
		want time.Duration
	}{
		"taken over": {func() (bool, error) { return false, nil }, 10 * time.Second},
		"no answer":  {func() (bool, error) { return false, errPaceStub }, 30 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubbletest.Run(t, func(t *testing.T) {
				p := programs(1, PacerSettings{Timeout: time.Hour}, &paceStub{Paces: memory.New(), hold: tt.hold})[0]
				silent := roundTrip(func(r *http.Request) (*http.Response, error) {
					<-r.Context().Done()
					return nil, r.Context().Err()
				})
				start := time.Now()
				err := call(t, p.Transport("ana", silent), "x")
				require.ErrorIs(t, err, ErrStore)
				assert.Equal(t, tt.want, time.Since(start))
				of := p.lane(lane{"ana", "x"})
				assert.Equal(t, time.Second, of.interval, "that says nothing of the SII")
			})
		})
	}
}
