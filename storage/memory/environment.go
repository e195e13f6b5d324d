package memory

import (
	"cmp"
	"context"
	"fmt"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// Environment implements storage.Environments.
func (s *Store) Environment(ctx context.Context) (chile.Environment, error) {
	unlock, err := s.rlock(ctx)
	if err != nil {
		return "", err
	}
	defer unlock()
	if s.environment == "" {
		return "", absent("environment of an empty store")
	}
	return s.environment, nil
}

// join assigns the store to the environment of the data, unless it belongs to
// another. The caller holds the lock.
func (s *Store) join(of chile.Environment) error {
	if err := s.mayJoin(of); err != nil {
		return err
	}
	s.environment = cmp.Or(s.environment, of)
	return nil
}

// mayJoin returns why what is of that environment cannot be stored. It is called with
// the lock held.
func (s *Store) mayJoin(of chile.Environment) error {
	if _, err := storage.JoinEnvironment(cmp.Or(s.environment, of), of); err != nil {
		return fmt.Errorf("memory: %w", err)
	}
	return nil
}
