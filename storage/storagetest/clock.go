package storagetest

import (
	"sync"
	"time"
)

// noon is the time of most tests. It has as many digits as a store keeps.
var noon = time.Date(2026, time.October, 31, 12, 0, 0, 123_456_000, time.UTC)

// farFuture is an expiry for stores that run on the real clock.
var farFuture = time.Date(2190, time.January, 1, 0, 0, 0, 0, time.UTC)

// clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: noon} }

// Now returns the time in a zone other than UTC, as time.Now does.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now.In(time.FixedZone("", -3*60*60))
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
