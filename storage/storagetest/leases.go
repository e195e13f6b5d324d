package storagetest

import (
	"errors"
	"io/fs"
	"sync"
	"time"

	"github.com/ofitec/chile/storage"
)

// leases is an optional ability.
func leases() []sentence {
	return []sentence{
		{text: "somebody else waits for the end of the term", test: leaseTaken},
		{text: "a lease whose term is over is taken over with a greater fence", test: leaseTakenOver},
		{text: "a released lease is free, and its next fence is greater", test: leaseReleased},
		{text: "an older holder does not release a newer lease", test: leaseKept},
		{text: "names have leases of their own", test: leasesApart},
		{text: "a leased token is stored and its lease ends", test: leasedTokenStored},
		{text: "a leased token is stored when its term is over and nobody has taken over", test: leasedTokenSlow},
		{text: "who was overtaken stores nothing", test: leasedTokenLate},
		{text: "a lease without name or term, and a leased token without key or value, are ErrInvalid", test: leaseInvalid},
		{text: "of many at once one gets the lease, that is free or that nobody had", test: leaseAtOnce},
		{text: "a token is extended", test: tokenExtended},
		{text: "an extended token does not take the place of another one", test: tokenNotReplaced},
		{text: "a token is not extended to end sooner", test: tokenNotCut},
		{text: "an extended token takes the place of none, and of one that has expired", test: tokenExtendedAnew, needs: aClock},
		{text: "an extended token without key or value is ErrInvalid", test: extensionInvalid},
		{text: "a method of leases whose context has ended returns its cause and has changed nothing", test: endedLeases},
		{text: "fences grow on after the store was closed, or tokens are gone with them", test: reopenFences, needs: aReopen},
	}
}

