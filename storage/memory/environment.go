package memory

import (
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

// join has the store belong to the environment of what is to be stored, unless it
// belongs to another. It is called with the lock held.
func (s *Store) join(of chile.Environment) error {
	has := s.environment
	if has == "" {
		has = of
	}
	if _, err := storage.JoinEnvironment(has, of); err != nil {
		return fmt.Errorf("memory: %w", err)
	}
	s.environment = has
	return nil
}
