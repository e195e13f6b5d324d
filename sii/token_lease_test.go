package sii_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage/memory"
)

// counter is a source that counts how often it is asked.
type counter struct {
	asked atomic.Int64
	err   atomic.Pointer[error]
	hold  chan struct{} // if not nil, what an exchange waits for
	clock func() time.Time
}

// fails has exchanges fail with the error, or succeed again.
func (c *counter) fails(err error) {
	if err == nil {
		c.err.Store(nil)
		return
	}
	c.err.Store(&err)
}

func (c *counter) Token(ctx context.Context) (*sii.Token, error) {
	n := c.asked.Add(1)
	if c.hold != nil {
		select {
		case <-c.hold:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if err := c.err.Load(); err != nil {
		return nil, *err
	}
	now := time.Now()
	if c.clock != nil {
		now = c.clock()
	}
	return &sii.Token{Value: fmt.Sprintf("TOKEN%08d", n), Expiry: now.Add(time.Hour)}, nil
}

// processes returns sources as those of processes that share a store.
func processes(n int, source sii.TokenSource, cache sii.TokenCache, opts ...sii.ReuseOption) []*sii.ReusedTokenSource {
	list := make([]*sii.ReusedTokenSource, n)
	for i := range list {
		list[i] = reuse(source, cache, tokenKey, opts...)
	}
	return list
}

func askAll(t *testing.T, sources []*sii.ReusedTokenSource, each int) (values map[string]int, failures int) {
	t.Helper()
	var mu sync.Mutex
	values = make(map[string]int)
	var group sync.WaitGroup
	for _, source := range sources {
		for range each {
			group.Go(func() {
				token, err := source.Token(t.Context())
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					failures++
					return
				}
				values[token.Value]++
			})
		}
	}
	group.Wait()
	return values, failures
}

func TestOneOfManyProcessesRenews(t *testing.T) {
	t.Parallel()
	source := &counter{}
	sources := processes(20, source, memory.New())
	values, failures := askAll(t, sources, 50)
	assert.Zero(t, failures)
	assert.Equal(t, map[string]int{"TOKEN00000001": 1000}, values)

	// Refused to all of them at once, it is renewed once.
	for _, s := range sources {
		token, err := s.Token(t.Context())
		require.NoError(t, err)
		s.Invalidate(t.Context(), token)
	}
	values, failures = askAll(t, sources, 50)
	assert.Zero(t, failures)
	assert.Equal(t, map[string]int{"TOKEN00000002": 1000}, values)
	assert.EqualValues(t, 2, source.asked.Load())
}

func TestKilledRenewalIsTakenOver(t *testing.T) {
	t.Parallel()
	store := memory.New()
	_, _, err := store.AcquireLease(t.Context(), tokenKey, 50*time.Millisecond) // by a process that was killed
	require.NoError(t, err)
	source := &counter{}
	values, failures := askAll(t, processes(4, source, store), 10)
	assert.Zero(t, failures)
	assert.Len(t, values, 1)
	assert.EqualValues(t, 1, source.asked.Load())
}

func TestOvertakenRenewalStoresNothing(t *testing.T) {
	t.Parallel()
	store := memory.New()
	slow := &counter{hold: make(chan struct{})}
	late := reuse(slow, store, tokenKey, sii.ReuseLease(time.Hour))
	done := make(chan error, 1)
	go func() {
		_, err := late.Token(t.Context())
		done <- err
	}()
	require.Eventually(t, func() bool { return slow.asked.Load() == 1 }, time.Minute, time.Millisecond)
	// Its term ends, another process takes over and stores.
	require.NoError(t, store.ReleaseLease(t.Context(), tokenKey, 1))
	other := reuse(sii.TokenFunc(func(context.Context) (string, time.Time, error) {
		return "NEWERTOKEN123", time.Now().Add(time.Hour), nil
	}), store, tokenKey)
	_, err := other.Token(t.Context())
	require.NoError(t, err)
	close(slow.hold)
	require.NoError(t, <-done)
	value, _, err := store.Token(t.Context(), tokenKey)
	require.NoError(t, err)
	assert.Equal(t, "NEWERTOKEN123", value)
}

func TestFailedRenewalFreesTheLease(t *testing.T) {
	t.Parallel()
	store := memory.New()
	source := &counter{}
	failure := errors.New("certificate rejected")
	source.fails(failure)
	_, err := reuse(source, store, tokenKey).Token(t.Context())
	require.ErrorIs(t, err, failure)
	source.fails(nil)
	_, err = reuse(source, store, tokenKey).Token(t.Context())
	require.NoError(t, err, "the next does not wait for the end of the term")
}

// downStore is a store that is down, and up again.
type downStore struct {
	*memory.Store
	down atomic.Bool
}

var errDown = errors.New("database is down")

func (d *downStore) Token(ctx context.Context, key string) (string, time.Time, error) {
	if d.down.Load() {
		return "", time.Time{}, errDown
	}
	return d.Store.Token(ctx, key)
}

func (d *downStore) AcquireLease(ctx context.Context, name string, term time.Duration) (int64, time.Duration, error) {
	if d.down.Load() {
		return 0, 0, errDown
	}
	return d.Store.AcquireLease(ctx, name, term)
}

func (d *downStore) DeleteToken(ctx context.Context, key, value string) error {
	if d.down.Load() {
		return errDown
	}
	return d.Store.DeleteToken(ctx, key, value)
}

func TestStoreThatIsDownIsSaidOnce(t *testing.T) {
	t.Parallel()
	store := &downStore{Store: memory.New()}
	store.down.Store(true)
	var reports atomic.Int64
	source := &counter{}
	s := reuse(source, store, tokenKey, sii.ReuseReport(func(err error) {
		assert.ErrorIs(t, err, errDown)
		reports.Add(1)
	}))
	for range 3 {
		token, err := s.Token(t.Context())
		require.NoError(t, err)
		s.Invalidate(t.Context(), token)
	}
	assert.EqualValues(t, 3, source.asked.Load(), "it goes on within the process")
	store.down.Store(false)
	token, err := s.Token(t.Context())
	require.NoError(t, err)
	value, _, err := store.Store.Token(t.Context(), tokenKey)
	require.NoError(t, err)
	assert.Equal(t, token.Value, value, "and shares again when the store is back")
	assert.EqualValues(t, 1, reports.Load())
}
