// Package issue makes documents: from a draft to bytes that the Servicio de Impuestos
// Internos (SII) accepts.
//
//	draft, err := issue.ParseDraft(json)                  // or a Draft in Go
//	doc, found := draft.Document(nil)                     // totals, and every rule with the SII's code
//	if found.Refused() { … }                              // show them all; nothing was spent
//
//	doc.Document.Header.Identification.Folio = folio      // taken once, from your own register
//	err = issue.Stamp(doc, caf, at)                       // with the SII's folios: dte.ParseCAF
//	signed, err := issue.Sign(doc, identity, at)          // bytes; store them before they are sent
//	file, err := issue.Envelope(cover, documents, sender, now)
//
// It reads no clock and does no I/O. The same arguments give the same bytes: store folio
// and moment with the document, and after a crash repeat the calls.
//
// A Signed and an envelope are read and verified before they are returned. If no rule
// refuses a document and the CAF allows its folio, no later step refuses it.
package issue
