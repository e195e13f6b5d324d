// Package issue makes documents. A Draft holds what a person knows. Document
// turns it into a dte.DTE with totals, and reports what the Servicio de
// Impuestos Internos (SII) would refuse or object to, with the SII's own codes.
//
//	draft, err := issue.ParseDraft(json)   // or a Draft in Go
//	doc, found := draft.Document(nil)
//	if found.Refused() { … }               // tell them all; nothing was spent
//
// It does not read the clock, open files or use folios: the same draft gives the
// same document and the same findings.
package issue
