package memory

import (
	"context"
	"time"
)

type token struct {
	value  string
	expiry time.Time
}

// Token implements storage.Tokens.
func (s *Store) Token(ctx context.Context, key string) (value string, expiry time.Time, err error) {
	unlock, err := s.rlock(ctx)
	if err != nil {
		return "", time.Time{}, err
	}
	defer unlock()
	t, ok := s.tokens[key]
	if !ok || !s.time().Before(t.expiry) {
		return "", time.Time{}, absent("token %s", key)
	}
	return t.value, t.expiry, nil
}

// PutToken implements storage.Tokens.
func (s *Store) PutToken(ctx context.Context, key, value string, expiry time.Time) error {
	if key == "" || value == "" {
		return invalid("token without key or value")
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	s.tokens[key] = token{value, kept(expiry)}
	return nil
}

// DeleteToken implements storage.Tokens.
func (s *Store) DeleteToken(ctx context.Context, key, value string) error {
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if s.tokens[key].value == value {
		delete(s.tokens, key)
	}
	return nil
}
