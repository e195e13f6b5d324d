package siitest

import (
	"io"
	"net/http"

	"github.com/ofitec/chile/sii/siitest/internal/page"
)

func writeHTML(w http.ResponseWriter, status int, html string) {
	w.Header().Set("Content-Type", "text/html; charset=ISO-8859-1")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, html) //nolint:gosec // what is of a request in a page, inScript wrote
}

// writeLatin1 writes a page in ISO-8859-1, like most pages of the portal.
func writeLatin1(w http.ResponseWriter, status int, html string) {
	w.Header().Set("Content-Type", "text/html; charset=ISO-8859-1")
	w.WriteHeader(status)
	_, _ = w.Write(page.Latin1(html)) //nolint:gosec // what is of a request in a page was read as a value
}

// tokenCookie returns the token in the cookies.
func tokenCookie(r *http.Request) string {
	cookie, err := r.Cookie("TOKEN")
	if err != nil {
		return ""
	}
	return cookie.Value
}

// setCookie sets a cookie of the portal, which all hosts of the SII share.
func setCookie(w http.ResponseWriter, r *http.Request, cookie string) {
	cookie += "; path=/"
	if isSII(r) {
		cookie += "; domain=.sii.cl; secure"
	}
	w.Header().Add("Set-Cookie", cookie)
}

// sendToLogin redirects a request without a session to the login, and from there to
// a destination.
func sendToLogin(w http.ResponseWriter, r *http.Request, destination string) {
	w.Header().Set("Location", at(r, "zeusr.sii.cl")+page.LoginPath+"?"+destination)
	w.WriteHeader(http.StatusFound)
}

// toPortalLogin redirects a request without a session to the login, and back.
func toPortalLogin(w http.ResponseWriter, r *http.Request) {
	sendToLogin(w, r, origin(r)+r.URL.Path)
}

// maxRequest bounds a request.
const maxRequest = 8 << 20
