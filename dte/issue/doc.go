// Package issue makes documents: a Draft says what a person knows, and Document
// makes of it a dte.DTE with its totals, and says what of it the Servicio de
// Impuestos Internos (SII) would refuse or object to, with the SII's own codes.
//
//	draft, err := issue.ParseDraft(json)   // or a Draft in Go
//	doc, found := draft.Document(nil)
//	if found.Refused() { … }               // tell them all; nothing was spent
//
// It asks no clock, opens nothing and spends nothing: the same draft gives the same
// document and the same findings.
package issue
