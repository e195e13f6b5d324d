package fault

import (
	"net/http"
	"strconv"
	"time"

	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// Maintenance is the page of an SII that is down or overloaded, with status 503,
// even where XML is expected (test data of one client). Between turns it into a
// maintenance window.
func Maintenance() siitest.Fault {
	return siitest.Fault{Name: "maintenance", HTTPStatus: http.StatusServiceUnavailable, Body: page.Message("503 Service Temporarily Unavailable",
		"The server is temporarily unable to service your request due to maintenance downtime or capacity problems. Please try again later.")}
}

// Overloaded is the portal's page that asks to try again later, with status 200
// (seen in two clients).
func Overloaded() siitest.Fault {
	return siitest.Fault{Name: "overloaded", ContentType: page.Type, Body: page.Message("Servicio de Impuestos Internos",
		"Por el momento no se puede responder a sus requerimientos. Por favor, inténtelo más tarde."), Shows: facade}
}

// ErrorPage is a page with status 200 where XML is expected (live answers in two
// clients, of the upload). Unverified: its words at other services.
func ErrorPage() siitest.Fault {
	return siitest.Fault{Name: "error page", ContentType: page.Type, Body: page.Message("Servicio de Impuestos Internos", "Ha ocurrido un error."), Shows: xmls}
}

// Error500 is the text Error 500 with status 200, from a failed program of the SII
// (seen in two clients).
func Error500() siitest.Fault {
	return siitest.Fault{Name: "Error 500", Body: "Error 500", ContentType: "text/plain"}
}

// Status is a page with that status: 502 and 504 from servers in front of the
// SII's, 401 and 403 for a lost session (seen in several clients).
func Status(status int) siitest.Fault {
	f := siitest.Fault{Name: "status " + strconv.Itoa(status), HTTPStatus: status}
	if status == http.StatusUnauthorized || status == http.StatusForbidden {
		f.Shows = facade
	}
	return f
}

// SOAPFault is a SOAP fault with status 500, as in SOAP 1.1. One client reports it
// from the SII's services: for a refused token, and for a wrong gateway.
func SOAPFault(text string) siitest.Fault {
	return siitest.Fault{
		Name: "SOAP fault", HTTPStatus: http.StatusInternalServerError, ContentType: "text/xml; charset=utf-8",
		Body: page.SOAPFault(text), Shows: xmls,
	}
}

// CutOff ends the connection after that many bytes of the answer.
func CutOff(bytes int) siitest.Fault { return siitest.Fault{Name: "cut off", Cut: bytes} }

// Slow sends the answer at that many bytes a second.
func Slow(bytesPerSecond int) siitest.Fault {
	return siitest.Fault{Name: "slow", Bandwidth: bytesPerSecond}
}

// Dropped ends the connection instead of answering.
func Dropped() siitest.Fault { return siitest.Fault{Name: "dropped", Drop: true} }

// ResetConnection resets the connection instead of answering.
func ResetConnection() siitest.Fault { return siitest.Fault{Name: "reset", Reset: true} }

// Silent is a connection without an answer, which ends after that time: about 20 s
// after heavy use from one address (the SII's OpenAPI and one client).
func Silent(d time.Duration) siitest.Fault {
	return siitest.Fault{Name: "silent", Latency: d, Drop: true}
}

// AnswerLost ends the connection after the call has taken effect, so the client
// does not know whether it did.
func AnswerLost() siitest.Fault { return siitest.Fault{Name: "answer lost", Lost: true} }

// EmptyAnswer is an answer of zero bytes.
func EmptyAnswer() siitest.Fault {
	return siitest.Fault{Name: "empty", HTTPStatus: http.StatusOK, ContentType: "text/plain"}
}
