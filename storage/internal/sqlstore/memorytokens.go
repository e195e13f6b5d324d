package sqlstore

import (
	"context"
	"time"

	"github.com/ofitec/chile/storage/internal/tokenmap"
)

// memoryTokens keeps tokens in memory if there is no key to seal them with.
// Their leases are kept there too, since no other process ever sees the tokens.
type memoryTokens struct{ held *tokenmap.Map }

func (t memoryTokens) get(_ context.Context, key string) (string, time.Time, error) {
	return t.held.Token(key)
}

func (t memoryTokens) put(_ context.Context, key, value string, expiry time.Time) error {
	t.held.Put(key, value, expiry)
	return nil
}

func (t memoryTokens) extend(_ context.Context, key, value string, expiry time.Time) error {
	t.held.Extend(key, value, expiry)
	return nil
}

func (t memoryTokens) remove(_ context.Context, key, value string) error {
	t.held.Delete(key, value)
	return nil
}

func (t memoryTokens) acquire(_ context.Context, name string, term time.Duration) (fence int64, wait time.Duration, err error) {
	fence, wait = t.held.Acquire(name, term)
	return fence, wait, nil
}

func (t memoryTokens) release(_ context.Context, name string, fence int64) error {
	t.held.Release(name, fence)
	return nil
}

func (t memoryTokens) putLeased(_ context.Context, key, value string, expiry time.Time, fence int64) (bool, error) {
	return t.held.PutLeased(key, value, expiry, fence), nil
}
