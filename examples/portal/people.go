package main

import (
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"net/http"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siihttp"
)

// role is what a person of the company is.
type role string

// The roles, and the numbers by which the store knows who opened a session.
const (
	finanzas role = "Finanzas"
	admin    role = "Admin"
)

var userIDs = map[role]int64{finanzas: 1, admin: 2}

// people knows who asks, by a key for each role. A real service has its own login
// in place of this file.
type people struct {
	keys    map[role]string
	finance map[chile.RUT]bool // companies of the finance staff
}

func newPeople(finance []siihttp.Company) *people {
	p := &people{keys: map[role]string{finanzas: rand.Text(), admin: rand.Text()}, finance: map[chile.RUT]bool{}}
	for _, company := range finance {
		p.finance[company.RUT] = true
	}
	return p
}

const cookieName = "portal"

// roleOf returns the role of who asks; empty is a stranger.
func (p *people) roleOf(r *http.Request) role {
	key, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if cookie, err := r.Cookie(cookieName); !found && err == nil {
		key = cookie.Value
	}
	return p.roleOfKey(key)
}

func (p *people) roleOfKey(key string) (found role) {
	for role, want := range p.keys {
		if subtle.ConstantTimeCompare([]byte(key), []byte(want)) == 1 {
			found = role
		}
	}
	return found
}

var (
	errNotTheirs = errors.New("portal: the company is not one of the finance staff's")
	errAdminOnly = errors.New("portal: for Admin alone")
)

// authorize is the Authorize function of the interface: Admin may do everything,
// Finanzas all but open sessions of people, for its own companies.
func (p *people) authorize(r *http.Request, action siihttp.Action) error {
	switch p.roleOf(r) {
	case admin:
		return nil
	case finanzas:
	default:
		return siihttp.ErrUnauthenticated
	}
	switch {
	case action.Operation == siihttp.OpSessionStart, action.Operation == siihttp.OpSessionPull:
		return errAdminOnly
	case !action.Owner.IsZero() && !p.finance[action.Owner]:
		return errNotTheirs
	}
	return nil
}

// only lets those roles through to a page.
func (p *people) only(page http.Handler, roles ...role) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asks := p.roleOf(r)
		for _, role := range roles {
			if asks == role {
				page.ServeHTTP(w, r)
				return
			}
		}
		if asks == "" {
			http.Error(w, "Entre con la dirección que el portal muestra al partir.", http.StatusUnauthorized)
			return
		}
		http.Error(w, "Su rol no tiene permiso para ver esta página.", http.StatusForbidden)
	})
}

// enter gives a browser the key of its role.
func (p *people) enter(w http.ResponseWriter, r *http.Request) {
	key := r.URL.Query().Get("clave")
	if p.roleOfKey(key) == "" {
		http.Error(w, "La clave no es de este portal.", http.StatusUnauthorized)
		return
	}
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // the example serves this machine alone, without TLS; elsewhere set Secure
		Name: cookieName, Value: key, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
	http.Redirect(w, r, "/integraciones/sii/", http.StatusSeeOther)
}
