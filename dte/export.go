package dte

import "github.com/ofitec/chile"

// Export is an export document (110, 111, 112; the schema's Exportaciones), with
// amounts in its own currency.
type Export struct {
	ID          string       `xml:"ID,attr,omitempty"`
	Header      ExportHeader `xml:"Encabezado"`             // identification, parties, transport and totals
	Lines       []ExportLine `xml:"Detalle,omitempty"`      // what was sold
	Subtotals   []Subtotal   `xml:"SubTotInfo,omitempty"`   // for information
	Adjustments []Adjustment `xml:"DscRcgGlobal,omitempty"` // discounts and surcharges of the whole
	References  []Reference  `xml:"Referencia,omitempty"`   // to other documents
	Stamp       TED          `xml:"TED"`                    // the electronic stamp
	SignedAt    DateTime     `xml:"TmstFirma"`              // when it was stamped and signed
	Unknown     []Unknown    `xml:",any"`
}

// ExportHeader (Encabezado) has the export document's identification, parties and
// totals.
type ExportHeader struct {
	Identification Identification  `xml:"IdDoc"`                // what document it is
	Issuer         Issuer          `xml:"Emisor"`               // who issued it
	Receiver       Receiver        `xml:"Receptor"`             // who received it
	Transport      *Transport      `xml:"Transporte,omitempty"` // how goods move
	Totals         ExportTotals    `xml:"Totales"`              // of the document
	OtherCurrency  *CurrencyTotals `xml:"OtraMoneda,omitempty"` // the totals in another currency
	Unknown        []Unknown       `xml:",any"`
}

// ExportTotals (Totales) are the totals in the currency that they name.
type ExportTotals struct {
	Currency string    `xml:"TpoMoneda"` // name as Customs write it
	Exempt   Decimal   `xml:"MntExe"`    // exempt or not taxed
	Total    Decimal   `xml:"MntTotal"`  // of the document
	Unknown  []Unknown `xml:",any"`
}

// ExportLine (Detalle) is a line of an export document.
type ExportLine struct {
	Number            int            `xml:"NroLinDet"`                // of the line, from 1
	Codes             []ItemCode     `xml:"CdgItem,omitempty"`        // of the item
	Exemption         int            `xml:"IndExe,omitempty"`         // 1 exempt, 2 not charged, 3 deposit, 4 not sold, 5 to deduct, 6 not charged and negative
	Name              string         `xml:"NmbItem"`                  // of the item
	Description       string         `xml:"DscItem,omitempty"`        // of the item
	ReferenceQuantity Decimal        `xml:"QtyRef,omitempty"`         // in the unit of reference
	ReferenceUnit     string         `xml:"UnmdRef,omitempty"`        // unit of reference
	ReferencePrice    Decimal        `xml:"PrcRef,omitempty"`         // by unit of reference
	Quantity          Decimal        `xml:"QtyItem,omitempty"`        // of the item
	SubQuantities     []SubQuantity  `xml:"Subcantidad,omitempty"`    // the quantity, distributed
	Made              chile.Date     `xml:"FchElabor,omitempty"`      // date of production
	Expires           chile.Date     `xml:"FchVencim,omitempty"`      // date of expiry
	Unit              string         `xml:"UnmdItem,omitempty"`       // of measure
	Price             Decimal        `xml:"PrcItem,omitempty"`        // by unit
	OtherCurrency     *LineCurrency  `xml:"OtrMnda,omitempty"`        // the line in another currency
	DiscountRate      Decimal        `xml:"DescuentoPct,omitempty"`   // percent
	Discount          Decimal        `xml:"DescuentoMonto,omitempty"` // amount
	Discounts         []SubDiscount  `xml:"SubDscto,omitempty"`       // the discount, distributed
	SurchargeRate     Decimal        `xml:"RecargoPct,omitempty"`     // percent
	Surcharge         Decimal        `xml:"RecargoMonto,omitempty"`   // amount
	Surcharges        []SubSurcharge `xml:"SubRecargo,omitempty"`     // the surcharge, distributed
	Amount            Decimal        `xml:"MontoItem"`                // of the line: quantity × price − discount + surcharge
	Unknown           []Unknown      `xml:",any"`
}
