package siitest

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

const pageType = "text/html; charset=ISO-8859-1"

// page is a page of the SII, as its bytes: ISO-8859-1.
func page(title, text string) string {
	return string(latin1("<!DOCTYPE html><html><head><title>" + title + "</title></head><body><p>" + text + "</p></body></html>"))
}

// Maintenance is the page of an SII that is down for maintenance or overloaded,
// with status 503, also where XML is expected (test data of one client). Between
// makes a window of maintenance of it.
func Maintenance() Fault {
	return Fault{Name: "maintenance", HTTPStatus: http.StatusServiceUnavailable, Body: page("503 Service Temporarily Unavailable",
		"The server is temporarily unable to service your request due to maintenance downtime or capacity problems. Please try again later.")}
}

// Overloaded is the page with which the portal asks to try again later, with
// status 200 (seen in two clients).
func Overloaded() Fault {
	return Fault{Name: "overloaded", ContentType: pageType, Body: page("Servicio de Impuestos Internos",
		"Por el momento no se puede responder a sus requerimientos. Por favor, inténtelo más tarde."), shownBy: facade}
}

// ErrorPage is a page with status 200 where XML is expected (live answers in two
// clients, of the upload). Unverified: its words at other services.
func ErrorPage() Fault {
	return Fault{Name: "error page", ContentType: pageType, Body: page("Servicio de Impuestos Internos", "Ha ocurrido un error."), shownBy: xmls}
}

// Error500 is the text Error 500 with status 200, of a program of the SII that
// failed (seen in two clients).
func Error500() Fault {
	return Fault{Name: "Error 500", Body: "Error 500", ContentType: "text/plain"}
}

// Status is a page with that status and no more: 502 and 504 of what stands in
// front of the SII's servers, 401 and 403 of a session that is lost (seen in
// several clients).
func Status(status int) Fault {
	f := Fault{Name: "status " + strconv.Itoa(status), HTTPStatus: status}
	if status == http.StatusUnauthorized || status == http.StatusForbidden {
		f.shownBy = facade
	}
	return f
}

// SOAPFault is a fault of SOAP, with status 500 as SOAP 1.1 has it. Of the SII's
// services one client tells of such, for a token that is not accepted and for a
// gateway that is not the right one.
func SOAPFault(text string) Fault {
	return Fault{
		Name: "SOAP fault", HTTPStatus: http.StatusInternalServerError, ContentType: "text/xml; charset=utf-8",
		Body: fmt.Sprintf(soapFault, escape(text)), shownBy: xmls,
	}
}

// CutOff ends the connection after so many bytes of the answer.
func CutOff(bytes int) Fault { return Fault{Name: "cut off", Cut: bytes} }

// Slow sends the answer at so many bytes a second.
func Slow(bytesPerSecond int) Fault { return Fault{Name: "slow", Bandwidth: bytesPerSecond} }

// Dropped ends the connection in place of the answer.
func Dropped() Fault { return Fault{Name: "dropped", Drop: true} }

// ResetConnection resets the connection in place of the answer.
func ResetConnection() Fault { return Fault{Name: "reset", Reset: true} }

// Silent is a connection on which nothing comes until it ends after that time:
// about 20 s after heavy use from one address (the SII's OpenAPI and one client).
func Silent(d time.Duration) Fault { return Fault{Name: "silent", Latency: d, Drop: true} }

// AnswerLost ends the connection when the call was done, so that its client does
// not know that it was.
func AnswerLost() Fault { return Fault{Name: "answer lost", Lost: true} }

// EmptyAnswer is an answer without a byte.
func EmptyAnswer() Fault {
	return Fault{Name: "empty", HTTPStatus: http.StatusOK, ContentType: "text/plain"}
}
