// Package siitest is a fake SII for tests, examples and development: in the
// process, stateful and strict. A seed is valid for two minutes and one use,
// and its signature is verified. A token belongs to the holder of a certificate
// and lasts an hour from its last use. A holder sees only the registers of
// authorised companies.
//
//	srv := siitest.NewServer()
//	defer srv.Close()
//	srv.Authorize(holder, owner)
//	srv.AddPurchases(owner, period, purchases...)
//	client, err := sii.NewClient(srv.Environment(),
//		sii.WithIdentity(srv.NewIdentity(holder)), sii.WithHTTPClient(srv.Client()))
//
// It serves TLS on the loopback interface under the SII's host names; its Client
// connects to it for them. Other programs, in any language, connect to their own
// listener (WithListener) and trust CA; examples/fakesii is such a server.
// Whatever other programs send and the SII accepts is accepted: line ends in
// base64, prefixes, seeds without their zeros.
//
// Everything that a client does and the SII was seen to refuse, or that differs
// from the documentation, is recorded as a Violation, even if the answer is
// normal. Known faults of the SII are in package fault, each with its source.
// Methods of a fault set when it happens:
//
//	srv.Fail(siitest.OpDetail, fault.Maintenance().Repeated(2))
//	srv.Fail(siitest.OpAny, fault.CutOff(500).Randomly(0.01))
//	srv.Fail(siitest.OpSummary, fault.TooManyRequests(time.Minute).Beyond(200, 5*time.Minute))
//
// Registers may be too large for an answer (WithExportLimit, WithDetailLimit):
// deferred exports are then made in steps, as set by SetDeferred.
//
// NewCAF makes the files for stamping documents; CAFKeys verifies them. The fake
// takes uploads of registered companies. dte/judge judges them, with the folios that
// the fake gave:
//
//	srv.AddIssuer(owner, judge.Company{Resolution: resolution})
//	caf, err := srv.NewCAF(owner, chile.FacturaElectronica, 1, 100)
//
// QueryEstUp, QueryEstDte and the mail with the result report the outcome, by the
// fake's clock. UploadSettings sets how long that takes, and the behaviour where
// reports about the SII differ. The boleta service takes boletas, with answers in
// all of BoletaForms.
//
// Requests and Measure report who called what and how fast.
//
// Time is WithClock and WithSleep, or that of a bubble of package testing/synctest
// if the fake is made in it WithoutNetwork.
//
// It was written from the notes on the services, not from package sii, so that
// the two can contradict each other.
package siitest
