package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

var _ storage.Claves = (*Store)(nil)

// ClaveState implements storage.Claves.
func (s *Store) ClaveState(ctx context.Context, rut chile.RUT) (state storage.ClaveState, err error) {
	err = s.onClaves(ctx, "clave state", rut, func(session *session) error {
		now, err := s.clock(ctx, session)
		if err != nil {
			return err
		}
		var blocked timeValue
		err = session.queryRow(ctx, "SELECT equivocadas, bloqueada_hasta FROM sii_claves WHERE rut = ?", rut.String()).Scan(&state.Wrong, &blocked)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		state.Blocked = max(0, blocked.Sub(now))
		return err
	})
	return state, err
}

// CountWrongClave implements storage.Claves.
func (s *Store) CountWrongClave(ctx context.Context, rut chile.RUT) error {
	return s.onClaves(ctx, "count wrong clave", rut, func(session *session) error {
		_, err := session.exec(ctx, `INSERT INTO sii_claves (rut, equivocadas, bloqueada_hasta) VALUES (?, 1, ?)
			ON CONFLICT (rut) DO UPDATE SET equivocadas = sii_claves.equivocadas + 1`, rut.String(), timeText(longAgo))
		return err
	})
}

// BlockClave implements storage.Claves.
func (s *Store) BlockClave(ctx context.Context, rut chile.RUT, term time.Duration) error {
	const what = "block clave"
	if term <= 0 {
		return s.wrap(ctx, what, fmt.Errorf("%w: a block has a term", storage.ErrInvalid))
	}
	return s.onClaves(ctx, what, rut, func(session *session) error {
		now, err := s.clock(ctx, session)
		if err != nil {
			return err
		}
		_, err = session.exec(ctx, `INSERT INTO sii_claves (rut, equivocadas, bloqueada_hasta) VALUES (?, 0, ?)
			ON CONFLICT (rut) DO UPDATE SET bloqueada_hasta =
			CASE WHEN sii_claves.bloqueada_hasta > excluded.bloqueada_hasta THEN sii_claves.bloqueada_hasta ELSE excluded.bloqueada_hasta END`,
			rut.String(), timeText(now.Add(term)))
		return err
	})
}

// ForgiveClave implements storage.Claves.
func (s *Store) ForgiveClave(ctx context.Context, rut chile.RUT) error {
	return s.onClaves(ctx, "forgive clave", rut, func(session *session) error {
		_, err := session.exec(ctx, "DELETE FROM sii_claves WHERE rut = ?", rut.String())
		return err
	})
}

// onClaves runs an operation on the counts of a person.
func (s *Store) onClaves(ctx context.Context, what string, rut chile.RUT, do func(*session) error) error {
	if rut.IsZero() {
		return s.wrap(ctx, what, fmt.Errorf("%w: a clave needs a RUT", storage.ErrInvalid))
	}
	if err := ctx.Err(); err != nil {
		return s.wrap(ctx, what, err)
	}
	return s.read(ctx, what, do)
}
