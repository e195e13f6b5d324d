package siihttp

import (
	"net/http"
	"sync"
)

// Handler serves the interface. It is safe for concurrent use.
type Handler struct {
	config  Settings
	limits  Limits
	engine  Engine
	hub     *hub
	origins *http.CrossOriginProtection
	routes  *http.ServeMux
	byRoute map[string]*route
	portal  *portal // nil without Settings.Sessions
	bodies  inFlight

	diagnosing chan struct{} // one at a time
	closing    chan struct{}
	close      sync.Once
	closed     error
}

func (h *Handler) isClosed() bool {
	select {
	case <-h.closing:
		return true
	default:
		return false
	}
}
