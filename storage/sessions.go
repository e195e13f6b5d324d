package storage

import (
	"context"
	"time"
)

// Sessions keeps the sealed cookies of portal sessions, in the table that older
// back ends share.
type Sessions interface {
	// CreateSession stores a session and returns its id, which is never used
	// twice. A session without cookies or expiry is ErrInvalid.
	CreateSession(ctx context.Context, session Session) (id int64, err error)

	// Session returns the session with that id. A session that was deleted or has
	// expired is absent. It expires at the instant ExpiresAt.
	Session(ctx context.Context, id int64) (*Session, error)

	// DeleteSession removes a session. If there is none, this is not an error.
	DeleteSession(ctx context.Context, id int64) error

	// PurgeSessions removes the expired sessions, and returns their number.
	PurgeSessions(ctx context.Context) (int64, error)
}

// Session is a stored portal session.
type Session struct {
	ID        int64
	UserID    int64     // owner_user_id: the user of the service that keeps it; 0 for none
	Cookies   string    // cookies_cipher: sealed by the caller; the store never sees cookies in the clear; required
	ExpiresAt time.Time // required
	CreatedAt time.Time // set by the store
}
