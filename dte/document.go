package dte

// Document is a document in whole pesos: the schema's Documento (invoices 33, 34 and
// 46, guías 52, notes 56 and 61, boletas 39 and 41) and its Liquidacion (settlements,
// 43). It has every field that any of them has, in schema order.
type Document struct {
	ID          string       `xml:"ID,attr,omitempty"`
	Header      Header       `xml:"Encabezado"`              // identification, parties, transport and totals
	Lines       []Line       `xml:"Detalle,omitempty"`       // what was sold
	Subtotals   []Subtotal   `xml:"SubTotInfo,omitempty"`    // for information
	Adjustments []Adjustment `xml:"DscRcgGlobal,omitempty"`  // discounts and surcharges of the whole
	References  []Reference  `xml:"Referencia,omitempty"`    // to other documents
	Location    *Location    `xml:"GeoRefEmision,omitempty"` // where it was issued
	Wood        *Wood        `xml:"ManejoMadera,omitempty"`  // origin of wood
	Commissions []Commission `xml:"Comisiones,omitempty"`    // of settlements
	Stamp       TED          `xml:"TED"`                     // the electronic stamp
	SignedAt    DateTime     `xml:"TmstFirma"`               // when it was stamped and signed
	Unknown     []Unknown    `xml:",any"`
}
