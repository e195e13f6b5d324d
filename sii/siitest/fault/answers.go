package fault

import (
	"net/http"
	"net/url"

	"github.com/ofitec/chile/sii/siitest"
)

// WrongCharset is an answer in ISO-8859-1 that announces UTF-8 (seen in one
// client).
func WrongCharset() siitest.Fault {
	return siitest.Fault{Name: "wrong charset", Text: siitest.Latin1Text}
}

// DamagedText is an answer whose accented letters were lost at the SII and are
// U+FFFD (seen in one client).
func DamagedText() siitest.Fault { return siitest.Fault{Name: "damaged text", Text: siitest.LostText} }

// GzipBomb is a compressed answer: bytes once decompressed, about a thousandth of
// that on the wire.
func GzipBomb(bytes int64) siitest.Fault {
	return siitest.Fault{Name: "gzip bomb", Gzip: true, Pad: bytes}
}

// Oversized is an answer of that many bytes.
func Oversized(bytes int64) siitest.Fault { return siitest.Fault{Name: "oversized", Pad: bytes} }

// UnknownXML is an answer with XML of an unknown shape, as after a change at the
// SII.
func UnknownXML() siitest.Fault {
	return siitest.Fault{
		Name: "unknown XML", ContentType: "text/xml; charset=utf-8", Shows: xmls,
		Body: `<?xml version="1.0" encoding="UTF-8"?><respuesta version="2"><resultado>OK</resultado></respuesta>`,
	}
}

// UnknownJSON is an answer with JSON of an unknown shape, as after a change at the
// SII.
func UnknownJSON() siitest.Fault {
	return siitest.Fault{
		Name: "unknown JSON", ContentType: "application/json;charset=utf-8", Shows: facade,
		Body: `{"resultado":{"version":2,"registros":[]},"estado":"OK"}`,
	}
}

// Redirected redirects elsewhere and keeps the method and the body: to a waiting
// room at peak times (Queue-it, seen in one client), or to plain http. A client
// must not follow it, least of all with a token or a signed seed.
func Redirected(target string) siitest.Fault {
	name := "redirected to another host"
	if u, err := url.Parse(target); err == nil && u.Scheme == "http" {
		name = "redirected to plain http"
	}
	return siitest.Fault{Name: name, HTTPStatus: http.StatusTemporaryRedirect, Header: http.Header{"Location": {target}}}
}

// UnexpectedError is codRespuesta 2 of the RCV. Its page shows the message in a
// window (read in the page's code by one client).
func UnexpectedError() siitest.Fault {
	return siitest.Fault{Name: "RCV 2", Estado: "2", Glosa: "Error inesperado", Shows: verdicts}
}

// RecaptchaWanted is codRespuesta 98 of the RCV. One client reads it as: a real
// reCAPTCHA token is required. Unverified: its words.
func RecaptchaWanted() siitest.Fault {
	return siitest.Fault{Name: "RCV 98", Estado: "98", Glosa: "Debe validar reCAPTCHA", Shows: verdicts}
}

// QueryErrors are the codes of QueryEstUp and QueryEstDte for a query that failed
// within the SII. The next query may succeed (manuals OI2004_CEUPDTE and
// OI2004_CEDTE, through one client).
func QueryErrors() []siitest.Fault {
	return []siitest.Fault{
		{Name: "query -1", Estado: "-1", Glosa: "ERROR: RETORNO CAMPO ESTADO, NO EXISTE", Shows: queries},
		{Name: "query -2", Estado: "-2", Glosa: "ERROR RETORNO", Shows: queries},
		{Name: "query -4", Estado: "-4", Glosa: "ERROR OBTENCION DE DATOS", Shows: queries},
		{Name: "query -9", Estado: "-9", Glosa: "ERROR RETORNO", Shows: only(siitest.OpUpload)},
	}
}
