package siisync

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/ofitec/chile/internal/wait"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
)

// Pacer keeps calls to the portal apart: one at a time, and so long after the one
// before, per credential and host, whatever the number of companies behind the
// credential. More than 200 calls within minutes made the portal fail for a whole
// user, and calls at once in one session disturb each other (seen in two
// clients). While the SII answers that it is asked too often, or does not answer,
// calls come ever more slowly; answers that are good bring the pace back. A Pacer
// is for many goroutines; share one between all clients of a program, and through
// PacerSettings.Shared the pace between programs.
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
	// asked too often, or does not answer: ten seconds by default, or Interval if that
	// is longer. A sign-in is two calls, for which a program that shares its token has
	// 24 seconds: with more than ten it may not succeed for an hour after the SII is
	// back.
	Interval, MaxInterval time.Duration

	// MaxRetryAfter is how long the SII's own word of when to ask again is followed:
	// 15 minutes by default.
	MaxRetryAfter time.Duration

	// Timeout is how long a call waits for the next byte of its answer, the first
	// among them: one minute by default. The waits of the Pacer do not count, as
	// they do in http.Client.Timeout, which is better left alone.
	Timeout time.Duration

	// Shared keeps the pace together with other programs that have the same store,
	// also on other machines: none of them calls while another does, and an answer
	// that slows one of them down slows down all. Credentials must have the same names
	// in all of them. Without the store no call is made. All stores of this SDK are
	// storage.Paces; nil, the default, keeps the pace of this program alone.
	Shared storage.Paces

	// Term is for how long a program that was killed in a call keeps the others from
	// calling: 30 seconds by default. A call may take longer.
	Term time.Duration

	// Now and Sleep are the clock: the time and a wait that ends with the context.
	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error
}

// NewPacer returns a Pacer. A time that is negative, and a MaxInterval that is less
// than Interval, are storage.ErrInvalid.
func NewPacer(settings PacerSettings) (*Pacer, error) {
	if min(settings.Interval, settings.MaxInterval, settings.MaxRetryAfter, settings.Timeout, settings.Term) < 0 {
		return nil, fmt.Errorf("siisync: NewPacer: %w: a time is negative", storage.ErrInvalid)
	}
	settings.Interval = cmp.Or(settings.Interval, time.Second)
	settings.MaxInterval = cmp.Or(settings.MaxInterval, max(10*time.Second, settings.Interval))
	settings.MaxRetryAfter = cmp.Or(settings.MaxRetryAfter, 15*time.Minute)
	settings.Timeout = cmp.Or(settings.Timeout, time.Minute)
	settings.Term = cmp.Or(settings.Term, 30*time.Second)
	if settings.MaxInterval < settings.Interval {
		return nil, fmt.Errorf("siisync: NewPacer: %w: MaxInterval %v is less than Interval %v", storage.ErrInvalid, settings.MaxInterval, settings.Interval)
	}
	if settings.Now == nil {
		settings.Now = time.Now //nolint:forbidigo // the default of a setting
	}
	if settings.Sleep == nil {
		settings.Sleep = wait.For
	}
	return &Pacer{settings: settings, lanes: make(map[lane]*pace), last: make(map[string]*pace)}, nil
}

// lane is what calls take turns in.
type lane struct{ credential, host string }

// pace is the turn of a lane, and when the next call may start. The Pacer's lock
// guards all but the turn.
type pace struct {
	key      lane
	turn     chan struct{} // holds one token while nobody calls
	next     time.Time
	interval time.Duration
	refused  bool // the last answer has slowed the lane down
}

// name is that of the lane for all programs that share it.
func (of *pace) name() string { return of.key.credential + " " + of.key.host }

func (p *Pacer) lane(key lane) *pace {
	p.mu.Lock()
	defer p.mu.Unlock()
	found := p.lanes[key]
	if found == nil {
		found = &pace{key: key, turn: make(chan struct{}, 1), interval: p.settings.Interval}
		found.turn <- struct{}{}
		p.lanes[key] = found
	}
	return found
}

// Slow lengthens the pace of a credential, as after an answer that says in words
// that the SII is asked too often, at the host of the credential's last answer. It
// does so once for an answer, also for one that the Pacer has understood by
// itself. If the pace is shared and the store fails, this program alone goes more
// slowly.
func (p *Pacer) Slow(ctx context.Context, credential string) {
	p.mu.Lock()
	of := p.last[credential]
	if of == nil || of.refused {
		p.mu.Unlock()
		return
	}
	p.refuse(of, 0)
	interval, wait := of.interval, of.next.Sub(p.settings.Now())
	p.mu.Unlock()
	if p.settings.Shared != nil {
		_ = p.settings.Shared.SlowPace(context.WithoutCancel(ctx), of.name(), interval, wait)
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
// which it gives up while it waits, and notes when the next call may start. The
// turn that it returns is nil if the pace is not shared.
func (p *Pacer) begin(ctx context.Context, of *pace) (*sharedTurn, error) {
	for {
		p.mu.Lock()
		wait := of.next.Sub(p.settings.Now())
		p.mu.Unlock()
		if wait <= 0 {
			break
		}
		workerOf(ctx).rest()
		p.observeWait(ctx, of, wait)
		if err := p.settings.Sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
	if err := workerOf(ctx).work(ctx); err != nil {
		return nil, err
	}
	var turn *sharedTurn
	if p.settings.Shared != nil {
		var err error
		if turn, err = p.take(ctx, of); err != nil {
			return nil, err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	of.next = p.settings.Now().Add(of.interval)
	return turn, nil
}

// observeWait tells the observers of a call that it waits for its pace.
func (p *Pacer) observeWait(ctx context.Context, of *pace, wait time.Duration) {
	p.mu.Lock()
	reason := sii.WaitPace
	if of.refused {
		reason = sii.WaitThrottled
	}
	p.mu.Unlock()
	sii.ObserveWait(ctx, sii.Wait{Reason: reason, Duration: wait})
}
