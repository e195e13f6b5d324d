package siisync

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/bubbletest"
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
	after  string // Retry-After
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
		StatusCode: a.status, Header: http.Header{"Content-Type": {a.typ}, "Retry-After": {a.after}}, Request: r,
		Body: &answerBody{Reader: strings.NewReader("{}"), of: a},
	}, nil
}

// answerBody is under way until it was read to its end or closed.
type answerBody struct {
	io.Reader
	of   *answers
	once sync.Once
}

func (b *answerBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err != nil {
		b.end()
	}
	return n, err
}

func (b *answerBody) Close() error {
	b.end()
	return nil
}

func (b *answerBody) end() {
	b.once.Do(func() {
		b.of.mu.Lock()
		defer b.of.mu.Unlock()
		b.of.open--
	})
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
	p := must(NewPacer(PacerSettings{Now: c.Now, Sleep: c.Sleep}))
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
	p := must(NewPacer(PacerSettings{Interval: time.Nanosecond}))
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
	p := must(NewPacer(PacerSettings{Now: c.Now, Sleep: c.Sleep}))
	of := p.lane(lane{"ana", "www4.sii.cl"})
	for _, answer := range []struct {
		status int
		typ    string
	}{{429, "text/html"}, {503, "text/html"}, {200, "text/html; charset=ISO-8859-1"}} {
		before := of.interval
		require.NoError(t, call(t, p.Transport("ana", &answers{clock: c, status: answer.status, typ: answer.typ}), "www4.sii.cl"))
		require.Equal(t, 2*before, of.interval)
		require.Equal(t, c.Now().Add(of.interval), of.next, "the very next call waits for it")
	}
	for range 10 {
		require.NoError(t, call(t, p.Transport("ana", &answers{clock: c, status: 429}), "www4.sii.cl"))
	}
	require.Equal(t, 10*time.Second, of.interval, "and no slower")
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
	p := must(NewPacer(PacerSettings{Now: c.Now, Sleep: c.Sleep}))
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
}

// The SII's own word of when to ask again is followed, within bounds.
func TestPacerRetryAfter(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"": 2 * time.Second, "0": 2 * time.Second, "-5": 2 * time.Second, "soon": 2 * time.Second, "90": 90 * time.Second,
		"Mon, 23 Nov 2026 03:02:00 GMT": 2 * time.Minute, "Sun, 22 Nov 2026 03:02:00 GMT": 2 * time.Second,
		"86400": 15 * time.Minute, "9223372036854775807": 15 * time.Minute, "92233720368547758070": 2 * time.Second,
	} {
		c := newClock()
		p := must(NewPacer(PacerSettings{Now: c.Now, Sleep: c.Sleep}))
		a := &answers{clock: c, status: 429, after: text}
		start := c.Now()
		require.NoError(t, p.Wait(t.Context(), "ana"), "nothing is known yet")
		require.NoError(t, call(t, p.Transport("ana", a), "www4.sii.cl"))
		require.NoError(t, p.Wait(t.Context(), "beto"))
		require.Equal(t, start, c.Now())
		require.NoError(t, p.Wait(t.Context(), "ana"))
		require.Equal(t, want, c.Now().Sub(start), text)
		require.NoError(t, call(t, p.Transport("ana", a), "www4.sii.cl"))
		require.Equal(t, want, a.starts[1].Sub(start), text)
	}
}

// Slow counts an answer once, and none that came before another.
func TestPacerSlow(t *testing.T) {
	t.Parallel()
	c := newClock()
	p := must(NewPacer(PacerSettings{Now: c.Now, Sleep: c.Sleep}))
	p.Slow(t.Context(), "ana") // has not called yet
	of := p.lane(lane{"ana", "www4.sii.cl"})
	require.NoError(t, call(t, p.Transport("ana", &answers{clock: c, status: 200, typ: "application/json"}), "www4.sii.cl"))
	p.Slow(t.Context(), "ana")
	p.Slow(t.Context(), "ana")
	p.Slow(t.Context(), "beto")
	require.Equal(t, 2*time.Second, of.interval)
	require.NoError(t, call(t, p.Transport("ana", &answers{clock: c, status: 429}), "www4.sii.cl"))
	p.Slow(t.Context(), "ana")
	require.Equal(t, 4*time.Second, of.interval, "the pacer knows of it")
}

// A call that fails slows down; one that the caller has given up does not.
func TestPacerSlowsDownOnFailures(t *testing.T) {
	t.Parallel()
	c := newClock()
	p := must(NewPacer(PacerSettings{Now: c.Now, Sleep: c.Sleep}))
	of := p.lane(lane{"ana", "x"})
	require.Error(t, call(t, p.Transport("ana", &answers{clock: c, err: io.ErrUnexpectedEOF}), "x"))
	require.Equal(t, 2*time.Second, of.interval)
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://x/", http.NoBody)
	require.NoError(t, err)
	_, err = p.Transport("ana", roundTrip(func(r *http.Request) (*http.Response, error) {
		cancel()
		return nil, r.Context().Err()
	})).RoundTrip(r)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 2*time.Second, of.interval)
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A call that waits too long for the next byte ends; what it waits for its pace,
// and what the caller does with what has come, does not count.
func TestPacerTimeout(t *testing.T) {
	t.Parallel()
	bubbletest.Run(t, func(t *testing.T) {
		p := must(NewPacer(PacerSettings{Interval: 5 * time.Minute, Timeout: time.Minute}))
		silent := roundTrip(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		start := time.Now()
		err := call(t, p.Transport("ana", silent), "x")
		require.ErrorIs(t, err, errSilent)
		require.Equal(t, time.Minute, time.Since(start))

		reader, writer := io.Pipe()
		answering := roundTrip(func(r *http.Request) (*http.Response, error) {
			context.AfterFunc(r.Context(), func() { _ = reader.CloseWithError(r.Context().Err()) })
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: reader}, nil
		})
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://x/", http.NoBody)
		require.NoError(t, err)
		response, err := p.Transport("ana", answering).RoundTrip(r)
		require.NoError(t, err)
		defer response.Body.Close()
		go func() {
			for range 3 {
				bubbletest.Pass(50 * time.Second)
				_, _ = writer.Write([]byte("x"))
			}
		}()
		for range 3 {
			_, err := response.Body.Read(make([]byte, 1))
			require.NoError(t, err)
			bubbletest.Pass(time.Hour) // what a database would take
		}
		_, err = response.Body.Read(make([]byte, 1))
		require.ErrorIs(t, err, errSilent)
	})
}
