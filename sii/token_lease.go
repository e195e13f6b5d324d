package sii

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// How long a process has to renew a token before another one does, and how long
// those who wait sleep before they look again: ever longer, and none like the
// other.
const (
	leaseTerm   = 30 * time.Second
	leaseMargin = 5 // part of the term that is kept for storing
	firstLook   = 20 * time.Millisecond
	lastLook    = time.Second
)

// leased renews a token that no other process renews, or waits for the one that
// does. If the cache fails it goes on within the process. A renewal that fails is
// told to all who wait in this process; the next process tries for itself, since
// what failed may have been this machine's way to the SII.
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
		if token, err := r.fromCache(ctx); err == nil && token != nil { // somebody else had it renewed
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

// exchange asks the source within the term of the lease, and stores what it gave.
// A token that comes too late is not stored, since a newer one may be; it is good
// all the same.
func (r *ReusedTokenSource) exchange(ctx context.Context, fence int64) (*Token, error) {
	token, err := r.fromSource(ctx, r.term-r.term/leaseMargin)
	if err != nil {
		r.shared.release(ctx, fence)
		return nil, err
	}
	if !r.shared.putLeased(ctx, token, fence) {
		r.shared.release(ctx, fence) // or the others would wait for nothing
	}
	return token, nil
}
