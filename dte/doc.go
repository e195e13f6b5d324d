// Package dte reads, verifies and describes the documents of Chile's electronic
// invoicing (Documentos Tributarios Electrónicos): invoices, notes, guías,
// boletas, settlements and export documents, the envelopes that carry them,
// answers to them, receipts, and cessions.
//
// # Values
//
// Types follow the schemas of the SII. A field has an English name and, as its
// tag, that of the schema. Amounts are whole pesos (chile.CLP), those of export
// documents Decimal. An optional amount is a pointer, nil if absent; an optional
// text, code, date or RUT is absent if it is zero. Elements that the schemas do
// not have are kept (Unknown) and written again.
//
// # Trust
//
// Parse shows what a document says, Verify what of it can be relied on.
//
// No function reaches the network, and none but those that take a clock asks for
// the time.
package dte
