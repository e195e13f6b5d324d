package siihttp

import (
	"context"
	"errors"
	"net/http"
)

// New returns a handler. Close it.
func New(config Settings) (*Handler, error) {
	if err := config.check(); err != nil {
		return nil, err
	}
	h := &Handler{
		config: config, limits: config.Limits, engine: config.Engine, origins: http.NewCrossOriginProtection(),
		diagnosing: make(chan struct{}, 1), closing: make(chan struct{}),
	}
	for _, origin := range config.Origins {
		if err := h.origins.AddTrustedOrigin(origin); err != nil {
			return nil, err
		}
	}
	if config.Sessions != nil {
		var err error
		if h.portal, err = newPortal(config.Sessions); err != nil {
			return nil, err
		}
	}
	if h.engine == nil {
		var err error
		if h.engine, err = NewLocalEngine(LocalEngineSettings{
			Store: config.Store, Clients: config.Clients, Syncer: config.Syncer, Pacer: config.Pacer,
			Workers: config.Limits.Workers, Waiting: config.Limits.Waiting, Logger: config.Logger, Now: config.Now,
		}); err != nil {
			return nil, err
		}
	}
	h.hub = newHub(config.Store, config.Limits, config.Logger)
	h.hub.follow(h.engine)
	h.mount()
	return h, nil
}

// Close ends the streams, refuses new imports and waits for running ones. When the
// context ends, it stops them: uncommitted data are not written. Call it before or
// during the server's shutdown, which waits for streams:
//
//	server.RegisterOnShutdown(func() { handler.Close(ctx) })
//
// A closed handler answers 503.
func (h *Handler) Close(ctx context.Context) error {
	h.close.Do(func() {
		close(h.closing)
		h.closed = errors.Join(h.engine.Close(ctx), h.hub.close(ctx))
	})
	return h.closed
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	protect(w.Header())
	if h.crossOrigin(w, r) {
		return
	}
	found, pattern := h.routes.Handler(r)
	route := h.byRoute[pattern]
	switch {
	case route == nil:
		h.noRoute(w, r, found)
	case h.isClosed():
		writeProblem(w, r, newProblem(kindClosing, ""))
	default:
		h.routes.ServeHTTP(w, r) // sets the values of the path
	}
}
