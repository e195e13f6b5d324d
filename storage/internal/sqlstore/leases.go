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

// AcquireLease implements storage.Leases.
func (s *Store) AcquireLease(ctx context.Context, name string, term time.Duration) (fence int64, wait time.Duration, err error) {
	const what = "acquire lease"
	if name == "" || term <= 0 {
		return 0, 0, s.wrap(ctx, what, fmt.Errorf("%w: a lease needs a name and a term", storage.ErrInvalid))
	}
	if err := ctx.Err(); err != nil {
		return 0, 0, s.wrap(ctx, what, err)
	}
	fence, wait, err = s.tokens.acquire(ctx, name, term)
	if err != nil {
		return 0, 0, s.wrap(ctx, what, err)
	}
	return fence, wait, nil
}

// ReleaseLease implements storage.Leases.
func (s *Store) ReleaseLease(ctx context.Context, name string, fence int64) error {
	const what = "release lease"
	if err := ctx.Err(); err != nil {
		return s.wrap(ctx, what, err)
	}
	return s.wrap(ctx, what, s.tokens.release(ctx, name, fence))
}

// PutLeasedToken implements storage.Leases.
func (s *Store) PutLeasedToken(ctx context.Context, key, value string, expiry time.Time, fence int64) (stored bool, err error) {
	const what = "store leased token"
	if err := tokenStorable(ctx, key, value); err != nil {
		return false, s.wrap(ctx, what, err)
	}
	stored, err = s.tokens.putLeased(ctx, key, value, expiry, fence)
	if err != nil {
		return false, s.wrap(ctx, what, err)
	}
	return stored, nil
}

// ExtendToken implements storage.Leases.
func (s *Store) ExtendToken(ctx context.Context, key, value string, expiry time.Time) error {
	const what = "extend token"
	if err := tokenStorable(ctx, key, value); err != nil {
		return s.wrap(ctx, what, err)
	}
	return s.wrap(ctx, what, s.tokens.extend(ctx, key, value, expiry))
}

// acquire reads first: callers that wait for a lease only read one row.
func (t *sealedTokens) acquire(ctx context.Context, name string, term time.Duration) (fence int64, wait time.Duration, err error) {
	err = t.store.onConnection(ctx, func(session *session) error {
		for fence == 0 {
			now, err := t.store.clock(ctx, session)
			if err != nil {
				return err
			}
			var ends timeValue
			err = session.queryRow(ctx, "SELECT vence FROM sii_turnos WHERE nombre = ?", name).Scan(&ends)
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return err
			}
			if wait = ends.Sub(now); err == nil && wait > 0 {
				return nil
			}
			if fence, err = session.takeLease(ctx, name, now, now.Add(term)); err != nil {
				return err
			}
		}
		wait = 0
		return nil
	})
	return fence, wait, err
}

// takeLease returns 0 if another caller was faster.
func (s *session) takeLease(ctx context.Context, name string, now, ends time.Time) (fence int64, err error) {
	err = s.transaction(ctx, func() error {
		err := s.queryRow(ctx, `INSERT INTO sii_turnos (nombre, numero, vence) VALUES (?, 1, ?)
			ON CONFLICT (nombre) DO UPDATE SET numero = sii_turnos.numero + 1, vence = excluded.vence WHERE sii_turnos.vence <= ?
			RETURNING numero`, name, timeText(ends), timeText(now)).Scan(&fence)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return fence, err
}

// clock returns the time that all users of the database share.
func (s *Store) clock(ctx context.Context, session *session) (time.Time, error) {
	if s.dialect.Clock == "" {
		return s.now(), nil
	}
	var now timeValue
	err := session.queryRow(ctx, "SELECT "+s.dialect.Clock).Scan(&now)
	return now.Time, err
}

func (t *sealedTokens) release(ctx context.Context, name string, fence int64) error {
	return t.store.inTransaction(ctx, func(session *session) error {
		_, err := session.endLease(ctx, name, fence)
		return err
	})
}

// endLease ends a lease, and reports whether it was the newest.
func (s *session) endLease(ctx context.Context, name string, fence int64) (newest bool, err error) {
	err = s.queryRow(ctx, "UPDATE sii_turnos SET vence = ? WHERE nombre = ? AND numero = ? RETURNING numero",
		timeText(longAgo), name, fence).Scan(&fence)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// longAgo is the end of released leases.
var longAgo = time.Unix(0, 0)

func (t *sealedTokens) putLeased(ctx context.Context, key, value string, expiry time.Time, fence int64) (stored bool, err error) {
	sealed, err := t.sealer.Seal(ctx, []byte(value), key)
	if err != nil {
		return false, err
	}
	err = t.store.inTransaction(ctx, func(session *session) error {
		if stored, err = session.endLease(ctx, key, fence); err != nil || !stored {
			return err
		}
		return t.write(ctx, session, key, sealed, expiry, "")
	})
	return stored && err == nil, err
}
