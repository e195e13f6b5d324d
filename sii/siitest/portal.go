package siitest

import (
	"net/http"
	"time"

	"github.com/ofitec/chile"
)

// The portal's rules: ten sessions at once (code 27), a session of two hours
// (cookie lms), a clave that is blocked for an hour after ten wrong ones (codes 9
// and 55; the count by analogy with code 53).
const (
	portalLife  = 2 * time.Hour
	maxSessions = 10
	maxWrong    = 10
	blockTime   = time.Hour
)

// User is a person, or a company with a clave of its own, that logs in to the
// portal.
type User struct {
	Clave string
	Name  string // "Persona de Prueba" if empty

	Company         bool // logs in as a company: its name is a razón social
	CertificateOnly bool // has chosen to enter with a certificate alone
	ClaveOnly       bool // has chosen to enter with the clave alone
}

// user is a User and what happened to it.
type user struct {
	User
	wrong   int
	blocked time.Time // until when
}

// AddUser lets somebody log in to the portal. The companies for which they may
// act are those of Authorize.
func (s *Server) AddUser(rut chile.RUT, u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u.Name == "" {
		u.Name = "Persona de Prueba"
	}
	s.users[rut] = &user{User: u}
	s.holders[rut] = true
}

// Sessions returns how many sessions of the portal somebody has open.
func (s *Server) Sessions(rut chile.RUT) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.openSessions(rut)
}

// openSessions counts. The lock must be held.
func (s *Server) openSessions(rut chile.RUT) (n int) {
	for token, session := range s.tokens {
		if session.portal && s.now().Sub(session.opened) >= portalLife {
			delete(s.tokens, token)
			continue
		}
		if session.portal && session.holder == rut {
			n++
		}
	}
	return n
}

// portalSession returns the session of a request, or nil. The lock must not be
// held.
func (s *Server) portalSession(r *http.Request) *session {
	cookie, err := r.Cookie("TOKEN")
	if err != nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.tokens[cookie.Value]
	if found == nil || !found.portal || s.now().Sub(found.opened) >= portalLife {
		return nil
	}
	copied := *found
	return &copied
}

// beginPortal notes a call of the portal, whose token is in a cookie.
func (s *Server) beginPortal(w http.ResponseWriter, r *http.Request, op Op) *call {
	token := ""
	if cookie, err := r.Cookie("TOKEN"); err == nil {
		token = cookie.Value
	}
	return s.begin(w, r, op, token)
}
