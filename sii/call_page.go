package sii

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/ofitec/chile/internal/plain"
)

// judge classifies an answer without knowledge of the service: by status,
// redirections and pages. It returns false if the answer may be valid.
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

// refusal is judge, as an error.
func (r *response) refusal(op string, env Environment) *Error {
	if code, estado, ok := r.judge(env); ok {
		return code.refused(op, estado, "")
	}
	return nil
}

// waitingRoom is the service that queues users in front of the portal at times of
// great demand (seen in two clients).
const waitingRoom = "queue-it"

func isWaitingRoom(target *url.URL) bool {
	return strings.Contains(strings.ToLower(target.Hostname()), waitingRoom)
}

// portalCode finds the dotted code of a page of the portal; its last group
// counts. Its third group is the number of a server.
var portalCode = regexp.MustCompile(`codigo de este mensaje es[^0-9]{0,40}((?:\d{1,5}\.){2,8}(\d{1,3}))\b`)

// pageCode classifies a page, or another text that is not data, by its dotted
// code or its words. estado is the dotted code.
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
		return pageLogin, "", true // a page that redirects to the login
	}
	return code, "", ok
}

// isLoginPage reports whether a page asks for a RUT and a clave, by the fields of
// its form. Words alone are not enough: any page may mention the login, or
// maintenance of the login.
func isLoginPage(text string) bool {
	return strings.Contains(text, "cautinicio") || strings.Contains(text, "rutcntr") || strings.Contains(text, `type="password"`) ||
		strings.Contains(text, "<title>autenticacion</title>")
}