// longTerm is the term of leases that tests do not wait for; moment is a term
// that is over soon.
const (
	longTerm = time.Hour
	moment   = time.Microsecond
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

// takesOver takes the lease after the moment for which another caller has it.
func (c *check) takesOver(name string, term time.Duration) int64 {
	c.Helper()
	for {
		fence, _, err := c.leases().AcquireLease(c.ctx, name, term)
		if err != nil {
			c.Fatal(err)
		}
		if fence != 0 {
			return fence
		}
	}
}

func (c *check) putsLeased(key, value string, fence int64, want bool) {
	c.Helper()
	stored, err := c.leases().PutLeasedToken(c.ctx, key, value, farFuture, fence)
	c.ok(err)
	c.equal("stored", stored, want)
}

func leaseTakenOver(c *check) {
	first := c.acquires(tokenKey, moment)
	second := c.takesOver(tokenKey, moment)
	third := c.takesOver(tokenKey, longTerm)
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
	c.takesOver(tokenKey, longTerm)
	c.ok(c.leases().ReleaseLease(c.ctx, tokenKey, first))
	c.waits(tokenKey)
}

func leasesApart(c *check) {
	fences := make([]int64, len(alikeKeys))
	for i, key := range alikeKeys {
		fences[i] = c.acquires(key, longTerm)
	}
	c.putsLeased(alikeKeys[0], "value", fences[0], true)
	c.hasToken(alikeKeys[0], "value", farFuture)
	for _, key := range alikeKeys[1:] {
		c.waits(key)
		c.hasNoToken(key)
	}
}

func leasedTokenStored(c *check) {
	c.ok(c.store.PutToken(c.ctx, tokenKey, "older", farFuture.Add(time.Hour)))
	c.putsLeased(tokenKey, "value", c.acquires(tokenKey, longTerm), true)
	c.hasToken(tokenKey, "value", farFuture)
	c.acquires(tokenKey, longTerm)
}

func leasedTokenSlow(c *check) {
	fence := c.acquires(tokenKey, moment)
	c.putsLeased(tokenKey, "value", fence, true)
	c.hasToken(tokenKey, "value", farFuture)
}

func leasedTokenLate(c *check) {
	late := c.acquires(tokenKey, moment)
	newer := c.takesOver(tokenKey, longTerm)
	c.putsLeased(tokenKey, "late", late, false)
	c.hasNoToken(tokenKey)
	c.waits(tokenKey)
	c.putsLeased(tokenKey, "newer", newer, true)
	c.putsLeased(tokenKey, "late", late, false)
	c.putsLeased(tokenKey, "nobody's", 0, false)
	c.putsLeased(tokenKey, "nobody's", newer+1, false)
	c.putsLeased("another/key/0a", "nobody's", newer, false)
	c.hasToken(tokenKey, "newer", farFuture)
	c.hasNoToken("another/key/0a")
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

// leaseAtOnce requests a lease from many goroutines, repeatedly.
func leaseAtOnce(c *check) {
	for range 20 {
		c.oneAcquires(c.leases())
	}
}

// oneAcquires requests a free lease from many goroutines, and ends it.
func (c *check) oneAcquires(l storage.Leases) {
	c.Helper()
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

func tokenExtended(c *check) {
	c.ok(c.store.PutToken(c.ctx, tokenKey, "first", farFuture))
	c.ok(c.leases().ExtendToken(c.ctx, tokenKey, "first", farFuture.Add(time.Hour+1_999)))
	c.hasToken(tokenKey, "first", farFuture.Add(time.Hour+time.Microsecond))
}

func tokenNotReplaced(c *check) {
	c.ok(c.store.PutToken(c.ctx, tokenKey, "newer", farFuture))
	for _, value := range []string{"older", "NEWER", "newer "} {
		c.ok(c.leases().ExtendToken(c.ctx, tokenKey, value, farFuture.Add(time.Hour)))
	}
	c.hasToken(tokenKey, "newer", farFuture)
}

func tokenNotCut(c *check) {
	c.ok(c.store.PutToken(c.ctx, tokenKey, "first", farFuture))
	c.ok(c.leases().ExtendToken(c.ctx, tokenKey, "first", farFuture.Add(-time.Hour)))
	c.hasToken(tokenKey, "first", farFuture)
}

func tokenExtendedAnew(c *check) {
	c.ok(c.leases().ExtendToken(c.ctx, tokenKey, "first", noon.Add(time.Hour)))
	c.hasToken(tokenKey, "first", noon.Add(time.Hour))
	c.clock.Advance(time.Hour)
	c.hasNoToken(tokenKey)
	c.ok(c.leases().ExtendToken(c.ctx, tokenKey, "second", noon.Add(2*time.Hour)))
	c.hasToken(tokenKey, "second", noon.Add(2*time.Hour))
}

func extensionInvalid(c *check) {
	for _, token := range [][2]string{{"", "value"}, {tokenKey, ""}} {
		c.fails("no token", c.leases().ExtendToken(c.ctx, token[0], token[1], farFuture), storage.ErrInvalid)
	}
	c.hasNoToken(tokenKey)
}

func endedLeases(c *check) {
	l := c.leases()
	c.ok(c.store.PutToken(c.ctx, tokenKey, "first", farFuture))
	fence := c.acquires(tokenKey, longTerm)
	ctx, cause := endedContext(c.ctx)
	_, _, err := l.AcquireLease(ctx, "another/key/0a", longTerm)
	c.fails("AcquireLease", err, cause)
	c.fails("ReleaseLease", l.ReleaseLease(ctx, tokenKey, fence), cause)
	_, err = l.PutLeasedToken(ctx, tokenKey, "second", farFuture, fence)
	c.fails("PutLeasedToken", err, cause)
	c.fails("ExtendToken", l.ExtendToken(ctx, tokenKey, "first", farFuture.Add(time.Hour)), cause)
	c.acquires("another/key/0a", longTerm)
	c.waits(tokenKey)
	c.hasToken(tokenKey, "first", farFuture)
}

// reopenFences allows for a store without a key to seal tokens, which keeps them
// and their leases only in memory.
func reopenFences(c *check) {
	c.ok(c.store.PutToken(c.ctx, tokenKey, "first", farFuture))
	first := c.acquires(tokenKey, longTerm)
	c.ok(c.leases().ReleaseLease(c.ctx, tokenKey, first))
	c.reopen()
	if _, _, err := c.store.Token(c.ctx, tokenKey); errors.Is(err, fs.ErrNotExist) {
		return
	}
	second := c.acquires(tokenKey, longTerm)
	if second <= first {
		c.Errorf("fence %d after %d", second, first)
	}
	c.reopen()
	c.waits(tokenKey)
	c.putsLeased(tokenKey, "late", first, false)
	c.putsLeased(tokenKey, "newer", second, true)
}
