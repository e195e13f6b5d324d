package sii

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"sync/atomic"
	"time"
)

// How tokens are reused. The SII keeps a token for an hour after its last use
// (documented for boletas; practice of many clients for the SOAP services).
const (
	tokenIdle     = time.Hour
	renewMargin   = 2 * time.Minute // a token that ends sooner is renewed first
	touchStep     = time.Minute     // an expiry moves on only by so much
	cacheStep     = 10 * time.Minute
	renewDeadline = time.Minute
)

// ReusedTokenSource is a TokenSource that keeps its token until the SII refuses
// it or it expires. Reading a valid token is an atomic load; of any number of
// callers without one, one renews it and the others wait, each as long as its
// own context lasts. A renewal has a deadline of its own, one minute, and goes on
// if the caller that began it gives up.
type ReusedTokenSource struct {
	source TokenSource
	cache  TokenCache // may be nil
	key    string
	now    func() time.Time
	idle   time.Duration // by which a use prolongs a token; 0 if it does not
	report func(error)   // told of failures of the cache
	failed atomic.Bool   // the cache failed when it was used last
	term   time.Duration // of a lease, see TokenLeases
	sleep  func(ctx context.Context, d time.Duration) error

	current atomic.Pointer[Token]
	refused atomic.Pointer[string] // value of the last token that the SII refused
	cached  atomic.Int64           // expiry in the cache, Unix seconds

	mu      sync.Mutex // guards renewal, never held while anything is waited for
	renewal *renewal
}

// renewal is a renewal under way.
type renewal struct {
	done  chan struct{} // closed when token and err are set
	token *Token
	err   error
}

// ReuseOption changes a ReusedTokenSource.
type ReuseOption func(*ReusedTokenSource)

// ReuseClock sets the clock. The default is time.Now.
func ReuseClock(now func() time.Time) ReuseOption {
	return func(r *ReusedTokenSource) { r.now = now }
}

// ReuseIdle says that each use of a token prolongs it by that time.
func ReuseIdle(idle time.Duration) ReuseOption {
	return func(r *ReusedTokenSource) { r.idle = idle }
}

// ReuseReport has the function told of failures of the cache, which are no
// failures of the source: without its cache it goes on within the process. It is
// told of the first failure, and of the next one only after the cache has worked
// again.
func ReuseReport(report func(error)) ReuseOption {
	return func(r *ReusedTokenSource) { r.report = report }
}

// ReuseTokenSource returns a source that reuses the tokens of another one. The
// cache shares them with other processes under the key; nil is none.
func ReuseTokenSource(source TokenSource, cache TokenCache, key string, opts ...ReuseOption) *ReusedTokenSource {
	r := &ReusedTokenSource{source: source, cache: cache, key: key, report: func(error) {}, term: leaseTerm, sleep: pause}
	r.now = time.Now //nolint:forbidigo // the default of ReuseClock
	for _, opt := range opts {
		opt(r)
	}
	return r
}

