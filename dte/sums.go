package dte

import "github.com/ofitec/chile"

// Totals (Totales) are the totals. Retained taxes are subtracted in Total.
type Totals struct {
	Net             *chile.CLP        `xml:"MntNeto,omitempty"`       // base of VAT
	Exempt          *chile.CLP        `xml:"MntExe,omitempty"`        // exempt or not taxed
	SlaughterBase   *chile.CLP        `xml:"MntBase,omitempty"`       // base of advance payments on meat
	Margin          *chile.CLP        `xml:"MntMargenCom,omitempty"`  // base of VAT on a margin
	VATRate         Decimal           `xml:"TasaIVA,omitempty"`       // percent
	VAT             *chile.CLP        `xml:"IVA,omitempty"`           // tax
	OwnVAT          *chile.CLP        `xml:"IVAProp,omitempty"`       // VAT of the issuer's own sales
	ThirdVAT        *chile.CLP        `xml:"IVATerc,omitempty"`       // VAT of sales for third parties
	OtherTaxes      []OtherTax        `xml:"ImptoReten,omitempty"`    // additional taxes and retentions, by code
	UnretainedVAT   *chile.CLP        `xml:"IVANoRet,omitempty"`      // VAT that was not retained
	BuilderCredit   *chile.CLP        `xml:"CredEC,omitempty"`        // special credit of construction firms (65 %)
	Deposits        *chile.CLP        `xml:"GrntDep,omitempty"`       // of containers
	Commissions     *CommissionTotals `xml:"Comisiones,omitempty"`    // of settlements
	Total           chile.CLP         `xml:"MntTotal"`                // of the document
	NotInvoiced     *chile.CLP        `xml:"MontoNF,omitempty"`       // amount shown but not charged
	PeriodTotal     *chile.CLP        `xml:"TotalPeriodo,omitempty"`  // amount of the period in boletas
	Period          *chile.CLP        `xml:"MontoPeriodo,omitempty"`  // amount of the period
	PreviousBalance *chile.CLP        `xml:"SaldoAnterior,omitempty"` // owed from before
	Payable         *chile.CLP        `xml:"VlrPagar,omitempty"`      // amount to be paid
	Unknown         []Unknown         `xml:",any"`
}

// OtherTax (ImptoReten) is an additional tax or a retention.
type OtherTax struct {
	Code    int       `xml:"TipoImp"`           // the SII's code of the tax
	Rate    Decimal   `xml:"TasaImp,omitempty"` // percent
	Amount  chile.CLP `xml:"MontoImp"`          // of the tax
	Unknown []Unknown `xml:",any"`
}

// CommissionTotals (Comisiones in the totals) are the totals of commissions.
type CommissionTotals struct {
	Net     *chile.CLP `xml:"ValComNeto,omitempty"` // of commissions
	Exempt  *chile.CLP `xml:"ValComExe,omitempty"`  // of commissions
	VAT     *chile.CLP `xml:"ValComIVA,omitempty"`  // of commissions
	Unknown []Unknown  `xml:",any"`
}

// CurrencyTotals (OtraMoneda) are the totals in another currency.
type CurrencyTotals struct {
	Currency      string        `xml:"TpoMoneda"`                    // name as Customs write it
	ExchangeRate  Decimal       `xml:"TpoCambio,omitempty"`          // pesos for one
	Net           Decimal       `xml:"MntNetoOtrMnda,omitempty"`     // base of VAT
	Exempt        Decimal       `xml:"MntExeOtrMnda,omitempty"`      // exempt or not taxed
	SlaughterBase Decimal       `xml:"MntFaeCarneOtrMnda,omitempty"` // base of advance payments on meat
	Margin        Decimal       `xml:"MntMargComOtrMnda,omitempty"`  // base of VAT on a margin
	VAT           Decimal       `xml:"IVAOtrMnda,omitempty"`         // tax
	OtherTaxes    []CurrencyTax `xml:"ImpRetOtrMnda,omitempty"`      // additional taxes and retentions, by code
	UnretainedVAT Decimal       `xml:"IVANoRetOtrMnda,omitempty"`    // VAT that was not retained
	Total         Decimal       `xml:"MntTotOtrMnda"`                // of the document
	Unknown       []Unknown     `xml:",any"`
}

// CurrencyTax (ImpRetOtrMnda) is a tax in another currency.
type CurrencyTax struct {
	Code    int       `xml:"TipoImpOtrMnda"`           // the SII's code of the tax
	Rate    Decimal   `xml:"TasaImpOtrMnda,omitempty"` // percent
	Amount  Decimal   `xml:"VlrImpOtrMnda"`            // of the tax
	Unknown []Unknown `xml:",any"`
}
