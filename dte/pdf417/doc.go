// Package pdf417 draws the SII's stamp: the bytes of a TED as a PDF417 symbol. An
// inspector's reader must return the same bytes.
//
//	symbol, size, err := pdf417.Fit(ted, pdf417.OnPage(), nil) // columns and module that scan best
//	for bar := range symbol.Bars() {                           // black rectangles
//		page.Rect(x+float64(bar.X)*size.Module, y+float64(bar.Row)*size.Row,
//			float64(bar.Width)*size.Module, float64(bar.Rows)*size.Row)
//	}
//
// [Encode] makes a symbol with a given number of columns. A symbol gives rectangles
// ([Symbol.Bars]), rows of bits ([Symbol.Row]) or an image ([Symbol.Image]).
//
// The symbol follows ISO/IEC 15438, is not truncated, and always uses byte compaction, as
// the SII requires: a TED is bytes of ISO-8859-1, and readers disagree on an Ñ in text
// compaction. The package does not check that the bytes are a TED or Latin-1.
//
// The SII also requires error correction level 5, modules of at least 6.7 mil, rows of at
// least three modules and a white margin of 0.25 inches (its technical guide, annex A.2.5,
// as two independent issuers quote it), 5 to 9 cm of width and 2 to 4 cm of height (Manual
// de muestras impresas v3.0). The number of columns is free. The frame of a page is
// [OnPage], that of boletas [OnTicket].
//
// The package reads no clock, does no I/O and keeps no state. The same arguments give the
// same symbol. Everything may be used from many goroutines.
package pdf417
