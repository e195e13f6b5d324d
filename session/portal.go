package session

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// The portal's addresses (seen in at least five clients).
const (
	loginHost       = "zeusr.sii.cl"
	certificateHost = "herculesr.sii.cl"
	homeHost        = "misiir.sii.cl"
	mipymeHost      = "www1.sii.cl"

	loginPath = "/cgi_AUT2000/CAutInicio.cgi"
	facadeURL = "https://www4.sii.cl"
	formURL   = "https://" + loginHost + "/AUT2000/InicioAutenticacion/IngresoRutClave.html"
	homeURL   = "https://" + homeHost + "/cgi_misii/siihome.cgi"
	aliveURL  = "https://" + loginHost + "/cgi_AUT2000/AutTknData.cgi?rnd=1&callback=cb"
	logoutURL = "https://" + loginHost + "/cgi_AUT2000/autTermino.cgi"
)

// The cookies that this package uses.
const (
	tokenCookie  = "TOKEN"
	expiryCookie = "NETSCAPE_LIVEWIRE.locexp" // set by the script of the bridge page; some applications need it
)

const (
	maxBody      = 64 << 20 // of an answer, after decompression
	maxHeader    = 256 << 10
	maxRedirects = 10
)

var (
	errTooLarge = errors.New("the answer has more than 64 MiB")
	errForeign  = errors.New("not an HTTPS address of the SII")
)

// known reports whether a session may call an address: of the SII, with HTTPS.
func known(u *url.URL) bool {
	return u.Scheme == "https" && u.User == nil && ours(u.Hostname()) && (u.Port() == "" || u.Port() == "443")
}

// checkRedirect follows redirections only within the portal. Other redirections
// are examined, not followed.
func checkRedirect(r *http.Request, via []*http.Request) error {
	switch {
	case !known(r.URL):
		return http.ErrUseLastResponse
	case len(via) >= maxRedirects:
		return fmt.Errorf("more than %d redirections", maxRedirects)
	case r.Body != nil && r.Body != http.NoBody:
		return http.ErrUseLastResponse // a form, such as one with a clave, is sent once and to one address
	}
	return nil
}

// atLogin reports whether an address is the login page, where callers without a
// session end.
func atLogin(u *url.URL) bool {
	return u.Hostname() == loginHost && (strings.HasPrefix(u.Path, "/AUT2000/") || strings.HasPrefix(u.Path, "/cgi_AUT2000/CAut"))
}
