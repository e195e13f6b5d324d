package siisync

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/ofitec/chile/storage"
)

// errTurnLost says that the store did not answer for so long that other
// programs may be calling.
var errTurnLost = fmt.Errorf("%w: the turn of a call was lost", ErrStore)

// Waits of a call: between two looks at a turn that another program has, while
// the store fails, and in total for a failing store.
const (
	firstLook, longestLook   = 5 * time.Millisecond, 100 * time.Millisecond
	firstRetry, longestRetry = 100 * time.Millisecond, 5 * time.Second
	paceStorePatience        = time.Minute
)

// returnTimeout bounds how long the end of a call waits for the store.
const returnTimeout = 5 * time.Second

// sharedTurn is this program's turn among others for one call. If the turn cannot
// be held, the call ends.
type sharedTurn struct {
	pacer *Pacer
	turn  storage.PaceTurn
	lose  context.CancelCauseFunc

	mu       sync.Mutex
	ended    bool
	deadline time.Time   // end of the term, or earlier
	lost     *time.Timer // at the deadline
	hold     *time.Timer // when to renew the term
}

// holdsPerTerm is how often a turn is renewed per term.
const holdsPerTerm = 3

// look tries once to take the shared turn of a lane. If it fails, it returns how
// long to wait. In any case it records the known pace in the lane.
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

// take waits for the shared turn of a lane. The context's worker holds its right
// to work before and after the call, and gives it up during the wait.
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
		case wait == 0: // another program is calling
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

// guard returns a context for the call that ends if the turn is lost. If the
// pace is not shared, there is no turn and the context stays unchanged.
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

// goOn renews the term. A failing store is asked again until the turn is lost.
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

// end releases the turn, with the known pace. If the store does not accept it,
// the turn ends with its term.
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
