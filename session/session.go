package session

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/option"
)

// Session is a session at the portal, or not logged in yet. It is safe for
// concurrent use. Its calls take turns, because the portal's own pages make
// only one call at a time, and some of their settings are stored at the SII
// (see Turn). Printing or logging a Session shows its holder and no secret.
type Session struct {
	config
	turn chan struct{} // holds one token while no call runs

	mu      sync.Mutex // guards the fields below; never held during a call
	jar     *jar
	holder  chile.RUT
	expires time.Time
	counted string // the token that the guard counts; empty if none
}

// New returns a Session that is not logged in.
func New(opts ...Option) (*Session, error) {
	s := &Session{turn: make(chan struct{}, 1)}
	s.config = defaults()
	if err := option.Apply("session", &s.config, opts); err != nil {
		return nil, err
	}
	if s.guard == nil {
		s.guard = NewGuard()
	}
	s.jar = newJar(s.now)
	s.turn <- struct{}{}
	return s, nil
}

// Guard returns the guard of the session, for example to call its Forgive.
func (s *Session) Guard() *Guard { return s.guard }

// Holder returns the logged-in holder; the zero RUT if there is none.
func (s *Session) Holder() chile.RUT {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.holder
}

// Expires returns the latest end of the session: two hours after the login. The
// portal may end it earlier; see Alive.
func (s *Session) Expires() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.expires
}

// Token returns the token of the session, which the RCV accepts, and its latest
// expiry. It is a sii.TokenFunc:
//
//	sii.WithTokenSource(sii.TokenFunc(s.Token))
//
// The error is ErrLoggedOut.
func (s *Session) Token(ctx context.Context) (value string, expiry time.Time, err error) {
	if ctx.Err() != nil {
		return "", time.Time{}, context.Cause(ctx)
	}
	s.mu.Lock()
	cookies, expiry := s.jar, s.expires
	s.mu.Unlock()
	if value = cookies.value(tokenCookie); value == "" || !s.now().Before(expiry) {
		return "", time.Time{}, &Error{Op: "token", Kind: ErrLoggedOut}
	}
	return value, expiry, nil
}

// String returns the holder of the session.
func (s *Session) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.holder.IsZero() {
		return "no session"
	}
	return fmt.Sprintf("session of %s until %s", s.holder, s.expires.UTC().Format(time.RFC3339))
}

// Format prints what String returns, for every verb.
func (s *Session) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue implements slog.LogValuer.
func (s *Session) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalJSON fails: only a Keeper stores a session, sealed.
func (s *Session) MarshalJSON() ([]byte, error) {
	return nil, fmt.Errorf("session: a session is a secret and is not marshalled")
}

// begin replaces the session by a new one without cookies.
func (s *Session) begin() *jar {
	s.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.jar = newJar(s.now)
	return s.jar
}

// begun records a login.
func (s *Session) begun(holder chile.RUT, expires time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.holder, s.expires = holder, expires
	s.counted = s.jar.value(tokenCookie)
	s.guard.opened(holder, s.counted, expires)
}

// end forgets the session and its cookies.
func (s *Session) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.counted != "" {
		s.guard.closed(s.holder, s.counted)
	}
	s.jar, s.holder, s.expires, s.counted = newJar(s.now), chile.RUT{}, time.Time{}, ""
}

func (s *Session) cookies() *jar {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.jar
}

// take waits for the turn.
func (s *Session) take(ctx context.Context) error {
	select {
	case <-s.turn:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (s *Session) give() { s.turn <- struct{}{} }

// clientWith returns an HTTP client that keeps the cookies of the jar.
func (s *Session) clientWith(transport http.RoundTripper, cookies http.CookieJar) *http.Client {
	client := s.http
	client.Transport, client.Jar, client.CheckRedirect = transport, cookies, checkRedirect
	return &client
}
