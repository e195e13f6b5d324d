package sii

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/option"
	"github.com/ofitec/chile/internal/wait"
)

// How tokens are reused. The SII keeps a token for an hour after its last use
// (documented for boletas; practice of many clients for the SOAP services).
const (
	tokenIdle   = time.Hour
	renewMargin = 2 * time.Minute // a token that ends sooner is renewed first
	touchStep   = time.Minute     // an expiry is extended only in such steps
	cacheStep   = 10 * time.Minute
)

// ReusedTokenSource is a TokenSource that keeps its token until the SII refuses it
// or it expires. Reading a valid token costs an atomic load and a look at the
// clock. If several callers have none, one renews it; the others wait, each within
// its own context, and share the result. A renewal has its own deadlines and
// continues if its caller gives up.
//
// Processes that share a TokenCache share the token. If it is a TokenLeases, one
// of them renews it and the others wait, at most for its lease: 30 seconds if it
// was killed.
//
// A certificate that the SII does not accept (ErrRejected, ErrForbidden) is not
// tried again for 30 seconds: callers get the same error. Each process tries it
// once, one after another, since the fault may be local.
//
// The clocks of processes may differ by some minutes: a token in use still has
// about fifty minutes in the cache, and one that is used too long is refused and
// renewed.
type ReusedTokenSource struct {
	reuseSettings
	source TokenSource
	shared *sharedTokens
	since  func() time.Duration // elapsed time; cheaper than now

	current atomic.Pointer[heldToken]
	refused atomic.Pointer[string] // value of the last refused token

	mu       sync.Mutex // guards the fields below; never held while waiting
	renewal  *renewal   // the running one, or nil
	rejected rejection
}

// heldToken is a token and its renewal time, on the clock of
// ReusedTokenSource.since.
type heldToken struct {
	token *Token
	until time.Duration
}

// reuseSettings are the settings of a ReusedTokenSource. Zero fields mean the
// defaults.
type reuseSettings struct {
	now    func() time.Time
	idle   time.Duration // how much a use extends a token; 0 for not at all
	term   time.Duration // of a lease, see TokenLeases
	sleep  func(ctx context.Context, d time.Duration) error
	report func(error)
}

// ReuseOption changes a ReusedTokenSource. If one is invalid, ReuseTokenSource
// fails.
type ReuseOption func(*reuseSettings) error

// ReuseClock sets the clock. The default is time.Now.
func ReuseClock(now func() time.Time) ReuseOption {
	return func(s *reuseSettings) error {
		if now == nil {
			return errors.New("ReuseClock: nil clock")
		}
		s.now = now
		return nil
	}
}

// ReuseIdle says that each use of a token extends it by that time. By default a
// use does not extend it.
func ReuseIdle(idle time.Duration) ReuseOption {
	return func(s *reuseSettings) error {
		s.idle = idle
		return option.NotNegative("ReuseIdle", chile.ErrRange, idle)
	}
}

// ReuseLease sets how long a process has the renewal of a token to itself, if the
// cache has leases: 30 seconds by default, and for zero. It gives up after four
// fifths of it. If a process is killed meanwhile, the others wait until the end.
func ReuseLease(term time.Duration) ReuseOption {
	return func(s *reuseSettings) error {
		s.term = term
		return option.NotNegative("ReuseLease", chile.ErrRange, term)
	}
}

// ReuseSleep sets how a renewal waits for another process. The function returns
// after the time has passed, or with the context's error. The default sleeps.
func ReuseSleep(sleep func(ctx context.Context, d time.Duration) error) ReuseOption {
	return func(s *reuseSettings) error {
		if sleep == nil {
			return errors.New("ReuseSleep: nil function")
		}
		s.sleep = sleep
		return nil
	}
}

// ReuseReport sets a function that is called when the cache fails, or does not answer
// within 15 seconds. The source does not fail then: it continues within the process,
// and tries the cache again after ten minutes of use or at the next renewal. A failure
// is reported once, until the same use of the cache has worked again.
func ReuseReport(report func(error)) ReuseOption {
	return func(s *reuseSettings) error {
		if report == nil {
			return errors.New("ReuseReport: nil function")
		}
		s.report = report
		return nil
	}
}

