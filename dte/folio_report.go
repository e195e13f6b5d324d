package dte

import "github.com/ofitec/chile"

// FolioReport (ConsumoFolios) reports to the SII which folios of boletas were
// used on a day. It has not been mandatory since 2022-08-01.
type FolioReport struct {
	Version  string              `xml:"version,attr,omitempty"`
	Document FolioReportDocument `xml:"DocumentoConsumoFolios"`
	Unknown  []Unknown           `xml:",any"`
}

// FolioReportDocument (DocumentoConsumoFolios) is what the signature covers.
type FolioReportDocument struct {
	ID        string           `xml:"ID,attr,omitempty"`
	Cover     FolioReportCover `xml:"Caratula"`
	Summaries []FolioSummary   `xml:"Resumen,omitempty"`
	Unknown   []Unknown        `xml:",any"`
}

// FolioReportCover (Carátula) names the issuer and the days of the report.
type FolioReportCover struct {
	Version          string     `xml:"version,attr,omitempty"`
	Issuer           chile.RUT  `xml:"RutEmisor"`
	Sender           chile.RUT  `xml:"RutEnvia"`
	ResolutionDate   chile.Date `xml:"FchResol"`
	ResolutionNumber int        `xml:"NroResol"`
	From             chile.Date `xml:"FchInicio"`
	To               chile.Date `xml:"FchFinal"`
	Correlative      int        `xml:"Correlativo,omitempty"`
	Sequence         int        `xml:"SecEnvio"` // from 1, increased with each correction
	SignedAt         DateTime   `xml:"TmstFirmaEnv"`
	Unknown          []Unknown  `xml:",any"`
}

// FolioSummary (Resumen) sums up the documents of a type.
type FolioSummary struct {
	Type          chile.DocType `xml:"TipoDocumento"`
	Net           *chile.CLP    `xml:"MntNeto,omitempty"`
	VAT           *chile.CLP    `xml:"MntIva,omitempty"`
	VATRate       Decimal       `xml:"TasaIVA,omitempty"`
	Exempt        *chile.CLP    `xml:"MntExento,omitempty"`
	Total         chile.CLP     `xml:"MntTotal"`
	Issued        int           `xml:"FoliosEmitidos"`
	Annulled      int           `xml:"FoliosAnulados"`
	Used          int           `xml:"FoliosUtilizados"` // issued and annulled
	UsedRanges    []UsedRange   `xml:"RangoUtilizados,omitempty"`
	AnnulledRange []UsedRange   `xml:"RangoAnulados,omitempty"`
	Unknown       []Unknown     `xml:",any"`
}

// UsedRange (RangoUtilizados, RangoAnulados) is a range of folios, both ends
// included. An annulled range may be a single folio without an end.
type UsedRange struct {
	From    chile.Folio `xml:"Inicial"`
	To      chile.Folio `xml:"Final,omitempty"`
	Unknown []Unknown   `xml:",any"`
}
