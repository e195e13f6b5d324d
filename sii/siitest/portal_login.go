package siitest

import (
	"crypto/x509"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/xmlsig"
)

// serveLogin is the login with RUT and clave.
func (s *Server) serveLogin(w http.ResponseWriter, r *http.Request) {
	c := s.beginPortal(w, r, OpLogin)
	defer c.end()
	if c.failed() {
		return
	}
	form, ok := s.loginForm(w, r, OpLogin)
	if !ok {
		return
	}
	rut, err := chile.ParseRUT(form.Get("rut") + "-" + form.Get("dv"))
	if err != nil || strings.Trim(form.Get("rut"), "0123456789") != "" {
		s.violate(OpLogin, "rut", "rut and dv are no RUT")
		s.refuseLogin(w, reasonTryAgain)
		return
	}
	if form.Get("clave") == "" || !form.Has("411") || !form.Has("rutcntr") {
		s.violate(OpLogin, "form", "a field of the form is missing")
	}
	if reason := s.judgeClave(rut, form.Get("clave")); reason != 0 {
		s.refuseLogin(w, reason)
		return
	}
	s.letIn(w, r, rut, form.Get("referencia"))
}

// judgeClave returns the reason why somebody may not enter; 0 if they may.
func (s *Server) judgeClave(rut chile.RUT, clave string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.users[rut]
	switch {
	case known == nil:
		return reasonWrongClave
	case s.now().Before(known.blocked):
		return reasonBlocked
	case known.Clave != clave:
		switch known.wrong++; {
		case known.wrong >= maxWrong:
			known.wrong, known.blocked = 0, s.now().Add(blockTime)
			return reasonBlocked
		case known.wrong == maxWrong-3:
			return reasonThreeLeft
		}
		return reasonWrongClave
	case known.CertificateOnly:
		return reasonUseCertificate
	case s.openSessions(rut) >= maxSessions:
		return reasonSessions
	}
	known.wrong = 0
	return 0
}

// serveCertificateLogin is the login with a certificate that the client presents
// in the handshake.
func (s *Server) serveCertificateLogin(w http.ResponseWriter, r *http.Request) {
	c := s.beginPortal(w, r, OpLogin)
	defer c.end()
	if c.failed() {
		return
	}
	form, ok := s.loginForm(w, r, OpLogin)
	if !ok {
		return
	}
	if form.Has("clave") {
		s.violate(OpLogin, "clave", "a clave is for zeusr")
	}
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		s.refuseLogin(w, reasonNoCertificate)
		return
	}
	leaf := r.TLS.PeerCertificates[0]
	holder, reason := s.judgeCertificate(leaf)
	if reason != 0 {
		s.refuseLogin(w, reason)
		return
	}
	s.letIn(w, r, holder, form.Get("referencia"))
}

func (s *Server) judgeCertificate(leaf *x509.Certificate) (holder chile.RUT, reason int) {
	text, err := xmlsig.CertificateRUT(leaf)
	if err == nil {
		holder, err = chile.ParseRUT(text)
	}
	if err != nil || !s.accepts(leaf) {
		return chile.RUT{}, reasonInvalidCertificate
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.now().After(leaf.NotAfter):
		return holder, reasonExpiredCertificate
	case s.users[holder] != nil && s.users[holder].ClaveOnly:
		return holder, reasonUseClave
	case s.openSessions(holder) >= maxSessions:
		return holder, reasonSessions
	}
	return holder, 0
}

// loginForm reads the form of a login, which must come as browsers send it.
func (s *Server) loginForm(w http.ResponseWriter, r *http.Request, op Op) (url.Values, bool) {
	if r.Method != http.MethodPost || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") || r.ContentLength < 0 {
		s.violate(op, "form", "a login is a POST of a form, with its length")
		s.refuseLogin(w, reasonTryAgain)
		return nil, false
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
	if err := r.ParseForm(); err != nil {
		s.violate(op, "form", "the form cannot be read")
		s.refuseLogin(w, reasonTryAgain)
		return nil, false
	}
	return r.PostForm, true
}

