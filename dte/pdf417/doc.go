// Package pdf417 draws the SII's stamp: the bytes of a TED as a PDF417 symbol, which
// every inspector's reader must give back byte by byte.
//
//	symbol, size, err := pdf417.Fit(ted, pdf417.OnPage(), nil) // columns and module that scan best
//	for bar := range symbol.Bars() {                           // black rectangles
//		page.Rect(x+float64(bar.X)*size.Module, y+float64(bar.Row)*size.Row,
//			float64(bar.Width)*size.Module, float64(bar.Rows)*size.Row)
//	}
//
// [Encode] makes a symbol of columns that are known. It can be had as rectangles
// ([Symbol.Bars]), as rows of bits ([Symbol.Row]) or as an image ([Symbol.Image]).
//
// The symbol is that of ISO/IEC 15438, not truncated, and always in byte compaction,
// which the SII demands: a TED is bytes of ISO-8859-1, and readers disagree on what
// text compaction makes of an Ñ. Bytes are taken as they are; that they are a TED, or
// Latin-1, is not checked.
//
// What the SII demands besides is error correction level 5, modules of 6.7 mil and more,
// rows of three modules and more, 0.25 inches of white around (its technical guide, annex
// A.2.5, as two independent issuers quote it), 5 to 9 cm of width and 2 to 4 cm of height
// (Manual de muestras impresas v3.0). The number of columns is free. The frame of a page is
// [OnPage], that of boletas [OnTicket].
//
// Nothing here reads a clock, does I/O or keeps state: the same arguments give the same
// symbol, and everything may be used by many goroutines.
package pdf417
