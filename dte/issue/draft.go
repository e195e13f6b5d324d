package issue

import (
	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

// Draft holds what a person knows about a document: who sells what to whom. It has
// the fields of dte.DTE for each of the twelve types that can be issued (33 34 39 41
// 43 46 52 56 61 110 111 112), except those that follow from others. A zero field is
// not stated.
//
// In JSON each field has its name in the document: see ParseDraft.
type Draft struct {
	Identification dte.Identification  // type, date, terms; a folio is only kept
	Issuer         dte.Issuer          // who issues it
	Principal      chile.RUT           // on whose behalf the whole sale is (RUTMandante)
	Receiver       dte.Receiver        // who receives it
	Requester      chile.RUT           // who requested the document, if not the receiver (RUTSolicita)
	SoftwareRUT    chile.RUT           // provider of the software, in boletas (RUTProvSW)
	Transport      *dte.Transport      // how goods move
	Totals         Totals              // the stated totals
	OtherCurrency  *dte.CurrencyTotals // its currency and rate, and the stated totals in it
	Lines          []Line              // items sold; numbered from 1 if they have no numbers
	Subtotals      []dte.Subtotal      // for information
	Adjustments    []dte.Adjustment    // discounts and surcharges of the whole; numbered from 1 if they have no numbers
	References     []dte.Reference     // to other documents; numbered from 1 if they have no numbers
	Location       *dte.Location       // where it is issued
	Wood           *dte.Wood           // origin of wood
	Commissions    []dte.Commission    // of settlements; numbered from 1 if they have no numbers
}

// Totals are the totals that a draft states. Some are taken from the draft, since
// nothing else has them: Currency, VATRate, OwnVAT and ThirdVAT, BuilderCredit,
// PreviousBalance, Payable, the rates of OtherTaxes, and the amounts of codes
// given by amount (14, 28, 35, 50 to 53). All others are compared with the
// computed ones: a difference is a finding.
type Totals struct {
	Currency        string                `xml:"TpoMoneda,omitempty"`     // of an export, as Customs write it
	Net             dte.Decimal           `xml:"MntNeto,omitempty"`       // base of VAT
	Exempt          dte.Decimal           `xml:"MntExe,omitempty"`        // exempt or not taxed
	SlaughterBase   dte.Decimal           `xml:"MntBase,omitempty"`       // base of advance payments on meat
	Margin          dte.Decimal           `xml:"MntMargenCom,omitempty"`  // base of VAT on a margin
	VATRate         dte.Decimal           `xml:"TasaIVA,omitempty"`       // percent; 19 if absent
	VAT             dte.Decimal           `xml:"IVA,omitempty"`           // tax
	OwnVAT          dte.Decimal           `xml:"IVAProp,omitempty"`       // VAT of the issuer's own sales
	ThirdVAT        dte.Decimal           `xml:"IVATerc,omitempty"`       // VAT of sales for third parties
	OtherTaxes      []Tax                 `xml:"ImptoReten,omitempty"`    // additional taxes and retentions, by code
	UnretainedVAT   dte.Decimal           `xml:"IVANoRet,omitempty"`      // VAT that is not retained
	BuilderCredit   dte.Decimal           `xml:"CredEC,omitempty"`        // special credit of construction firms
	Deposits        dte.Decimal           `xml:"GrntDep,omitempty"`       // of containers
	Commissions     *dte.CommissionTotals `xml:"Comisiones,omitempty"`    // of settlements
	Total           dte.Decimal           `xml:"MntTotal,omitempty"`      // of the document
	NotInvoiced     dte.Decimal           `xml:"MontoNF,omitempty"`       // amount shown but not charged
	PeriodTotal     dte.Decimal           `xml:"TotalPeriodo,omitempty"`  // amount of the period in boletas
	Period          dte.Decimal           `xml:"MontoPeriodo,omitempty"`  // amount of the period
	PreviousBalance dte.Decimal           `xml:"SaldoAnterior,omitempty"` // owed from before
	Payable         dte.Decimal           `xml:"VlrPagar,omitempty"`      // amount to be paid
}

// Tax (ImptoReten) is an additional tax or a retention that a draft states.
type Tax struct {
	Code   int         `xml:"TipoImp"`            // the SII's code of the tax
	Rate   dte.Decimal `xml:"TasaImp,omitempty"`  // percent
	Amount dte.Decimal `xml:"MontoImp,omitempty"` // of the tax
}

// Line (Detalle) is a line. An amount without a price is used as given; an amount
// beside a price is compared with the computed one.
type Line struct {
	Number            int                `xml:"NroLinDet,omitempty"`       // of the line, from 1
	Codes             []dte.ItemCode     `xml:"CdgItem,omitempty"`         // of the item
	SettledType       chile.DocType      `xml:"TpoDocLiq,omitempty"`       // type of the document that is settled
	Exemption         int                `xml:"IndExe,omitempty"`          // 1 exempt, 2 not charged, 3 deposit, 4 not sold, 5 to deduct, 6 not charged and negative
	ShowItem          int                `xml:"ItemEspectaculo,omitempty"` // kind of item in boletas of shows
	Principal         chile.RUT          `xml:"RUTMandante,omitempty"`     // on whose behalf the line is, in boletas
	Withholder        *dte.Withholder    `xml:"Retenedor,omitempty"`       // for agents who withhold tax
	Name              string             `xml:"NmbItem"`                   // of the item
	Ticket            *dte.Ticket        `xml:"InfoTicket,omitempty"`      // of a show
	Description       string             `xml:"DscItem,omitempty"`         // of the item
	ReferenceQuantity dte.Decimal        `xml:"QtyRef,omitempty"`          // in the unit of reference
	ReferenceUnit     string             `xml:"UnmdRef,omitempty"`         // unit of reference
	ReferencePrice    dte.Decimal        `xml:"PrcRef,omitempty"`          // by unit of reference
	Quantity          dte.Decimal        `xml:"QtyItem,omitempty"`         // of the item
	SubQuantities     []dte.SubQuantity  `xml:"Subcantidad,omitempty"`     // the quantity, distributed
	Made              chile.Date         `xml:"FchElabor,omitempty"`       // date of production
	Expires           chile.Date         `xml:"FchVencim,omitempty"`       // date of expiry
	Unit              string             `xml:"UnmdItem,omitempty"`        // of measure
	Price             dte.Decimal        `xml:"PrcItem,omitempty"`         // by unit
	OtherCurrency     *dte.LineCurrency  `xml:"OtrMnda,omitempty"`         // the line in another currency
	DiscountRate      dte.Decimal        `xml:"DescuentoPct,omitempty"`    // percent
	Discount          dte.Decimal        `xml:"DescuentoMonto,omitempty"`  // amount, whole
	Discounts         []dte.SubDiscount  `xml:"SubDscto,omitempty"`        // the discount, distributed
	SurchargeRate     dte.Decimal        `xml:"RecargoPct,omitempty"`      // percent
	Surcharge         dte.Decimal        `xml:"RecargoMonto,omitempty"`    // amount, whole
	Surcharges        []dte.SubSurcharge `xml:"SubRecargo,omitempty"`      // the surcharge, distributed
	TaxCodes          []int              `xml:"CodImpAdic,omitempty"`      // of additional taxes
	Amount            dte.Decimal        `xml:"MontoItem,omitempty"`       // of the line
}
