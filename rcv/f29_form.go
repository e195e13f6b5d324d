package rcv

import "github.com/ofitec/chile"

// The lines of form 29 that follow from the registers, in its order.
//
// Source of codes, words and signs: the form as the portal showed it in June 2026
// (captured by one client), and three transcriptions of earlier prints, which
// agree with it and with each other. The numbers of the lines are those of the
// transcriptions; the portal's form has one more line after 17. Two months seen
// live confirm that the SII proposes 519, 520, 527, 528 and 511 as computed here;
// one month confirms 584 and 562.
const (
	f29Exports = iota
	f29ExemptSales
	f29ExemptSalesOther
	f29WithheldSales
	f29Invoices
	f29RealEstateSales
	f29OtherSales
	f29Boletas
	f29Vouchers
	f29DebitNotes
	f29CreditNotes
	f29CreditNotesVouchers
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
	f29WithheldAll
	f29WithheldPart
	f29WithheldNotes
	f29Lines
)

// f29Side is the sum that a line belongs to.
type f29Side int

const (
	f29Informs  f29Side = iota // in no sum
	f29Debits                  // of code 538
	f29Credits                 // of code 537
	f29Withheld                // of what is paid for sellers, in addition to the company's own VAT
)

// f29Form is the known part of the form.
var f29Form = [f29Lines]struct {
	F29Line
	side f29Side
}{
	f29Exports:             {F29Line{Line: 1, Name: "exportaciones", CountCode: 585, AmountCode: 20}, f29Informs},
	f29ExemptSales:         {F29Line{Line: 2, Name: "ventas exentas o no gravadas del giro", CountCode: 586, AmountCode: 142}, f29Informs},
	f29ExemptSalesOther:    {F29Line{Line: 4, Name: "ventas exentas o no gravadas que no son del giro", CountCode: 714, AmountCode: 715}, f29Informs},
	f29WithheldSales:       {F29Line{Line: 5, Name: "facturas de compra recibidas con retención total", CountCode: 515, AmountCode: 587}, f29Informs},
	f29Invoices:            {F29Line{Line: 7, Name: "facturas emitidas del giro", CountCode: 503, AmountCode: 502}, f29Debits},
	f29RealEstateSales:     {F29Line{Line: 8, Name: "facturas emitidas de inmuebles", CountCode: 763, AmountCode: 764}, f29Debits},
	f29OtherSales:          {F29Line{Line: 9, Name: "facturas y notas de débito que no son del giro", CountCode: 716, AmountCode: 717}, f29Debits},
	f29Boletas:             {F29Line{Line: 10, Name: "boletas", CountCode: 110, AmountCode: 111}, f29Debits},
	f29Vouchers:            {F29Line{Line: 11, Name: "comprobantes de pago electrónico", CountCode: 758, AmountCode: 759}, f29Debits},
	f29DebitNotes:          {F29Line{Line: 12, Name: "notas de débito emitidas del giro", CountCode: 512, AmountCode: 513}, f29Debits},
	f29CreditNotes:         {F29Line{Line: 13, Name: "notas de crédito emitidas del giro", CountCode: 509, AmountCode: 510, Subtracts: true}, f29Debits},
	f29CreditNotesVouchers: {F29Line{Line: 14, Name: "notas de crédito emitidas por vales de máquinas autorizadas", CountCode: 708, AmountCode: 709, Subtracts: true}, f29Debits},
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
	f29WithheldAll:         {F29Line{Line: 118, Name: "IVA total retenido a terceros", AmountCode: 39}, f29Withheld},
	f29WithheldPart:        {F29Line{Line: 119, Name: "IVA parcial retenido a terceros", AmountCode: 554}, f29Withheld},
	f29WithheldNotes:       {F29Line{Line: 120, Name: "IVA retenido por notas de crédito emitidas", AmountCode: 736, Subtracts: true}, f29Withheld},
}

// Codes of sums.
const (
	F29TotalDebits      = 538 // sum of the VAT of sales
	F29TotalCredits     = 537 // sum of the VAT of purchases; on the form with the remainder of the previous month, code 504
	F29ElectronicCredit = 511 // VAT of electronic documents received, credit notes subtracted
)

// Reasons why a document, or a part of it, is on no line.
const (
	exemptPart      = "exempt part of taxed documents"
	unknownType     = "the line of this type is not known"
	unknownKind     = "the kind of purchase or sale is not known"
	noKindLine      = "no line is for documents of this type and kind"
	noDocuments     = "the summary counts documents and gives no rows of them"
	onlyTotal       = "the summary gives a total without net, exempt and VAT"
	unknownWithheld = "how much VAT was withheld does not follow from the row"
	withheldFromUs  = "VAT that the buyer withheld and pays itself"
)

