package siitest

import (
	"net/http"
	"net/url"
)

// WrongCharset is an answer that announces UTF-8 and is ISO-8859-1 (seen in one
// client).
func WrongCharset() Fault { return Fault{Name: "wrong charset", Text: Latin1Text} }

// DamagedText is an answer whose letters with accents were lost before it was
// written, and are U+FFFD (seen in one client).
func DamagedText() Fault { return Fault{Name: "damaged text", Text: LostText} }

// GzipBomb is a compressed answer of that many bytes once decompressed, about a
// thousandth of it on the way.
func GzipBomb(bytes int64) Fault { return Fault{Name: "gzip bomb", Gzip: true, Pad: bytes} }

// Oversized is an answer of that many bytes.
func Oversized(bytes int64) Fault { return Fault{Name: "oversized", Pad: bytes} }

// UnknownXML is an answer that is XML of no known shape, as after a change of the
// SII's.
func UnknownXML() Fault {
	return Fault{
		Name: "unknown XML", ContentType: "text/xml; charset=utf-8", shownBy: xmls,
		Body: `<?xml version="1.0" encoding="UTF-8"?><respuesta version="2"><resultado>OK</resultado></respuesta>`,
	}
}

// UnknownJSON is an answer that is JSON of no known shape, as after a change of
// the SII's.
func UnknownJSON() Fault {
	return Fault{
		Name: "unknown JSON", ContentType: "application/json;charset=utf-8", shownBy: facade,
		Body: `{"resultado":{"version":2,"registros":[]},"estado":"OK"}`,
	}
}

// Redirected leads elsewhere, with the method and the body kept: to a waiting room
// at peak times (Queue-it, seen in one client), or to plain http. A client must
// not go there, let alone with a token or a signed seed.
func Redirected(target string) Fault {
	name := "redirected to another host"
	if u, err := url.Parse(target); err == nil && u.Scheme == "http" {
		name = "redirected to plain http"
	}
	return Fault{Name: name, HTTPStatus: http.StatusTemporaryRedirect, Header: http.Header{"Location": {target}}}
}

// UnexpectedError is codRespuesta 2 of the RCV, for which its page opens a window
// with the message (read in the page's code by one client).
func UnexpectedError() Fault {
	return Fault{Name: "RCV 2", Estado: "2", Glosa: "Error inesperado", shownBy: verdicts}
}

// RecaptchaWanted is codRespuesta 98 of the RCV, read by one client as that a real
// reCAPTCHA token is wanted. Unverified: its words.
func RecaptchaWanted() Fault {
	return Fault{Name: "RCV 98", Estado: "98", Glosa: "Debe validar reCAPTCHA", shownBy: verdicts}
}

// QueryErrors are the codes of QueryEstUp and QueryEstDte that say that the query
// failed within the SII, and will not another time (manuals OI2004_CEUPDTE and
// OI2004_CEDTE, through one client).
func QueryErrors() []Fault {
	return []Fault{
		{Name: "query -1", Estado: "-1", Glosa: "ERROR: RETORNO CAMPO ESTADO, NO EXISTE", shownBy: queries},
		{Name: "query -2", Estado: "-2", Glosa: "ERROR RETORNO", shownBy: queries},
		{Name: "query -4", Estado: "-4", Glosa: "ERROR OBTENCION DE DATOS", shownBy: queries},
		{Name: "query -9", Estado: "-9", Glosa: "ERROR RETORNO", shownBy: only(OpUpload)},
	}
}
