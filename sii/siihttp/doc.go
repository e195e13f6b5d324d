// Package siihttp is an http.Handler that offers the SDK's functions in a service:
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
// GET /openapi.json (OpenAPI 3.1) describes the calls, docs/problems.es.md the
// failures. JSON names are those of the tables and in Spanish; amounts are whole
// pesos, periods 2026-10, times RFC 3339 in Chilean time. A call refuses unknown
// parameters and fields, so that a typing error does not answer another question.
//
// # Who may do what
//
// Authorize is called before any answer, for each request and each element of a list
// or stream: see Action. Ids of jobs and sessions cannot be guessed. To the caller,
// forbidden data look like missing data.
//
// Requests that change something must be application/json and not come from another
// site, except from Settings.Origins. Put TLS in front.
//
// # Imports
//
// POST /rcv/import answers after the import of a month, or at once with a job if the
// caller prefers that or requests several months. Jobs run in this process, one
// import at a time per credential, and continue if the caller goes away; your own
// Engine may run them elsewhere. Two requests for the same import share one job.
//
// # Events
//
// GET /events reports jobs, their units, and changes found by imports. Messages have
// no name but a type in their JSON, so a plain EventSource with onmessage gets them.
// Changes have the ids of the store's feed: a browser that reconnects, even after a
// restart of the service, gets the changes it missed. A reader that is too slow is
// disconnected, and reconnects.
//
// # Secrets
//
// The token is masked unless Settings.ShowToken says otherwise. A clave is sent to the
// SII once and never stored. Problems, logs and the audit trail have no secrets.
package siihttp
