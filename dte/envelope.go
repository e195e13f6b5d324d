package dte

import "github.com/ofitec/chile"

// Envelope (EnvioDTE, EnvioBOLETA) carries documents to the SII or to their
// receiver: at most 2,000, or 500 boletas.
type Envelope struct {
	Version string    `xml:"version,attr,omitempty"`
	Set     Set       `xml:"SetDTE"`
	Unknown []Unknown `xml:",any"`
}

// Set (SetDTE) is what an envelope's signature covers.
type Set struct {
	ID      string    `xml:"ID,attr,omitempty"`
	Cover   Cover     `xml:"Caratula"`
	DTEs    []DTE     `xml:"DTE,omitempty"`
	Unknown []Unknown `xml:",any"`
}

// Cover (Carátula) says who sends an envelope and to whom.
type Cover struct {
	Version          string       `xml:"version,attr,omitempty"`
	Issuer           chile.RUT    `xml:"RutEmisor"`           // company that issued the documents
	Sender           chile.RUT    `xml:"RutEnvia"`            // person who signs the envelope
	Receiver         chile.RUT    `xml:"RutReceptor"`         // the SII is 60803000-K
	ResolutionDate   chile.Date   `xml:"FchResol"`            // when the company was authorized
	ResolutionNumber int          `xml:"NroResol"`            // 0 in certification
	SignedAt         DateTime     `xml:"TmstFirmaEnv"`        // when it was signed
	Counts           []CoverCount `xml:"SubTotDTE,omitempty"` // of documents by type
	Unknown          []Unknown    `xml:",any"`
}

// CoverCount (SubTotDTE) is how many documents of a type an envelope has.
type CoverCount struct {
	Type    chile.DocType `xml:"TpoDTE"`
	Count   int           `xml:"NroDTE"`
	Unknown []Unknown     `xml:",any"`
}
