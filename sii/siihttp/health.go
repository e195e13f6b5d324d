package siihttp

import (
	"context"
	"io"
	"net/http"
	"time"
)

// Health returns a handler for monitoring: 200 if the database answers within two
// seconds, otherwise 503. It needs no permission and reveals nothing else. ping is
// that of the store, such as storage/sqlite and storage/postgres; if nil, the store
// has none.
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
