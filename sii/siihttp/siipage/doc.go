// Package siipage is the page for the finance staff of a company (integración SII,
// in Spanish): it tries the certificate, imports months of the Registro de
// Compras y Ventas with live progress, and shows registers, sums, a chart of
// months, changes, pending purchases and a diagnosis. All that it shows it asks
// of the interface of package siihttp, with the browser's own credentials.
//
//	page, err := siipage.New(siipage.Settings{})
//	mux.Handle("/integraciones/sii/", http.StripPrefix("/integraciones/sii", page))
//	mux.Handle("/api/v1/sii/", http.StripPrefix("/api/v1/sii", api))
//
// The files of the page have no data and no secrets. Who may see that the page
// exists is for the handler around it; who may see data, for the Authorize
// function of the interface.
//
// Nothing is built and nothing is loaded from elsewhere: plain modules, one style
// sheet, both embedded. The content security policy admits nothing else, no
// inline script and no markup made from text (Trusted Types), so that names that
// others wrote reach the page as text alone. It needs a browser of 2022 or later.
package siipage
