package issue

import "github.com/ofitec/chile/dte"

// Boletas have their own schema (EnvioBOLETA_v11.xsd): two names differ, and many
// fields of invoices do not exist.

var ruleLeftOut = rule{
	"boleta.left-out", LevelAdvice,
	"las boletas no llevan este campo: se deja fuera", "boletas do not carry this field: it is left out",
}

// asInvoice moves name and activity to the fields of all documents but boletas.
func asInvoice(i *dte.Issuer) {
	move(&i.Name, &i.ReceiptName)
	move(&i.Activity, &i.ReceiptActivity)
}

// move moves text to an empty field.
func move(to, from *string) {
	if *to == "" || *to == *from {
		*to, *from = *from, ""
	}
}

// asBoleta moves name and activity to the fields of boletas, and removes what a
// boleta cannot carry.
func asBoleta(doc *dte.Document) Findings {
	h := &doc.Header
	move(&h.Issuer.ReceiptName, &h.Issuer.Name)
	move(&h.Issuer.ReceiptActivity, &h.Issuer.Activity)
	var out leaving
	out.identification(&h.Identification)
	out.parties(&h.Issuer, &h.Receiver)
	out.area = "Encabezado/"
	leave(&out, "RUTMandante", &h.Principal)
	leave(&out, "RUTSolicita", &h.Requester)
	leave(&out, "Transporte", &h.Transport)
	leave(&out, "OtraMoneda", &h.OtherCurrency)
	for i := range doc.Lines {
		out.line(i, &doc.Lines[i])
	}
	for i := range doc.Adjustments {
		out.area, out.index = "DscRcgGlobal", i+1
		leave(&out, "ValorDROtrMnda", &doc.Adjustments[i].OtherCurrencyValue)
	}
	for i := range doc.References {
		r := &doc.References[i]
		out.area, out.index = "Referencia", i+1
		leave(&out, "IndGlobal", &r.Global)
		leave(&out, "RUTOtr", &r.OtherRUT)
		leave(&out, "IdAdicOtr", &r.OtherExtra)
		leave(&out, "FchRef", &r.Date)
	}
	out.area, out.index = "", 0
	leave(&out, "ManejoMadera", &doc.Wood)
	leaveList(&out, "Comisiones", &doc.Commissions)
	return out.found
}

// leaving removes fields in an area: Encabezado/IdDoc/, or the list Detalle with an
// index.
type leaving struct {
	area  string
	index int
	found Findings
}

// leave removes a field, if it is set.
func leave[T comparable](out *leaving, name string, field *T) {
	var none T
	if *field != none {
		*field = none
		out.tell(name)
	}
}

func leaveList[T any](out *leaving, name string, list *[]T) {
	if len(*list) > 0 {
		*list = nil
		out.tell(name)
	}
}

func (out *leaving) tell(name string) {
	path := out.area + name
	if out.index > 0 {
		path = entry(out.area, out.index-1, name)
	}
	out.found = append(out.found, ruleLeftOut.at(path, "", ""))
}

func (out *leaving) identification(i *dte.Identification) {
	out.area = "Encabezado/IdDoc/"
	leave(out, "IndNoRebaja", &i.NoDebitReduction)
	leave(out, "TipoDespacho", &i.Dispatch)
	leave(out, "IndTraslado", &i.Transfer)
	leave(out, "TpoImpresion", &i.Printing)
	leave(out, "MntBruto", &i.GrossPrices)
	leave(out, "TpoTranCompra", &i.PurchaseKind)
	leave(out, "TpoTranVenta", &i.SaleKind)
	leave(out, "FmaPago", &i.PaymentTerms)
	leave(out, "FmaPagExp", &i.ExportPaymentTerms)
	leave(out, "FchCancel", &i.PaidDate)
	leave(out, "MntCancel", &i.PaidAmount)
	leave(out, "SaldoInsol", &i.Unpaid)
	leaveList(out, "MntPagos", &i.Payments)
	leave(out, "TpoCtaPago", &i.AccountKind)
	leave(out, "NumCtaPago", &i.Account)
	leave(out, "BcoPago", &i.Bank)
	leave(out, "TermPagoCdg", &i.TermsCode)
	leave(out, "TermPagoGlosa", &i.TermsText)
	leave(out, "TermPagoDias", &i.TermsDays)
	leave(out, "TipoFactEsp", &i.SpecialKind)
}

func (out *leaving) parties(i *dte.Issuer, r *dte.Receiver) {
	out.area = "Encabezado/Emisor/"
	leaveList(out, "Telefono", &i.Phones)
	leave(out, "CorreoEmisor", &i.Email)
	leaveList(out, "Acteco", &i.ActivityCodes)
	leave(out, "GuiaExport", &i.ExportGuide)
	leave(out, "Sucursal", &i.Branch)
	leave(out, "CodAdicSucur", &i.BranchExtra)
	leave(out, "CdgVendedor", &i.Seller)
	leave(out, "IdAdicEmisor", &i.Extra)
	leave(out, "RUTProveedor", &i.SupplierRUT)
	leave(out, "RznSocProveedor", &i.SupplierName)
	out.area = "Encabezado/Receptor/"
	leave(out, "Extranjero", &r.Foreigner)
	leave(out, "GiroRecep", &r.Activity)
}

func (out *leaving) line(i int, l *dte.Line) {
	out.area, out.index = "Detalle", i+1
	leave(out, "TpoDocLiq", &l.SettledType)
	leave(out, "Retenedor", &l.Withholder)
	leave(out, "QtyRef", &l.ReferenceQuantity)
	leave(out, "UnmdRef", &l.ReferenceUnit)
	leave(out, "PrcRef", &l.ReferencePrice)
	leaveList(out, "Subcantidad", &l.SubQuantities)
	leave(out, "FchElabor", &l.Made)
	leave(out, "FchVencim", &l.Expires)
	leave(out, "OtrMnda", &l.OtherCurrency)
	leaveList(out, "SubDscto", &l.Discounts)
	leaveList(out, "SubRecargo", &l.Surcharges)
	leaveList(out, "CodImpAdic", &l.TaxCodes)
}

// ofBoleta removes the given totals that boletas do not have.
func ofBoleta(given givenTotals) (givenTotals, Findings) {
	out := leaving{area: "Encabezado/Totales/"}
	t := *given.totals
	leave(&out, "TpoMoneda", &t.Currency)
	leave(&out, "MntBase", &t.SlaughterBase)
	leave(&out, "MntMargenCom", &t.Margin)
	leave(&out, "TasaIVA", &t.VATRate)
	leave(&out, "IVAProp", &t.OwnVAT)
	leave(&out, "IVATerc", &t.ThirdVAT)
	leaveList(&out, "ImptoReten", &t.OtherTaxes)
	leave(&out, "IVANoRet", &t.UnretainedVAT)
	leave(&out, "CredEC", &t.BuilderCredit)
	leave(&out, "GrntDep", &t.Deposits)
	leave(&out, "Comisiones", &t.Commissions)
	leave(&out, "MontoPeriodo", &t.Period)
	given.totals, given.currency = &t, nil
	return given, out.found
}
