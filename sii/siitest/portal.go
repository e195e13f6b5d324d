package siitest

import (
	"net/http"
	"sync"
	"time"

	"github.com/ofitec/chile"
)

// The portal's rules: at most ten open sessions (code 27); ten wrong claves block
// the clave for an hour (codes 9 and 55; the count by analogy with code 53).
const (
	maxSessions = 10
	maxWrong    = 10
	blockTime   = time.Hour
)

// User is a person, or a company with its own clave, that logs in to the portal.
type User struct {
	Clave string
	Name  string // "Persona de Prueba" if empty

	Company         bool // logs in as a company: its name is a razón social
	CertificateOnly bool // has chosen to log in only with a certificate
	ClaveOnly       bool // has chosen to log in only with the clave
}

// user is a User and its state.
type user struct {
	User
	wrong   int
	blocked time.Time // end of the block
}

// portal is the portal with its logins, without the registers.
type portal struct {
	desk      *desk
	authority *authority
	random    *sharedSource

	mu     sync.Mutex
	users  map[chile.RUT]*user
	bhe    map[listKey][]Honorarium
	listed map[listKey][]Listing
}

func newPortal(d *desk, authority *authority, random *sharedSource) *portal {
	return &portal{
		desk: d, authority: authority, random: random,
		users: map[chile.RUT]*user{}, bhe: map[listKey][]Honorarium{}, listed: map[listKey][]Listing{},
	}
}

// addUser registers a user.
func (p *portal) addUser(rut chile.RUT, u User) {
	if u.Name == "" {
		u.Name = "Persona de Prueba"
	}
	p.desk.access.register(rut)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.users[rut] = &user{User: u}
}

// begin records a call of the portal. Its token is in a cookie.
func (p *portal) begin(w http.ResponseWriter, r *http.Request, op Op) *call {
	return p.desk.begin(w, r, op, tokenCookie(r))
}

// session returns the session of a request, if it has one.
func (p *portal) session(r *http.Request) (session, bool) {
	return p.desk.access.portalSession(tokenCookie(r), p.desk.now())
}
