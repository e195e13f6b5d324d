// Package siipage is the page for the finance staff of a company (integración SII,
// in Spanish): it tests the certificate, imports months of the Registro de
// Compras y Ventas with live progress, and shows registers, sums, a chart of
// months, changes, pending purchases and a diagnosis. It gets all data from the
// interface of package siihttp, with the browser's own credentials.
//
//	page, err := siipage.New(siipage.Settings{})
//	mux.Handle("/integraciones/sii/", http.StripPrefix("/integraciones/sii", page))
//	mux.Handle("/api/v1/sii/", http.StripPrefix("/api/v1/sii", api))
//
// The files of the page have no data and no secrets. The handler around the page
// decides who may see it; the Authorize function of the interface decides who may
// see data.
//
// The page needs no build and loads nothing from elsewhere: its plain modules and
// its one style sheet are embedded. The content security policy admits nothing
// else: no inline script and no markup made from text (Trusted Types), so names
// written by others appear only as text. It needs a browser of 2022 or later.
package siipage
