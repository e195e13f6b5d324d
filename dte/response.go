package dte

import "github.com/ofitec/chile"

// Response (RespuestaDTE) answers the sender of an envelope: it was received, or
// each document was accepted or rejected.
type Response struct {
	Version string         `xml:"version,attr,omitempty"`
	Result  ResponseResult `xml:"Resultado"`
	Unknown []Unknown      `xml:",any"`
}

// ResponseResult (Resultado) is what the signature covers. It has either
// receptions or decisions.
type ResponseResult struct {
	ID         string        `xml:"ID,attr,omitempty"`
	Cover      ResponseCover `xml:"Caratula"`
	Receptions []Reception   `xml:"RecepcionEnvio,omitempty"`
	Decisions  []Decision    `xml:"ResultadoDTE,omitempty"`
	Unknown    []Unknown     `xml:",any"`
}

// ResponseCover (Carátula) says who answers and whom.
type ResponseCover struct {
	Version   string    `xml:"version,attr,omitempty"`
	Responder chile.RUT `xml:"RutResponde"`
	Receiver  chile.RUT `xml:"RutRecibe"`
	Number    int       `xml:"IdRespuesta"` // of the answer
	Details   int       `xml:"NroDetalles"` // number of receptions or decisions
	Contact   string    `xml:"NmbContacto,omitempty"`
	Phone     string    `xml:"FonoContacto,omitempty"`
	Email     string    `xml:"MailContacto,omitempty"`
	SignedAt  DateTime  `xml:"TmstFirmaResp"`
	Unknown   []Unknown `xml:",any"`
}

// Reception (RecepcionEnvio) is the result for an envelope.
type Reception struct {
	FileName   string              `xml:"NmbEnvio"`
	ReceivedAt DateTime            `xml:"FchRecep"`
	Code       int                 `xml:"CodEnvio"`         // of the receiver
	EnvelopeID string              `xml:"EnvioDTEID"`       // ID of its Set
	Digest     []byte              `xml:"Digest,omitempty"` // of its signature
	Issuer     chile.RUT           `xml:"RutEmisor,omitempty"`
	Receiver   chile.RUT           `xml:"RutReceptor,omitempty"`
	State      int                 `xml:"EstadoRecepEnv"` // 0 received; rejected: 1 schema, 2 signature, 3 receiver, 90 repeated, 91 unreadable, 99 other
	StateText  string              `xml:"RecepEnvGlosa"`
	Count      int                 `xml:"NroDTE,omitempty"`
	Documents  []DocumentReception `xml:"RecepcionDTE,omitempty"`
	Unknown    []Unknown           `xml:",any"`
}

// DocumentReception (RecepcionDTE) says whether a document was received.
type DocumentReception struct {
	Type      chile.DocType `xml:"TipoDTE"`
	Folio     chile.Folio   `xml:"Folio"`
	IssueDate chile.Date    `xml:"FchEmis"`
	Issuer    chile.RUT     `xml:"RUTEmisor"`
	Receiver  chile.RUT     `xml:"RUTRecep"`
	Total     chile.CLP     `xml:"MntTotal"`
	State     int           `xml:"EstadoRecepDTE"` // 0 received; not: 1 signature, 2 issuer, 3 receiver, 4 repeated, 99 other
	StateText string        `xml:"RecepDTEGlosa"`
	Unknown   []Unknown     `xml:",any"`
}

// Decision (ResultadoDTE) says whether a document is accepted.
type Decision struct {
	Type      chile.DocType `xml:"TipoDTE"`
	Folio     chile.Folio   `xml:"Folio"`
	IssueDate chile.Date    `xml:"FchEmis"`
	Issuer    chile.RUT     `xml:"RUTEmisor"`
	Receiver  chile.RUT     `xml:"RUTRecep"`
	Total     chile.CLP     `xml:"MntTotal"`
	Code      int           `xml:"CodEnvio"`
	State     int           `xml:"EstadoDTE"` // 0 accepted, 1 accepted with discrepancies, 2 rejected
	StateText string        `xml:"EstadoDTEGlosa"`
	Reason    int           `xml:"CodRchDsc,omitempty"` // negative, with states 1 and 2; no table of codes is known
	Unknown   []Unknown     `xml:",any"`
}
