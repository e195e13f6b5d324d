// Package siiotel turns the calls of an SII client into spans and metrics of
// OpenTelemetry. It is a separate module, so the SDK's other modules do not need
// OpenTelemetry.
//
//	observer, err := siiotel.New()
//	client, err := sii.NewClient(sii.Production(), sii.WithIdentity(id), sii.WithObserver(observer))
//
// # Spans
//
// Each call has a span of kind internal with the name of its operation, such as
// rcv.detail. Inside it, each attempt has a span of kind client, such as
// "rcv.detail attempt", and a token renewal has "token.renew", in the call that
// started it. The spans of net/http in an attempt have the attempt's span as
// parent.
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
// Waits (sii.wait), rows (sii.rows), circuit changes (sii.circuit) and errors
// (exception) are events of the current span.
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
// Operation and service are sii.operation and sii.service; the status code is
// http.response.status_code. All other names are those of OpenTelemetry's semantic
// conventions for HTTP. Labels have few values: never a RUT, a month or a
// document's number.
//
// # What is not told
//
// Tokens, seeds, cookies and passwords never appear. Of a RUT in an error's text
// only the end appears.
package siiotel
