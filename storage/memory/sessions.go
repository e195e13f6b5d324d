package memory

import (
	"context"
	"fmt"

	"github.com/ofitec/chile/storage"
)

// CreateSession implements storage.Sessions.
func (s *Store) CreateSession(ctx context.Context, session storage.Session) (id int64, err error) {
	if session.Cookies == "" || session.ExpiresAt.IsZero() {
		return 0, invalid("session without cookies or expiry")
	}
	if err := storage.CheckText(session.Cookies); err != nil {
		return 0, fmt.Errorf("memory: %w", err)
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return 0, err
	}
	defer unlock()
	s.lastSession++
	session.ID = s.lastSession
	session.ExpiresAt = kept(session.ExpiresAt)
	session.CreatedAt = s.time()
	s.sessions[session.ID] = session
	return session.ID, nil
}

// Session implements storage.Sessions.
func (s *Store) Session(ctx context.Context, id int64) (*storage.Session, error) {
	unlock, err := s.rlock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	session, ok := s.sessions[id]
	if !ok || s.expired(session) {
		return nil, absent("session %d", id)
	}
	return &session, nil
}

// DeleteSession implements storage.Sessions.
func (s *Store) DeleteSession(ctx context.Context, id int64) error {
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	delete(s.sessions, id)
	return nil
}

// PurgeSessions implements storage.Sessions.
func (s *Store) PurgeSessions(ctx context.Context) (int64, error) {
	unlock, err := s.lock(ctx)
	if err != nil {
		return 0, err
	}
	defer unlock()
	purged := int64(0)
	for id, session := range s.sessions {
		if s.expired(session) {
			delete(s.sessions, id)
			purged++
		}
	}
	return purged, nil
}

func (s *Store) expired(session storage.Session) bool {
	return !s.time().Before(session.ExpiresAt)
}
