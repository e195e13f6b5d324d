// Package tokenmap keeps tokens and leases in memory: for the store in memory, and
// for database stores without a key to seal tokens.
package tokenmap

import (
	"io/fs"
	"sync"
	"time"
)

// Map is a storage.Tokens and storage.Leases without contexts and the stores'
// own errors. New makes one.
type Map struct {
	now func() time.Time

	mu     sync.Mutex
	tokens map[string]token
	leases map[string]lease
}

type token struct {
	value  string
	expiry time.Time
}

// lease is the newest lease of a name. A released lease ends at the zero time.
type lease struct {
	fence int64
	ends  time.Time
}

// New returns an empty map with that clock.
func New(now func() time.Time) *Map {
	return &Map{now: now, tokens: map[string]token{}, leases: map[string]lease{}}
}

// Token returns a token and its expiry. The error is fs.ErrNotExist.
func (m *Map) Token(key string) (value string, expiry time.Time, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	held := m.tokens[key]
	if !m.good(held) {
		return "", time.Time{}, fs.ErrNotExist
	}
	return held.value, held.expiry, nil
}

// good reports whether there is a token that has not expired.
func (m *Map) good(held token) bool { return held.value != "" && m.now().Before(held.expiry) }

// Put stores a token over any other of its key.
func (m *Map) Put(key, value string, expiry time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.put(key, value, expiry)
}

func (m *Map) put(key, value string, expiry time.Time) {
	m.tokens[key] = token{value, expiry.UTC().Truncate(time.Microsecond)}
}

// Extend stores a token, unless another valid one is stored, or the same one
// with a later expiry.
func (m *Map) Extend(key, value string, expiry time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	held := m.tokens[key]
	if m.good(held) && (held.value != value || held.expiry.After(expiry)) {
		return
	}
	m.put(key, value, expiry)
}

// Delete removes a token if it still has that value.
func (m *Map) Delete(key, value string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.tokens[key].value == value {
		delete(m.tokens, key)
	}
}

// Acquire takes the lease of a name, or returns the rest of its term.
func (m *Map) Acquire(name string, term time.Duration) (fence int64, wait time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now, newest := m.now(), m.leases[name]
	if now.Before(newest.ends) {
		return 0, newest.ends.Sub(now)
	}
	m.leases[name] = lease{newest.fence + 1, now.Add(term)}
	return newest.fence + 1, 0
}

// Release ends the lease with that fence, if it is the newest.
func (m *Map) Release(name string, fence int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.release(name, fence)
}

func (m *Map) release(name string, fence int64) (newest bool) {
	if m.leases[name].fence != fence || fence == 0 {
		return false
	}
	m.leases[name] = lease{fence: fence}
	return true
}

// PutLeased stores a token and ends the lease of its key, if it is the newest.
func (m *Map) PutLeased(key, value string, expiry time.Time, fence int64) (stored bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.release(key, fence) {
		return false
	}
	m.put(key, value, expiry)
	return true
}
