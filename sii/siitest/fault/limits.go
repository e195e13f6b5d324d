package fault

import (
	"net/http"
	"time"

	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// TooManyRequests is status 429 with a page of the portal's firewall, which has a
// support id (seen in two clients). Retry-After says how long to wait; if 0, the
// header is missing. Beyond turns the fault into a limit. Unverified: that the SII
// sends Retry-After.
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

// RateLimited is status 429 for calls beyond a rate. Every answer states the rate
// in the headers X-RateLimit-Limit, -Remaining and -Reset (services of boletas;
// seen in one client, another reports 600 calls an hour).
func RateLimited(calls int, per time.Duration) siitest.Fault {
	f := TooManyRequests(0).Beyond(calls, per)
	f.Name, f.Announce = "X-RateLimit", true
	return f
}

// RecurrentPage is a page with status 200: it says that one user sends too many
// requests (seen in two clients, after more than 200 calls in some minutes).
// Unverified: its other words.
func RecurrentPage() siitest.Fault {
	return siitest.Fault{
		Name: "consultas recurrentes, page", ContentType: page.Type, Shows: facade,
		Body: page.Message("Servicio de Impuestos Internos", "Se han detectado consultas recurrentes. Por favor, inténtelo más tarde."),
	}
}

// RecurrentMessage is RecurrentPage as an answer of the RCV. Unverified: its code.
func RecurrentMessage() siitest.Fault {
	return siitest.Fault{Name: "consultas recurrentes", Estado: "2", Glosa: "Se han detectado consultas recurrentes", Shows: verdicts}
}
