package sii

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync/atomic"
	"time"
)

// cacheDeadline bounds each use of the cache, so that a cache that hangs does not
// stop callers that can continue without it. Continuing costs a further session at
// the SII, so a slow cache is waited for.
const cacheDeadline = 15 * time.Second

// sharedTokens is the token that processes share. Its failures are reported, and
// its users do not fail.
type sharedTokens struct {
	cache  TokenCache  // nil if there is none
	leases TokenLeases // the same, if it has leases
	key    string
	report func(error)

	failing atomic.Int32 // the cacheUse that failed and has not worked since, or 0
	expiry  atomic.Int64 // in the cache, Unix seconds
}

// cacheUse is a use of the cache.
type cacheUse int32

const (
	cacheRead cacheUse = iota + 1
	cacheWrite
	cacheDelete
	cacheLease
)

var cacheUses = map[cacheUse]string{
	cacheRead: "read the cached token", cacheWrite: "cache the token",
	cacheDelete: "delete the refused token", cacheLease: "lease the renewal of the token",
}

// newSharedTokens returns a sharedTokens for the cache, if there is one.
// Failures of the cache go to report, unless it is nil.
func newSharedTokens(cache TokenCache, key string, report func(error)) *sharedTokens {
	if report == nil {
		report = func(error) {}
	}
	leases, _ := cache.(TokenLeases)
	return &sharedTokens{cache: cache, leases: leases, key: key, report: report}
}

// use runs a use of the cache.
func (s *sharedTokens) use(ctx context.Context, what cacheUse, run func(ctx context.Context) error) error {
	within, cancel := context.WithTimeout(ctx, cacheDeadline)
	defer cancel()
	err := run(within)
	switch {
	case err == nil:
		s.failing.CompareAndSwap(int32(what), 0)
	case ctx.Err() == nil && s.failing.CompareAndSwap(0, int32(what)):
		s.report(fmt.Errorf("sii: %s: %w", cacheUses[what], err))
	}
	return err
}

// change is use for changes that must happen even if the caller gives up.
func (s *sharedTokens) change(ctx context.Context, what cacheUse, run func(ctx context.Context) error) error {
	if s.cache == nil {
		return nil
	}
	return s.use(context.WithoutCancel(ctx), what, run)
}

// token returns the token; nil if there is none.
func (s *sharedTokens) token(ctx context.Context) (token *Token, err error) {
	if s.cache == nil {
		return nil, nil //nolint:nilnil // there is none, which is no error
	}
	err = s.use(ctx, cacheRead, func(ctx context.Context) error {
		value, expiry, err := s.cache.Token(ctx, s.key)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil {
			token = &Token{Value: value, Expiry: expiry}
			s.expiry.Store(expiry.Unix())
		}
		return err
	})
	return token, err
}

func (s *sharedTokens) put(ctx context.Context, token *Token) {
	_ = s.change(ctx, cacheWrite, func(ctx context.Context) error {
		err := s.cache.PutToken(ctx, s.key, token.Value, token.Expiry)
		if err == nil {
			s.expiry.Store(token.Expiry.Unix())
		}
		return err
	})
}

// outlived reports whether the token ends later than in the cache, by at least
// the step.
func (s *sharedTokens) outlived(token *Token, step time.Duration) bool {
	return token.Expiry.Unix()-s.expiry.Load() >= int64(step/time.Second)
}

// extend extends the expiry in the cache. After a failure it is not tried again at
// each use, but after the next step.
func (s *sharedTokens) extend(ctx context.Context, token *Token) {
	s.expiry.Store(token.Expiry.Unix())
	_ = s.change(ctx, cacheWrite, func(ctx context.Context) error {
		if s.leases == nil {
			return s.cache.PutToken(ctx, s.key, token.Value, token.Expiry)
		}
		return s.leases.ExtendToken(ctx, s.key, token.Value, token.Expiry)
	})
}

func (s *sharedTokens) remove(ctx context.Context, refused *Token) {
	_ = s.change(ctx, cacheDelete, func(ctx context.Context) error {
		return s.cache.DeleteToken(ctx, s.key, refused.Value)
	})
}

// acquire is TokenLeases.AcquireLease.
func (s *sharedTokens) acquire(ctx context.Context, term time.Duration) (fence int64, wait time.Duration, err error) {
	err = s.use(ctx, cacheLease, func(ctx context.Context) error {
		fence, wait, err = s.leases.AcquireLease(ctx, s.key, term)
		return err
	})
	return fence, wait, err
}

// release ends a lease; 0 means none.
func (s *sharedTokens) release(ctx context.Context, fence int64) {
	if fence == 0 {
		return
	}
	_ = s.change(ctx, cacheLease, func(ctx context.Context) error {
		return s.leases.ReleaseLease(ctx, s.key, fence)
	})
}

// putLeased stores a token and ends the lease, and reports whether it
// succeeded.
func (s *sharedTokens) putLeased(ctx context.Context, token *Token, fence int64) (done bool) {
	err := s.change(ctx, cacheWrite, func(ctx context.Context) error {
		stored, err := s.leases.PutLeasedToken(ctx, s.key, token.Value, token.Expiry, fence)
		if stored {
			s.expiry.Store(token.Expiry.Unix())
		}
		return err
	})
	return err == nil
}
