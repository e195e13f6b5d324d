package siisync

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/ofitec/chile/internal/option"
	"github.com/ofitec/chile/internal/wait"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
)

// Pacer spaces the calls to the portal: one at a time and with a minimum
// interval, per credential and host, for any number of companies behind the
// credential. More than 200 calls within minutes made the portal fail for a whole
// user, and concurrent calls in one session disturb each other (seen in two
// clients). While the SII answers that it gets too many calls, or does not
// answer, the interval grows; good answers shorten it again. A Pacer is safe for
// concurrent use. Share one between all clients of a program, and share the pace
// between programs with PacerSettings.Shared.
type Pacer struct {
	settings PacerSettings
	mu       sync.Mutex
	lanes    map[lane]*pace
	last     map[string]*pace // by credential, the lane of its last answer
}

// PacerSettings are the settings of a Pacer. Zero fields mean the defaults.
type PacerSettings struct {
	// Interval is the minimum time between the starts of two calls: one second by
	// default. MaxInterval is its maximum while the SII answers that it gets too many
	// calls, or does not answer: ten seconds by default, or Interval if that is
	// longer. A sign-in takes two calls, and a program that shares its token has 24
	// seconds for them. With a MaxInterval above ten seconds, sign-in may fail for an
	// hour after the SII is back.
	Interval, MaxInterval time.Duration

	// MaxRetryAfter bounds the wait that the SII itself asks for: 15 minutes by
	// default.
	MaxRetryAfter time.Duration

	// Timeout is how long a call waits for the next byte of its answer, including
	// the first: one minute by default. It does not include the Pacer's waits.
	// http.Client.Timeout does include them and is better left unset.
	Timeout time.Duration

	// Shared shares the pace with other programs on the same store, even on other
	// machines: only one of them calls at a time, and an answer that slows one down
	// slows all down. All stores of this SDK implement storage.Paces; if nil, the pace
	// is not shared.
	Shared storage.Paces

	// Term is how long a program that was killed during a call blocks the others:
	// 30 seconds by default. A call may take longer.
	Term time.Duration

	// Now and Sleep are the clock: the time and a wait that ends with the context.
	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error
}

// NewPacer returns a Pacer. A negative time, and a MaxInterval less than Interval,
// are storage.ErrInvalid.
func NewPacer(settings PacerSettings) (*Pacer, error) {
	err := option.NotNegative("siisync: NewPacer", storage.ErrInvalid,
		settings.Interval, settings.MaxInterval, settings.MaxRetryAfter, settings.Timeout, settings.Term)
	if err != nil {
		return nil, err
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

// lane identifies the calls that take turns.
type lane struct{ credential, host string }

// pace is the turn of a lane, and the time of its next call. The Pacer's lock
// guards everything except the turn.
type pace struct {
	key      lane
	turn     chan struct{} // holds one token while no call runs
	next     time.Time
	interval time.Duration
	refused  bool // the last answer slowed the lane down
}

// name is the lane's name in the shared store.
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

// Slow lengthens the pace of a credential at the host of its last answer, for
// example after an answer that says in words that the SII gets too many calls. It
// does so once per answer, even if the Pacer has recognised the answer itself. If
// the pace is shared and the store fails, only this program slows down.
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

// Wait waits until a credential may call the host of its last answer again. A
// caller that waits here before it starts holds nothing meanwhile; the following
// call keeps the pace anyway.
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

// accept shortens the pace of a lane by a tenth after a good answer. The lock
// must be held.
func (p *Pacer) accept(of *pace) {
	of.refused = false
	of.interval = max(of.interval-of.interval/10, p.settings.Interval)
}

// answered records what an answer says about the pace.
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

// begin waits until the lane may call, takes the turn, and records when the
// next call may start. While it waits, it gives up the right to work of the
// context's worker. The returned turn is nil if the pace is not shared.
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

// observeWait reports to the observers of a call that it waits for its pace.
func (p *Pacer) observeWait(ctx context.Context, of *pace, wait time.Duration) {
	p.mu.Lock()
	reason := sii.WaitPace
	if of.refused {
		reason = sii.WaitThrottled
	}
	p.mu.Unlock()
	sii.ObserveWait(ctx, sii.Wait{Reason: reason, Duration: wait})
}
