package siihttp

import (
	"mime"
	"net/http"
	"slices"
	"strings"
)

// protect sets the headers of every answer: nothing of it is to be kept, run or
// shown within another page.
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

// crossOrigin answers a request of another origin that may not be made, or that
// only asks whether it may, and reports whether it did. Browsers say which a
// request is: see http.CrossOriginProtection. Others, which carry no cookies of a
// person without wanting to, are let through.
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
	// Those that change nothing could still have the SII asked, on behalf of a person
	// who is only looking at another site. A link that is followed is fine.
	embedded := r.Header.Get("Sec-Fetch-Site") == "cross-site" && r.Header.Get("Sec-Fetch-Mode") != "navigate" && !allowed
	if err := h.origins.Check(r); err != nil || embedded {
		writeProblem(w, r, newProblem(kindCrossSite, ""))
		return true
	}
	return false
}

// isJSON reports whether a request says that its body is JSON. A form of another
// site cannot say so without asking first.
func isJSON(r *http.Request) bool {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && media == "application/json"
}

// accepts reports whether the request asks for that type in so many words.
func accepts(r *http.Request, want string) bool {
	for accepted := range strings.SplitSeq(strings.Join(r.Header.Values("Accept"), ","), ",") {
		if media, _, err := mime.ParseMediaType(accepted); err == nil && media == want {
			return true
		}
	}
	return false
}
