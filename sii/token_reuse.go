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
	touchStep   = time.Minute     // an expiry moves on only by so much
	cacheStep   = 10 * time.Minute
)

// ReusedTokenSource is a TokenSource that keeps its token until the SII refuses
// it or it expires. Reading a good token costs an atomic load and a look at the
// clock; of any number of callers without one, one renews it and the others wait,
// each as long as its own context lasts, and share what comes of it. A renewal has
// deadlines of its own and goes on if the caller that began it gives up.
//
// Processes that share a TokenCache share the token. If it is a TokenLeases, one
// of them renews it, and the others wait for that one: as long as its lease goes
// on, which is 30 seconds if it was killed.
//
// A certificate that the SII does not accept (ErrRejected, ErrForbidden) is not
// tried again for 30 seconds: callers get the same error. Each process finds that
// out for itself, one after another, since what is wrong may be its own.
//
// The clocks of processes may differ by some minutes: a token that is in use has
// fifty minutes or so to go in the cache, and one that is believed in for too long
// is refused and renewed.
type ReusedTokenSource struct {
	reuseSettings
	source TokenSource
	shared *sharedTokens
	since  func() time.Duration // some moment; cheaper than now

	current atomic.Pointer[heldToken]
	refused atomic.Pointer[string] // value of the last token that the SII refused

	mu       sync.Mutex // guards what follows, never held while anything is waited for
	renewal  *renewal   // under way, or nil
	rejected rejection
}

// heldToken is a token and when it is to be renewed, by ReusedTokenSource.since.
type heldToken struct {
	token *Token
	until time.Duration
}

// reuseSettings are what the options of a ReusedTokenSource say. The zero value is
// the defaults.
type reuseSettings struct {
	now    func() time.Time
	idle   time.Duration // by which a use prolongs a token; 0 if it does not
	term   time.Duration // of a lease, see TokenLeases
	sleep  func(ctx context.Context, d time.Duration) error
	report func(error)
}

// ReuseOption changes what ReuseTokenSource makes. An option that cannot be followed
// makes it fail.
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

// ReuseIdle says that each use of a token prolongs it by that time. The default is
// zero: a use does not prolong it.
func ReuseIdle(idle time.Duration) ReuseOption {
	return func(s *reuseSettings) error {
		s.idle = idle
		return option.NotNegative("ReuseIdle", chile.ErrRange, idle)
	}
}

// ReuseLease sets for how long a process has the renewal of a token to itself, if
// the cache has leases: 30 seconds by default, and for zero. It gives up when four
// fifths of it are over. A process that is killed in the middle keeps the others
// waiting until the end.
func ReuseLease(term time.Duration) ReuseOption {
	return func(s *reuseSettings) error {
		s.term = term
		return option.NotNegative("ReuseLease", chile.ErrRange, term)
	}
}

// ReuseSleep sets how a renewal waits for one of another process: until that time
// has passed, or the context has ended, whose error it returns. The default waits
// for real.
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

// ReuseTokenSource returns a source that reuses the tokens of another one. The
// cache shares them with other processes under the key; if nil, they are not
// shared. It fails without a source, and with a cache but no key.
func ReuseTokenSource(source TokenSource, cache TokenCache, key string, opts ...ReuseOption) (*ReusedTokenSource, error) {
	switch {
	case isNilSource(source):
		return nil, errors.New("sii: ReuseTokenSource: nil source")
	case cache != nil && key == "":
		return nil, errors.New("sii: ReuseTokenSource: a cache and no key")
	}
	var settings reuseSettings
	if err := option.Apply("sii", &settings, opts); err != nil {
		return nil, err
	}
	return newReusedTokenSource(source, newSharedTokens(cache, key, settings.report), settings), nil
}

// isNilSource reports whether the source is nil, also one of a type of this package.
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

// newReusedTokenSource is ReuseTokenSource for what has been checked.
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

// Token returns the token, renewed if need be. If the context ends first, the
// error is its cause.
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

// hold returns the token as it is held from now on.
func (r *ReusedTokenSource) hold(token *Token) *heldToken {
	const forever = time.Duration(1 << 62)
	left := token.Expiry.Add(-renewMargin).Sub(r.now())
	return &heldToken{token: token, until: r.since() + min(left, forever)}
}

func (r *ReusedTokenSource) good(held *heldToken) bool {
	return held != nil && r.since() < held.until
}

// Touch notes that the SII has accepted the token just now.
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

// Invalidate notes that the SII has refused the token. The next call of Token
// renews it, unless that has happened already. Of many callers that were refused
// the same token one has it deleted from the cache.
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
