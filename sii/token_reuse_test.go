package sii_test

import (
	"context"
	"errors"
	"io/fs"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/bubbletest"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage/memory"
)

const tokenKey = "cert/soap/0a"

// tokenOf is Token, which must succeed.
// reuse is ReuseTokenSource with settings that can be followed.
func reuse(source sii.TokenSource, cache sii.TokenCache, key string, opts ...sii.ReuseOption) *sii.ReusedTokenSource {
	reused, err := sii.ReuseTokenSource(source, cache, key, opts...)
	if err != nil {
		panic(err)
	}
	return reused
}

// Settings that cannot be followed are told when the source is made.
func TestReuseThatCannotBe(t *testing.T) {
	t.Parallel()
	for says, make := range map[string]func() (*sii.ReusedTokenSource, error){
		"nil source":         func() (*sii.ReusedTokenSource, error) { return sii.ReuseTokenSource(nil, memory.New(), tokenKey) },
		"Source: nil source": func() (*sii.ReusedTokenSource, error) { return sii.ReuseTokenSource(sii.TokenFunc(nil), nil, "") },
		"ReuseTokenSource: nil s": func() (*sii.ReusedTokenSource, error) {
			return sii.ReuseTokenSource((*sii.ReusedTokenSource)(nil), nil, "")
		},
		"a cache without a key":                     func() (*sii.ReusedTokenSource, error) { return sii.ReuseTokenSource(&counter{}, memory.New(), "") },
		"nil option":                                refusedReuse(nil),
		"ReuseClock: nil clock":                     refusedReuse(sii.ReuseClock(nil)),
		"ReuseIdle: out of range: -1s is negative":  refusedReuse(sii.ReuseIdle(-time.Second)),
		"ReuseLease: out of range: -1s is negative": refusedReuse(sii.ReuseLease(-time.Second)),
		"ReuseSleep: nil function":                  refusedReuse(sii.ReuseSleep(nil)),
		"ReuseReport: nil func":                     refusedReuse(sii.ReuseReport(nil)),
	} {
		source, err := make()
		require.ErrorContains(t, err, says)
		require.Nil(t, source, says)
	}
	_, err := sii.ReuseTokenSource(&counter{}, nil, "", sii.ReuseLease(0), sii.ReuseIdle(0))
	require.NoError(t, err, "what stands for the default")
}

func refusedReuse(opt sii.ReuseOption) func() (*sii.ReusedTokenSource, error) {
	return func() (*sii.ReusedTokenSource, error) {
		return sii.ReuseTokenSource(&counter{}, memory.New(), tokenKey, opt)
	}
}

func tokenOf(t *testing.T, source *sii.ReusedTokenSource) *sii.Token {
	t.Helper()
	token, err := source.Token(t.Context())
	require.NoError(t, err)
	return token
}

// cacheOf is a store whose methods a test puts others in the place of.
type cacheOf struct {
	*memory.Store
	read    func(ctx context.Context) error
	acquire func(ctx context.Context) error
	write   func(ctx context.Context) error
	extend  func(ctx context.Context) error
	deleted atomic.Int64
}

func (c *cacheOf) Token(ctx context.Context, key string) (string, time.Time, error) {
	if c.read != nil {
		if err := c.read(ctx); err != nil {
			return "", time.Time{}, err
		}
	}
	return c.Store.Token(ctx, key)
}

func (c *cacheOf) AcquireLease(ctx context.Context, name string, term time.Duration) (int64, time.Duration, error) {
	if c.acquire != nil {
		if err := c.acquire(ctx); err != nil {
			return 0, 0, err
		}
	}
	return c.Store.AcquireLease(ctx, name, term)
}

func (c *cacheOf) PutLeasedToken(ctx context.Context, key, value string, expiry time.Time, fence int64) (bool, error) {
	if c.write != nil {
		if err := c.write(ctx); err != nil {
			return false, err
		}
	}
	return c.Store.PutLeasedToken(ctx, key, value, expiry, fence)
}

func (c *cacheOf) ExtendToken(ctx context.Context, key, value string, expiry time.Time) error {
	if c.extend != nil {
		if err := c.extend(ctx); err != nil {
			return err
		}
	}
	return c.Store.ExtendToken(ctx, key, value, expiry)
}

