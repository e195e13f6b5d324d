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

// serveLogin serves the login with RUT and clave.
func (p *portal) serveLogin(w http.ResponseWriter, r *http.Request) {
	c := p.begin(w, r, OpLogin)
	defer c.end()
	if c.failed() {
		return
	}
	form, ok := loginForm(c)
	if !ok {
		return
	}
	rut, err := chile.ParseRUT(form.Get("rut") + "-" + form.Get("dv"))
	if err != nil || strings.Trim(form.Get("rut"), "0123456789") != "" {
		c.violate("rut", "rut and dv are no RUT")
		refuseLogin(w, reasonTryAgain)
		return
	}
	if form.Get("clave") == "" || !form.Has("411") || !form.Has("rutcntr") {
		c.violate("form", "a field of the form is missing")
	}
	if reason := p.judgeClave(rut, form.Get("clave")); reason != 0 {
		refuseLogin(w, reason)
		return
	}
	p.letIn(w, r, rut, form.Get("referencia"))
}

// judgeClave returns why a login is refused, or 0 if it is accepted.
func (p *portal) judgeClave(rut chile.RUT, clave string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.users[rut]
	switch {
	case known == nil:
		return reasonWrongClave
	case p.desk.now().Before(known.blocked):
		return reasonBlocked
	case known.Clave != clave:
		switch known.wrong++; {
		case known.wrong >= maxWrong:
			known.wrong, known.blocked = 0, p.desk.now().Add(blockTime)
			return reasonBlocked
		case known.wrong == maxWrong-3:
			return reasonThreeLeft
		}
		return reasonWrongClave
	case known.CertificateOnly:
		return reasonUseCertificate
	case p.desk.access.portalSessions(rut, p.desk.now()) >= maxSessions:
		return reasonSessions
	}
	known.wrong = 0
	return 0
}

// serveCertificateLogin serves the login with a certificate from the TLS handshake.
func (p *portal) serveCertificateLogin(w http.ResponseWriter, r *http.Request) {
	c := p.begin(w, r, OpLogin)
	defer c.end()
	if c.failed() {
		return
	}
	form, ok := loginForm(c)
	if !ok {
		return
	}
	if form.Has("clave") {
		c.violate("clave", "a clave is for zeusr")
	}
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		refuseLogin(w, reasonNoCertificate)
		return
	}
	leaf := r.TLS.PeerCertificates[0]
	holder, reason := p.judgeCertificate(leaf)
	if reason != 0 {
		refuseLogin(w, reason)
		return
	}
	p.letIn(w, r, holder, form.Get("referencia"))
}

func (p *portal) judgeCertificate(leaf *x509.Certificate) (holder chile.RUT, reason int) {
	text, err := xmlsig.CertificateRUT(leaf)
	if err == nil {
		holder, err = chile.ParseRUT(text)
	}
	if err != nil || !p.accepts(leaf) {
		return chile.RUT{}, reasonInvalidCertificate
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.desk.now().After(leaf.NotAfter):
		return holder, reasonExpiredCertificate
	case p.users[holder] != nil && p.users[holder].ClaveOnly:
		return holder, reasonUseClave
	case p.desk.access.portalSessions(holder, p.desk.now()) >= maxSessions:
		return holder, reasonSessions
	}
	return holder, 0
}

// loginForm reads the form of a login. Its format must be that of browsers.
func loginForm(c *call) (url.Values, bool) {
	w, r := c.w, c.r
	if r.Method != http.MethodPost || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") || r.ContentLength < 0 {
		c.violate("form", "a login is a POST of a form, with its length")
		refuseLogin(w, reasonTryAgain)
		return nil, false
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
	if err := r.ParseForm(); err != nil {
		c.violate("form", "the form cannot be read")
		refuseLogin(w, reasonTryAgain)
		return nil, false
	}
	return r.PostForm, true
}

// letIn opens a session: it sets cookies and sends a page whose script redirects.
func (p *portal) letIn(w http.ResponseWriter, r *http.Request, rut chile.RUT, target string) {
	now := p.desk.now()
	token, _ := p.desk.access.open(session{holder: rut, lastUse: now, portal: true, opened: now}, 0)
	hash, mac := p.random.text(12, "ABCDEFabcdef0123456789/=$."), p.random.text(10, "abcdef0123456789")
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

// inScript escapes an address for a string in a script.
var inScript = strings.NewReplacer("'", "%27", `"`, "%22", "<", "%3C", ">", "%3E", `\`, "%5C", "\n", "%0A", "\r", "%0D")

// serveLogout ends a session.
func (p *portal) serveLogout(w http.ResponseWriter, r *http.Request) {
	c := p.begin(w, r, OpLogout)
	defer c.end()
	if c.failed() {
		return
	}
	p.desk.access.close(tokenCookie(r))
	setCookie(w, r, "TOKEN=; expires=Thu, 01-Jan-1970 00:00:00 GMT")
	writeHTML(w, http.StatusOK, `<html><head><title>T&eacute;rmino de sesi&oacute;n</title></head><body>Ha cerrado su sesi&oacute;n</body></html>`)
}

// serveAlive says whether a session is alive, as JSONP.
func (p *portal) serveAlive(w http.ResponseWriter, r *http.Request) {
	c := p.begin(w, r, OpAlive)
	defer c.end()
	if c.failed() {
		return
	}
	state := 1
	if _, ok := p.session(r); ok {
		state = 0
	}
	c.send("application/javascript", fmt.Appendf(nil, `%s({"estado":%d,"ultSesion":"15/10/2025 09:00:00"})`, r.URL.Query().Get("callback"), state))
}

// accepts reports whether the fake accepts a certificate as one of an accredited
// issuer.
func (p *portal) accepts(leaf *x509.Certificate) bool {
	return p.authority.issued(leaf) || slices.ContainsFunc(p.desk.access.certificates(), leaf.Equal)
}
