package storagetest

import (
	"sync"
	"time"

	"github.com/ofitec/chile/storage"
)

// leases is an ability that a store may lack.
func leases() []sentence {
	return []sentence{
		{text: "somebody else waits for the end of the term", test: leaseTaken},
		{text: "a lease whose term is over is taken over with a greater fence", test: leaseTakenOver},
		{text: "a released lease is free, and its next fence is greater", test: leaseReleased},
		{text: "an older holder does not release a newer lease", test: leaseKept},
		{text: "names have leases of their own", test: leasesApart},
		{text: "a leased token is stored and its lease ends", test: leasedTokenStored},
		{text: "who was overtaken stores nothing", test: leasedTokenLate},
		{text: "a lease without name or term, and a leased token without value, are ErrInvalid", test: leaseInvalid},
		{text: "of many at once one gets the lease", test: leaseAtOnce},
	}
}

// longTerm is how long leases last in tests that nobody waits for, and moment one
// that is over as soon as it has begun.
const (
	longTerm = time.Hour
	moment   = time.Nanosecond
)

func (c *check) leases() storage.Leases {
	c.Helper()
	l, ok := c.store.(storage.Leases)
	if !ok {
		c.Skip("the store has no leases")
	}
	return l
}

func (c *check) acquires(name string, term time.Duration) int64 {
	c.Helper()
	fence, wait, err := c.leases().AcquireLease(c.ctx, name, term)
	c.ok(err)
	if fence <= 0 || wait != 0 {
		c.Errorf("a free lease has fence %d, wait %v", fence, wait)
	}
	return fence
}

func (c *check) waits(name string) {
	c.Helper()
	fence, wait, err := c.leases().AcquireLease(c.ctx, name, longTerm)
	c.ok(err)
	if fence != 0 || wait <= 0 || wait > longTerm {
		c.Errorf("a lease that somebody has is given with fence %d, wait %v", fence, wait)
	}
}

func leaseTaken(c *check) {
	c.acquires(tokenKey, longTerm)
	c.waits(tokenKey)
	c.waits(tokenKey)
}

func leaseTakenOver(c *check) {
	first := c.acquires(tokenKey, moment)
	second := c.acquires(tokenKey, moment)
	third := c.acquires(tokenKey, longTerm)
	if second <= first || third <= second {
		c.Errorf("fences do not grow: %d, %d, %d", first, second, third)
	}
	c.waits(tokenKey)
}

func leaseReleased(c *check) {
	first := c.acquires(tokenKey, longTerm)
	c.ok(c.leases().ReleaseLease(c.ctx, tokenKey, first))
	c.ok(c.leases().ReleaseLease(c.ctx, tokenKey, first))
	if second := c.acquires(tokenKey, longTerm); second <= first {
		c.Errorf("fence %d after %d", second, first)
	}
	c.ok(c.leases().ReleaseLease(c.ctx, "nobody's", 7))
}

func leaseKept(c *check) {
	first := c.acquires(tokenKey, moment)
	c.acquires(tokenKey, longTerm)
	c.ok(c.leases().ReleaseLease(c.ctx, tokenKey, first))
	c.waits(tokenKey)
}

func leasesApart(c *check) {
	for _, key := range alikeKeys {
		c.acquires(key, longTerm)
	}
}

func leasedTokenStored(c *check) {
	fence := c.acquires(tokenKey, longTerm)
	stored, err := c.leases().PutLeasedToken(c.ctx, tokenKey, "value", farFuture, fence)
	c.ok(err)
	c.equal("stored", stored, true)
	c.hasToken(tokenKey, "value", farFuture)
	c.acquires(tokenKey, longTerm)
}

func leasedTokenLate(c *check) {
	late := c.acquires(tokenKey, moment)
	newer := c.acquires(tokenKey, longTerm)
	stored, err := c.leases().PutLeasedToken(c.ctx, tokenKey, "late", farFuture, late)
	c.ok(err)
	c.equal("stored", stored, false)
	c.hasNoToken(tokenKey)
	c.waits(tokenKey)
	stored, err = c.leases().PutLeasedToken(c.ctx, tokenKey, "newer", farFuture, newer)
	c.ok(err)
	c.equal("stored", stored, true)
	stored, err = c.leases().PutLeasedToken(c.ctx, tokenKey, "late", farFuture, late)
	c.ok(err)
	c.equal("stored", stored, false)
	c.hasToken(tokenKey, "newer", farFuture)
}

func leaseInvalid(c *check) {
	_, _, err := c.leases().AcquireLease(c.ctx, "", longTerm)
	c.fails("no name", err, storage.ErrInvalid)
	for _, term := range []time.Duration{0, -time.Second} {
		_, _, err = c.leases().AcquireLease(c.ctx, tokenKey, term)
		c.fails("no term", err, storage.ErrInvalid)
	}
	fence := c.acquires(tokenKey, longTerm)
	for _, value := range [][2]string{{"", "value"}, {tokenKey, ""}} {
		_, err = c.leases().PutLeasedToken(c.ctx, value[0], value[1], farFuture, fence)
		c.fails("no token", err, storage.ErrInvalid)
	}
	c.waits(tokenKey)
}

func leaseAtOnce(c *check) {
	l := c.leases()
	var mu sync.Mutex
	seen := make(map[int64]int)
	parallel(8, func(int) {
		fence, _, err := l.AcquireLease(c.ctx, tokenKey, longTerm)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			c.Error(err)
			return
		}
		seen[fence]++
	})
	delete(seen, 0)
	if len(seen) != 1 {
		c.Errorf("leases that were given: %v", seen)
	}
	for fence, times := range seen {
		c.equal("times that a fence was given", times, 1)
		c.ok(l.ReleaseLease(c.ctx, tokenKey, fence))
	}
}
