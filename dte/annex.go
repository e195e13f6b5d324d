package dte

import "github.com/ofitec/chile"

// Subtotal (SubTotInfo) is information only and changes no total.
type Subtotal struct {
	Number     int       `xml:"NroSTI"`                  // of the subtotal
	Text       string    `xml:"GlosaSTI,omitempty"`      // of the subtotal
	Order      int       `xml:"OrdenSTI,omitempty"`      // in print
	Net        Decimal   `xml:"SubTotNetoSTI,omitempty"` // subtotal
	VAT        Decimal   `xml:"SubTotIVASTI,omitempty"`  // subtotal
	OtherTaxes Decimal   `xml:"SubTotAdicSTI,omitempty"` // subtotal
	Exempt     Decimal   `xml:"SubTotExeSTI,omitempty"`  // subtotal
	Total      Decimal   `xml:"ValSubtotSTI,omitempty"`  // subtotal
	Lines      []int     `xml:"LineasDeta,omitempty"`    // number of lines, or which lines
	Unknown    []Unknown `xml:",any"`
}

// Adjustment (DscRcgGlobal) is a discount or surcharge of the whole document.
type Adjustment struct {
	Number             int       `xml:"NroLinDR"`                 // of the adjustment
	Kind               string    `xml:"TpoMov"`                   // D discount, R surcharge
	Text               string    `xml:"GlosaDR,omitempty"`        // of the adjustment
	ValueKind          string    `xml:"TpoValor"`                 // % or $
	Value              Decimal   `xml:"ValorDR"`                  // of the adjustment
	OtherCurrencyValue Decimal   `xml:"ValorDROtrMnda,omitempty"` // of the adjustment
	Exemption          int       `xml:"IndExeDR,omitempty"`       // 0 or absent: of taxed items; 1 of exempt ones, 2 of those not charged
	Unknown            []Unknown `xml:",any"`
}

// Reference (Referencia) names another document.
type Reference struct {
	Number     int        `xml:"NroLinRef"`           // of the reference
	Type       string     `xml:"TpoDocRef,omitempty"` // of the document: a code of the SII, or letters such as SET or HES
	Global     int        `xml:"IndGlobal,omitempty"` // 1: all documents of that type
	Folio      string     `xml:"FolioRef,omitempty"`  // of the document, or another number
	OtherRUT   chile.RUT  `xml:"RUTOtr,omitempty"`    // issuer of the document, if another
	OtherExtra string     `xml:"IdAdicOtr,omitempty"` // additional identification
	Date       chile.Date `xml:"FchRef,omitempty"`    // of the document
	Code       string     `xml:"CodRef,omitempty"`    // 1 annuls, 2 corrects text, 3 corrects amounts; SET in certification boletas
	Reason     string     `xml:"RazonRef,omitempty"`  // in words
	Seller     string     `xml:"CodVndor,omitempty"`  // code of the seller
	Till       string     `xml:"CodCaja,omitempty"`   // code of the till
	Unknown    []Unknown  `xml:",any"`
}

// Location (GeoRefEmision) is where the document was issued.
type Location struct {
	Latitude  string    `xml:"LatitudEmision"`    // degrees
	Longitude string    `xml:"LongitudEmision"`   // degrees
	System    int       `xml:"SistemaReferencia"` // 1 is WGS84
	Unknown   []Unknown `xml:",any"`
}

// Wood (ManejoMadera) says where wood comes from and goes to.
//
// Unverified: the fields of format 2.5, as in Transport.
type Wood struct {
	Commune     int       `xml:"ComunaRolOrigen"`                             // of the lot
	Block       int       `xml:"MnzRolOrigen"`                                // of the lot
	Lot         int       `xml:"PrdRolOrigen"`                                // number
	ToCommune   int       `xml:"ComunaRolDestino,omitempty" since:"2.5"`      // of the lot of destination
	ToBlock     int       `xml:"MnzRolDestino,omitempty" since:"2.5"`         // of the lot of destination
	ToLot       int       `xml:"PrdRolDestino,omitempty" since:"2.5"`         // number
	Plan        string    `xml:"CodPlanConaf"`                                // of CONAF
	Notice      string    `xml:"AvisoEjecucionFaena,omitempty" since:"2.5"`   // notice that the work is done
	Latitude    string    `xml:"LatitudOrigenMadera"`                         // degrees
	Longitude   string    `xml:"LongitudOrigenMadera"`                        // degrees
	ToLatitude  string    `xml:"LatitudDestinoMadera,omitempty" since:"2.5"`  // degrees
	ToLongitude string    `xml:"LongitudDestinoMadera,omitempty" since:"2.5"` // degrees
	System      int       `xml:"SistemareferenciaMadera"`                     // 1 is WGS84
	Unknown     []Unknown `xml:",any"`
}

// Commission (Comisiones) is a line of commissions or other charges.
type Commission struct {
	Number  int        `xml:"NroLinCom"`              // of the line
	Kind    string     `xml:"TipoMovim"`              // C commission, O other charge
	Text    string     `xml:"Glosa"`                  // of the line
	Rate    Decimal    `xml:"TasaComision,omitempty"` // percent
	Net     chile.CLP  `xml:"ValComNeto"`             // of commissions
	Exempt  chile.CLP  `xml:"ValComExe"`              // of commissions
	VAT     *chile.CLP `xml:"ValComIVA,omitempty"`    // of commissions
	Unknown []Unknown  `xml:",any"`
}
