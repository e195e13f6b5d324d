package dte

import "github.com/ofitec/chile"

// UploadResult (RESULTADO_ENVIO) is the SII's mail after it has processed an
// envelope (RespSII_v10.xsd). It carries no signature.
type UploadResult struct {
	Identification UploadIdentification `xml:"IDENTIFICACION"`
	Statistics     *UploadStatistics    `xml:"ESTADISTICA,omitempty"`
	Errors         *UploadErrors        `xml:"ERRORENVIO,omitempty"`
	Review         *UploadReview        `xml:"REVISIONENVIO,omitempty"`
	Unknown        []Unknown            `xml:",any"`
}

// UploadIdentification identifies the envelope.
type UploadIdentification struct {
	Issuer     chile.RUT `xml:"RUTEMISOR"`
	Sender     chile.RUT `xml:"RUTENVIA"`
	TrackID    string    `xml:"TRACKID"`
	ReceivedAt string    `xml:"TMSTRECEPCION"` // as 20/11/2026 10:32:07, Chile local time
	State      string    `xml:"ESTADO"`        // as EPR - Envio Procesado
	Unknown    []Unknown `xml:",any"`
}

// UploadStatistics (ESTADISTICA) counts documents.
type UploadStatistics struct {
	Counts  []UploadCount `xml:"SUBTOTAL,omitempty"`
	Unknown []Unknown     `xml:",any"`
}

// UploadCount (SUBTOTAL) counts the documents of a type.
type UploadCount struct {
	Type     chile.DocType `xml:"TIPODOC"`
	Informed int           `xml:"INFORMADO"`
	Rejected int           `xml:"RECHAZO,omitempty"`
	Observed int           `xml:"REPARO,omitempty"`
	Accepted int           `xml:"ACEPTA,omitempty"`
	Unknown  []Unknown     `xml:",any"`
}

// UploadErrors (ERRORENVIO) says why the envelope was refused.
type UploadErrors struct {
	Details []string  `xml:"DETERRENVIO,omitempty"` // the SII's words
	Unknown []Unknown `xml:",any"`
}

// UploadReview (REVISIONENVIO) lists the documents that were rejected or accepted
// with remarks.
type UploadReview struct {
	Documents []DocumentReview `xml:"REVISIONDTE,omitempty"`
	Unknown   []Unknown        `xml:",any"`
}

// DocumentReview (REVISIONDTE) is the result for a document.
type DocumentReview struct {
	Folio   chile.Folio   `xml:"FOLIO"`
	Type    chile.DocType `xml:"TIPODTE"`
	State   string        `xml:"ESTADO"`
	Details []string      `xml:"DETALLE,omitempty"` // the SII's words, which begin with a code as (DTE-3-101)
	Unknown []Unknown     `xml:",any"`
}
