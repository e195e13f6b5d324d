package memory

import (
	"context"
	"time"

	"github.com/ofitec/chile/storage"
)

var _ storage.Paces = (*Store)(nil)

// pace is the pace of a name. Its end is the zero time if nobody has the turn.
type pace struct {
	fence     int64
	interval  time.Duration
	next, end time.Time
	slowed    bool
}

// paceOf returns the pace of a name, locked.
func (s *Store) paceOf(name string) (p *pace, unlock func()) {
	s.pacesLock.Lock()
	p = s.paces[name]
	if p == nil {
		p = &pace{}
		s.paces[name] = p
	}
	return p, s.pacesLock.Unlock
}

// TakePace implements storage.Paces.
func (s *Store) TakePace(ctx context.Context, name string, interval, term time.Duration) (turn storage.PaceTurn, wait time.Duration, err error) {
	turn.Name = name
	if name == "" || interval <= 0 || term <= 0 {
		return turn, 0, invalid("pace without name, interval or term")
	}
	if err := s.usable(ctx); err != nil {
		return turn, 0, err
	}
	p, unlock := s.paceOf(name)
	defer unlock()
	now := s.now()
	turn.Interval, turn.Slowed = max(p.interval, interval.Truncate(time.Microsecond)), p.slowed
	if wait = p.next.Sub(now); wait > 0 {
		return turn, wait, nil
	}
	if p.end.After(now) {
		return turn, 0, nil
	}
	p.fence++
	p.interval, p.next, p.end = turn.Interval, now.Add(turn.Interval), now.Add(max(term, turn.Interval))
	turn.Fence = p.fence
	return turn, 0, nil
}

// holds reports whether a turn is the newest and has not ended.
func (p *pace) holds(turn storage.PaceTurn) bool { return p.fence == turn.Fence && !p.end.IsZero() }

// HoldPace implements storage.Paces.
func (s *Store) HoldPace(ctx context.Context, turn storage.PaceTurn, term time.Duration) (held bool, err error) {
	if err := s.usable(ctx); err != nil {
		return false, err
	}
	p, unlock := s.paceOf(turn.Name)
	defer unlock()
	if !p.holds(turn) {
		return false, nil
	}
	p.end = s.now().Add(max(term, turn.Interval))
	return true, nil
}

// ReturnPace implements storage.Paces.
func (s *Store) ReturnPace(ctx context.Context, turn storage.PaceTurn, pace storage.Pace) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	p, unlock := s.paceOf(turn.Name)
	defer unlock()
	if !p.holds(turn) {
		return nil
	}
	if p.interval <= turn.Interval || p.interval <= pace.Interval { // otherwise it was slowed down meanwhile
		p.interval, p.slowed = pace.Interval.Truncate(time.Microsecond), pace.Slowed
	}
	p.end = time.Time{}
	p.waitUntil(s.now().Add(pace.Wait))
	return nil
}

// SlowPace implements storage.Paces.
func (s *Store) SlowPace(ctx context.Context, name string, interval, wait time.Duration) error {
	if name == "" || interval <= 0 {
		return invalid("pace without name or interval")
	}
	if err := s.usable(ctx); err != nil {
		return err
	}
	p, unlock := s.paceOf(name)
	defer unlock()
	p.interval, p.slowed = max(p.interval, interval.Truncate(time.Microsecond)), true
	p.waitUntil(s.now().Add(wait))
	return nil
}

func (p *pace) waitUntil(next time.Time) {
	if next.After(p.next) {
		p.next = next
	}
}
