// Package pull downloads the listings that people download from the SII's portal,
// and reads them, and files on disk, into the models of rcv and session.
//
//	file, err := pull.Normalize(r, nil)           // what is it, by its content?
//	file, err := pull.BHE(ctx, s, period, pull.Received)
//
// The bytes of every download are kept unchanged with their SHA-256, as evidence
// of what was read. An unknown layout is never guessed: it is a *LayoutError with
// the headings that were found.
//
// This package reads CSV, JSON and HTML (including the tables that portals call
// .xls). The module rcv/rcvxlsx reads .xlsx spreadsheets and plugs into
// Options.
package pull