// ReuseTokenSource returns a source that reuses the tokens of another source.
// The cache shares them with other processes under the key; if nil, they are
// not shared. It fails without a source, and with a cache but no key.
func ReuseTokenSource(source TokenSource, cache TokenCache, key string, opts ...ReuseOption) (*ReusedTokenSource, error) {
	switch {
	case isNilSource(source):
		return nil, errors.New("sii: ReuseTokenSource: nil source")
	case cache != nil && key == "":
		return nil, errors.New("sii: ReuseTokenSource: a cache without a key")
	}
	var settings reuseSettings
	if err := option.Apply("sii", &settings, opts); err != nil {
		return nil, err
	}
	return newReusedTokenSource(source, newSharedTokens(cache, key, settings.report), settings), nil
}

// isNilSource reports whether the source is nil, also as a nil pointer of this
// package.
func isNilSource(source TokenSource) bool {
	switch source := source.(type) {
	case nil:
		return true
	case *ReusedTokenSource:
		return source == nil
	case TokenFunc:
		return source == nil
	default:
		return false
	}
}

// newReusedTokenSource is ReuseTokenSource without its checks.
func newReusedTokenSource(source TokenSource, shared *sharedTokens, settings reuseSettings) *ReusedTokenSource {
	r := &ReusedTokenSource{source: source, shared: shared, reuseSettings: settings}
	if r.term == 0 {
		r.term = leaseTerm
	}
	if r.sleep == nil {
		r.sleep = wait.For
	}
	if r.now == nil {
		r.now = time.Now //nolint:forbidigo // the default of ReuseClock
		begun := r.now()
		r.since = func() time.Duration { return time.Since(begun) } //nolint:forbidigo // the same, at half the price
		return r
	}
	begun := r.now()
	r.since = func() time.Duration { return r.now().Sub(begun) }
	return r
}

// Token returns the token, and renews it if needed. If the context ends first,
// the error is its cause.
func (r *ReusedTokenSource) Token(ctx context.Context) (*Token, error) {
	if held := r.current.Load(); r.good(held) {
		return held.token, nil
	}
	began := r.now()
	renewal, own := r.join(ctx)
	select {
	case <-renewal.done:
		if !own {
			ObserveWait(ctx, Wait{Reason: WaitTurn, Duration: r.now().Sub(began)})
		}
		return renewal.token, renewal.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// hold returns the token as it is kept from now on.
func (r *ReusedTokenSource) hold(token *Token) *heldToken {
	const forever = time.Duration(1 << 62)
	left := token.Expiry.Add(-renewMargin).Sub(r.now())
	return &heldToken{token: token, until: r.since() + min(left, forever)}
}

func (r *ReusedTokenSource) good(held *heldToken) bool {
	return held != nil && r.since() < held.until
}

// Touch records that the SII has just accepted the token.
func (r *ReusedTokenSource) Touch(ctx context.Context, used *Token) {
	held := r.current.Load()
	if r.idle == 0 || held == nil || held.token != used || r.since()+r.idle-renewMargin-held.until < touchStep {
		return
	}
	longer := r.hold(&Token{Value: used.Value, Expiry: r.now().Add(r.idle)})
	if r.current.CompareAndSwap(held, longer) && r.shared.outlived(longer.token, cacheStep) {
		r.shared.extend(ctx, longer.token)
	}
}

// Invalidate records that the SII has refused the token. The next call of Token
// renews it, unless it was already renewed. If many callers were refused the
// same token, one of them deletes it from the cache.
func (r *ReusedTokenSource) Invalidate(ctx context.Context, refused *Token) {
	for {
		held := r.current.Load()
		if held == nil || held.token.Value != refused.Value {
			return
		}
		r.refused.Store(&refused.Value)
		if r.current.CompareAndSwap(held, nil) {
			r.shared.remove(ctx, refused)
			return
		}
	}
}