func (c *cacheOf) DeleteToken(ctx context.Context, key, value string) error {
	c.deleted.Add(1)
	return c.Store.DeleteToken(ctx, key, value)
}

// hangs is a database that does not answer.
func hangs(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestUseOfAnOldTokenDoesNotReplaceANewOne(t *testing.T) {
	t.Parallel()
	clock := newClock()
	store := memory.New(memory.WithClock(clock.Now))
	source := &counter{clock: clock.Now}
	opts := []sii.ReuseOption{sii.ReuseClock(clock.Now), sii.ReuseIdle(time.Hour)}
	old, young := reuse(source, store, tokenKey, opts...), reuse(source, store, tokenKey, opts...)
	first := tokenOf(t, old)
	young.Invalidate(t.Context(), tokenOf(t, young)) // the SII refused it there
	second := tokenOf(t, young)
	require.NotEqual(t, first.Value, second.Value)
	clock.Add(20 * time.Minute)
	old.Touch(t.Context(), first) // it took it here
	value, expiry, err := store.Token(t.Context(), tokenKey)
	require.NoError(t, err)
	assert.Equal(t, second.Value, value)
	assert.True(t, second.Expiry.Equal(expiry))
	assert.True(t, tokenOf(t, old).Expiry.Equal(clock.Now().Add(time.Hour)))
}

func TestUseMovesTheExpiryInTheCacheNowAndThen(t *testing.T) {
	t.Parallel()
	clock := newClock()
	store := memory.New(memory.WithClock(clock.Now))
	source := reuse(&counter{clock: clock.Now}, store, tokenKey, sii.ReuseClock(clock.Now), sii.ReuseIdle(time.Hour))
	begun := clock.Now()
	var moved []time.Duration
	for range 60 {
		source.Touch(t.Context(), tokenOf(t, source))
		_, expiry, err := store.Token(t.Context(), tokenKey)
		require.NoError(t, err)
		if at := expiry.Sub(begun) - time.Hour; len(moved) == 0 || moved[len(moved)-1] != at {
			moved = append(moved, at)
		}
		clock.Add(30 * time.Second)
	}
	assert.Equal(t, []time.Duration{0, 10 * time.Minute, 20 * time.Minute}, moved)
}

// 500 callers in each of 20 processes are refused one token, all at once.
func TestOfAllThatWereRefusedOneRenews(t *testing.T) {
	t.Parallel()
	cache := &cacheOf{Store: memory.New()}
	source := &counter{}
	sources := processes(20, source, cache)
	var group sync.WaitGroup
	begin := make(chan struct{})
	for _, s := range sources {
		refused := tokenOf(t, s)
		for range 500 {
			group.Go(func() {
				<-begin
				s.Invalidate(t.Context(), refused)
				token, err := s.Token(t.Context())
				assert.NoError(t, err)
				assert.Equal(t, "TOKEN00000002", token.Value)
			})
		}
	}
	close(begin)
	group.Wait()
	assert.EqualValues(t, 2, source.asked.Load())
	assert.EqualValues(t, 20, cache.deleted.Load(), "once a process")
}

func TestCertificateThatIsNotAcceptedIsNotTriedAgainAtOnce(t *testing.T) {
	t.Parallel()
	for _, kind := range []error{sii.ErrRejected, sii.ErrForbidden} {
		bubbletest.Run(t, func(t *testing.T) {
			source := &counter{}
			source.fails(&sii.Error{Op: "token", Kind: kind, Estado: "10"})
			reused := reuse(source, memory.New(), tokenKey)
			for range 29 {
				for range 500 {
					_, err := reused.Token(t.Context())
					require.ErrorIs(t, err, kind)
				}
				bubbletest.Pass(time.Second)
			}
			assert.EqualValues(t, 1, source.asked.Load())
			source.fails(nil)
			bubbletest.Pass(time.Second)
			tokenOf(t, reused)
			assert.EqualValues(t, 2, source.asked.Load())
		})
	}
}

// Each process finds out for itself that the certificate is not accepted, one
// after another.
func TestFailureIsEachProcesssOwn(t *testing.T) {
	t.Parallel()
	var under, most atomic.Int64
	source := sii.TokenFunc(func(context.Context) (string, time.Time, error) {
		most.Store(max(most.Load(), under.Add(1)))
		defer under.Add(-1)
		<-time.NewTimer(time.Second).C
		return "", time.Time{}, &sii.Error{Op: "token", Kind: sii.ErrRejected, Estado: "10"}
	})
	bubbletest.Run(t, func(t *testing.T) {
		begun := time.Now()
		_, failures := askAll(t, processes(10, source, memory.New()), 50)
		assert.Equal(t, 500, failures)
		assert.EqualValues(t, 1, most.Load())
		took := time.Since(begun)
		assert.GreaterOrEqual(t, took, 10*time.Second, "one after another")
		assert.Less(t, took, 20*time.Second, "and the next soon after the one before")
	})
}

func TestClocksOfProcessesMayDiffer(t *testing.T) {
	t.Parallel()
	clock := newClock()
	store := memory.New(memory.WithClock(clock.Now))
	source := &counter{clock: clock.Now}
	var sources []*sii.ReusedTokenSource
	for _, skew := range []time.Duration{0, 10 * time.Minute, -10 * time.Minute} {
		sources = append(sources, reuse(source, store, tokenKey, sii.ReuseIdle(time.Hour),
			sii.ReuseClock(func() time.Time { return clock.Now().Add(skew) })))
	}
	for range 24 * 60 { // a day in which each uses it every minute
		for _, s := range sources {
			s.Touch(t.Context(), tokenOf(t, s))
		}
		clock.Add(time.Minute)
	}
	assert.EqualValues(t, 1, source.asked.Load())
}

func TestStoreThatHangsIsLeftOut(t *testing.T) {
	t.Parallel()
	bubbletest.Run(t, func(t *testing.T) {
		cache := &cacheOf{Store: memory.New(), read: hangs}
		source := &counter{}
		var reports []error
		reused := reuse(source, cache, tokenKey, sii.ReuseIdle(time.Hour), sii.ReuseReport(func(err error) { reports = append(reports, err) }))
		begun := time.Now()
		tokenOf(t, reused)
		assert.Equal(t, 15*time.Second, time.Since(begun))
		reused.Invalidate(t.Context(), tokenOf(t, reused))
		token := tokenOf(t, reused)
		require.Len(t, reports, 1, "it is said once")
		require.ErrorIs(t, reports[0], context.DeadlineExceeded)

		cache.read = nil // it is back: the next use shares the token
		bubbletest.Pass(2 * time.Minute)
		reused.Touch(t.Context(), token)
		value, _, err := cache.Token(t.Context(), tokenKey)
		require.NoError(t, err)
		assert.Equal(t, token.Value, value)
		assert.EqualValues(t, 2, source.asked.Load())
	})
}

// A store that hangs does not hold up a use each minute.
func TestStoreThatHangsIsNotTriedWithEachUse(t *testing.T) {
	t.Parallel()
	bubbletest.Run(t, func(t *testing.T) {
		extends := 0
		cache := &cacheOf{Store: memory.New(), extend: func(ctx context.Context) error {
			extends++
			return hangs(ctx)
		}}
		reused := reuse(&counter{}, cache, tokenKey, sii.ReuseIdle(time.Hour))
		for range 60 {
			reused.Touch(t.Context(), tokenOf(t, reused))
			bubbletest.Pass(time.Minute)
		}
		assert.Equal(t, 5, extends)
	})
}

// A database that can be read but not written, as one without migrations.
func TestStoreThatCannotLeaseIsSaidOnce(t *testing.T) {
	t.Parallel()
	cache := &cacheOf{Store: memory.New(), acquire: func(context.Context) error { return fs.ErrPermission }}
	source := &counter{}
	reports := 0
	reused := reuse(source, cache, tokenKey, sii.ReuseReport(func(err error) {
		require.ErrorIs(t, err, fs.ErrPermission)
		require.EqualError(t, err, "sii: lease the renewal of the token: permission denied")
		reports++
	}))
	for n := range int64(5) {
		reused.Invalidate(t.Context(), tokenOf(t, reused))
		assert.Equal(t, n+1, source.asked.Load())
	}
	assert.Equal(t, 1, reports)
}

// What could not be stored is no reason for others to wait.
func TestLeaseEndsIfTheTokenCannotBeStored(t *testing.T) {
	t.Parallel()
	cache := &cacheOf{Store: memory.New(), write: func(context.Context) error { return errors.New("disk full") }}
	tokenOf(t, reuse(&counter{}, cache, tokenKey))
	fence, _, err := cache.Store.AcquireLease(t.Context(), tokenKey, time.Hour)
	require.NoError(t, err)
	assert.Positive(t, fence)
}

func TestExchangeEndsBeforeItsLease(t *testing.T) {
	t.Parallel()
	bubbletest.Run(t, func(t *testing.T) {
		store := memory.New()
		reused := reuse(sii.TokenFunc(func(ctx context.Context) (string, time.Time, error) {
			<-ctx.Done()
			return "", time.Time{}, ctx.Err()
		}), store, tokenKey)
		begun := time.Now()
		_, err := reused.Token(t.Context())
		require.ErrorIs(t, err, sii.ErrUnavailable)
		assert.Equal(t, 24*time.Second, time.Since(begun))
		fence, _, err := store.AcquireLease(t.Context(), tokenKey, time.Hour)
		require.NoError(t, err)
		assert.Positive(t, fence, "the lease is free")
	})
}

// Who waits for another process looks seldom, not at the same moments as others,
// and not for ever.
func TestWaitsForAnotherProcessGrow(t *testing.T) {
	t.Parallel()
	bubbletest.Run(t, func(t *testing.T) {
		store := memory.New()
		_, _, err := store.AcquireLease(t.Context(), tokenKey, time.Hour) // of a process that hangs
		require.NoError(t, err)
		var waits []time.Duration
		reused := reuse(&counter{}, store, tokenKey, sii.ReuseSleep(func(ctx context.Context, d time.Duration) error {
			waits = append(waits, d)
			timer := time.NewTimer(d)
			select {
			case <-timer.C:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}))
		begun := time.Now()
		_, err = reused.Token(t.Context())
		require.ErrorIs(t, err, sii.ErrUnavailable)
		assert.Equal(t, 5*time.Minute, time.Since(begun))
		different := map[time.Duration]bool{}
		for i, wait := range waits {
			most := min(30*time.Millisecond<<min(i, 10), 1500*time.Millisecond)
			assert.Less(t, wait, most, i)
			assert.GreaterOrEqual(t, wait, most/3, i)
			different[wait] = true
		}
		assert.Less(t, len(waits), 700)
		assert.Greater(t, len(different), len(waits)/2)
	})
}

// A caller who is gone does not stop what others need.
func TestInvalidationGoesOnWithoutItsCaller(t *testing.T) {
	t.Parallel()
	store := memory.New()
	reused := reuse(&counter{}, store, tokenKey, sii.ReuseReport(func(err error) { assert.NoError(t, err) }))
	token := tokenOf(t, reused)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	reused.Invalidate(gone, token)
	_, _, err := store.Token(t.Context(), tokenKey)
	require.ErrorIs(t, err, fs.ErrNotExist)
}

// A process that waits finds the token of the one that it waits for.
func TestWaitingEndsWithTheTokenOfAnother(t *testing.T) {
	t.Parallel()
	bubbletest.Run(t, func(t *testing.T) {
		store := memory.New()
		slow := &counter{hold: make(chan struct{})}
		sources := processes(2, slow, store)
		for _, s := range sources {
			go func() {
				token, err := s.Token(t.Context())
				assert.NoError(t, err)
				assert.Equal(t, "TOKEN00000001", token.Value)
			}()
		}
		bubbletest.Pass(10 * time.Second)
		assert.EqualValues(t, 1, slow.asked.Load())
		close(slow.hold)
		bubbletest.Pass(2 * time.Second)
		synctest.Wait()
		assert.EqualValues(t, 1, slow.asked.Load())
	})
}
