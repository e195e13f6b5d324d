// Package pull downloads the listings that people take from the SII's portal, and
// reads them, and files on disk, into the models of rcv and session.
//
//	file, err := pull.Normalize(r, nil)           // what is it, by its content?
//	file, err := pull.BHE(ctx, s, period, pull.Received)
//
// Of every download the bytes stay as they came, with their SHA-256, so that what
// was read can be proved. A layout that is not known is a *LayoutError with the
// headings that were found, and never a guess.
//
// CSV, JSON and HTML (also the tables that portals call .xls) are read here;
// spreadsheets in .xlsx by the module rcv/rcvxlsx, which plugs into Options.
package pull
