// Package dte reads, verifies and describes the documents of Chile's electronic
// invoicing (Documentos Tributarios Electrónicos): invoices, notes, guías,
// boletas, settlements and export documents. It also reads the envelopes that
// carry them, answers to them, receipts and cessions.
//
//	report, err := dte.Verify(src, nil)  // a DTE, or an envelope of many
//	if !report.OK(policy) {              // is it enough?
//		fmt.Println(report.Refusals(policy))
//	}
//
// # Values
//
// Types follow the schemas of the SII. A field has an English name; its tag is
// the schema's name. Amounts are whole pesos (chile.CLP); amounts of export
// documents are Decimal. An optional amount is a pointer, nil if absent. An
// optional text, code, date or RUT is absent if it is zero. Elements that the
// schemas do not have are kept (Unknown) and written back.
//
// # Trust
//
// Parse returns what a document says; Verify says how much of it is proved.
//
// No function uses the network, and none reads the clock unless it takes one.
package dte
