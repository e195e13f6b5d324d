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
)

const opRestore = "restore"

// Snapshot is a session outside of a Session: its cookies, which are secrets.
// Printing or logging it shows whose it is. Keep it sealed, with a Keeper.
type Snapshot struct {
	Holder  chile.RUT // zero if not known
	Expires time.Time // zero if not known
	Cookies []Cookie
}

// Snapshot returns the session as it is now. The error is ErrLoggedOut.
func (s *Session) Snapshot() (*Snapshot, error) {
	s.mu.Lock()
	cookies, holder, expires := s.jar, s.holder, s.expires
	s.mu.Unlock()
	if holder.IsZero() || !s.now().Before(expires) {
		return nil, &Error{Op: "snapshot", Kind: ErrLoggedOut}
	}
	return &Snapshot{Holder: holder, Expires: expires, Cookies: cookies.list()}, nil
}

// Restore goes on with a session that was opened elsewhere: in another process,
// or by a person with a browser. It asks the portal whose session it is. If that
// is not the holder of the snapshot the error is ErrWrongHolder, and if it has
// ended ErrLoggedOut; the Session is then without one. A session that was open is
// logged out of first.
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
	if !validToken(cookies.value(tokenCookie)) {
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

// ask asks the home page who is logged in, before anybody counts as such.
func (s *Session) ask(ctx context.Context, cookies *jar) (*Person, error) {
	turn := &Turn{session: s, cookies: cookies}
	page, err := turn.Get(ctx, opRestore, homeURL)
	if err != nil {
		return nil, err
	}
	return s.person(page)
}

// snapshotJSON is a snapshot as it is sealed.
type snapshotJSON struct {
	Version int       `json:"version"`
	Holder  chile.RUT `json:"holder,omitzero"`
	Expires time.Time `json:"expires,omitzero"`
	Cookies []cookie  `json:"cookies"`
}

// cookie is a Cookie that can be written.
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

// encode returns the snapshot as it is sealed: secrets in the clear.
func (s *Snapshot) encode() ([]byte, error) {
	v := snapshotJSON{Version: snapshotVersion, Holder: s.Holder, Expires: s.Expires}
	for _, c := range s.Cookies {
		v.Cookies = append(v.Cookies, cookie(c))
	}
	return json.Marshal(v)
}

// errNotSnapshot shows nothing of what it is about.
var errNotSnapshot = errors.New("session: neither a snapshot nor cookies")

// ParseSnapshot reads what a Keeper sealed, or the form in which older back ends
// kept cookies and browsers send them: name=value; name=value. Of the latter each
// cookie is taken to be for all of sii.cl, which those of the portal are, and
// holder and expiry are not known. The error shows nothing of the text.
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

// String tells whose session it is.
func (s Snapshot) String() string {
	if s.Holder.IsZero() {
		return "session of an unknown holder"
	}
	return fmt.Sprintf("session of %s until %s", s.Holder, s.Expires.UTC().Format(time.RFC3339))
}

// Format prints the snapshot as String does, whatever the verb.
func (s Snapshot) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue implements slog.LogValuer.
func (s Snapshot) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalJSON refuses: cookies in the clear do not belong in a file.
func (s Snapshot) MarshalJSON() ([]byte, error) {
	return nil, errors.New("session: a snapshot is a secret and is not marshalled")
}

// String shows the name alone.
func (c Cookie) String() string { return "cookie " + c.Name }

// Format prints the cookie as String does, whatever the verb.
func (c Cookie) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// LogValue implements slog.LogValuer.
func (c Cookie) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalJSON refuses: a cookie is a secret.
func (c Cookie) MarshalJSON() ([]byte, error) {
	return nil, errors.New("session: a cookie is a secret and is not marshalled")
}
