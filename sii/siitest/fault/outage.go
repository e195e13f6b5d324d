package fault

import (
	"net/http"
	"strconv"
	"time"

	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// Maintenance is the page of an SII that is down for maintenance or overloaded,
// with status 503, also where XML is expected (test data of one client). Between
// makes a window of maintenance of it.
func Maintenance() siitest.Fault {
	return siitest.Fault{Name: "maintenance", HTTPStatus: http.StatusServiceUnavailable, Body: page.Message("503 Service Temporarily Unavailable",
		"The server is temporarily unable to service your request due to maintenance downtime or capacity problems. Please try again later.")}
}

// Overloaded is the page with which the portal asks to try again later, with
// status 200 (seen in two clients).
func Overloaded() siitest.Fault {
	return siitest.Fault{Name: "overloaded", ContentType: page.Type, Body: page.Message("Servicio de Impuestos Internos",
		"Por el momento no se puede responder a sus requerimientos. Por favor, inténtelo más tarde."), Shows: facade}
}

// ErrorPage is a page with status 200 where XML is expected (live answers in two
// clients, of the upload). Unverified: its words at other services.
func ErrorPage() siitest.Fault {
	return siitest.Fault{Name: "error page", ContentType: page.Type, Body: page.Message("Servicio de Impuestos Internos", "Ha ocurrido un error."), Shows: xmls}
}

// Error500 is the text Error 500 with status 200, of a program of the SII that
// failed (seen in two clients).
func Error500() siitest.Fault {
	return siitest.Fault{Name: "Error 500", Body: "Error 500", ContentType: "text/plain"}
}

// Status is a page with that status and no more: 502 and 504 of what stands in
// front of the SII's servers, 401 and 403 of a session that is lost (seen in
// several clients).
func Status(status int) siitest.Fault {
	f := siitest.Fault{Name: "status " + strconv.Itoa(status), HTTPStatus: status}
	if status == http.StatusUnauthorized || status == http.StatusForbidden {
		f.Shows = facade
	}
	return f
}

// SOAPFault is a fault of SOAP, with status 500 as SOAP 1.1 has it. Of the SII's
// services one client tells of such, for a token that is not accepted and for a
// gateway that is not the right one.
func SOAPFault(text string) siitest.Fault {
	return siitest.Fault{
		Name: "SOAP fault", HTTPStatus: http.StatusInternalServerError, ContentType: "text/xml; charset=utf-8",
		Body: page.SOAPFault(text), Shows: xmls,
	}
}

// CutOff ends the connection after so many bytes of the answer.
func CutOff(bytes int) siitest.Fault { return siitest.Fault{Name: "cut off", Cut: bytes} }

// Slow sends the answer at so many bytes a second.
func Slow(bytesPerSecond int) siitest.Fault {
	return siitest.Fault{Name: "slow", Bandwidth: bytesPerSecond}
}

// Dropped ends the connection in place of the answer.
func Dropped() siitest.Fault { return siitest.Fault{Name: "dropped", Drop: true} }

// ResetConnection resets the connection in place of the answer.
func ResetConnection() siitest.Fault { return siitest.Fault{Name: "reset", Reset: true} }

// Silent is a connection on which nothing comes until it ends after that time:
// about 20 s after heavy use from one address (the SII's siitest.OpenAPI and one client).
func Silent(d time.Duration) siitest.Fault {
	return siitest.Fault{Name: "silent", Latency: d, Drop: true}
}

// AnswerLost ends the connection when the call was done, so that its client does
// not know that it was.
func AnswerLost() siitest.Fault { return siitest.Fault{Name: "answer lost", Lost: true} }

// EmptyAnswer is an answer without a byte.
func EmptyAnswer() siitest.Fault {
	return siitest.Fault{Name: "empty", HTTPStatus: http.StatusOK, ContentType: "text/plain"}
}
