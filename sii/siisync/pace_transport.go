package siisync

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Transport returns a transport whose calls keep the pace of a credential, which
// is a name for the holder of a certificate or a session. A call waits until the
// previous answer was read or closed. So a caller that reads an answer must not
// call the same host before its end. The base is required.
func (p *Pacer) Transport(credential string, base http.RoundTripper) http.RoundTripper {
	return &pacedTransport{pacer: p, credential: credential, base: base}
}

type pacedTransport struct {
	pacer      *Pacer
	credential string
	base       http.RoundTripper
}

// RoundTrip waits for its turn and makes the call.
func (t *pacedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	of := t.pacer.lane(lane{t.credential, r.URL.Host})
	if err := takeTurn(r.Context(), of); err != nil {
		return nil, err
	}
	turn, err := t.pacer.begin(r.Context(), of)
	if err != nil {
		of.turn <- struct{}{}
		return nil, err
	}
	watch := newWatch(turn.guard(r.Context()), t.pacer.settings.Timeout)
	end := sync.OnceFunc(func() {
		watch.end()
		turn.end(r.Context(), of)
		of.turn <- struct{}{}
	})
	response, err := t.base.RoundTrip(r.WithContext(watch.ctx))
	watch.stop()
	if err != nil {
		err = watch.cause(err)
		if r.Context().Err() == nil && !errors.Is(err, errTurnLost) { // otherwise the caller or the store caused it
			t.pacer.answered(t.credential, of, true, 0)
		}
		end()
		return nil, err
	}
	t.pacer.answered(t.credential, of, isRefusal(r, response), retryAfter(response, t.pacer.settings.Now()))
	response.Body = &pacedBody{response.Body, watch, end}
	return response, nil
}

// takeTurn waits until no other call runs in the lane.
func takeTurn(ctx context.Context, of *pace) error {
	select {
	case <-of.turn:
		return nil
	default:
	}
	workerOf(ctx).rest()
	select {
	case <-of.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// isRefusal reports whether an answer asks for a slower pace: 429, a server
// error, or a page instead of JSON.
func isRefusal(r *http.Request, response *http.Response) bool {
	if response.StatusCode == http.StatusTooManyRequests || response.StatusCode >= http.StatusInternalServerError {
		return true
	}
	return response.StatusCode < http.StatusMultipleChoices && strings.Contains(r.Header.Get("Accept"), "json") &&
		strings.HasPrefix(response.Header.Get("Content-Type"), "text/html")
}

// retryAfter returns the wait that an answer asks for (RFC 9110, 10.2.3: seconds
// or a date); 0 if none.
func retryAfter(response *http.Response, now time.Time) time.Duration {
	const most = 1 << 31 // seconds; more would overflow a Duration, and lower bounds apply elsewhere
	text := response.Header.Get("Retry-After")
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil {
		return time.Duration(min(max(seconds, 0), most)) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}

// pacedBody returns the turn when the answer was read or closed.
type pacedBody struct {
	io.ReadCloser
	watch *watch
	done  func()
}

func (b *pacedBody) Read(p []byte) (int, error) {
	b.watch.start()
	n, err := b.ReadCloser.Read(p)
	b.watch.stop()
	if err != nil {
		if !errors.Is(err, io.EOF) {
			err = b.watch.cause(err)
		}
		b.done()
	}
	return n, err
}

func (b *pacedBody) Close() error {
	defer b.done()
	return b.ReadCloser.Close()
}

// errSilent says that no byte of an answer arrived in time.
var errSilent = errors.New("siisync: the SII does not answer")

// watch ends a call that waits too long for the next byte. It runs while the
// call waits for the network, not while received data is stored.
type watch struct {
	ctx     context.Context //nolint:containedctx // of the call that is watched
	cancel  context.CancelCauseFunc
	timer   *time.Timer
	timeout time.Duration
}

func newWatch(ctx context.Context, timeout time.Duration) *watch {
	w := &watch{timeout: timeout}
	w.ctx, w.cancel = context.WithCancelCause(ctx)
	w.timer = time.AfterFunc(timeout, func() { w.cancel(errSilent) })
	return w
}

func (w *watch) start() { w.timer.Reset(w.timeout) }

func (w *watch) stop() { w.timer.Stop() }

func (w *watch) end() {
	w.timer.Stop()
	w.cancel(nil)
}

// cause returns why a call failed: a timeout, a lost turn, or err.
func (w *watch) cause(err error) error {
	for _, known := range []error{errSilent, errTurnLost} {
		if errors.Is(context.Cause(w.ctx), known) {
			return known
		}
	}
	return err
}
