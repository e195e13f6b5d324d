package memory

import (
	"context"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

var _ storage.Claves = (*Store)(nil)

// claves are the counts of a person.
type claves struct {
	wrong   int
	blocked time.Time // end of the block
}

// changeClaves changes the counts of a person.
func (s *Store) changeClaves(ctx context.Context, rut chile.RUT, change func(*claves)) error {
	if rut.IsZero() {
		return invalid("clave of nobody")
	}
	if err := s.usable(ctx); err != nil {
		return err
	}
	s.clavesLock.Lock()
	defer s.clavesLock.Unlock()
	c := s.claves[rut]
	change(&c)
	if c == (claves{}) {
		delete(s.claves, rut)
	} else {
		s.claves[rut] = c
	}
	return nil
}

// ClaveState implements storage.Claves.
func (s *Store) ClaveState(ctx context.Context, rut chile.RUT) (state storage.ClaveState, err error) {
	err = s.changeClaves(ctx, rut, func(c *claves) {
		state = storage.ClaveState{Wrong: c.wrong, Blocked: max(0, c.blocked.Sub(s.now()))}
	})
	return state, err
}

// CountWrongClave implements storage.Claves.
func (s *Store) CountWrongClave(ctx context.Context, rut chile.RUT) error {
	return s.changeClaves(ctx, rut, func(c *claves) { c.wrong++ })
}

// BlockClave implements storage.Claves.
func (s *Store) BlockClave(ctx context.Context, rut chile.RUT, term time.Duration) error {
	if term <= 0 {
		return invalid("block of no term")
	}
	return s.changeClaves(ctx, rut, func(c *claves) {
		if until := s.now().Add(term); until.After(c.blocked) {
			c.blocked = until
		}
	})
}

// ForgiveClave implements storage.Claves.
func (s *Store) ForgiveClave(ctx context.Context, rut chile.RUT) error {
	return s.changeClaves(ctx, rut, func(c *claves) { *c = claves{} })
}
