package siitest

import (
	"fmt"
	"net/http"
	"time"
)

// TokenRefusals are the codes with which QueryEstUp and QueryEstDte refuse a token
// (manuals OI2004_CEUPDTE and OI2004_CEDTE, through one client; 001 live in
// another).
func TokenRefusals() []Fault {
	return []Fault{
		{Name: "query 001", Estado: "001", Glosa: "TOKEN NO EXISTE", shownBy: queries},
		{Name: "query 002", Estado: "002", Glosa: "TOKEN INACTIVO", shownBy: queries},
		{Name: "query 003", Estado: "003", Glosa: "TOKEN NO EXISTE", shownBy: queries},
	}
}

// TokensRevoked ends all tokens, so that the call, and others after it, are refused
// in the way of their service.
func TokensRevoked() Fault { return Fault{Name: "tokens revoked", Revoke: true, shownBy: withToken} }

// LoginRedirected leads a call of the RCV to the login of the portal, with status
// 302, as one without a good token (seen in several clients).
func LoginRedirected() Fault {
	return Fault{
		Name: "redirected to the login", HTTPStatus: http.StatusFound, shownBy: facade,
		Header: http.Header{"Location": {"https://zeusr.sii.cl" + loginPath + "?https://www4.sii.cl/consdcvinternetui/"}},
	}
}

// LoginShown answers a call of the RCV with the login of the portal, with status
// 200 (seen in several clients).
func LoginShown() Fault {
	return Fault{Name: "login shown", Body: loginHTML, ContentType: pageType, shownBy: facade}
}

// NotAuthenticated is the text NO ESTA AUTENTICADO of the portal, with status 200
// (seen in one client).
func NotAuthenticated() Fault {
	return Fault{Name: "NO ESTA AUTENTICADO", Body: "NO ESTA AUTENTICADO", ContentType: "text/plain", shownBy: facade}
}

// NoSessionData is how the RCV answers a request whose session it does not find
// (live in one client).
func NoSessionData() Fault {
	return Fault{
		Name: "Acceso no autorizado", Body: `{"errorMsg":"Acceso no autorizado!"}`, ContentType: "application/json;charset=utf-8", shownBy: facade,
	}
}

// TokenProblem is how the RCV answers a request whose conversationId is no token
// that it knows (live in one client). Unverified: its code.
func TokenProblem() Fault {
	return Fault{Name: "Problema con el Token", Estado: "2", Glosa: "Problema con el Token: NO Existen Datos", shownBy: verdicts}
}

// portalTexts are the words of some messages of the portal: 20 and 27 live in two
// clients, the others in our own words after the SII's list of messages of
// 2020-02-07.
var portalTexts = map[int]string{
	9:  "Su clave ha sido bloqueada por sucesivos ingresos erróneos.",
	20: `La Clave Tributaria ingresada no es correcta, verifique que su teclado no está con opción "mayúsculas" e inténtelo nuevamente.`,
	27: "Usted ha superado el máximo de sesiones autenticadas.",
	28: "Usted no está autenticado o su sesión ha caducado.",
	29: "Ha transcurrido el tiempo máximo de su sesión.",
	35: "El certificado ha sido revocado.",
	36: "El certificado ha caducado.",
	37: "El certificado no es válido.",
	81: "El titular no lo ha autorizado a representarlo en esta aplicación.",
}

// PortalError is a page of the portal with the code of a message, with status 200.
// Of the code only the last group, the reason, says what is the matter (the SII's
// list of messages of 2020-02-07; pages live in two clients).
func PortalError(reason int) Fault {
	text, ok := portalTexts[reason]
	if !ok {
		text = "No ha sido posible completar su solicitud."
	}
	return Fault{
		Name: fmt.Sprintf("portal ….%d", reason), ContentType: pageType, shownBy: facade,
		Body: page("Autenticaci&oacute;n", fmt.Sprintf("%s</p><p>El c&oacute;digo de este mensaje es 01.01.217.500.720.%d", text, reason)),
	}
}

// SessionLimit is the page that says that a user has more than ten sessions open,
// with the reason 27. It frees itself after an hour. See WithSessionLimit.
func SessionLimit() Fault {
	f := PortalError(27)
	f.Name, f.shownBy = "session limit", nil
	return f
}

// SessionOver is the page that says that nobody is signed in, or that the session
// has ended, with the reason 28.
func SessionOver() Fault {
	f := PortalError(28)
	f.Name = "session over"
	return f
}

// ClockAhead has a call served by a machine whose clock is ahead by so much, or
// behind if it is negative. Seeds and tokens that are young are old to it.
func ClockAhead(d time.Duration) Fault {
	return Fault{Name: "clock ahead by " + d.String(), Skew: d, shownBy: func(op Op) bool { return !seeds(op) }}
}
