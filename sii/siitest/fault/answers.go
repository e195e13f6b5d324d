package fault

import (
	"net/http"
	"net/url"

	"github.com/ofitec/chile/sii/siitest"
)

// WrongCharset is an answer that announces UTF-8 and is ISO-8859-1 (seen in one
// client).
func WrongCharset() siitest.Fault {
	return siitest.Fault{Name: "wrong charset", Text: siitest.Latin1Text}
}

// DamagedText is an answer whose letters with accents were lost before it was
// written, and are U+FFFD (seen in one client).
func DamagedText() siitest.Fault { return siitest.Fault{Name: "damaged text", Text: siitest.LostText} }

// GzipBomb is a compressed answer of that many bytes once decompressed, about a
// thousandth of it on the way.
func GzipBomb(bytes int64) siitest.Fault {
	return siitest.Fault{Name: "gzip bomb", Gzip: true, Pad: bytes}
}

// Oversized is an answer of that many bytes.
func Oversized(bytes int64) siitest.Fault { return siitest.Fault{Name: "oversized", Pad: bytes} }

// UnknownXML is an answer that is XML of no known shape, as after a change of the
// SII's.
func UnknownXML() siitest.Fault {
	return siitest.Fault{
		Name: "unknown XML", ContentType: "text/xml; charset=utf-8", Shows: xmls,
		Body: `<?xml version="1.0" encoding="UTF-8"?><respuesta version="2"><resultado>OK</resultado></respuesta>`,
	}
}

// UnknownJSON is an answer that is JSON of no known shape, as after a change of
// the SII's.
func UnknownJSON() siitest.Fault {
	return siitest.Fault{
		Name: "unknown JSON", ContentType: "application/json;charset=utf-8", Shows: facade,
		Body: `{"resultado":{"version":2,"registros":[]},"estado":"OK"}`,
	}
}

// Redirected leads elsewhere, with the method and the body kept: to a waiting room
// at peak times (Queue-it, seen in one client), or to plain http. A client must
// not go there, let alone with a token or a signed seed.
func Redirected(target string) siitest.Fault {
	name := "redirected to another host"
	if u, err := url.Parse(target); err == nil && u.Scheme == "http" {
		name = "redirected to plain http"
	}
	return siitest.Fault{Name: name, HTTPStatus: http.StatusTemporaryRedirect, Header: http.Header{"Location": {target}}}
}

// UnexpectedError is codRespuesta 2 of the RCV, for which its page opens a window
// with the message (read in the page's code by one client).
func UnexpectedError() siitest.Fault {
	return siitest.Fault{Name: "RCV 2", Estado: "2", Glosa: "Error inesperado", Shows: verdicts}
}

// RecaptchaWanted is codRespuesta 98 of the RCV, read by one client as that a real
// reCAPTCHA token is wanted. Unverified: its words.
func RecaptchaWanted() siitest.Fault {
	return siitest.Fault{Name: "RCV 98", Estado: "98", Glosa: "Debe validar reCAPTCHA", Shows: verdicts}
}

// QueryErrors are the codes of QueryEstUp and QueryEstDte that say that the query
// failed within the SII, and will not another time (manuals OI2004_CEUPDTE and
// OI2004_CEDTE, through one client).
func QueryErrors() []siitest.Fault {
	return []siitest.Fault{
		{Name: "query -1", Estado: "-1", Glosa: "ERROR: RETORNO CAMPO ESTADO, NO EXISTE", Shows: queries},
		{Name: "query -2", Estado: "-2", Glosa: "ERROR RETORNO", Shows: queries},
		{Name: "query -4", Estado: "-4", Glosa: "ERROR OBTENCION DE DATOS", Shows: queries},
		{Name: "query -9", Estado: "-9", Glosa: "ERROR RETORNO", Shows: only(siitest.OpUpload)},
	}
}
