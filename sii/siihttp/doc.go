// Package siihttp is an http.Handler with which a service offers what the SDK does:
// REST with JSON, live progress over server-sent events, files as CSV.
//
//	handler, err := siihttp.New(siihttp.Settings{
//		Authorize: func(r *http.Request, action siihttp.Action) error { … }, // required: nobody is let in by default
//		Store:     db,
//		Clients:   siihttp.OneClient(client),
//		Companies: siihttp.FixedCompanies(siihttp.Company{RUT: owner, Name: "Ofitec SpA"}),
//	})
//	mux.Handle("/api/v1/sii/", http.StripPrefix("/api/v1/sii", handler))
//	mux.Handle("/api/health", siihttp.Health(db.Ping))
//	defer handler.Close(ctx)
//
// The calls are described by GET /openapi.json (OpenAPI 3.1), failures by
// docs/problems.es.md. JSON names are those of the tables and in Spanish; amounts are
// whole pesos, periods 2026-10, times RFC 3339 in Chilean time. A parameter or field
// that a call does not know is refused, so that a typing error is no answer to
// another question.
//
// # Who may do what
//
// Authorize is asked before anything is answered, for each request and each element
// of a list or stream: see Action. Ids of jobs and sessions cannot be guessed, and
// what the caller may not see is answered like what is not there.
//
// Requests that change something must come as application/json, and not from
// another site; the pages of Settings.Origins may call from theirs. Put TLS before it.
//
// # Imports
//
// POST /rcv/import answers when a month was imported, or at once with a job if the
// caller prefers so or wants several months. Jobs run in this process, a credential
// one import at a time, and go on if the caller goes away; an Engine of one's own
// may run them elsewhere. The same import wanted twice is one job.
//
// # Events
//
// GET /events tells of jobs, of their units, and of changes that imports found, in
// messages without a name whose type stands in their JSON, so that a plain
// EventSource with onmessage sees them. Changes have the ids of the store's feed:
// a browser that connects again, also after the service restarted, gets those it
// has missed. Nothing is buffered for a reader that is too slow: it is let go, and
// connects again.
//
// # Secrets
//
// The token is masked unless Settings.ShowToken says otherwise. A clave is sent to the
// SII once and kept nowhere. Problems, logs and the audit trail have no secrets.
package siihttp
