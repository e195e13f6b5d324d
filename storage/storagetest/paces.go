package storagetest

import (
	"sync"
	"time"

	"github.com/ofitec/chile/storage"
)

// paces is an optional ability.
func paces() []sentence {
	return []sentence{
		{text: "who calls first has the turn at once, with the interval that it gave", test: paceFree},
		{text: "somebody else waits while a call is under way, and is not told for how long", test: paceTaken},
		{text: "after a call the next one waits for the interval, also one that took no time", test: paceKept},
		{text: "a turn whose term is over is taken over with a greater fence, and not held or returned any more", test: paceTakenOver},
		{text: "a turn that is held goes on", test: paceHeld},
		{text: "a turn that was returned is not held, and is returned once", test: paceReturned},
		{text: "the interval that a turn is returned with is that of all, and no shorter than who calls wants", test: paceShared},
		{text: "calls that are slowed down during a call stay so", test: paceSlowed},
		{text: "a name that nobody has called is slowed down", test: paceSlowedFirst},
		{text: "names have paces of their own", test: pacesApart},
		{text: "a pace without name, interval or term is ErrInvalid", test: paceInvalid},
		{text: "of many at once one gets the turn, that is free or that nobody had", test: paceAtOnce},
		{text: "a method of paces whose context has ended returns its cause and has changed nothing", test: endedPaces},
		{text: "paces are there after the store was closed", test: reopenPaces, needs: aReopen},
	}
}

const paceName = "11111111-1 www4.sii.cl"

func (c *check) paces() storage.Paces {
	c.Helper()
	p, ok := c.store.(storage.Paces)
	if !ok {
		c.Skip("the store has no paces")
	}
	return p
}

// takes takes a turn as soon as it is free.
func (c *check) takes(interval, term time.Duration) storage.PaceTurn {
	c.Helper()
	for {
		turn, wait, err := c.paces().TakePace(c.ctx, paceName, interval, term)
		if err != nil {
			c.Fatal(err)
		}
		if turn.Fence > 0 {
			c.equal("wait", wait, time.Duration(0))
			c.equal("name", turn.Name, paceName)
			return turn
		}
	}
}

// isCalling checks that a call is running and that its interval is over.
func (c *check) isCalling() {
	c.Helper()
	turn, wait, err := c.paces().TakePace(c.ctx, paceName, moment, longTerm)
	c.ok(err)
	if turn.Fence != 0 || wait != 0 {
		c.Errorf("fence %d and wait %v while somebody calls", turn.Fence, wait)
	}
}

// mayNotStart checks that the next call may not start for a while, and the
// known pace.
func (c *check) mayNotStart(atMost, interval time.Duration, slowed bool) {
	c.Helper()
	turn, wait, err := c.paces().TakePace(c.ctx, paceName, moment, longTerm)
	c.ok(err)
	if turn.Fence != 0 || wait <= atMost/2 || wait > atMost || turn.Interval != interval || turn.Slowed != slowed {
		c.Errorf("%+v and wait %v; want a wait of %v, interval %v, slowed %v", turn, wait, atMost, interval, slowed)
	}
}

func (c *check) returns(turn storage.PaceTurn, interval, wait time.Duration, slowed bool) {
	c.Helper()
	c.ok(c.paces().ReturnPace(c.ctx, turn, storage.Pace{Interval: interval, Wait: wait, Slowed: slowed}))
}

func (c *check) keepsTurn(turn storage.PaceTurn, want bool) {
	c.Helper()
	held, err := c.paces().HoldPace(c.ctx, turn, longTerm)
	c.ok(err)
	c.equal("held", held, want)
}

func paceFree(c *check) {
	turn := c.takes(longTerm+999, longTerm)
	c.equal("interval", turn.Interval, longTerm)
	c.equal("slowed", turn.Slowed, false)
	c.mayNotStart(longTerm, longTerm, false)
}

func paceTaken(c *check) {
	c.takes(moment, longTerm)
	for range 3 {
		if turn, wait, err := c.paces().TakePace(c.ctx, paceName, moment, longTerm); wait == 0 {
			c.ok(err)
			c.equal("fence", turn.Fence, int64(0))
		}
	}
	c.isCalling()
}

func paceKept(c *check) {
	turn := c.takes(longTerm, longTerm)
	c.returns(turn, longTerm, 0, false)
	c.mayNotStart(longTerm, longTerm, false)
}

func paceTakenOver(c *check) {
	first := c.takes(moment, moment)
	second := c.takes(moment, longTerm)
	if second.Fence <= first.Fence {
		c.Errorf("fence %d after %d", second.Fence, first.Fence)
	}
	c.keepsTurn(first, false)
	c.returns(first, longTerm, longTerm, true)
	c.isCalling()
	c.keepsTurn(second, true)
}

