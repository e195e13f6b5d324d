package siisync

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/ofitec/chile/storage"
)

// errTurnLost says that the store did not answer for so long that others may be
// calling.
var errTurnLost = fmt.Errorf("%w: the turn of a call was lost", ErrStore)

// How long a call waits between two looks at a turn that another program has, and
// while the store fails, and for how long in all it waits for a store that fails.
const (
	firstLook, longestLook   = 5 * time.Millisecond, 100 * time.Millisecond
	firstRetry, longestRetry = 100 * time.Millisecond, 5 * time.Second
	paceStorePatience        = time.Minute
)

// returnTimeout bounds how long the end of a call waits for a store.
const returnTimeout = 5 * time.Second

// sharedTurn is a turn that this program has among others, for the time of a call:
// the call is ended if the turn cannot be held.
type sharedTurn struct {
	pacer *Pacer
	turn  storage.PaceTurn
	lose  context.CancelCauseFunc

	mu       sync.Mutex
	ended    bool
	deadline time.Time   // the end of the term, or sooner
	lost     *time.Timer // at the deadline
	hold     *time.Timer // when the term should begin anew
}

// holdsPerTerm is how often in its term a turn is held.
const holdsPerTerm = 3

// look tries to take the shared turn of a lane once. Without one it returns for how
// long to wait; what is known of the pace is noted in the lane in any case.
func (p *Pacer) look(ctx context.Context, of *pace) (turn *sharedTurn, wait time.Duration, err error) {
	began := p.settings.Now()
	given, wait, err := p.settings.Shared.TakePace(ctx, of.name(), p.settings.Interval, p.settings.Term)
	if err != nil {
		return nil, 0, err
	}
	p.mu.Lock()
	of.interval, of.refused = min(given.Interval, p.settings.MaxInterval), given.Slowed
	p.mu.Unlock()
	if given.Fence == 0 {
		return nil, wait, nil
	}
	return &sharedTurn{pacer: p, turn: given, deadline: began.Add(p.settings.Term)}, 0, nil
}

// take waits for the shared turn of a lane. The right to work of the context's
// worker is held when it returns, as it was when it was called, and given up while
// it waits.
func (p *Pacer) take(ctx context.Context, of *pace) (*sharedTurn, error) {
	looks, retries, failing := firstLook, firstRetry, time.Duration(0)
	for {
		turn, wait, err := p.look(ctx, of)
		switch {
		case turn != nil:
			return turn, nil
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case err != nil && failing >= paceStorePatience:
			return nil, fmt.Errorf("siisync: pace of %s: %w: %w", of.key.host, ErrStore, err)
		case err != nil:
			wait, retries = retries, min(2*retries, longestRetry)
			failing += wait
		case wait == 0: // somebody is calling
			wait, looks = looks/2+rand.N(looks), min(2*looks, longestLook) //nolint:gosec // so that not all look at once
			failing = 0
		default:
			looks, failing = firstLook, 0
			p.observeWait(ctx, of, wait)
		}
		workerOf(ctx).rest()
		if err := p.settings.Sleep(ctx, wait); err != nil {
			return nil, err
		}
		if err := workerOf(ctx).work(ctx); err != nil {
			return nil, err
		}
	}
}

// guard returns a context for the call that ends if the turn is lost. Without a
// turn, since the pace is not shared, the context stays as it is.
func (s *sharedTurn) guard(ctx context.Context) context.Context {
	if s == nil {
		return ctx
	}
	ctx, s.lose = context.WithCancelCause(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost = time.AfterFunc(s.deadline.Sub(s.pacer.settings.Now()), func() { s.lose(errTurnLost) })
	s.hold = time.AfterFunc(s.pacer.settings.Term/holdsPerTerm, func() { s.goOn(ctx) })
	return ctx
}

// goOn has the term begin anew. A store that fails is asked again, until the turn
// is lost.
func (s *sharedTurn) goOn(ctx context.Context) {
	p := s.pacer
	began := p.settings.Now()
	held, err := p.settings.Shared.HoldPace(ctx, s.turn, p.settings.Term)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.ended:
	case err != nil:
		s.hold.Reset(p.settings.Term / (3 * holdsPerTerm))
	case !held:
		s.lose(errTurnLost)
	default:
		s.deadline = began.Add(p.settings.Term)
		s.lost.Reset(s.deadline.Sub(p.settings.Now()))
		s.hold.Reset(p.settings.Term / holdsPerTerm)
	}
}

// end gives the turn to others, with what is known of the pace. If the store does
// not take it the turn ends with its term.
func (s *sharedTurn) end(ctx context.Context, of *pace) {
	if s == nil {
		return
	}
	s.mu.Lock()
	s.ended = true
	s.lost.Stop()
	s.hold.Stop()
	s.mu.Unlock()
	s.lose(nil)
	p := s.pacer
	p.mu.Lock()
	next := storage.Pace{Interval: of.interval, Wait: of.next.Sub(p.settings.Now()), Slowed: of.refused}
	p.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), returnTimeout)
	defer cancel()
	_ = p.settings.Shared.ReturnPace(ctx, s.turn, next)
}
