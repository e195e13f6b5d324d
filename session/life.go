package session

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"
)

const (
	opAlive  = "alive"
	opLogout = "logout"
)

// Alive asks the portal whether the session is alive. It returns false without
// an error if the portal says no, or if there is no session.
func (s *Session) Alive(ctx context.Context) (bool, error) {
	if _, _, err := s.Token(ctx); err != nil {
		if errors.Is(err, ErrLoggedOut) {
			return false, nil
		}
		return false, err
	}
	page, err := s.inTurn(ctx, opAlive, aliveURL)
	switch {
	case errors.Is(err, ErrLoggedOut):
		return false, nil
	case err != nil:
		return false, err
	}
	state, ok := parseAlive(page.Text())
	if !ok {
		return false, page.changed(opAlive, s.cookies().secrets())
	}
	return state == 0, nil
}

// parseAlive reads cb({"estado":0,…}); 0 means alive (seen in two clients).
func parseAlive(text string) (state int, ok bool) {
	_, rest, found := strings.Cut(text, "(")
	if !found {
		return 0, false
	}
	var answer struct {
		State *int `json:"estado"`
	}
	if err := json.NewDecoder(strings.NewReader(rest)).Decode(&answer); err != nil || answer.State == nil {
		return 0, false
	}
	return *answer.State, true
}

// logoutTimeout bounds a logout, which continues after the context of the work
// has ended.
const logoutTimeout = 10 * time.Second

// Logout ends the session at the SII and forgets its cookies. It is made for
// defer: it works even if the context has ended, takes at most ten seconds, and
// waits for a running call. After it the session is over for this process,
// whatever the error. An error says that the SII may keep it open for up to two
// hours. Without a session it does nothing.
func (s *Session) Logout(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), logoutTimeout)
	defer cancel()
	if err := s.take(ctx); err != nil {
		return &Error{Op: opLogout, Err: err}
	}
	defer s.give()
	return s.logout(ctx)
}

func (s *Session) logout(ctx context.Context) error {
	cookies := s.cookies()
	if cookies.value(tokenCookie) == "" {
		s.end()
		return nil
	}
	page, err := s.exchange(ctx, s.clientWith(s.http.Transport, cookies),
		&call{cookies: cookies, op: opLogout, method: http.MethodGet, address: logoutURL, referer: homeURL})
	s.end()
	if err == nil && page.Status >= http.StatusBadRequest {
		return &Error{Op: opLogout, HTTPStatus: page.Status, Kind: statusKind(page.Status)}
	}
	return err
}

// logoutQuietly ends a session that another one replaces.
func (s *Session) logoutQuietly(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), logoutTimeout)
	defer cancel()
	_ = s.logout(ctx) // it is forgotten in any case, and expires at the SII
}
