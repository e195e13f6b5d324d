package rcv

import "github.com/ofitec/chile"

// The lines of form 29 that follow from the registers, in its order.
//
// Source of codes, words and signs: the form as the portal rendered it in June of
// 2026 (captured by one client), and three transcriptions of earlier prints, which
// agree with it and with each other; the numbers of the lines are those of the
// transcriptions, and the portal's form has one line more, behind 17. That the
// SII proposes 519, 520, 527, 528 and 511 as they are computed here was seen live
// in two months, 584 and 562 in one.
const (
	f29Exports = iota
	f29ExemptSales
	f29ExemptSalesOther
	f29Invoices
	f29RealEstateSales
	f29OtherSales
	f29Boletas
	f29Vouchers
	f29DebitNotes
	f29CreditNotes
	f29CreditNotesOther
	f29NoCredit
	f29NoCreditImports
	f29ExemptPurchases
	f29Purchases
	f29Supermarket
	f29RealEstate
	f29FixedAssets
	f29CreditNotesReceived
	f29DebitNotesReceived
	f29Imports
	f29ImportsFixedAssets
	f29Lines
)

// f29Side is what a line is part of.
type f29Side int

const (
	f29Informs f29Side = iota // in no sum
	f29Debits                 // of code 538
	f29Credits                // of code 537
)

// f29Form is the form, as far as it is known here.
var f29Form = [f29Lines]struct {
	F29Line
	side f29Side
}{
	f29Exports:             {F29Line{Line: 1, Name: "exportaciones", CountCode: 585, AmountCode: 20}, f29Informs},
	f29ExemptSales:         {F29Line{Line: 2, Name: "ventas exentas o no gravadas del giro", CountCode: 586, AmountCode: 142}, f29Informs},
	f29ExemptSalesOther:    {F29Line{Line: 4, Name: "ventas exentas o no gravadas que no son del giro", CountCode: 714, AmountCode: 715}, f29Informs},
	f29Invoices:            {F29Line{Line: 7, Name: "facturas emitidas del giro", CountCode: 503, AmountCode: 502}, f29Debits},
	f29RealEstateSales:     {F29Line{Line: 8, Name: "facturas emitidas de inmuebles", CountCode: 763, AmountCode: 764}, f29Debits},
	f29OtherSales:          {F29Line{Line: 9, Name: "facturas y notas de débito que no son del giro", CountCode: 716, AmountCode: 717}, f29Debits},
	f29Boletas:             {F29Line{Line: 10, Name: "boletas", CountCode: 110, AmountCode: 111}, f29Debits},
	f29Vouchers:            {F29Line{Line: 11, Name: "comprobantes de pago electrónico", CountCode: 758, AmountCode: 759}, f29Debits},
	f29DebitNotes:          {F29Line{Line: 12, Name: "notas de débito emitidas del giro", CountCode: 512, AmountCode: 513}, f29Debits},
	f29CreditNotes:         {F29Line{Line: 13, Name: "notas de crédito emitidas del giro", CountCode: 509, AmountCode: 510, Subtracts: true}, f29Debits},
	f29CreditNotesOther:    {F29Line{Line: 15, Name: "notas de crédito emitidas que no son del giro", CountCode: 733, AmountCode: 734, Subtracts: true}, f29Debits},
	f29NoCredit:            {F29Line{Line: 25, Name: "internas afectas sin derecho a crédito", CountCode: 564, AmountCode: 521}, f29Informs},
	f29NoCreditImports:     {F29Line{Line: 26, Name: "importaciones sin derecho a crédito", CountCode: 566, AmountCode: 560}, f29Informs},
	f29ExemptPurchases:     {F29Line{Line: 27, Name: "internas exentas o no gravadas", CountCode: 584, AmountCode: 562}, f29Informs},
	f29Purchases:           {F29Line{Line: 28, Name: "facturas recibidas del giro y facturas de compra emitidas", CountCode: 519, AmountCode: 520}, f29Credits},
	f29Supermarket:         {F29Line{Line: 29, Name: "facturas de supermercados y similares", CountCode: 761, AmountCode: 762}, f29Credits},
	f29RealEstate:          {F29Line{Line: 30, Name: "facturas de inmuebles", CountCode: 765, AmountCode: 766}, f29Credits},
	f29FixedAssets:         {F29Line{Line: 31, Name: "facturas de activo fijo", CountCode: 524, AmountCode: 525}, f29Credits},
	f29CreditNotesReceived: {F29Line{Line: 32, Name: "notas de crédito recibidas", CountCode: 527, AmountCode: 528, Subtracts: true}, f29Credits},
	f29DebitNotesReceived:  {F29Line{Line: 33, Name: "notas de débito recibidas", CountCode: 531, AmountCode: 532}, f29Credits},
	f29Imports:             {F29Line{Line: 34, Name: "importaciones del giro", CountCode: 534, AmountCode: 535}, f29Credits},
	f29ImportsFixedAssets:  {F29Line{Line: 35, Name: "importaciones de activo fijo", CountCode: 536, AmountCode: 553}, f29Credits},
}

