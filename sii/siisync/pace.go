package siisync

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Pacer keeps calls to the portal apart: one at a time, and so long after the one
// before, per credential and host, whatever the number of companies behind the
// credential. More than 200 calls within minutes made the portal fail for a whole
// user, and calls at once in one session disturb each other (seen in two
// clients). A Pacer is for many goroutines; share one between all clients of a
// program.
type Pacer struct {
	settings PacerSettings
	mu       sync.Mutex
	lanes    map[lane]*pace
}

// PacerSettings are how a Pacer waits. The zero value is the default.
type PacerSettings struct {
	// Interval is how long after the start of a call the next may start: one second
	// by default. MaxInterval is to what it grows while the SII answers that it is
	// asked too often: one minute by default.
	Interval, MaxInterval time.Duration

	// Now and Sleep are the clock: the time and a wait that ends with the context.
	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error
}

// NewPacer returns a Pacer.
func NewPacer(settings PacerSettings) *Pacer {
	if settings.Interval <= 0 {
		settings.Interval = time.Second
	}
	if settings.MaxInterval < settings.Interval {
		settings.MaxInterval = max(time.Minute, settings.Interval)
	}
	if settings.Now == nil {
		settings.Now = time.Now //nolint:forbidigo // the default of a setting
	}
	if settings.Sleep == nil {
		settings.Sleep = sleep
	}
	return &Pacer{settings: settings, lanes: make(map[lane]*pace)}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// lane is what calls take turns in.
type lane struct{ credential, host string }

// pace is the turn of a lane, and when the next call may start.
type pace struct {
	turn     chan struct{} // holds one token while nobody calls
	next     time.Time
	interval time.Duration
}

func (p *Pacer) lane(key lane) *pace {
	p.mu.Lock()
	defer p.mu.Unlock()
	found := p.lanes[key]
	if found == nil {
		found = &pace{turn: make(chan struct{}, 1), interval: p.settings.Interval}
		found.turn <- struct{}{}
		p.lanes[key] = found
	}
	return found
}

// Transport returns a transport whose calls keep the pace of a credential: a name
// for the holder of a certificate or a session. A call waits until the answer
// before it was read or closed. The base is required.
func (p *Pacer) Transport(credential string, base http.RoundTripper) http.RoundTripper {
	return &pacedTransport{pacer: p, credential: credential, base: base}
}

// Slow doubles the interval of all hosts of a credential, as after an answer that
// says that the SII is asked too often.
func (p *Pacer) Slow(credential string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, of := range p.lanes {
		if key.credential == credential {
			of.interval = min(2*of.interval, p.settings.MaxInterval)
		}
	}
}

// adapt lengthens the interval of a lane after a refusal, and shortens it again
// by a tenth after each answer.
func (p *Pacer) adapt(of *pace, throttled bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if throttled {
		of.interval = min(2*of.interval, p.settings.MaxInterval)
		return
	}
	of.interval = max(of.interval-of.interval/10, p.settings.Interval)
}

type pacedTransport struct {
	pacer      *Pacer
	credential string
	base       http.RoundTripper
}

// RoundTrip waits for its turn and makes the call.
func (t *pacedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	of := t.pacer.lane(lane{t.credential, r.URL.Host})
	select {
	case <-of.turn:
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	if err := t.pacer.wait(r.Context(), of); err != nil {
		of.turn <- struct{}{}
		return nil, err
	}
	response, err := t.base.RoundTrip(r)
	if err != nil {
		of.turn <- struct{}{}
		return nil, err
	}
	t.pacer.adapt(of, isThrottled(response))
	response.Body = &turnBody{response.Body, sync.OnceFunc(func() { of.turn <- struct{}{} })}
	return response, nil
}

// wait waits until the lane may call again, and notes when the next may.
func (p *Pacer) wait(ctx context.Context, of *pace) error {
	p.mu.Lock()
	next, now := of.next, p.settings.Now()
	p.mu.Unlock()
	if d := next.Sub(now); d > 0 {
		if err := p.settings.Sleep(ctx, d); err != nil {
			return err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	of.next = p.settings.Now().Add(of.interval)
	return nil
}

// isThrottled reports whether an answer says that the SII is asked too often: 429
// and 503, or a page where JSON was asked for.
func isThrottled(r *http.Response) bool {
	switch {
	case r.StatusCode == http.StatusTooManyRequests, r.StatusCode == http.StatusServiceUnavailable:
		return true
	default:
		return r.Request != nil && strings.Contains(r.Request.Header.Get("Accept"), "json") &&
			strings.HasPrefix(r.Header.Get("Content-Type"), "text/html")
	}
}

// turnBody gives the turn back when the answer was read or closed.
type turnBody struct {
	io.ReadCloser
	done func()
}

func (b *turnBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		b.done()
	}
	return n, err
}

func (b *turnBody) Close() error {
	defer b.done()
	return b.ReadCloser.Close()
}
