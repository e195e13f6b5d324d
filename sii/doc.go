// Package sii is the client of the services of the SII, Chile's tax authority:
// it signs in with a certificate, reads the Registro de Compras y Ventas and
// asks for the state of uploads and documents.
//
//	id, err := xmlsig.LoadPKCS12("empresa.p12", password)
//	client, err := sii.NewClient(sii.Production(), sii.WithIdentity(id))
//	for purchase, err := range client.RCV.Purchases(ctx, rcv.Key{Owner: owner, Period: period}, nil) {
//		…
//	}
//
// Every call that needs a token gets one by itself, shares it with all others
// of the client and, if the SII says that it is no longer good, asks for a new
// one exactly once.
//
// Errors are *Error. Their Kind says what a caller can do. It is one of the
// sentinels ErrUnauthorized, ErrForbidden and so on, and by their entry of the
// Catalogue: what the SII's code means, whether asking again can help, what to do.
//
// What fails is repeated by what that entry says, with waits that grow and within
// a budget, unless it changes something at the SII or has yielded rows: see
// RetrySettings. A service that fails in a row is left alone for a while: see
// CircuitSettings. An Observer receives all of it.
//
// Diagnose says what is the matter when nothing works.
//
// Marks of confidence: "documented" is said by the SII's manuals or WSDLs, "seen
// in N clients" by working clients, "Unverified:" is an inference.
package sii
