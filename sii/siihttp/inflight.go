package siihttp

import (
	"net"
	"net/http"
	"sync"
)

// inFlight counts the bodies of each client that are being read. The zero value is
// ready for use.
type inFlight struct {
	mu       sync.Mutex
	byClient map[string]int
}

// begin counts a body, and reports whether the client may send one more.
func (f *inFlight) begin(client string, most int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.byClient[client] >= most {
		return false
	}
	if f.byClient == nil {
		f.byClient = make(map[string]int)
	}
	f.byClient[client]++
	return true
}

func (f *inFlight) end(client string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.byClient[client]--; f.byClient[client] == 0 {
		delete(f.byClient, client)
	}
}

// clientOf names who sends a request: as Settings.Who does, or by the address.
func (h *Handler) clientOf(r *http.Request) string {
	if h.config.Who != nil {
		if who := h.who(r); who != "" {
			return "who " + who
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
