// Package rcv reads and writes the Registro de Compras y Ventas, the two books
// that the SII keeps of every company for every month. It has models of the
// documents, decoders for the JSON answers of the SII's facade and for the CSV
// exports, and the arithmetic over them. It uses neither HTTP nor SQL: bytes
// come from an io.Reader.
//
//	file, err := rcv.OpenCSV(r, nil) // an export: its columns tell book and state
//	var totals rcv.Totals
//	for doc, err := range file.Documents() {
//		err = totals.Add(&doc) // after err was looked at
//	}
//
//	DecodePurchases, DecodeSales   rows of getDetalleCompra and getDetalleVenta
//	DecodeSummary, ReadSummaryCSV  the SII's own totals of a month
//	ExportReader, OpenCSV          the exports, in five layouts, also after a spreadsheet
//	OpenBoletas                    the export of single boletas
//	DecodeTypes, DecodeCompanies … what else the portal knows
//	DecodeBoletas                  boletas of a month by day
//	WriteCSV                       the same layouts, written
//	Totals                         sums as the tax form counts them
//	Check                          the rows against the SII's totals
//	Hash, Diff                     what a document is, and what changed in it
//
// # Sequences
//
// Documents come as iter.Seq2[Document, error], one at a time and in bounded
// memory. A *RowError is about one row: the next row follows. Any other error is
// the last element. A sequence over an io.Reader can be ranged over once.
//
// # What is never guessed
//
// A *RowError names row, heading and value. It reports a wrong check digit, an
// amount with thousands separators, a date that does not exist, or an
// unexpected value. Unknown codes of documents, taxes and events are kept as
// received. Unknown names of values and columns are ignored.
//
// # Amounts
//
// Amounts are whole pesos, and positive even in credit notes, as the SII gives
// them. Totals subtracts credit notes. Check does not, and neither does the
// SII's summary.
package rcv
