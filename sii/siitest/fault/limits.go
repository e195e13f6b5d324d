package fault

import (
	"net/http"
	"time"

	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// TooManyRequests is status 429 with a page of the firewall in front of the portal,
// which has a support id (seen in two clients). Retry-After tells for how long to
// stay away; with 0 there is none. Beyond makes it a limit. Unverified: that the
// SII sends Retry-After.
func TooManyRequests(retryAfter time.Duration) siitest.Fault {
	f := siitest.Fault{
		Name: "status 429", HTTPStatus: http.StatusTooManyRequests,
		Body: page.Message("Request Rejected", "The requested URL was rejected. Please consult with your administrator. Your support ID is: 1234567890123456789"),
	}
	if retryAfter > 0 {
		f.Name, f.Header = "status 429, Retry-After", http.Header{"Retry-After": {page.Seconds(retryAfter)}}
	}
	return f
}

// RateLimited is status 429 for calls beyond a rate that is told in the headers
// X-RateLimit-Limit, -Remaining and -Reset of every answer (the boleta's services;
// seen in one client, another tells of 600 calls an hour).
func RateLimited(calls int, per time.Duration) siitest.Fault {
	f := TooManyRequests(0).Beyond(calls, per)
	f.Name, f.Announce = "X-RateLimit", true
	return f
}

// RecurrentPage is the page that says that one user asks too often, with status
// 200 (seen in two clients; their calls were more than 200 in some minutes).
// Unverified: its other words.
func RecurrentPage() siitest.Fault {
	return siitest.Fault{
		Name: "consultas recurrentes, page", ContentType: page.Type, Shows: facade,
		Body: page.Message("Servicio de Impuestos Internos", "Se han detectado consultas recurrentes. Por favor, inténtelo más tarde."),
	}
}

// RecurrentMessage is the same as an answer of the RCV. Unverified: its code.
func RecurrentMessage() siitest.Fault {
	return siitest.Fault{Name: "consultas recurrentes", Estado: "2", Glosa: "Se han detectado consultas recurrentes", Shows: verdicts}
}
