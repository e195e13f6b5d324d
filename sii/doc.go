// Package sii is the client of the services of the SII, Chile's tax authority:
// it logs in with a certificate, reads the Registro de Compras y Ventas, sends
// documents and boletas, and asks for the state of uploads and documents.
//
//	id, err := xmlsig.LoadPKCS12("empresa.p12", password)
//	client, err := sii.NewClient(sii.Production(), sii.WithIdentity(id))
//	for purchase, err := range client.RCV.Purchases(ctx, rcv.Key{Owner: owner, Period: period}, nil) {
//		…
//	}
//
// Calls get a token when they need one and share it within the client. If the SII
// refuses the token, they renew it exactly once.
//
// Errors are *Error. Their Kind is one of the sentinels ErrUnauthorized, ErrForbidden
// and so on, and says what the caller can do. Error.Code is the entry of the
// Catalogue: what the SII's code means, whether a retry can help, what to do.
//
// Failed queries are retried according to that entry, with growing waits within a
// budget; calls that change state, or that have yielded rows, never are: see
// RetrySettings. After several consecutive failures a service is not called for a
// while: see CircuitSettings. An Observer receives all of it.
//
// A file is sent once (DTEService.Upload, BoletaService.Upload). If that fails, an
// UploadError says what is known of the file: not sent, refused, taken before, or
// unknown. Package siiemit does what follows from it.
//
// Package siidoctor finds the cause when nothing works.
//
// Marks of confidence: "documented" means the SII's manuals or WSDLs, "seen in N
// clients" means working clients, "Unverified:" means an inference.
package sii
