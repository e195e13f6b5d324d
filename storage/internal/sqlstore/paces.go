package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/ofitec/chile/storage"
)

var _ storage.Paces = (*Store)(nil)

// paceRow is the stored pace of a name. The number is the fence of the newest
// turn.
type paceRow struct {
	number    int64
	interval  int64 // microseconds
	next, end timeValue
	slowed    bool
}

// TakePace implements storage.Paces.
func (s *Store) TakePace(ctx context.Context, name string, interval, term time.Duration) (turn storage.PaceTurn, wait time.Duration, err error) {
	const what = "take pace"
	turn.Name = name
	if name == "" || interval <= 0 || term <= 0 {
		return turn, 0, s.wrap(ctx, what, fmt.Errorf("%w: a pace needs a name, an interval and a term", storage.ErrInvalid))
	}
	if err := ctx.Err(); err != nil {
		return turn, 0, s.wrap(ctx, what, err)
	}
	err = s.read(ctx, what, func(session *session) error {
		for {
			row, now, err := s.pace(ctx, session, name)
			if err != nil {
				return err
			}
			turn.Interval, turn.Slowed = max(time.Duration(row.interval)*time.Microsecond, interval.Truncate(time.Microsecond)), row.slowed
			if wait = row.next.Sub(now); wait > 0 {
				return nil
			}
			if wait = 0; row.end.After(now) {
				return nil
			}
			// A caller that was faster has changed the number, and one that slowed calls
			// down the interval.
			err = session.queryRow(ctx, `INSERT INTO sii_ritmos (nombre, numero, intervalo, siguiente, vence, frenado) VALUES (?, 1, ?, ?, ?, ?)
				ON CONFLICT (nombre) DO UPDATE SET numero = sii_ritmos.numero + 1, intervalo = excluded.intervalo, siguiente = excluded.siguiente, vence = excluded.vence
				WHERE sii_ritmos.numero = ? AND sii_ritmos.intervalo = ? AND sii_ritmos.siguiente <= ? RETURNING numero`,
				name, turn.Interval.Microseconds(), timeText(now.Add(turn.Interval)), timeText(now.Add(max(term, turn.Interval))), false,
				row.number, row.interval, timeText(now)).Scan(&turn.Fence)
			if !errors.Is(err, sql.ErrNoRows) {
				return err
			}
		}
	})
	return turn, wait, err
}

// pace returns the stored pace of a name, or the zero value, and the time.
func (s *Store) pace(ctx context.Context, session *session, name string) (row paceRow, now time.Time, err error) {
	columns, clock := "numero, intervalo, siguiente, vence, frenado", timeValue{s.now()}
	targets := []any{&row.number, &row.interval, &row.next, &row.end, &row.slowed}
	if s.dialect.Clock != "" {
		columns, targets = columns+", "+s.dialect.Clock, append(targets, &clock)
	}
	err = session.queryRow(ctx, "SELECT "+columns+" FROM sii_ritmos WHERE nombre = ?", name).Scan(targets...)
	if errors.Is(err, sql.ErrNoRows) {
		now, err = s.clock(ctx, session)
		return row, now, err
	}
	return row, clock.Time, err
}

// HoldPace implements storage.Paces.
func (s *Store) HoldPace(ctx context.Context, turn storage.PaceTurn, term time.Duration) (held bool, err error) {
	const what = "hold pace"
	if err := ctx.Err(); err != nil {
		return false, s.wrap(ctx, what, err)
	}
	err = s.read(ctx, what, func(session *session) error {
		now, err := s.clock(ctx, session)
		if err != nil {
			return err
		}
		held, err = session.changesPace(ctx, "UPDATE sii_ritmos SET vence = ? WHERE nombre = ? AND numero = ? AND vence > ? RETURNING numero",
			timeText(now.Add(max(term, turn.Interval))), turn.Name, turn.Fence, timeText(longAgo))
		return err
	})
	return held, err
}

// ReturnPace implements storage.Paces.
func (s *Store) ReturnPace(ctx context.Context, turn storage.PaceTurn, pace storage.Pace) error {
	const what = "return pace"
	if err := ctx.Err(); err != nil {
		return s.wrap(ctx, what, err)
	}
	return s.read(ctx, what, func(session *session) error {
		now, err := s.clock(ctx, session)
		if err != nil {
			return err
		}
		taken, given, next := turn.Interval.Microseconds(), pace.Interval.Microseconds(), timeText(now.Add(pace.Wait))
		_, err = session.changesPace(ctx, `UPDATE sii_ritmos SET vence = ?,
			intervalo = CASE WHEN intervalo > ? AND intervalo > ? THEN intervalo ELSE ? END,
			frenado = CASE WHEN intervalo > ? AND intervalo > ? THEN frenado ELSE ? END,
			siguiente = CASE WHEN siguiente > ? THEN siguiente ELSE ? END
			WHERE nombre = ? AND numero = ? AND vence > ? RETURNING numero`,
			timeText(longAgo), taken, given, given, taken, given, pace.Slowed, next, next, turn.Name, turn.Fence, timeText(longAgo))
		return err
	})
}

// SlowPace implements storage.Paces.
func (s *Store) SlowPace(ctx context.Context, name string, interval, wait time.Duration) error {
	const what = "slow pace"
	if name == "" || interval <= 0 {
		return s.wrap(ctx, what, fmt.Errorf("%w: a pace needs a name and an interval", storage.ErrInvalid))
	}
	if err := ctx.Err(); err != nil {
		return s.wrap(ctx, what, err)
	}
	return s.read(ctx, what, func(session *session) error {
		now, err := s.clock(ctx, session)
		if err != nil {
			return err
		}
		_, err = session.changesPace(ctx, `INSERT INTO sii_ritmos (nombre, numero, intervalo, siguiente, vence, frenado) VALUES (?, 0, ?, ?, ?, ?)
			ON CONFLICT (nombre) DO UPDATE SET frenado = excluded.frenado,
			intervalo = CASE WHEN sii_ritmos.intervalo > excluded.intervalo THEN sii_ritmos.intervalo ELSE excluded.intervalo END,
			siguiente = CASE WHEN sii_ritmos.siguiente > excluded.siguiente THEN sii_ritmos.siguiente ELSE excluded.siguiente END
			RETURNING numero`, name, interval.Microseconds(), timeText(now.Add(wait)), timeText(longAgo), true)
		return err
	})
}

// changesPace runs a statement that changes at most one row and returns its
// number.
func (s *session) changesPace(ctx context.Context, statement string, args ...any) (changed bool, err error) {
	var number int64
	err = s.queryRow(ctx, statement, args...).Scan(&number)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
