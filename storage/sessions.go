package storage

import (
	"context"
	"time"
)

// Sessions keeps the sealed cookies of portal sessions, in the table that older
// back ends share.
type Sessions interface {
	// CreateSession stores a session and returns its id, which no other session
	// has or ever had. A session without cookies or expiry is ErrInvalid.
	CreateSession(ctx context.Context, session Session) (id int64, err error)

	// Session returns the session with that id. One that was deleted, or that has
	// expired, is absent. It has expired from the instant of ExpiresAt on.
	Session(ctx context.Context, id int64) (*Session, error)

	// DeleteSession removes a session. To delete what is not there is no error.
	DeleteSession(ctx context.Context, id int64) error

	// PurgeSessions removes the sessions that have expired, and says how many.
	PurgeSessions(ctx context.Context) (int64, error)
}

// Session is a portal session at rest.
type Session struct {
	ID        int64
	UserID    int64     // owner_user_id: the user of the service that keeps it; 0 is none
	Cookies   string    // cookies_cipher: sealed by the caller; the store never sees cookies in the clear; required
	ExpiresAt time.Time // required
	CreatedAt time.Time // set by the store
}
