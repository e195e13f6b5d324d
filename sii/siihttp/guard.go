package siihttp

import (
	"mime"
	"net/http"
	"slices"
	"strings"
)

// protect sets the headers of every answer: no browser may store it, run it, or
// show it in another page.
func protect(header http.Header) {
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// The headers that a page of another origin may send and see.
const (
	allowedHeaders = "Accept, Authorization, Content-Type, Last-Event-ID, Prefer"
	exposedHeaders = "Content-Disposition, Location, Preference-Applied, Retry-After"
	allowedMethods = "GET, HEAD, POST"
)

// crossOrigin answers a forbidden request of another origin, or a preflight
// request, and reports whether it did. Browsers label requests by origin: see
// http.CrossOriginProtection. Other clients send no cookies by accident, so they
// pass.
func (h *Handler) crossOrigin(w http.ResponseWriter, r *http.Request) (answered bool) {
	if len(h.config.Origins) > 0 {
		w.Header().Add("Vary", "Origin")
	}
	origin := r.Header.Get("Origin")
	allowed := origin != "" && slices.Contains(h.config.Origins, origin)
	if allowed {
		w.Header().Set("Access-Control-Allow-Origin", origin)
		w.Header().Set("Access-Control-Allow-Credentials", "true")
		w.Header().Set("Access-Control-Expose-Headers", exposedHeaders)
	}
	if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
		if allowed {
			w.Header().Set("Access-Control-Allow-Methods", allowedMethods)
			w.Header().Set("Access-Control-Allow-Headers", allowedHeaders)
			w.Header().Set("Access-Control-Max-Age", "600")
		}
		w.WriteHeader(http.StatusNoContent)
		return true
	}
	// A request that changes nothing can still make the SII work on behalf of a
	// person who only visits another site. A clicked link is fine.
	embedded := r.Header.Get("Sec-Fetch-Site") == "cross-site" && r.Header.Get("Sec-Fetch-Mode") != "navigate" && !allowed
	if err := h.origins.Check(r); err != nil || embedded {
		writeProblem(w, r, newProblem(kindCrossSite, ""))
		return true
	}
	return false
}

// isJSON reports whether a request declares a JSON body. A form of another site
// cannot do so without a preflight request.
func isJSON(r *http.Request) bool {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && media == "application/json"
}

// accepts reports whether the request names that type explicitly.
func accepts(r *http.Request, want string) bool {
	for accepted := range strings.SplitSeq(strings.Join(r.Header.Values("Accept"), ","), ",") {
		if media, _, err := mime.ParseMediaType(accepted); err == nil && media == want {
			return true
		}
	}
	return false
}
