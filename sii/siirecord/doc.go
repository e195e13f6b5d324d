// Package siirecord records the traffic between a client and the SII, without
// secrets, and replays it: for bug reports, and for tests against real answers
// from the SII.
//
//	recorder, err := siirecord.Create("wednesday.cassette", nil)
//	client, err := sii.NewClient(sii.Production(), sii.WithIdentity(id), sii.WithRoundTripper(recorder.Around))
//	…
//	err = recorder.Close()
//
// and in a test:
//
//	cassette, err := siirecord.Open("testdata/wednesday.cassette")
//	replayer := cassette.Replayer()
//	client, err := sii.NewClient(sii.Production(), sii.WithIdentity(any), sii.WithHTTPClient(&http.Client{Transport: replayer}))
//	…
//	err = replayer.Done() // an error if the client did not request all of it
//
// # What is written
//
// Tokens, seeds, cookies, signatures, certificates, passwords and the secrets in
// Settings are replaced by substitutes: always the same, of the same length, and
// readable by a client. They are found by name and by value, in headers, addresses
// and bodies, also inside escapes of SOAP, JSON and URL, in base64, and in
// compressed bodies. Content that cannot be searched, because it is not text or
// has no parts, is left out. So are uploaded files: only their size and hash are
// written.
//
// Everything else is recorded unchanged, including RUTs, names and amounts,
// unless Settings.Anonymous is set: read a cassette before you share it.
//
// # The format
//
// A cassette is a text of lines, in UTF-8. The first is "siirecord/1"; the number
// changes with the format. Empty lines, and lines that begin with #, are ignored.
// An exchange begins with a line "== " and its number, from 1, in the order in
// which requests were sent. Its other lines have a key:
//
//	at: 2026-11-03T12:00:00.5Z          when the request was sent
//	took: 120ms                         until the end of the answer
//	request: POST https://…             method and address
//	operation: getToken                 what is requested; see Exchange
//	> Content-Type: text/xml            header of the request
//	>|<?xml version="1.0"?>             line of its body, as it is
//	>+<a>                               continues the line before, without a line end
//	>"\x00"                             line of its body, quoted as in Go, "+" after > as above
//	status: 200
//	< Content-Type: text/xml            the same for the answer
//	<|…
//
// Very long lines of a body are split where that reads best. A body that is
// missing or incomplete ends with
//
//	<missing: it is no text             why the recorder left out all or the rest
//	<broken: eof: unexpected EOF        how it ended early
//
// If there was no answer, the status is replaced by
//
//	failed: timeout: …                  kind of the failure, and its text
//
// of the kinds timeout, canceled, refused, reset, eof and other.
//
// # Why not go-vcr
//
// go-vcr (v4.0.8) is a well-maintained recorder for Go. We tried it for the part
// without secrets. It does not fit our purpose:
//
//   - It reads a whole answer, without a limit, before the client sees any of it. A
//     register may have hundreds of megabytes, and a recorded client must behave as
//     usual.
//   - It drops a request without an answer, and an answer that broke off. These are
//     the subject of bug reports.
//   - It writes its file at the end. A killed program leaves nothing.
//   - Its YAML quotes bodies with carriage returns, as in all SOAP services, into one
//     long line.
//
// Reading and writing the format is about a quarter of the lines here. A conversion
// to and from go-vcr's interactions would need most of them again, and a separate
// module, since the core has no YAML library.
package siirecord
