// Package siiemit issues documents. Each key becomes exactly one document at the SII,
// even if programs are killed, calls repeated or answers lost, and its verdict is
// known.
//
//	e, err := siiemit.New(client, store, identity, siiemit.Company{RUT: rut, ResolutionDate: date, ResolutionNumber: 80})
//	caf, err := e.AddCAF(ctx, file, nil)              // checked, kept sealed
//	doc, err := e.Issue(ctx, "order-4711", draft, nil) // an error before anything is spent, or a stored document
//	doc, err = e.Wait(ctx, doc.ID)                     // accepted, observed or rejected
//
// A service calls Resume when it starts and about every minute. Resume continues the
// work that a killed program, a lost connection or a stop of the SII has left open.
//
// # The way of a document
//
//	draft ─check─> folio ─stamp, sign─> signed ─envelope─> pending ─> sending ─> sent ─> accepted, observed, rejected
//	                                                          ▲           │
//	                                                          │           ├─> unknown (looked up, then the same bytes)
//	                                                          └───────────┤
//	                                                                      └─> held (the SII refused the envelope)
//
// Each arrow is a commit of the store. Before the folio nothing is spent: a refused
// draft leaves its key free. From the folio on the key stands for that document. Its
// folio and instant are frozen, so repeated work gives the same bytes.
//
// An envelope is marked as sending before its first byte leaves. If no byte has left,
// it is pending again. If no answer came, it is unknown: Resume asks the SII for one of
// its documents. If the SII names no upload with it, the same bytes are sent again. A
// slow SII may deny a document that it has received, so nothing is ever built again:
// the same bytes are the safety. If the SII had them before (STATUS 99), it names their
// track id, or Resume asks again after 15 minutes. If a program ended while it sent an
// envelope, Resume first waits half a minute.
//
// Envelopes of a company are sent one at a time. An unknown envelope does not hold back
// the others. While the SII takes nothing, all wait, and there is one alert.
//
// # Verdicts
//
// A processed upload (EPR) is no verdict. If its counts accept all documents of a type,
// they are accepted. Else the SII is asked for each; a document that it does not have
// was rejected. If the bytes have left more than once, the SII may have refused one copy
// because of the other. That is no verdict: the other copy is looked for, and a document
// that the SII does not have is rejected only after an hour. The codes come by mail: see
// Result.
//
// # Restored backups
//
// A database that was restored from a backup would hand out folios twice and forget
// keys. Two checks detect it: a Witness outside of the database, and a query to the SII
// for the next folios of each CAF. The error is ErrStoreOld. Recover continues above all
// folios that may have been used, and finds the documents issued since the backup. A
// draft like one of those is ErrMaybeIssued.
//
// The sources for the SII's behaviour are at DTEService and in docs/issuing.md.
package siiemit