// saleLine returns the line of a sale, or the reason why it has none.
func saleLine(d *Document) (line int, reason string) {
	if d.byBuyer() {
		return purchaseInvoiceReceived(d)
	}
	switch kind := d.KindIn(Sales); d.Type {
	case chile.FacturaExportacionElectronica, chile.FacturaExportacion:
		return f29Exports, ""
	case chile.NotaDebitoExportacionElectronica, chile.NotaCreditoExportacionElectronica, chile.NotaDebitoExportacion, chile.NotaCreditoExportacion:
		return 0, "note of an export"
	case chile.FacturaExentaElectronica, chile.FacturaExenta:
		return ofTrade(kind, f29ExemptSales, f29ExemptSalesOther)
	case chile.FacturaElectronica, chile.Factura:
		if kind == KindRealEstate {
			return f29RealEstateSales, ""
		}
		return ofTrade(kind, f29Invoices, f29OtherSales)
	case chile.NotaDebitoElectronica, chile.NotaDebito:
		return ofTrade(kind, f29DebitNotes, f29OtherSales)
	case chile.NotaCreditoElectronica, chile.NotaCredito:
		switch {
		case isExempt(d):
			return ofTrade(kind, f29ExemptSales, f29ExemptSalesOther)
		case kind == KindVoucherNote:
			return f29CreditNotesVouchers, ""
		}
		return ofTrade(kind, f29CreditNotes, f29CreditNotesOther)
	case chile.LiquidacionFacturaElectronica, chile.LiquidacionFactura:
		return 0, "liquidación-factura: the commission and the sales of others go to lines of their own"
	default:
		return monthLine(d.Type)
	}
}

// ofTrade returns the line for sales of the business, or for other sales. Real
// estate has a line only for invoices.
func ofTrade(kind TransactionKind, trade, other int) (line int, reason string) {
	switch kind {
	case KindNone, KindTrade, KindRealEstate:
		return trade, ""
	case KindFixedAsset:
		return other, ""
	case KindUnknown:
		return 0, unknownKind
	default:
		return 0, noKindLine
	}
}

// monthLine returns the line for sales that registers usually have only as a
// monthly total.
func monthLine(typ chile.DocType) (line int, reason string) {
	switch typ {
	case chile.Boleta, chile.BoletaElectronica:
		return f29Boletas, ""
	case chile.ComprobantePagoElectronico, chile.ValeElectronico:
		return f29Vouchers, ""
	case chile.BoletaExenta, chile.BoletaExentaElectronica:
		return f29ExemptSales, ""
	default:
		return 0, unknownType
	}
}

// purchaseInvoiceReceived returns the line of a factura de compra that the buyer
// issued to the company.
func purchaseInvoiceReceived(d *Document) (line int, reason string) {
	vat, ok := d.WithheldVAT()
	switch {
	case !ok:
		return 0, unknownWithheld
	case !d.Type.ByBuyer():
		return 0, "note about a factura de compra"
	case vat.Partial == 0 && vat.Total != 0:
		return f29WithheldSales, ""
	default:
		return 0, "factura de compra of which the buyer withheld a part of the VAT or none"
	}
}

// isExempt reports whether a document has no taxed part.
func isExempt(d *Document) bool { return d.Net == 0 && d.VAT == 0 && d.Exempt != 0 }

// givesNoCredit reports whether the VAT of a purchase gives no credit.
func givesNoCredit(d *Document) bool {
	return d.KindIn(Purchases) == KindNonRecoverable || d.VAT == 0 && d.NonRecoverableVAT != 0
}

// purchaseLine returns the line of a purchase, or the reason why it has none.
func purchaseLine(d *Document) (line int, reason string) {
	kind := d.KindIn(Purchases)
	switch {
	case d.State != Registro:
		return 0, "state " + string(d.State)
	case kind == KindUnknown:
		return 0, unknownKind
	case kind == KindExcluded:
		return 0, "not to be included"
	case kind == KindCommonUse || d.CommonUseVAT != 0:
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
		return importLine(d, kind), ""
	case chile.FacturaExentaElectronica, chile.FacturaExenta:
		return f29ExemptPurchases, ""
	case chile.FacturaElectronica, chile.Factura, chile.FacturaCompraElectronica, chile.FacturaCompra:
		return invoiceLine(d, kind), ""
	case chile.LiquidacionFacturaElectronica, chile.LiquidacionFactura:
		return 0, "liquidación-factura: the commission and the sales through others go to lines of their own"
	default:
		return 0, unknownType
	}
}

func importLine(d *Document, kind TransactionKind) int {
	switch {
	case givesNoCredit(d):
		return f29NoCreditImports
	case kind == KindFixedAsset:
		return f29ImportsFixedAssets
	default:
		return f29Imports
	}
}

func invoiceLine(d *Document, kind TransactionKind) int {
	switch {
	case givesNoCredit(d):
		return f29NoCredit
	case kind == KindSupermarket:
		return f29Supermarket
	case kind == KindRealEstate:
		return f29RealEstate
	case kind == KindFixedAsset:
		return f29FixedAssets
	default:
		return f29Purchases
	}
}
