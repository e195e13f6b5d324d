package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/token"
)

const opRestore = "restore"

// Snapshot is a session outside of a Session: its cookies, which are secrets.
// Printing or logging it shows only its holder. Store it only sealed, with a
// Keeper.
type Snapshot struct {
	Holder  chile.RUT // zero if unknown
	Expires time.Time // zero if unknown
	Cookies []Cookie
}

// Snapshot returns the current session. The error is ErrLoggedOut.
func (s *Session) Snapshot() (*Snapshot, error) {
	s.mu.Lock()
	cookies, holder, expires := s.jar, s.holder, s.expires
	s.mu.Unlock()
	if holder.IsZero() || !s.now().Before(expires) {
		return nil, &Error{Op: "snapshot", Kind: ErrLoggedOut}
	}
	return &Snapshot{Holder: holder, Expires: expires, Cookies: cookies.list()}, nil
}

// Restore continues a session that was opened elsewhere: in another process, or
// by a person with a browser. If its holder is not the snapshot's the error is
// ErrWrongHolder, and if it has ended ErrLoggedOut; the Session is then logged
// out. An open session is logged out first.
func (s *Session) Restore(ctx context.Context, snapshot *Snapshot) error {
	if snapshot == nil {
		return &Error{Op: opRestore, Kind: ErrLoggedOut, Err: errors.New("no snapshot")}
	}
	if err := s.take(ctx); err != nil {
		return &Error{Op: opRestore, Err: err}
	}
	defer s.give()
	s.logoutQuietly(ctx)
	return s.restore(ctx, snapshot)
}

func (s *Session) restore(ctx context.Context, snapshot *Snapshot) error {
	now := s.now()
	expires := now.Add(life)
	if !snapshot.Expires.IsZero() && snapshot.Expires.Before(expires) {
		expires = snapshot.Expires
	}
	if !now.Before(expires) {
		return &Error{Op: opRestore, Kind: ErrLoggedOut, Err: errors.New("the session has expired")}
	}
	cookies := s.begin()
	cookies.put(snapshot.Cookies)
	if !token.Valid(cookies.value(tokenCookie)) {
		s.end()
		return &Error{Op: opRestore, Kind: ErrLoggedOut, Err: errors.New("the cookies have no token")}
	}
	who, err := s.ask(ctx, cookies)
	if err == nil && !snapshot.Holder.IsZero() && who.RUT != snapshot.Holder {
		err = &Error{Op: opRestore, Kind: ErrWrongHolder}
	}
	if err != nil {
		s.end()
		return err
	}
	s.begun(who.RUT, expires)
	return nil
}

// ask asks the home page for the logged-in person before the session is used.
func (s *Session) ask(ctx context.Context, cookies *jar) (*Person, error) {
	turn := &Turn{session: s, cookies: cookies}
	page, err := turn.Get(ctx, opRestore, homeURL)
	if err != nil {
		return nil, err
	}
	return s.person(page)
}

// snapshotJSON is a snapshot before sealing.
type snapshotJSON struct {
	Version int       `json:"version"`
	Holder  chile.RUT `json:"holder,omitzero"`
	Expires time.Time `json:"expires,omitzero"`
	Cookies []cookie  `json:"cookies"`
}

// cookie is a Cookie for JSON.
type cookie struct {
	Name    string    `json:"name"`
	Value   string    `json:"value"`
	Domain  string    `json:"domain"`
	Path    string    `json:"path"`
	Host    bool      `json:"host_only,omitzero"`
	Expires time.Time `json:"expires,omitzero"`
}

const (
	snapshotVersion = 1
	maxSnapshot     = 512 << 10
)

// encode returns the snapshot before sealing: it has the secrets in the clear.
func (s *Snapshot) encode() ([]byte, error) {
	v := snapshotJSON{Version: snapshotVersion, Holder: s.Holder, Expires: s.Expires}
	for _, c := range s.Cookies {
		v.Cookies = append(v.Cookies, cookie(c))
	}
	return json.Marshal(v)
}

// errNotSnapshot shows nothing of the text.
var errNotSnapshot = errors.New("session: neither a snapshot nor cookies")

// ParseSnapshot reads what a Keeper sealed, or the form in which older back ends
// store cookies and browsers send them: name=value; name=value. In the second
// form every cookie is assumed to be for all of sii.cl, as the portal's cookies
// are; holder and expiry are unknown. The error shows nothing of the text.
func ParseSnapshot(text []byte) (*Snapshot, error) {
	if len(text) > maxSnapshot {
		return nil, errNotSnapshot
	}
	trimmed := strings.TrimSpace(string(text))
	if strings.HasPrefix(trimmed, "{") {
		var v snapshotJSON
		if err := json.Unmarshal([]byte(trimmed), &v); err != nil || v.Version != snapshotVersion || len(v.Cookies) > maxCookies {
			return nil, errNotSnapshot
		}
		s := &Snapshot{Holder: v.Holder, Expires: v.Expires}
		for _, c := range v.Cookies {
			s.Cookies = append(s.Cookies, Cookie(c))
		}
		return s, nil
	}
	cookies, err := http.ParseCookie(trimmed)
	if err != nil || len(cookies) == 0 || len(cookies) > maxCookies {
		return nil, errNotSnapshot
	}
	s := &Snapshot{}
	for _, c := range cookies {
		s.Cookies = append(s.Cookies, Cookie{Name: c.Name, Value: c.Value, Domain: "sii.cl", Path: "/"})
	}
	return s, nil
}

// String returns the holder of the session.
func (s Snapshot) String() string {
	if s.Holder.IsZero() {
		return "session of an unknown holder"
	}
	return fmt.Sprintf("session of %s until %s", s.Holder, s.Expires.UTC().Format(time.RFC3339))
}

// Format prints what String returns, for every verb.
func (s Snapshot) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue implements slog.LogValuer.
func (s Snapshot) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalJSON fails: cookies in the clear do not belong in a file.
func (s Snapshot) MarshalJSON() ([]byte, error) {
	return nil, errors.New("session: a snapshot is a secret and is not marshalled")
}

// String shows only the name.
func (c Cookie) String() string { return "cookie " + c.Name }

// Format prints what String returns, for every verb.
func (c Cookie) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// LogValue implements slog.LogValuer.
func (c Cookie) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalJSON fails: a cookie is a secret.
func (c Cookie) MarshalJSON() ([]byte, error) {
	return nil, errors.New("session: a cookie is a secret and is not marshalled")
}
