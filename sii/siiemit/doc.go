// Package siiemit issues documents: each key becomes exactly one document at the SII,
// whatever is killed, repeated or lost on the way, and its verdict is known.
//
//	e, err := siiemit.New(client, store, identity, siiemit.Company{RUT: rut, ResolutionDate: date, ResolutionNumber: 80})
//	caf, err := e.AddCAF(ctx, file, nil)              // checked, kept sealed
//	doc, err := e.Issue(ctx, "order-4711", draft, nil) // an error before anything is spent, or a stored document
//	doc, err = e.Wait(ctx, doc.ID)                     // accepted, observed or rejected
//
// A service calls Resume when it starts and every minute or so. It goes on with what a
// program that was killed, a lost connection or a stop of the SII has left.
//
// # The way of a document
//
//	draft ─check─> folio ─stamp, sign─> signed ─envelope─> pending ─> sending ─> sent ─> accepted, observed, rejected
//	                                                          ▲           │
//	                                                          │           ├─> unknown (looked up, then the same bytes)
//	                                                          └───────────┤
//	                                                                      └─> held (the SII refused the envelope)
//
// Each arrow is a commit of the store. Up to the folio nothing is spent, and a draft that
// is refused leaves its key free. From the folio on the key stands for that document:
// folio and instant are frozen, so that doing it again gives the same bytes.
//
// An envelope is marked as sending before its first byte leaves. If no byte has left it
// is pending again. If no answer came it is unknown: the SII is asked for one of its
// documents, and if it does not name an upload that it has it from, the same bytes are
// sent again. That the SII has not received a document is no proof while it is slow, so
// nothing is ever built again: the safety is in the same bytes. If it had them before
// (STATUS 99) it names their track id, or is asked again after 15 minutes. An envelope
// that was sending when its program ended is left alone for half a minute first.
//
// Envelopes of a company go one at a time. One whose outcome is unknown holds back
// itself alone; but while the SII takes nothing, all wait, and there is one alert.
//
// # Verdicts
//
// That an upload was processed (EPR) is no verdict. If its counts accept all documents of
// a type, they are accepted; else each is asked for. One that the SII does not have then
// was rejected. If the bytes have left more than once, one copy may have been refused
// because of the other, which is no verdict: the other is looked for, and only after an
// hour what the SII does not have is rejected. The codes come by mail: see Result.
//
// # Restored backups
//
// A database that was restored from a backup would hand out folios twice, and forget
// keys. A Witness outside of it, and the SII itself, which is asked for the next folios
// of each CAF, find that out: ErrStoreOld. Recover goes on above all folios that may have
// been used, and finds what was issued since: a draft like one of those is
// ErrMaybeIssued.
//
// Sources of what the SII does are at DTEService and in docs/issuing.md.
package siiemit
