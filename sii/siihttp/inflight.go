package siihttp

import (
	"sync"
)

// inFlight counts the bodies that are being read, per client. The zero value is
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
