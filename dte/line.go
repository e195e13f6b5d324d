package dte

import "github.com/ofitec/chile"

// Line (Detalle) is a line.
type Line struct {
	Number            int            `xml:"NroLinDet"`                 // of the line, from 1
	Codes             []ItemCode     `xml:"CdgItem,omitempty"`         // of the item
	SettledType       chile.DocType  `xml:"TpoDocLiq,omitempty"`       // type of the document that is settled
	Exemption         int            `xml:"IndExe,omitempty"`          // 1 exempt, 2 not charged, 3 deposit, 4 not sold, 5 to deduct, 6 not charged and negative
	ShowItem          int            `xml:"ItemEspectaculo,omitempty"` // kind of item in boletas of shows
	Principal         chile.RUT      `xml:"RUTMandante,omitempty"`     // on whose behalf the line is, in boletas
	Withholder        *Withholder    `xml:"Retenedor,omitempty"`       // for agents who withhold tax
	Name              string         `xml:"NmbItem"`                   // of the item
	Ticket            *Ticket        `xml:"InfoTicket,omitempty"`      // of a show
	Description       string         `xml:"DscItem,omitempty"`         // of the item
	ReferenceQuantity Decimal        `xml:"QtyRef,omitempty"`          // in the unit of reference
	ReferenceUnit     string         `xml:"UnmdRef,omitempty"`         // unit of reference
	ReferencePrice    Decimal        `xml:"PrcRef,omitempty"`          // by unit of reference
	Quantity          Decimal        `xml:"QtyItem,omitempty"`         // of the item
	SubQuantities     []SubQuantity  `xml:"Subcantidad,omitempty"`     // the quantity, distributed
	Made              chile.Date     `xml:"FchElabor,omitempty"`       // date of production
	Expires           chile.Date     `xml:"FchVencim,omitempty"`       // date of expiry
	Unit              string         `xml:"UnmdItem,omitempty"`        // of measure
	Price             Decimal        `xml:"PrcItem,omitempty"`         // by unit
	OtherCurrency     *LineCurrency  `xml:"OtrMnda,omitempty"`         // the line in another currency
	DiscountRate      Decimal        `xml:"DescuentoPct,omitempty"`    // percent
	Discount          *chile.CLP     `xml:"DescuentoMonto,omitempty"`  // amount
	Discounts         []SubDiscount  `xml:"SubDscto,omitempty"`        // the discount, distributed
	SurchargeRate     Decimal        `xml:"RecargoPct,omitempty"`      // percent
	Surcharge         *chile.CLP     `xml:"RecargoMonto,omitempty"`    // amount
	Surcharges        []SubSurcharge `xml:"SubRecargo,omitempty"`      // the surcharge, distributed
	TaxCodes          []int          `xml:"CodImpAdic,omitempty"`      // of additional taxes
	Amount            chile.CLP      `xml:"MontoItem"`                 // of the line: quantity × price − discount + surcharge
	Unknown           []Unknown      `xml:",any"`
}

// ItemCode (CdgItem) is a code of an item.
type ItemCode struct {
	Kind    string    `xml:"TpoCodigo"` // EAN13, PLU, INT1 …
	Value   string    `xml:"VlrCodigo"` // of the code
	Unknown []Unknown `xml:",any"`
}

// Withholder (Retenedor) is what withholding agents state about a line.
type Withholder struct {
	Agent         string     `xml:"IndAgente"`              // R
	SlaughterBase *chile.CLP `xml:"MntBaseFaena,omitempty"` // of meat
	Margin        *chile.CLP `xml:"MntMargComer,omitempty"` // of trade
	ConsumerPrice *chile.CLP `xml:"PrcConsFinal,omitempty"` // price for the consumer
	Unknown       []Unknown  `xml:",any"`
}

// Ticket (InfoTicket) is a ticket to a show.
type Ticket struct {
	Number    int       `xml:"FolioTicket"`               // of the ticket
	Generated DateTime  `xml:"FchGenera"`                 // when it was made
	Event     string    `xml:"NmbEvento"`                 // name
	Kind      string    `xml:"TpoTicket"`                 // of ticket
	Code      string    `xml:"CdgEvento"`                 // of the event
	Time      DateTime  `xml:"FchEvento"`                 // of the event
	Place     string    `xml:"LugarEvento"`               // of the event
	Area      string    `xml:"UbicEvento"`                // of the place
	Row       string    `xml:"FilaUbicEvento,omitempty"`  // of the area
	Seat      string    `xml:"AsntoUbicEvento,omitempty"` // of the row
	Unknown   []Unknown `xml:",any"`
}

// SubQuantity (Subcantidad) is a part of a line's quantity.
type SubQuantity struct {
	Quantity Decimal   `xml:"SubQty"`                 // of the part
	Code     string    `xml:"SubCod"`                 // of the part
	CodeKind string    `xml:"TipCodSubQty,omitempty"` // kind of the code
	Unknown  []Unknown `xml:",any"`
}

// LineCurrency (OtrMnda) is a line in another currency.
type LineCurrency struct {
	Price     Decimal   `xml:"PrcOtrMon"`                  // by unit
	Currency  string    `xml:"Moneda"`                     // Customs' code or name
	Factor    Decimal   `xml:"FctConv,omitempty"`          // of conversion to pesos
	Discount  Decimal   `xml:"DctoOtrMnda,omitempty"`      // of the line
	Surcharge Decimal   `xml:"RecargoOtrMnda,omitempty"`   // of the line
	Amount    Decimal   `xml:"MontoItemOtrMnda,omitempty"` // of the line
	Unknown   []Unknown `xml:",any"`
}

// SubDiscount (SubDscto) is a part of a line's discount.
type SubDiscount struct {
	Kind    string    `xml:"TipoDscto"`  // % or $
	Value   Decimal   `xml:"ValorDscto"` // of the discount
	Unknown []Unknown `xml:",any"`
}

// SubSurcharge (SubRecargo) is a part of a line's surcharge.
type SubSurcharge struct {
	Kind    string    `xml:"TipoRecargo"`  // % or $
	Value   Decimal   `xml:"ValorRecargo"` // of the surcharge
	Unknown []Unknown `xml:",any"`
}