// Codes of sums.
const (
	F29TotalDebits      = 538 // sum of the VAT of sales
	F29TotalCredits     = 537 // sum of the VAT of purchases; on the form with the remainder of the month before, code 504
	F29ElectronicCredit = 511 // VAT of electronic documents received, credit notes subtracted
)

// Kinds of sale (RCV, Tipo de Venta) and of purchase (SiiTypes_v10.xsd,
// TipoTransCOMPRA).
const (
	saleFixedAsset  = 2
	saleRealEstate  = 3
	kindSupermarket = 2
	kindRealEstate  = 3
	kindFixedAsset  = 4
	kindCommonUse   = 5
	kindNoCredit    = 6
	kindExcluded    = 7
)

// saleLine returns the line of a sale, or why it has none.
func saleLine(d *Document) (line int, reason string) {
	switch d.Type {
	case chile.FacturaExportacionElectronica, chile.FacturaExportacion:
		return f29Exports, ""
	case chile.NotaDebitoExportacionElectronica, chile.NotaCreditoExportacionElectronica, chile.NotaDebitoExportacion, chile.NotaCreditoExportacion:
		return 0, "note of an export"
	case chile.FacturaExentaElectronica, chile.FacturaExenta:
		return otherThanTrade(d, f29ExemptSales, f29ExemptSalesOther), ""
	case chile.FacturaElectronica, chile.Factura:
		if d.Kind == saleRealEstate {
			return f29RealEstateSales, ""
		}
		return otherThanTrade(d, f29Invoices, f29OtherSales), ""
	case chile.NotaDebitoElectronica, chile.NotaDebito:
		return otherThanTrade(d, f29DebitNotes, f29OtherSales), ""
	case chile.NotaCreditoElectronica, chile.NotaCredito:
		if isExempt(d) {
			return otherThanTrade(d, f29ExemptSales, f29ExemptSalesOther), ""
		}
		return otherThanTrade(d, f29CreditNotes, f29CreditNotesOther), ""
	case chile.LiquidacionFacturaElectronica, chile.LiquidacionFactura:
		return 0, "liquidación-factura: the commission and the sales of others go to lines of their own"
	default:
		return 0, "the line of this type is not known"
	}
}

// otherThanTrade returns the line of what is sold in the course of trade, or of
// what is not.
func otherThanTrade(d *Document, trade, other int) int {
	if d.Kind == saleFixedAsset {
		return other
	}
	return trade
}

// isExempt reports whether nothing of a document is taxed.
func isExempt(d *Document) bool { return d.Net == 0 && d.VAT == 0 && d.Exempt != 0 }

// givesNoCredit reports whether the VAT of a purchase gives no credit.
func givesNoCredit(d *Document) bool {
	return d.Kind == kindNoCredit || d.VAT == 0 && d.NonRecoverableVAT != 0
}

// purchaseLine returns the line of a purchase, or why it has none.
func purchaseLine(d *Document) (line int, reason string) {
	switch {
	case d.State != Registro:
		return 0, "state " + string(d.State)
	case d.Kind == kindExcluded:
		return 0, "not to be included"
	case d.Kind == kindCommonUse || d.CommonUseVAT != 0:
		return 0, "VAT of common use: a part of it is credit"
	}
	switch d.Type {
	case chile.NotaCreditoElectronica, chile.NotaCredito, chile.NotaDebitoElectronica, chile.NotaDebito:
		switch {
		case isExempt(d) || givesNoCredit(d):
			return 0, "note without credit"
		case d.Type.Credit():
			return f29CreditNotesReceived, ""
		default:
			return f29DebitNotesReceived, ""
		}
	case chile.DeclaracionIngreso:
		return importLine(d), ""
	case chile.FacturaExentaElectronica, chile.FacturaExenta:
		return f29ExemptPurchases, ""
	case chile.FacturaElectronica, chile.Factura, chile.FacturaCompraElectronica, chile.FacturaCompra:
		return invoiceLine(d), ""
	case chile.LiquidacionFacturaElectronica, chile.LiquidacionFactura:
		return 0, "liquidación-factura: the commission and the sales through others go to lines of their own"
	default:
		return 0, "the line of this type is not known"
	}
}

func importLine(d *Document) int {
	switch {
	case givesNoCredit(d):
		return f29NoCreditImports
	case d.Kind == kindFixedAsset:
		return f29ImportsFixedAssets
	default:
		return f29Imports
	}
}

func invoiceLine(d *Document) int {
	switch {
	case givesNoCredit(d):
		return f29NoCredit
	case d.Kind == kindSupermarket:
		return f29Supermarket
	case d.Kind == kindRealEstate:
		return f29RealEstate
	case d.Kind == kindFixedAsset:
		return f29FixedAssets
	default:
		return f29Purchases
	}
}
