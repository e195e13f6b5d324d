package sii

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// The time that a process has to renew a token before another one may, and the
// waits between two looks: growing and random.
const (
	leaseTerm   = 30 * time.Second
	leaseMargin = 5 // fraction of the term that is reserved for storing
	firstLook   = 20 * time.Millisecond
	lastLook    = time.Second
)

// leased renews a token that no other process renews, or waits for the process
// that does. If the cache fails, it continues within the process. A failed
// renewal is reported to all waiting callers of this process. The next process
// tries itself, since the failure may have been this machine's.
func (r *ReusedTokenSource) leased(ctx context.Context) (*Token, TokenOrigin, error) {
	began, waited := r.now(), false
	defer func() {
		if waited {
			ObserveWait(ctx, Wait{Reason: WaitTurn, Duration: r.now().Sub(began)})
		}
	}()
	for look := firstLook; ; look = min(2*look, lastLook) {
		fence, wait, err := r.shared.acquire(ctx, r.term)
		if err != nil {
			token, err := r.fromSource(ctx, renewDeadline)
			return token, TokenExchanged, err
		}
		if token, err := r.fromCache(ctx); err == nil && token != nil { // another caller renewed it
			r.shared.release(ctx, fence)
			return token, TokenCached, nil
		}
		if fence > 0 {
			token, err := r.exchange(ctx, fence)
			return token, TokenExchanged, err
		}
		waited = true
		if err := r.sleep(ctx, min(wait, look/2+rand.N(look))); err != nil { //nolint:gosec // a wait needs no secrecy
			return nil, "", &Error{Op: opRenewal, Kind: ErrUnavailable, Err: errors.New("other processes have been renewing the token for too long")}
		}
	}
}

// exchange asks the source within the lease's term, and stores the result. A
// token that comes too late is not stored, since a newer one may be; it is valid
// anyway.
func (r *ReusedTokenSource) exchange(ctx context.Context, fence int64) (*Token, error) {
	token, err := r.fromSource(ctx, r.term-r.term/leaseMargin)
	if err != nil {
		r.shared.release(ctx, fence)
		return nil, err
	}
	if !r.shared.putLeased(ctx, token, fence) {
		r.shared.release(ctx, fence) // otherwise the others would wait in vain
	}
	return token, nil
}
