package memory

import (
	"context"
	"time"

	"github.com/ofitec/chile/storage"
)

var _ storage.Leases = (*Store)(nil)

type lease struct {
	fence int64
	ends  time.Time
}

// AcquireLease implements storage.Leases.
func (s *Store) AcquireLease(ctx context.Context, name string, term time.Duration) (fence int64, wait time.Duration, err error) {
	if name == "" || term <= 0 {
		return 0, 0, invalid("lease without name or term")
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return 0, 0, err
	}
	defer unlock()
	now, of := s.time(), s.leases[name]
	if now.Before(of.ends) {
		return 0, of.ends.Sub(now), nil
	}
	of = lease{of.fence + 1, now.Add(term.Truncate(time.Microsecond))}
	s.leases[name] = of
	return of.fence, 0, nil
}

// ReleaseLease implements storage.Leases.
func (s *Store) ReleaseLease(ctx context.Context, name string, fence int64) error {
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	s.endLease(name, fence)
	return nil
}

// endLease ends a lease, and says whether it was the newest. The lock must be
// held.
func (s *Store) endLease(name string, fence int64) bool {
	of, ok := s.leases[name]
	if !ok || of.fence != fence {
		return false
	}
	of.ends = time.Time{}
	s.leases[name] = of
	return true
}

// PutLeasedToken implements storage.Leases.
func (s *Store) PutLeasedToken(ctx context.Context, key, value string, expiry time.Time, fence int64) (stored bool, err error) {
	if key == "" || value == "" {
		return false, invalid("token without key or value")
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return false, err
	}
	defer unlock()
	if !s.endLease(key, fence) {
		return false, nil
	}
	s.tokens[key] = token{value, kept(expiry)}
	return true, nil
}
