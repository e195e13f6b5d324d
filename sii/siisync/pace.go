package siisync

import (
	"context"
	"sync"
	"time"

	"github.com/ofitec/chile/sii"
)

// Pacer keeps calls to the portal apart: one at a time, and so long after the one
// before, per credential and host, whatever the number of companies behind the
// credential. More than 200 calls within minutes made the portal fail for a whole
// user, and calls at once in one session disturb each other (seen in two
// clients). While the SII answers that it is asked too often, or does not answer,
// calls come ever more slowly; answers that are good bring the pace back. A Pacer
// is for many goroutines; share one between all clients of a program.
type Pacer struct {
	settings PacerSettings
	mu       sync.Mutex
	lanes    map[lane]*pace
	last     map[string]*pace // by credential, the lane of its last answer
}

// PacerSettings are how a Pacer waits. The zero value is the default.
type PacerSettings struct {
	// Interval is how long after the start of a call the next may start: one second
	// by default. MaxInterval is to what it grows while the SII answers that it is
	// asked too often: one minute by default.
	Interval, MaxInterval time.Duration

	// MaxRetryAfter is how long the SII's own word of when to ask again is followed:
	// 15 minutes by default.
	MaxRetryAfter time.Duration

	// Timeout is how long a call waits for the next byte of its answer, the first
	// among them: one minute by default. The waits of the Pacer do not count, as
	// they do in http.Client.Timeout, which is better left alone.
	Timeout time.Duration

	// Now and Sleep are the clock: the time and a wait that ends with the context.
	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error
}

// NewPacer returns a Pacer.
func NewPacer(settings PacerSettings) *Pacer {
	if settings.Interval <= 0 {
		settings.Interval = time.Second
	}
	if settings.MaxInterval < settings.Interval {
		settings.MaxInterval = max(time.Minute, settings.Interval)
	}
	if settings.MaxRetryAfter <= 0 {
		settings.MaxRetryAfter = 15 * time.Minute
	}
	if settings.Timeout <= 0 {
		settings.Timeout = time.Minute
	}
	if settings.Now == nil {
		settings.Now = time.Now //nolint:forbidigo // the default of a setting
	}
	if settings.Sleep == nil {
		settings.Sleep = sleep
	}
	return &Pacer{settings: settings, lanes: make(map[lane]*pace), last: make(map[string]*pace)}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// lane is what calls take turns in.
type lane struct{ credential, host string }

// pace is the turn of a lane, and when the next call may start. The Pacer's lock
// guards all but the turn.
type pace struct {
	turn     chan struct{} // holds one token while nobody calls
	next     time.Time
	interval time.Duration
	refused  bool // the last answer has slowed the lane down
}

func (p *Pacer) lane(key lane) *pace {
	p.mu.Lock()
	defer p.mu.Unlock()
	found := p.lanes[key]
	if found == nil {
		found = &pace{turn: make(chan struct{}, 1), interval: p.settings.Interval}
		found.turn <- struct{}{}
		p.lanes[key] = found
	}
	return found
}

// Slow lengthens the pace of a credential, as after an answer that says in words
// that the SII is asked too often, at the host of the credential's last answer. It
// does so once for an answer, also for one that the Pacer has understood by
// itself.
func (p *Pacer) Slow(credential string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if of := p.last[credential]; of != nil && !of.refused {
		p.refuse(of, 0)
	}
}

// Wait waits until a credential may call the host of its last answer again. Who
// waits here before it begins holds nothing meanwhile; the call that follows keeps
// the pace by itself.
func (p *Pacer) Wait(ctx context.Context, credential string) error {
	p.mu.Lock()
	var wait time.Duration
	if of := p.last[credential]; of != nil {
		wait = of.next.Sub(p.settings.Now())
	}
	p.mu.Unlock()
	if wait <= 0 {
		return ctx.Err()
	}
	return p.settings.Sleep(ctx, wait)
}

// refuse slows a lane down after an answer that asks for it. The lock must be
// held.
func (p *Pacer) refuse(of *pace, retryAfter time.Duration) {
	of.refused = true
	of.interval = min(2*of.interval, p.settings.MaxInterval)
	wait := max(of.interval, min(retryAfter, p.settings.MaxRetryAfter))
	if next := p.settings.Now().Add(wait); next.After(of.next) {
		of.next = next
	}
}

// accept brings the pace of a lane back by a tenth after an answer that is good.
// The lock must be held.
func (p *Pacer) accept(of *pace) {
	of.refused = false
	of.interval = max(of.interval-of.interval/10, p.settings.Interval)
}

// answered notes what an answer says of the pace.
func (p *Pacer) answered(credential string, of *pace, refused bool, retryAfter time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last[credential] = of
	if refused {
		p.refuse(of, retryAfter)
	} else {
		p.accept(of)
	}
}

// begin waits until the lane may call, takes the turn of the context's worker,
// which it gives up while it waits, and notes when the next call may start.
func (p *Pacer) begin(ctx context.Context, of *pace) error {
	for {
		p.mu.Lock()
		wait, reason := of.next.Sub(p.settings.Now()), sii.WaitPace
		if of.refused {
			reason = sii.WaitThrottled
		}
		p.mu.Unlock()
		if wait <= 0 {
			break
		}
		workerOf(ctx).rest()
		sii.ObserveWait(ctx, sii.Wait{Reason: reason, Duration: wait})
		if err := p.settings.Sleep(ctx, wait); err != nil {
			return err
		}
	}
	if err := workerOf(ctx).work(ctx); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	of.next = p.settings.Now().Add(of.interval)
	return nil
}
