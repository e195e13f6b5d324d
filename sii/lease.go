package sii

import (
	"context"
	"math/rand/v2"
	"time"
)

// TokenLeases is a TokenCache of which one of many processes is told to renew a
// token, while the others wait for it. Every storage.Storage of this SDK is one;
// see storage.Leases for what it promises.
type TokenLeases interface {
	TokenCache
	AcquireLease(ctx context.Context, name string, term time.Duration) (fence int64, wait time.Duration, err error)
	ReleaseLease(ctx context.Context, name string, fence int64) error
	PutLeasedToken(ctx context.Context, key, value string, expiry time.Time, fence int64) (stored bool, err error)
}

// How long a process has to renew a token before another one does, and how long
// those who wait sleep before they look again: ever longer, and none like the
// other.
const (
	leaseTerm   = 30 * time.Second
	leaseMargin = 5 // part of the term that is kept for storing
	firstLook   = 20 * time.Millisecond
	lastLook    = time.Second
)

// ReuseLease sets for how long a process has the renewal of a token to itself, if
// the cache has leases: 30 seconds by default. A process that is killed in the
// middle keeps the others waiting until then.
func ReuseLease(term time.Duration) ReuseOption {
	return func(r *ReusedTokenSource) {
		if term > 0 {
			r.term = term
		}
	}
}

// ReuseSleep sets how a renewal waits for one of another process. The default is
// a timer.
func ReuseSleep(sleep func(ctx context.Context, d time.Duration) error) ReuseOption {
	return func(r *ReusedTokenSource) { r.sleep = sleep }
}

// leased renews a token that no other process renews, or waits for the one that
// does. If the cache fails it goes on within the process. A renewal that fails is
// told to all who wait in this process; the next process tries for itself, since
// what failed may have been this machine's way to the SII.
func (r *ReusedTokenSource) leased(ctx context.Context, leases TokenLeases) (*Token, TokenOrigin, error) {
	for look := firstLook; ; look = min(2*look, lastLook) {
		fence, wait, err := leases.AcquireLease(ctx, r.key, r.term)
		r.noteCache("lease the renewal of the token", err == nil, err)
		switch {
		case err != nil:
			token, err := r.fromSource(ctx)
			return token, TokenExchanged, err
		case fence > 0:
			if token := r.fromCache(ctx); token != nil { // stored just before the lease was free
				r.release(ctx, leases, fence)
				return token, TokenCached, nil
			}
			token, err := r.exchange(ctx, leases, fence)
			return token, TokenExchanged, err
		}
		began := r.now()
		if err := r.sleep(ctx, min(wait, look/2+rand.N(look))+time.Millisecond); err != nil { //nolint:gosec // a wait needs no secrecy
			return nil, TokenCached, context.Cause(ctx)
		}
		ObserveWait(ctx, Wait{Reason: WaitTurn, Duration: r.now().Sub(began)})
		if token := r.fromCache(ctx); token != nil {
			return token, TokenCached, nil
		}
	}
}

// exchange asks the source within the term of the lease, and stores what it gave.
// A token that comes too late is not stored, since a newer one may be; it is good
// all the same.
func (r *ReusedTokenSource) exchange(ctx context.Context, leases TokenLeases, fence int64) (*Token, error) {
	within, cancel := context.WithTimeout(ctx, r.term-r.term/leaseMargin)
	defer cancel()
	token, err := r.fromSource(within)
	if err != nil {
		r.release(ctx, leases, fence)
		return nil, err
	}
	stored, err := leases.PutLeasedToken(ctx, r.key, token.Value, token.Expiry, fence)
	r.noteCache("cache the token", err == nil, err)
	if stored {
		r.cached.Store(token.Expiry.Unix())
	}
	return token, nil
}

func (r *ReusedTokenSource) release(ctx context.Context, leases TokenLeases, fence int64) {
	err := leases.ReleaseLease(context.WithoutCancel(ctx), r.key, fence)
	r.noteCache("release the renewal of the token", err == nil, err)
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
