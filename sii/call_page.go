package sii

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ofitec/chile/internal/plain"
)

// judge tells what came in place of an answer, by what can be known without
// knowing the service: status, redirections, pages. It returns false for what may
// be an answer.
func (r *response) judge(env Environment) (code Code, estado string, ok bool) {
	if r.status >= 300 && r.status < 400 {
		if r.leadsTo(env.isLogin) {
			return pageLogin, "", true
		}
		if r.leadsTo(isWaitingRoom) {
			code, ok = pageCodes.findWords(waitingRoom)
			return code, "", ok
		}
		code, _ = httpCode(strconv.Itoa(r.status))
		return code, "", true
	}
	if r.status == http.StatusTooManyRequests {
		code, _ = httpCode("429")
		return code, "", true
	}
	if !r.isData() {
		if code, estado, ok := pageCode(r.first, r.status); ok {
			return code, estado, true
		}
	}
	switch r.status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusRequestTimeout,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		code, ok = httpCode(strconv.Itoa(r.status))
	}
	return code, "", ok
}

// headText returns the beginning of an answer as text. It may end within a
// character.
func headText(first []byte) string {
	for cut := range min(utf8.UTFMax, len(first)+1) {
		if utf8.Valid(first[:len(first)-cut]) {
			return string(first[:len(first)-cut])
		}
	}
	return toUTF8(first)
}

// leadsTo reports whether the target of a redirection is of that kind.
func (r *response) leadsTo(is func(*url.URL) bool) bool {
	target, err := url.Parse(r.header.Get("Location"))
	if err != nil || target.Path == "" && target.Host == "" {
		return false
	}
	return is(target)
}

// waitingRoom is the service that lets people into the portal one after another at
// times of great demand (seen in two clients).
const waitingRoom = "queue-it"

func isWaitingRoom(target *url.URL) bool {
	return strings.Contains(strings.ToLower(target.Hostname()), waitingRoom)
}

// portalCode finds the dotted code of a page of the portal, of which the last
// group counts. Its third group is the number of a server.
var portalCode = regexp.MustCompile(`codigo de este mensaje es[^0-9]{0,40}((?:\d{1,5}\.){2,8}(\d{1,3}))\b`)

// pageCode tells what a page says, or another text that is no data: by its dotted
// code, or by its words. estado is the dotted code.
func pageCode(first []byte, status int) (code Code, estado string, ok bool) {
	text := plain.Text(html.UnescapeString(headText(first)))
	if m := portalCode.FindStringSubmatch(text); m != nil {
		reason := strings.TrimLeft(m[2], "0")
		if c, ok := portalCodes.find(reason); ok {
			return c, m[1], true
		}
		return codePortalOther, m[1], true
	}
	if status < http.StatusInternalServerError && isLoginPage(text) {
		return pageLogin, "", true
	}
	if code, ok = pageCodes.findWords(text); !ok && status < http.StatusInternalServerError && strings.Contains(text, "ingresorutclave") {
		return pageLogin, "", true // a page that leads to the login
	}
	return code, "", ok
}

// isLoginPage reports whether a page asks for a RUT and a clave, by what its form
// has. Its words alone would not do: any page may speak of the login, and the
// login of maintenance to come.
func isLoginPage(text string) bool {
	return strings.Contains(text, "cautinicio") || strings.Contains(text, "rutcntr") || strings.Contains(text, `type="password"`) ||
		strings.Contains(text, "<title>autenticacion</title>")
}

// isHTML reports whether the answer is a web page.
func (r *response) isHTML() bool {
	text := r.start()
	for _, begin := range []string{"<!doctype html", "<html", "<head", "<body", "<script", "<meta"} {
		if strings.HasPrefix(text, begin) {
			return true
		}
	}
	return strings.Contains(r.header.Get("Content-Type"), "text/html") && strings.HasPrefix(text, "<")
}

// isData reports whether the answer begins as JSON or as XML that is no page.
func (r *response) isData() bool {
	text := r.start()
	return strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") || strings.HasPrefix(text, "<") && !r.isHTML()
}

// start returns how the answer begins, in lower case.
func (r *response) start() string {
	text := strings.TrimLeft(strings.TrimPrefix(string(r.first), "\ufeff"), " \t\r\n")
	return strings.ToLower(text[:min(len(text), 64)])
}
