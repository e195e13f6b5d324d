// Package siirecord writes down what a client and the SII say to each other,
// without secrets, and plays it again: for reports of what went wrong, and for
// tests against what the SII really answered.
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
// Tokens, seeds, cookies, signatures, certificates, passwords and what Settings
// name are written as something that stands for them: the same each time, of the
// same length, and such that a client can read it. They are found by their names
// and by their values, in headers, addresses and bodies, also within escapes of
// SOAP, JSON and URL, in base64, and in bodies that are compressed. What cannot be
// looked through, because it is no text or has no parts, is left out. So are files
// that are uploaded: their size and hash are written.
//
// All else stands as it was said, RUT, names and amounts too, unless
// Settings.Anonymous is set: read a cassette before you give it away.
//
// # The format
//
// A cassette is a text of lines, in UTF-8. The first is "siirecord/1"; the number
// changes with the format. Empty lines, and lines that begin with #, say nothing.
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
// Lines of a body that are very long are written in several, where that reads
// best. A body that was not written, or not all of it, ends with
//
//	<missing: it is no text             why the recorder left it, or the rest, out
//	<broken: eof: unexpected EOF        how it ended before its time
//
// In place of status stands, if no answer came,
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
//   - It reads an answer whole before the client sees any of it, without a limit.
//     A register may have hundreds of megabytes, and a client that is recorded must
//     behave as it does otherwise.
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
