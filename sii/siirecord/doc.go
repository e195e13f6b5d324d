// Package siirecord records the traffic between a client and the SII, without
// secrets, and replays it: for bug reports, and for tests against real answers
// of the SII.
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
//	err = replayer.Done() // an error if the client did not ask for all of it
//
// # What is written
//
// Tokens, seeds, cookies, signatures, certificates, passwords and the secrets in
// Settings are replaced by substitutes: always the same, of the same length, and
// readable by a client. They are found by name and by value, in headers, addresses
// and bodies, also inside escapes of SOAP, JSON and URL, in base64, and in
// compressed bodies. Content that cannot be searched, because it is not text or
// has no parts, is left out. So are files that are uploaded: their size and hash
// are written.
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
//	operation: getToken                 what is asked for; see Exchange
//	> Content-Type: text/xml            header of the request
//	>|<?xml version="1.0"?>             line of its body, as it is
//	>+<a>                               what follows the line before without a line end
//	>"\x00"                             line of its body, quoted as in Go, "+" after > as above
//	status: 200
//	< Content-Type: text/xml            the same of the answer
//	<|…
//
// Very long lines of a body are split where that reads best. A body that was
// not recorded, or only partly, ends with
//
//	<missing: it is no text             why the recorder left it, or the rest, out
//	<broken: eof: unexpected EOF        how it ended before its time
//
// If there was no answer, the status is replaced by
//
//	failed: timeout: …                  kind of the failure, and its text
//
// of the kinds timeout, canceled, refused, reset, eof and other.
//
// # Why not go-vcr
//
// go-vcr (v4.0.8) is the well-kept recorder of Go, and was tried for the part that
// is not about secrets. It does not fit what this one is for:
//
//   - It reads an answer whole before the client sees any of it, without a limit. A
//     register may have hundreds of megabytes, and a recorded client must behave as
//     usual.
//   - It keeps nothing of a request that got no answer, or of an answer that broke
//     off. These are what reports are about.
//   - It writes its file when it is stopped. A program that is killed leaves nothing.
//   - Its YAML quotes bodies with carriage returns, as all of the SOAP services have,
//     into one long line.
//
// Reading and writing the format are 414 of 1,602 lines here. The conversion to and
// from go-vcr's interactions would need most of them again, and a module of its own,
// since the core has no YAML library.
package siirecord
