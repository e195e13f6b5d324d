package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/ofitec/chile/storage"
)

var _ storage.Leases = (*Store)(nil)

// AcquireLease implements storage.Leases. Tokens that are kept in memory are
// leased in memory: no other process would ever see them.
func (s *Store) AcquireLease(ctx context.Context, name string, term time.Duration) (fence int64, wait time.Duration, err error) {
	const what = "acquire lease"
	if name == "" || term <= 0 {
		return 0, 0, s.wrap(ctx, what, fmt.Errorf("%w: a lease has a name and a term", storage.ErrInvalid))
	}
	if memory, ok := s.tokens.(*memoryTokens); ok {
		fence, wait = memory.acquire(name, term)
		return fence, wait, s.wrap(ctx, what, ctx.Err())
	}
	now, end := s.dialect.Moments(s.now(), term.Microseconds())
	err = s.write(ctx, what, func(session *session) error {
		err := session.queryRow(ctx, "INSERT INTO sii_turnos (nombre, numero, vence) VALUES (?, 1, "+end.SQL+") ON CONFLICT (nombre) DO UPDATE SET numero = sii_turnos.numero + 1, vence = excluded.vence WHERE sii_turnos.vence <= "+now.SQL+" RETURNING numero",
			append(append([]any{name}, end.Args...), now.Args...)...).Scan(&fence)
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		var ends, at timeValue
		err = session.queryRow(ctx, "SELECT vence, "+now.SQL+" FROM sii_turnos WHERE nombre = ?", append(now.Args, name)...).Scan(&ends, &at)
		wait = max(ends.Sub(at.Time), 0)
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	return fence, wait, nil
}

// Moment is a moment as an expression of SQL.
type Moment struct {
	SQL  string
	Args []any
}

// TextMoments are moments by the clock of the program, for a database without a
// clock of its own.
func TextMoments(now time.Time, microseconds int64) (at, later Moment) {
	return Moment{"?", []any{timeText(now)}}, Moment{"?", []any{timeText(now.Add(time.Duration(microseconds) * time.Microsecond))}}
}

// ReleaseLease implements storage.Leases.
func (s *Store) ReleaseLease(ctx context.Context, name string, fence int64) error {
	if memory, ok := s.tokens.(*memoryTokens); ok {
		memory.release(name, fence)
		return s.wrap(ctx, "release lease", ctx.Err())
	}
	return s.write(ctx, "release lease", func(session *session) error {
		_, err := s.endLease(ctx, session, name, fence)
		return err
	})
}

// endLease ends a lease, and says whether it was the newest.
func (s *Store) endLease(ctx context.Context, session *session, name string, fence int64) (newest bool, err error) {
	now, _ := s.dialect.Moments(s.now(), 0)
	var number int64
	err = session.queryRow(ctx, "UPDATE sii_turnos SET vence = "+now.SQL+" WHERE nombre = ? AND numero = ? RETURNING numero", append(now.Args, name, fence)...).Scan(&number)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// PutLeasedToken implements storage.Leases.
func (s *Store) PutLeasedToken(ctx context.Context, key, value string, expiry time.Time, fence int64) (stored bool, err error) {
	const what = "store leased token"
	if key == "" || value == "" {
		return false, s.wrap(ctx, what, fmt.Errorf("%w: a token has a key and a value", storage.ErrInvalid))
	}
	expiry = expiry.UTC().Truncate(time.Microsecond)
	switch tokens := s.tokens.(type) {
	case *memoryTokens:
		if ctx.Err() == nil {
			stored = tokens.putLeased(key, value, expiry, fence)
		}
		return stored, s.wrap(ctx, what, ctx.Err())
	case *sealedTokens:
		sealed, err := tokens.sealer.Seal(ctx, []byte(value), key)
		if err != nil {
			return false, s.wrap(ctx, what, err)
		}
		err = s.write(ctx, what, func(session *session) (err error) {
			if stored, err = s.endLease(ctx, session, key, fence); err != nil || !stored {
				return err
			}
			return tokens.insert(ctx, session, key, sealed, expiry)
		})
		return stored && err == nil, err
	}
	return false, s.wrap(ctx, what, errors.New("no place for tokens"))
}

// acquire takes a lease in memory.
func (t *memoryTokens) acquire(name string, term time.Duration) (fence int64, wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now, of := t.now(), t.leases[name]
	if now.Before(of.ends) {
		return 0, of.ends.Sub(now)
	}
	of = memoryLease{of.fence + 1, now.Add(term)}
	t.leases[name] = of
	return of.fence, 0
}

func (t *memoryTokens) release(name string, fence int64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.end(name, fence)
}

// end ends a lease, and says whether it was the newest. The lock must be held.
func (t *memoryTokens) end(name string, fence int64) bool {
	of, ok := t.leases[name]
	if !ok || of.fence != fence {
		return false
	}
	of.ends = time.Time{}
	t.leases[name] = of
	return true
}

func (t *memoryTokens) putLeased(key, value string, expiry time.Time, fence int64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.end(key, fence) {
		return false
	}
	t.byKey[key] = memoryToken{value, expiry}
	return true
}

type memoryLease struct {
	fence int64
	ends  time.Time
}
