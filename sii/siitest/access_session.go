package siitest

import (
	"time"

	"github.com/ofitec/chile"
)

// How long sessions last. Those of the portal: cookie lms.
const (
	tokenLife  = time.Hour // of inactivity; manual of automatic authentication 1.9, chapter 5
	portalLife = 2 * time.Hour
)

// tokenLetters is the alphabet of tokens.
const tokenLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// session is a token that was issued.
type session struct {
	holder  chile.RUT
	lastUse time.Time

	boleta bool // only for the boleta service

	// For sessions of the portal.
	portal  bool
	opened  time.Time
	company chile.RUT // chosen in MIPYME
}

// ended reports whether a session is over: a portal session after two hours, a
// token after one hour without use.
func (s *session) ended(now time.Time) bool {
	if s.portal {
		return now.Sub(s.opened) >= portalLife
	}
	return now.Sub(s.lastUse) > tokenLife
}

// open issues a token for a session, unless its holder has reached the limit of
// valid ones. 0 means no limit.
func (a *access) open(opened session, limit int) (token string, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if limit > 0 && a.tokensOf(opened.holder, opened.lastUse) >= limit {
		return "", false
	}
	token = a.random.text(13, tokenLetters)
	a.sessions[token] = &opened
	return token, true
}

// tokensOf returns how many valid tokens a holder has. The lock must be held.
func (a *access) tokensOf(holder chile.RUT, now time.Time) (n int) {
	for _, session := range a.sessions {
		if session.holder == holder && now.Sub(session.lastUse) <= tokenLife {
			n++
		}
	}
	return n
}

// close ends a session.
func (a *access) close(token string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.sessions, token)
}

// revoke ends all sessions.
func (a *access) revoke() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.sessions)
}

// known reports whether there is such a session, even an ended one.
func (a *access) known(token string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.sessions[token] != nil
}

// holderOf returns the holder of a valid token of any service; otherwise the zero
// RUT.
func (a *access) holderOf(token string, now time.Time) chile.RUT {
	a.mu.Lock()
	defer a.mu.Unlock()
	if session := a.sessions[token]; session != nil && !session.ended(now) {
		return session.holder
	}
	return chile.RUT{}
}

// use returns the holder of a token, and extends the token.
func (a *access) use(token string, now time.Time) (holder chile.RUT, ok bool) {
	return a.useFor(token, now, false)
}

// useFor is use for the boleta service, or for all others.
func (a *access) useFor(token string, now time.Time, boleta bool) (holder chile.RUT, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	session := a.sessions[token]
	if session == nil || session.boleta != boleta {
		return chile.RUT{}, false
	}
	if session.ended(now) {
		delete(a.sessions, token)
		return chile.RUT{}, false
	}
	session.lastUse = now
	return session.holder, true
}

// portalSession returns a portal session, if it has not ended.
func (a *access) portalSession(token string, now time.Time) (found session, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	live := a.sessions[token]
	if live == nil || !live.portal || live.ended(now) {
		return session{}, false
	}
	return *live, true
}

// portalSessions returns how many portal sessions a holder has open.
func (a *access) portalSessions(holder chile.RUT, now time.Time) (n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for token, session := range a.sessions {
		switch {
		case session.portal && session.ended(now):
			delete(a.sessions, token)
		case session.portal && session.holder == holder:
			n++
		}
	}
	return n
}

// choose stores the company chosen in a session.
func (a *access) choose(token string, company chile.RUT) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if live := a.sessions[token]; live != nil {
		live.company = company
	}
}
