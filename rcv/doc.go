// Package rcv reads and writes the Registro de Compras y Ventas, the two books
// that the SII keeps of every company for every month: its documents as models,
// the answers of the SII's facade in JSON, the CSV exports, and the arithmetic
// over them. It knows neither HTTP nor SQL: bytes come from an io.Reader.
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
// A row with a wrong check digit, an amount with a thousands mark, a date that
// the calendar does not have, or a value in a place where none belongs is a
// *RowError that names row, heading and value. Codes of documents, taxes and
// events that nobody has listed are kept as they came. Names of values and
// columns that are not known are ignored.
//
// # Amounts
//
// Amounts are whole pesos and positive also in credit notes, as the SII gives
// them; Totals subtracts those, Check does not, since the SII's summary does not
// either.
package rcv