// Token returns the token, renewed if need be. If the context ends first, the
// error is its cause.
func (r *ReusedTokenSource) Token(ctx context.Context) (*Token, error) {
	if token := r.current.Load(); r.good(token) {
		return token, nil
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

func (r *ReusedTokenSource) good(token *Token) bool {
	return token != nil && token.ValidAt(r.now().Add(renewMargin))
}

// join returns the renewal under way, or begins one of its own.
func (r *ReusedTokenSource) join(ctx context.Context) (joined *renewal, own bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.renewal != nil {
		return r.renewal, false
	}
	begun := &renewal{done: make(chan struct{})}
	if token := r.current.Load(); r.good(token) { // renewed while we came here
		begun.token = token
		close(begun.done)
		return begun, true
	}
	r.renewal = begun
	go r.renew(context.WithoutCancel(ctx), begun)
	return begun, true
}

// renew finishes a renewal: with a token of the cache or else of the source.
func (r *ReusedTokenSource) renew(ctx context.Context, begun *renewal) {
	ctx, cancel := context.WithTimeout(ctx, renewDeadline)
	defer cancel()
	ctx, observed := beginRenewal(ctx, r.now)
	token, origin, err := r.obtain(ctx)
	observed.end(ctx, token, origin, err)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		r.current.Store(token)
	}
	begun.token, begun.err = token, err
	r.renewal = nil
	close(begun.done)
}

// obtain returns a token of the cache or else of the source. If the cache has
// leases, of all processes that share it one asks the source.
func (r *ReusedTokenSource) obtain(ctx context.Context) (*Token, TokenOrigin, error) {
	if token := r.fromCache(ctx); token != nil {
		return token, TokenCached, nil
	}
	if leases, ok := r.cache.(TokenLeases); ok {
		return r.leased(ctx, leases)
	}
	token, err := r.fromSource(ctx)
	if err == nil && r.cache != nil {
		r.store(ctx, token)
	}
	return token, TokenExchanged, err
}

func (r *ReusedTokenSource) fromCache(ctx context.Context) *Token {
	if r.cache == nil {
		return nil
	}
	value, expiry, err := r.cache.Token(ctx, r.key)
	if absent := errors.Is(err, fs.ErrNotExist); err != nil {
		r.noteCache("read the cached token", absent, err)
		return nil
	}
	r.noteCache("", true, nil)
	token := &Token{Value: value, Expiry: expiry}
	if refused := r.refused.Load(); refused != nil && *refused == value || !r.good(token) {
		return nil
	}
	r.cached.Store(expiry.Unix())
	return token
}

// noteCache reports the first of the failures of the cache that follow each
// other.
func (r *ReusedTokenSource) noteCache(what string, worked bool, err error) {
	if worked || err == nil {
		r.failed.Store(false)
		return
	}
	if !r.failed.Swap(true) {
		r.report(fmt.Errorf("sii: %s: %w", what, err))
	}
}

func (r *ReusedTokenSource) fromSource(ctx context.Context) (*Token, error) {
	token, err := r.source.Token(ctx)
	if err != nil {
		return nil, err
	}
	if token == nil || token.Value == "" {
		return nil, &Error{Op: "token", Kind: ErrProtocol, Err: errors.New("the source gave no token")}
	}
	return token, nil
}

func (r *ReusedTokenSource) store(ctx context.Context, token *Token) {
	if r.cache == nil {
		return
	}
	err := r.cache.PutToken(ctx, r.key, token.Value, token.Expiry)
	r.noteCache("cache the token", err == nil, err)
	if err == nil {
		r.cached.Store(token.Expiry.Unix())
	}
}

// Touch notes that the SII has accepted the token just now.
func (r *ReusedTokenSource) Touch(ctx context.Context, used *Token) {
	if r.idle == 0 {
		return
	}
	expiry := r.now().Add(r.idle)
	if expiry.Sub(used.Expiry) < touchStep {
		return
	}
	longer := &Token{Value: used.Value, Expiry: expiry}
	if !r.current.CompareAndSwap(used, longer) {
		return // someone else has touched or renewed it
	}
	if expiry.Unix()-r.cached.Load() >= int64(cacheStep/time.Second) {
		r.store(ctx, longer)
	}
}

// Invalidate notes that the SII has refused the token. The next call of Token
// renews it, unless that has happened already.
func (r *ReusedTokenSource) Invalidate(ctx context.Context, refused *Token) {
	r.refused.Store(&refused.Value)
	for {
		current := r.current.Load()
		if current == nil || current.Value != refused.Value {
			break
		}
		if r.current.CompareAndSwap(current, nil) {
			break
		}
	}
	if r.cache == nil {
		return
	}
	err := r.cache.DeleteToken(ctx, r.key, refused.Value)
	r.noteCache("delete the refused token", err == nil, err)
}
