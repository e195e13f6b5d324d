package siisync

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// answers is a transport that answers at once, by the clock of a test.
type answers struct {
	mu     sync.Mutex
	clock  *clock
	starts []time.Time
	open   int
	both   bool
	status int
	typ    string
	err    error
}

func (a *answers) RoundTrip(r *http.Request) (*http.Response, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.err != nil {
		return nil, a.err
	}
	a.starts = append(a.starts, a.clock.Now())
	a.open++
	a.both = a.both || a.open > 1
	return &http.Response{
		StatusCode: a.status, Header: http.Header{"Content-Type": {a.typ}}, Request: r,
		Body: &answerBody{Reader: strings.NewReader("{}"), of: a},
	}, nil
}

type answerBody struct {
	io.Reader
	of   *answers
	once sync.Once
}

func (b *answerBody) Close() error {
	b.once.Do(func() {
		b.of.mu.Lock()
		defer b.of.mu.Unlock()
		b.of.open--
	})
	return nil
}

func call(t *testing.T, transport http.RoundTripper, host string) error {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+host+"/x", http.NoBody)
	require.NoError(t, err)
	r.Header.Set("Accept", "application/json")
	response, err := transport.RoundTrip(r)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, response.Body)
	require.NoError(t, err)
	return response.Body.Close()
}

func TestPacerKeepsCallsApart(t *testing.T) {
	t.Parallel()
	c := newClock()
	a := &answers{clock: c, status: 200, typ: "application/json"}
	p := NewPacer(PacerSettings{Now: c.Now, Sleep: c.Sleep})
	start := c.Now()
	for range 5 {
		require.NoError(t, call(t, p.Transport("ana", a), "www4.sii.cl"))
	}
	require.Equal(t, 4*time.Second, c.Now().Sub(start), "the first at once")
	require.NoError(t, call(t, p.Transport("ana", a), "palena.sii.cl"))
	require.NoError(t, call(t, p.Transport("beto", a), "www4.sii.cl"))
	require.Equal(t, 4*time.Second, c.Now().Sub(start), "hosts and credentials have their own")
	require.NoError(t, call(t, p.Transport("ana", a), "www4.sii.cl"))
	require.Equal(t, 5*time.Second, c.Now().Sub(start), "a transport of its own makes no difference")
}

func TestPacerOneAtATime(t *testing.T) {
	t.Parallel()
	a := &answers{clock: newClock(), status: 200, typ: "application/json"}
	p := NewPacer(PacerSettings{Interval: time.Nanosecond})
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() { _ = call(t, p.Transport("ana", a), "www4.sii.cl") })
	}
	group.Wait()
	require.Len(t, a.starts, 20)
	require.False(t, a.both)
}

func TestPacerAdapts(t *testing.T) {
	t.Parallel()
	c := newClock()
	p := NewPacer(PacerSettings{Now: c.Now, Sleep: c.Sleep})
	of := p.lane(lane{"ana", "www4.sii.cl"})
	for _, answer := range []struct {
		status int
		typ    string
	}{{429, "text/html"}, {503, "text/html"}, {200, "text/html; charset=ISO-8859-1"}} {
		before := of.interval
		require.NoError(t, call(t, p.Transport("ana", &answers{clock: c, status: answer.status, typ: answer.typ}), "www4.sii.cl"))
		require.Equal(t, 2*before, of.interval)
	}
	for range 10 {
		require.NoError(t, call(t, p.Transport("ana", &answers{clock: c, status: 429}), "www4.sii.cl"))
	}
	require.Equal(t, time.Minute, of.interval, "and no slower")
	for range 60 {
		require.NoError(t, call(t, p.Transport("ana", &answers{clock: c, status: 200, typ: "application/json"}), "www4.sii.cl"))
	}
	require.Equal(t, time.Second, of.interval, "and back")
}

func TestPacerFailures(t *testing.T) {
	t.Parallel()
	c := newClock()
	broken := errors.New("broken")
	a := &answers{clock: c, err: broken}
	p := NewPacer(PacerSettings{Now: c.Now, Sleep: c.Sleep})
	for range 3 {
		require.ErrorIs(t, call(t, p.Transport("ana", a), "x"), broken, "the turn is given back")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://x/", http.NoBody)
	require.NoError(t, err)
	_, err = p.Transport("ana", a).RoundTrip(r)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, call(t, p.Transport("ana", a), "x"), broken, "the turn was given back")
	require.Error(t, sleep(ctx, time.Hour))
	require.NoError(t, sleep(t.Context(), 0))
}

// What a run of many takes is what the pace asks for, within a twentieth.
func TestPacerBound(t *testing.T) {
	t.Parallel()
	c := newClock()
	a := &answers{clock: c, status: 200, typ: "application/json"}
	p := NewPacer(PacerSettings{Now: c.Now, Sleep: c.Sleep})
	const calls = 36_000
	start := c.Now()
	transport := p.Transport("ana", a)
	for range calls {
		require.NoError(t, call(t, transport, "www4.sii.cl"))
	}
	took := c.Now().Sub(start)
	require.InEpsilon(t, float64(calls)*float64(time.Second), float64(took), 0.05, fmt.Sprint(took))
}
