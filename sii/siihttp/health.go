package siihttp

import (
	"context"
	"io"
	"net/http"
	"time"
)

// Health returns a handler that tells whether the service works, for whoever
// watches it: 200 if the database answers within two seconds, 503 if it does not.
// It asks nobody for permission and tells nothing else. ping is that of the store,
// as storage/sqlite and storage/postgres have it; nil is a store that has none.
func Health(ping func(context.Context) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protect(w.Header())
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		ctx, cancel := context.WithTimeout(r.Context(), healthDeadline)
		defer cancel()
		if ping != nil && ping(ctx) != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = io.WriteString(w, `{"estado":"sin base de datos"}`+"\n")
			return
		}
		_, _ = io.WriteString(w, `{"estado":"ok"}`+"\n")
	})
}

const healthDeadline = 2 * time.Second
