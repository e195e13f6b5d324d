package memory

import (
	"context"
	"fmt"
	"time"

	"github.com/ofitec/chile/storage"
)

// Token implements storage.Tokens.
func (s *Store) Token(ctx context.Context, key string) (value string, expiry time.Time, err error) {
	if err := s.usable(ctx); err != nil {
		return "", time.Time{}, err
	}
	value, expiry, err = s.tokens.Token(key)
	if err != nil {
		return "", time.Time{}, absent("token %s", key)
	}
	return value, expiry, nil
}

// PutToken implements storage.Tokens.
func (s *Store) PutToken(ctx context.Context, key, value string, expiry time.Time) error {
	if err := s.tokenStorable(ctx, key, value); err != nil {
		return err
	}
	s.tokens.Put(key, value, expiry)
	return nil
}

// DeleteToken implements storage.Tokens.
func (s *Store) DeleteToken(ctx context.Context, key, value string) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	s.tokens.Delete(key, value)
	return nil
}

func (s *Store) tokenStorable(ctx context.Context, key, value string) error {
	if key == "" || value == "" {
		return invalid("token without key or value")
	}
	if err := storage.CheckText(key, value); err != nil {
		return fmt.Errorf("memory: %w", err)
	}
	return s.usable(ctx)
}
