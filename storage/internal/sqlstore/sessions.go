package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/ofitec/chile/storage"
)

// CreateSession implements storage.Sessions.
func (s *Store) CreateSession(ctx context.Context, portal storage.Session) (id int64, err error) {
	err = s.write(ctx, "create session", func(conn *session) error {
		if portal.Cookies == "" || portal.ExpiresAt.IsZero() {
			return fmt.Errorf("%w: a session needs cookies and an expiry", storage.ErrInvalid)
		}
		if err := storage.CheckText(portal.Cookies); err != nil {
			return err
		}
		var user any
		if portal.UserID != 0 {
			user = portal.UserID
		}
		return conn.queryRow(ctx, "INSERT INTO sii_sessions (owner_user_id, cookies_cipher, expires_at, created_at) VALUES (?, ?, ?, ?) RETURNING id",
			user, portal.Cookies, timeText(portal.ExpiresAt), timeText(s.now())).Scan(&id)
	})
	return id, err
}

// Session implements storage.Sessions.
func (s *Store) Session(ctx context.Context, id int64) (*storage.Session, error) {
	found := &storage.Session{ID: id}
	err := s.read(ctx, "session", func(conn *session) error {
		var user sql.NullInt64
		var cookies textValue
		var expires, created timeValue
		err := conn.queryRow(ctx, "SELECT owner_user_id, cookies_cipher, expires_at, created_at FROM sii_sessions WHERE id = ?", id).
			Scan(&user, &cookies, &expires, &created)
		if err == nil && !s.now().Truncate(time.Microsecond).Before(expires.Time) {
			return sql.ErrNoRows
		}
		found.UserID, found.Cookies, found.ExpiresAt, found.CreatedAt = user.Int64, string(cookies), expires.Time, created.Time
		return err
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// DeleteSession implements storage.Sessions.
func (s *Store) DeleteSession(ctx context.Context, id int64) error {
	return s.write(ctx, "delete session", func(conn *session) error {
		_, err := conn.exec(ctx, "DELETE FROM sii_sessions WHERE id = ?", id)
		return err
	})
}

// PurgeSessions implements storage.Sessions.
func (s *Store) PurgeSessions(ctx context.Context) (purged int64, err error) {
	err = s.write(ctx, "purge sessions", func(conn *session) (err error) {
		purged, err = conn.exec(ctx, "DELETE FROM sii_sessions WHERE expires_at <= ?", timeText(s.now()))
		return err
	})
	return purged, err
}