// letIn opens a session: cookies, and the page that leads on by its script.
func (s *Server) letIn(w http.ResponseWriter, r *http.Request, rut chile.RUT, target string) {
	s.mu.Lock()
	token := s.random.text(13, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
	now := s.now()
	s.tokens[token] = &session{holder: rut, lastUse: now, portal: true, opened: now}
	hash, mac := s.random.text(12, "ABCDEFabcdef0123456789/=$."), s.random.text(10, "abcdef0123456789")
	s.mu.Unlock()
	number, dv, _ := strings.Cut(rut.String(), "-")
	for _, c := range [][2]string{
		{"NETSCAPE_LIVEWIRE.rut", number},
		{"NETSCAPE_LIVEWIRE.rutm", number},
		{"NETSCAPE_LIVEWIRE.dv", dv},
		{"NETSCAPE_LIVEWIRE.dvm", dv},
		{"NETSCAPE_LIVEWIRE.clave", "SI" + hash},
		{"NETSCAPE_LIVEWIRE.mac", mac},
		{"NETSCAPE_LIVEWIRE.exp", now.Add(portalLife).In(chile.Santiago()).Format("20060102150405")},
		{"NETSCAPE_LIVEWIRE.sec", "0000"},
		{"NETSCAPE_LIVEWIRE.lms", "120"},
		{"TOKEN", token},
		{"CSESSIONID", token},
		{"RUT_NS", number},
		{"DV_NS", dv},
	} {
		setCookie(w, r, c[0]+"="+c[1])
	}
	domain := ""
	if isSII(r) {
		domain = "; domain=.sii.cl"
	}
	writeHTML(w, http.StatusOK, fmt.Sprintf(`<html><head><title>Autenticaci&oacute;n</title><script>`+
		`document.cookie="NETSCAPE_LIVEWIRE.locexp=%s; path=/%s";location.replace('%s');</script></head><body></body></html>`,
		url.QueryEscape(now.Add(portalLife).UTC().Format(time.RFC1123)), domain, inScript.Replace(target)))
}

// inScript writes an address in a string of a script.
var inScript = strings.NewReplacer("'", "%27", `"`, "%22", "<", "%3C", ">", "%3E", `\`, "%5C", "\n", "%0A", "\r", "%0D")

// serveLogout ends a session.
func (s *Server) serveLogout(w http.ResponseWriter, r *http.Request) {
	c := s.beginPortal(w, r, OpLogout)
	defer c.end()
	if c.failed() {
		return
	}
	if cookie, err := r.Cookie("TOKEN"); err == nil {
		s.mu.Lock()
		delete(s.tokens, cookie.Value)
		s.mu.Unlock()
	}
	setCookie(w, r, "TOKEN=; expires=Thu, 01-Jan-1970 00:00:00 GMT")
	writeHTML(w, http.StatusOK, `<html><head><title>T&eacute;rmino de sesi&oacute;n</title></head><body>Ha cerrado su sesi&oacute;n</body></html>`)
}

// serveAlive says whether a session is alive, as JSONP.
func (s *Server) serveAlive(w http.ResponseWriter, r *http.Request) {
	c := s.beginPortal(w, r, OpAlive)
	defer c.end()
	if c.failed() {
		return
	}
	state := 1
	if s.portalSession(r) != nil {
		state = 0
	}
	c.send("application/javascript", fmt.Appendf(nil, `%s({"estado":%d,"ultSesion":"15/10/2025 09:00:00"})`, r.URL.Query().Get("callback"), state))
}

// accepts reports whether the fake takes a certificate for one of an accredited
// issuer.
func (s *Server) accepts(leaf *x509.Certificate) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.authority.issued(leaf) || slices.ContainsFunc(s.trusted, leaf.Equal)
}
