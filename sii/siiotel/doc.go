// Package siiotel turns what a client of the SII does into spans and metrics of
// OpenTelemetry. It is a module of its own, so that the SDK's others need none of
// it.
//
//	observer, err := siiotel.New()
//	client, err := sii.NewClient(sii.Production(), sii.WithIdentity(id), sii.WithObserver(observer))
//
// # Spans
//
// Of each call there is a span of the kind internal with the name of its
// operation, as rcv.detail; in it of each attempt one of the kind client, as
// "rcv.detail attempt", and of a renewal of the token "token.renew", in the call
// that began it. What net/http does in an attempt has its span as a parent.
//
//	sii.operation, sii.service, sii.environment    of a call
//	sii.period, sii.book, sii.state, sii.type      what it is about
//	sii.owner, sii.folio, sii.track_id             the same, with WithSubjects alone
//	sii.attempts                                   of a call that has ended
//	http.request.resend_count                      of an attempt but the first
//	server.address, server.port                    of an attempt
//	http.response.status_code                      of an attempt
//	http.response.body.size                        of an attempt, after decompression
//	sii.token.origin                               of a renewal: cache, exchange
//	error.type                                     kind of what failed: see sii.KindName
//	sii.estado                                     the SII's code of what failed
//
// Waits (sii.wait), rows (sii.rows), changes of a circuit (sii.circuit) and errors
// (exception) are events of the span that they happen in.
//
// # Metrics
//
//	sii.client.call.duration       histogram, s   operation, service, environment, error.type
//	sii.client.calls.active        up-down        operation, service, environment
//	sii.client.attempt.duration    histogram, s   operation, service, server.address, status code, error.type
//	sii.client.answer.size         histogram, By  operation, service
//	sii.client.renewal.duration    histogram, s   sii.token.origin, error.type
//	sii.client.wait.duration       histogram, s   operation, sii.wait.reason
//	sii.client.rows                counter        operation, sii.book, sii.state
//	sii.client.rows.unreadable     counter        operation, sii.book, sii.state
//	sii.client.circuit.state       gauge          service; 0 is closed, 1 half-open, 2 open
//
// Operation and service are sii.operation and sii.service, the status code is
// http.response.status_code; the names that are not the SDK's own are those of
// OpenTelemetry's semantic conventions for HTTP. A label has few values: no RUT, no
// month, no number of a document is one.
//
// # What is not told
//
// No token, seed, cookie or password is told, and of a RUT in the text of an error
// the end alone.
package siiotel
