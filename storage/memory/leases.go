package memory

import (
	"context"
	"time"

	"github.com/ofitec/chile/storage"
)

var _ storage.Leases = (*Store)(nil)

// AcquireLease implements storage.Leases.
func (s *Store) AcquireLease(ctx context.Context, name string, term time.Duration) (fence int64, wait time.Duration, err error) {
	if name == "" || term <= 0 {
		return 0, 0, invalid("lease without name or term")
	}
	if err := s.usable(ctx); err != nil {
		return 0, 0, err
	}
	fence, wait = s.tokens.Acquire(name, term)
	return fence, wait, nil
}

// ReleaseLease implements storage.Leases.
func (s *Store) ReleaseLease(ctx context.Context, name string, fence int64) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	s.tokens.Release(name, fence)
	return nil
}

// PutLeasedToken implements storage.Leases.
func (s *Store) PutLeasedToken(ctx context.Context, key, value string, expiry time.Time, fence int64) (stored bool, err error) {
	if err := s.tokenStorable(ctx, key, value); err != nil {
		return false, err
	}
	return s.tokens.PutLeased(key, value, expiry, fence), nil
}

// ExtendToken implements storage.Leases.
func (s *Store) ExtendToken(ctx context.Context, key, value string, expiry time.Time) error {
	if err := s.tokenStorable(ctx, key, value); err != nil {
		return err
	}
	s.tokens.Extend(key, value, expiry)
	return nil
}
