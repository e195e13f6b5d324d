package sii

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	renewDeadline = time.Minute      // of the source
	turnDeadline  = 5 * time.Minute  // of a renewal, with waiting for other processes
	rejectionKept = 30 * time.Second // how long a certificate that was not accepted is not tried again
)

// renewal is a running renewal.
type renewal struct {
	done  chan struct{} // closed when token and err are set
	token *Token
	err   error
}

// rejection says why the SII does not accept the certificate, and until when this
// is assumed.
type rejection struct {
	err   error
	until time.Duration
}

// join returns the running renewal, or starts one.
func (r *ReusedTokenSource) join(ctx context.Context) (joined *renewal, own bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.renewal != nil {
		return r.renewal, false
	}
	begun := &renewal{done: make(chan struct{})}
	held := r.current.Load()
	switch {
	case r.good(held): // renewed in the meantime
		begun.token = held.token
		close(begun.done)
	case r.rejected.err != nil && r.since() < r.rejected.until:
		begun.err = r.rejected.err
		close(begun.done)
	default:
		r.renewal = begun
		go r.renew(context.WithoutCancel(ctx), begun)
	}
	return begun, true
}

// renew finishes a renewal.
func (r *ReusedTokenSource) renew(ctx context.Context, begun *renewal) {
	ctx, cancel := context.WithTimeout(ctx, turnDeadline)
	defer cancel()
	ctx, observed := beginRenewal(ctx, r.now)
	token, origin, err := r.obtain(ctx)
	end := RenewEnd{Err: err}
	if err == nil {
		end.Origin, end.Expiry = origin, token.Expiry
	}
	observed.end(ctx, end)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rejected = rejection{}
	switch {
	case err == nil:
		r.current.Store(r.hold(token))
	case errors.Is(err, ErrRejected), errors.Is(err, ErrForbidden):
		r.rejected = rejection{err, r.since() + rejectionKept}
	}
	begun.token, begun.err = token, err
	r.renewal = nil
	close(begun.done)
}

// obtain returns a token from the cache or else from the source. If the cache
// has leases, one of the processes that share it asks the source; if the cache
// fails, this one does.
func (r *ReusedTokenSource) obtain(ctx context.Context) (*Token, TokenOrigin, error) {
	token, err := r.fromCache(ctx)
	if token != nil {
		return token, TokenCached, nil
	}
	if err == nil && r.shared.leases != nil {
		return r.leased(ctx)
	}
	token, sourceErr := r.fromSource(ctx, renewDeadline)
	if sourceErr == nil && err == nil {
		r.shared.put(ctx, token)
	}
	return token, TokenExchanged, sourceErr
}

// fromCache returns a valid token that was not refused, or nil. An error means
// that the cache failed.
func (r *ReusedTokenSource) fromCache(ctx context.Context) (*Token, error) {
	token, err := r.shared.token(ctx)
	if err != nil || token == nil {
		return nil, err
	}
	if refused := r.refused.Load(); refused != nil && *refused == token.Value || !r.good(r.hold(token)) {
		return nil, nil //nolint:nilnil // there is none, which is no error
	}
	return token, nil
}

// fromSource asks the source, within the limit.
func (r *ReusedTokenSource) fromSource(ctx context.Context, limit time.Duration) (*Token, error) {
	within, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	token, err := r.source.Token(within)
	switch {
	case err != nil && within.Err() != nil: // the deadline is ours, and the caller must not mistake it for its own
		return nil, &Error{Op: opRenewal, Kind: ErrUnavailable, Err: fmt.Errorf("no token within %v: %s", limit, err.Error())}
	case err != nil:
		return nil, err
	case token == nil || token.Value == "":
		return nil, &Error{Op: opRenewal, Kind: ErrProtocol, Err: errors.New("the source returned no token")}
	}
	return token, nil
}