func paceHeld(c *check) {
	turn := c.takes(moment, moment)
	c.keepsTurn(turn, true)
	c.isCalling()
	c.keepsTurn(storage.PaceTurn{Name: "nobody's", Fence: 1}, false)
}

func paceReturned(c *check) {
	turn := c.takes(moment, longTerm)
	c.returns(turn, time.Minute, longTerm, true)
	c.keepsTurn(turn, false)
	c.returns(turn, longTerm, 2*longTerm, false)
	c.mayNotStart(longTerm, time.Minute, true)
	c.ok(c.paces().ReturnPace(c.ctx, storage.PaceTurn{Name: "nobody's", Fence: 1}, storage.Pace{Interval: moment}))
}

func paceShared(c *check) {
	c.returns(c.takes(moment, longTerm), 5*moment, 0, true)
	turn := c.takes(moment, longTerm)
	c.equal("interval", turn.Interval, 5*moment)
	c.equal("slowed", turn.Slowed, true)
	c.returns(turn, 2*moment, 0, false)
	turn = c.takes(7*moment, longTerm)
	c.equal("interval", turn.Interval, 7*moment)
	c.equal("slowed", turn.Slowed, false)
	c.returns(turn, 7*moment, longTerm, false)
	c.mayNotStart(longTerm, 7*moment, false)
}

func paceSlowed(c *check) {
	turn := c.takes(moment, longTerm)
	c.ok(c.paces().SlowPace(c.ctx, paceName, time.Minute, longTerm))
	c.ok(c.paces().SlowPace(c.ctx, paceName, time.Second, time.Minute))
	c.returns(turn, moment, 0, false)
	c.mayNotStart(longTerm, time.Minute, true)
}

func paceSlowedFirst(c *check) {
	c.ok(c.paces().SlowPace(c.ctx, paceName, time.Minute, longTerm))
	c.mayNotStart(longTerm, time.Minute, true)
}

func pacesApart(c *check) {
	c.takes(longTerm, longTerm)
	for _, name := range []string{"11111111-1 palena.sii.cl", "22222222-2 www4.sii.cl", paceName + " "} {
		turn, _, err := c.paces().TakePace(c.ctx, name, longTerm, longTerm)
		c.ok(err)
		c.equal("fence of "+name, turn.Fence, int64(1))
	}
}

func paceInvalid(c *check) {
	p := c.paces()
	for _, bad := range []struct {
		name           string
		interval, term time.Duration
	}{{"", moment, moment}, {paceName, 0, moment}, {paceName, moment, 0}, {paceName, -moment, moment}} {
		_, _, err := p.TakePace(c.ctx, bad.name, bad.interval, bad.term)
		c.fails("TakePace", err, storage.ErrInvalid)
	}
	c.fails("SlowPace", p.SlowPace(c.ctx, "", moment, 0), storage.ErrInvalid)
	c.fails("SlowPace", p.SlowPace(c.ctx, paceName, 0, 0), storage.ErrInvalid)
	c.equal("fence", c.takes(moment, moment).Fence, int64(1))
}

func paceAtOnce(c *check) {
	p := c.paces()
	for range 20 {
		var mu sync.Mutex
		var got []storage.PaceTurn
		c.takes(moment, moment) // its term is over at once
		for len(got) == 0 {
			parallel(8, func(int) {
				turn, _, err := p.TakePace(c.ctx, paceName, moment, longTerm)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err != nil:
					c.Error(err)
				case turn.Fence != 0:
					got = append(got, turn)
				}
			})
		}
		if len(got) != 1 {
			c.Errorf("turns that were given: %v", got)
		}
		c.returns(got[0], moment, 0, false)
	}
}

func endedPaces(c *check) {
	p := c.paces()
	turn := c.takes(moment, longTerm)
	ctx, cause := endedContext(c.ctx)
	_, _, err := p.TakePace(ctx, "nobody's", moment, longTerm)
	c.fails("TakePace", err, cause)
	_, err = p.HoldPace(ctx, turn, moment)
	c.fails("HoldPace", err, cause)
	c.fails("ReturnPace", p.ReturnPace(ctx, turn, storage.Pace{Interval: longTerm, Wait: longTerm, Slowed: true}), cause)
	c.fails("SlowPace", p.SlowPace(ctx, paceName, longTerm, longTerm), cause)
	c.isCalling()
	c.keepsTurn(turn, true)
}

func reopenPaces(c *check) {
	turn := c.takes(moment, longTerm)
	c.reopen()
	c.keepsTurn(turn, true)
	c.returns(turn, time.Minute, longTerm, true)
	c.reopen()
	c.mayNotStart(longTerm, time.Minute, true)
}
