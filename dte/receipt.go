package dte

import "github.com/ofitec/chile"

// Receipts (EnvioRecibos) carries receipts of goods or services (Ley 19.983).
type Receipts struct {
	Version string     `xml:"version,attr,omitempty"`
	Set     ReceiptSet `xml:"SetRecibos"`
	Unknown []Unknown  `xml:",any"`
}

// ReceiptSet (SetRecibos) is what the envelope's signature covers.
type ReceiptSet struct {
	ID       string       `xml:"ID,attr,omitempty"`
	Cover    ReceiptCover `xml:"Caratula"`
	Receipts []Receipt    `xml:"Recibo,omitempty"`
	Unknown  []Unknown    `xml:",any"`
}

// ReceiptCover (Carátula) says who sends receipts and to whom.
type ReceiptCover struct {
	Version   string    `xml:"version,attr,omitempty"`
	Responder chile.RUT `xml:"RutResponde"`
	Receiver  chile.RUT `xml:"RutRecibe"`
	Contact   string    `xml:"NmbContacto,omitempty"` // person's name
	Phone     string    `xml:"FonoContacto,omitempty"`
	Email     string    `xml:"MailContacto,omitempty"`
	SignedAt  DateTime  `xml:"TmstFirmaEnv"`
	Unknown   []Unknown `xml:",any"`
}

// Receipt (Recibo) confirms that goods or services were received.
type Receipt struct {
	Version  string          `xml:"version,attr,omitempty"`
	Document ReceiptDocument `xml:"DocumentoRecibo"`
	Unknown  []Unknown       `xml:",any"`
}

// ReceiptDocument (DocumentoRecibo) is what its signature covers.
type ReceiptDocument struct {
	ID          string        `xml:"ID,attr,omitempty"`
	Type        chile.DocType `xml:"TipoDoc"`
	Folio       chile.Folio   `xml:"Folio"`
	IssueDate   chile.Date    `xml:"FchEmis"`
	Issuer      chile.RUT     `xml:"RUTEmisor"`
	Receiver    chile.RUT     `xml:"RUTRecep"`
	Total       chile.CLP     `xml:"MntTotal"`
	Place       string        `xml:"Recinto"`     // where they were received
	Signer      chile.RUT     `xml:"RutFirma"`    // person who signs
	Declaration string        `xml:"Declaracion"` // fixed by the schema
	SignedAt    DateTime      `xml:"TmstFirmaRecibo"`
	Unknown     []Unknown     `xml:",any"`
}
