package fault

import (
	"fmt"
	"net/http"
	"time"

	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// TokenRefusals are the codes of QueryEstUp and QueryEstDte for a refused token
// (manuals OI2004_CEUPDTE and OI2004_CEDTE, through one client; 001 live in
// another).
func TokenRefusals() []siitest.Fault {
	return []siitest.Fault{
		{Name: "query 001", Estado: "001", Glosa: "TOKEN NO EXISTE", Shows: queries},
		{Name: "query 002", Estado: "002", Glosa: "TOKEN INACTIVO", Shows: queries},
		{Name: "query 003", Estado: "003", Glosa: "TOKEN NO EXISTE", Shows: queries},
	}
}

// TokensRevoked ends all tokens: each service then refuses this call and later ones
// in its own way.
func TokensRevoked() siitest.Fault {
	return siitest.Fault{Name: "tokens revoked", Revoke: true, Shows: withToken}
}

// LoginRedirected redirects a call of the RCV to the portal's login with status
// 302, as for a call without a valid token (seen in several clients).
func LoginRedirected() siitest.Fault {
	return siitest.Fault{
		Name: "redirected to the login", HTTPStatus: http.StatusFound, Shows: facade,
		Header: http.Header{"Location": {"https://zeusr.sii.cl" + page.LoginPath + "?https://www4.sii.cl/consdcvinternetui/"}},
	}
}

// LoginShown answers a call of the RCV with the portal's login page and status 200
// (seen in several clients).
func LoginShown() siitest.Fault {
	return siitest.Fault{Name: "login shown", Body: page.Login, ContentType: page.Type, Shows: facade}
}

// NotAuthenticated is the text NO ESTA AUTENTICADO of the portal, with status 200
// (seen in one client).
func NotAuthenticated() siitest.Fault {
	return siitest.Fault{Name: "NO ESTA AUTENTICADO", Body: "NO ESTA AUTENTICADO", ContentType: "text/plain", Shows: facade}
}

// NoSessionData is the RCV's answer to a request whose session it does not find
// (live in one client).
func NoSessionData() siitest.Fault {
	return siitest.Fault{
		Name: "Acceso no autorizado", Body: `{"errorMsg":"Acceso no autorizado!"}`, ContentType: "application/json;charset=utf-8", Shows: facade,
	}
}

// TokenProblem is the RCV's answer to a request whose conversationId is not a known
// token (live in one client). Unverified: its code.
func TokenProblem() siitest.Fault {
	return siitest.Fault{Name: "Problema con el Token", Estado: "2", Glosa: "Problema con el Token: NO Existen Datos", Shows: verdicts}
}

// PortalError is a page of the portal with the code of a message, with status 200.
// The code's last group, the reason, says what is wrong (the SII's list of messages
// of 2020-02-07; pages live in two clients).
func PortalError(reason int) siitest.Fault {
	return siitest.Fault{
		Name: fmt.Sprintf("portal ….%d", reason), ContentType: page.Type, Shows: facade,
		Body: page.Portal(reason),
	}
}

// SessionLimit is the page with reason 27: the user has more than ten open
// sessions. It ends by itself after an hour. See siitest.WithSessionLimit.
func SessionLimit() siitest.Fault {
	f := PortalError(page.TooManySessions)
	f.Name, f.Shows = "session limit", nil
	return f
}

// SessionOver is the page with reason 28: nobody is logged in, or the session has
// ended.
func SessionOver() siitest.Fault {
	f := PortalError(28)
	f.Name = "session over"
	return f
}

// ClockAhead answers a call from a machine whose clock is ahead by that much, or
// behind if negative. To that machine, young seeds and tokens are old.
func ClockAhead(d time.Duration) siitest.Fault {
	return siitest.Fault{Name: "clock ahead by " + d.String(), Skew: d, Shows: func(op siitest.Op) bool { return !seeds(op) }}
}
