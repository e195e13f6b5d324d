package issue

import (
	"slices"
	"strconv"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

var (
	ruleExemptInvoice = rule{
		"document.exempt", LevelReparo,
		"todas las líneas son exentas: el documento es una factura exenta (34)",
		"all lines are exempt: the document is an exempt invoice (34)",
	}
	ruleExemptVAT = rule{
		"document.vat", LevelRejects,
		"una factura exenta no lleva neto, tasa ni IVA: el SII rechazó documentos que los llevaban",
		"an exempt invoice has no net, rate or VAT: the SII has rejected documents that had them",
	}
	ruleTerms = rule{
		"terms.unsaid", LevelAdvice,
		"no dice la forma de pago: se lee como crédito (2)", "it does not state the terms of payment: it is read as credit (2)",
	}
	ruleSaleKind = rule{
		"sale.unsaid", LevelAdvice,
		"no dice el tipo de venta: el RCV la lee como del giro (1)", "it does not state the kind of sale: the RCV reads it as of the business (1)",
	}
	rulePeriods = rule{
		"period.unsaid", LevelAdvice,
		"los servicios periódicos suelen indicarlo", "periodic services usually state it",
	}
	ruleAgent = rule{
		"agent.expected", LevelReparo,
		"un agente retenedor (IndAgente R) lo debe indicar", "an agent who withholds tax (IndAgente R) must state it",
	}
	ruleAgentTax = rule{
		"agent.tax", LevelAdvice,
		"solo va en líneas con estos códigos de impuesto", "it is only for lines with these tax codes",
	}
	ruleNumbers = rule{
		"line.number", LevelAdvice,
		"las líneas se numeran en orden desde 1", "lines are numbered in order from 1",
	}
	ruleExemption = rule{
		"line.exemption", LevelAdvice,
		"IndExe 4 va en facturas y guías de venta, 5 en guías que no son venta, y 6 no va en liquidaciones",
		"IndExe 4 is for invoices and guías of sales, 5 for guías that are not sales, and 6 is not for settlements",
	}
	ruleGuideAdjustment = rule{
		"guide.adjustment", LevelAdvice,
		"el formato se contradice sobre descuentos globales en guías: conviene evitarlos",
		"the format contradicts itself about global discounts in guías: avoid them",
	}
	ruleCommissions = rule{
		"document.commissions", LevelAdvice,
		"solo liquidaciones (43), facturas de compra (46) y sus notas llevan comisiones",
		"only settlements (43), purchase invoices (46) and their notes have commissions",
	}
	ruleSettled = rule{
		"settled.type", LevelAdvice,
		"no es un tipo de documento que se conozca, ni 99 (anticipo u otra transacción)",
		"it is not a known type of document, nor 99 (advance or other transaction)",
	}
)

// checkInvoice judges documents in pesos other than boletas.
func (c *checker) checkInvoice() {
	i, d := c.identification, c.document
	switch c.kind {
	case 33, 34, 43:
		c.addUnless(i.PaymentTerms != 0, &ruleTerms, "Encabezado/IdDoc/FmaPago")
	}
	if c.kind == 33 || c.kind == 34 {
		c.addUnless(i.SaleKind != 0, &ruleSaleKind, "Encabezado/IdDoc/TpoTranVenta")
	}
	if c.kind != 52 && (i.Service == 1 || i.Service == 2) {
		c.addUnless(!i.PeriodFrom.IsZero(), &rulePeriods, "Encabezado/IdDoc/PeriodoDesde")
		c.addUnless(!i.PeriodTo.IsZero(), &rulePeriods, "Encabezado/IdDoc/PeriodoHasta")
		c.addUnless(!i.DueDate.IsZero(), &rulePeriods, "Encabezado/IdDoc/FchVenc")
	}
	if c.kind == 33 && len(d.Lines) > 0 && !slices.ContainsFunc(d.Lines, func(l dte.Line) bool { return l.Exemption != 1 }) {
		c.add(&ruleExemptInvoice, "Encabezado/IdDoc/TipoDTE", "33", "34")
	}
	if c.kind == 34 {
		c.exempt(&d.Header.Totals)
	}
	if c.kind == 52 && len(d.Adjustments) > 0 {
		c.add(&ruleGuideAdjustment, "DscRcgGlobal", "", "")
	}
	if len(d.Commissions) > 0 && !c.hasCommissions() {
		c.add(&ruleCommissions, "Comisiones", "", "")
	}
	for n := range d.Lines {
		c.line(n, &d.Lines[n])
	}
}

func (c *checker) hasCommissions() bool {
	switch c.kind {
	case 43, 46:
		return true
	case 56, 61:
		return c.refersTo(func(t chile.DocType) bool { return t == 46 || t == 45 || isNote(t) })
	default:
		return false
	}
}

// exempt judges the totals of an exempt invoice.
func (c *checker) exempt(t *dte.Totals) {
	for _, e := range [...]struct {
		name  string
		there bool
	}{
		{"MntNeto", t.Net != nil},
		{"TasaIVA", !t.VATRate.IsZero()},
		{"IVA", t.VAT != nil},
		{"ImptoReten", len(t.OtherTaxes) > 0},
	} {
		c.addUnless(!e.there, &ruleExemptVAT, "Encabezado/Totales/"+e.name)
	}
}

func (c *checker) line(n int, l *dte.Line) {
	if l.Number != n+1 {
		c.add(&ruleNumbers, indexed("Detalle", n, "NroLinDet"), strconv.Itoa(l.Number), strconv.Itoa(n+1))
	}
	if !c.hasExemption(l.Exemption) {
		c.add(&ruleExemption, indexed("Detalle", n, "IndExe"), strconv.Itoa(l.Exemption), "")
	}
	if c.kind == 43 && l.SettledType != 0 && !l.SettledType.Known() {
		c.add(&ruleSettled, indexed("Detalle", n, "TpoDocLiq"), strconv.Itoa(int(l.SettledType)), "")
	}
	if l.Withholder != nil {
		c.agent(n, l)
	}
}

// hasExemption reports whether lines of the type may be exempt for a reason.
func (c *checker) hasExemption(reason int) bool {
	sale := c.identification.Transfer == 1
	switch reason {
	case 4:
		return c.kind == 33 || c.kind == 52 && sale
	case 5:
		return c.kind == 52 && !sale
	case 6:
		return c.kind != 43
	default:
		return true
	}
}

// agent judges the line of a withholding agent.
func (c *checker) agent(n int, l *dte.Line) {
	w := l.Withholder
	if w.Agent == "R" && c.kind != 52 {
		c.lineUnless(!l.ReferenceQuantity.IsZero(), &ruleAgent, n, "QtyRef")
		c.lineUnless(l.ReferenceUnit != "", &ruleAgent, n, "UnmdRef")
		c.lineUnless(!l.ReferencePrice.IsZero(), &ruleAgent, n, "PrcRef")
		c.lineUnless(!l.Quantity.IsZero(), &ruleAgent, n, "QtyItem")
		c.lineUnless(l.Unit != "", &ruleAgent, n, "UnmdItem")
	}
	for _, e := range [...]struct {
		name  string
		there bool
		codes []int
		want  string
	}{
		{"MntBaseFaena", w.SlaughterBase != nil, []int{17}, "17"},
		{"MntMargComer", w.Margin != nil, []int{14, 50}, "14, 50"},
		{"PrcConsFinal", w.ConsumerPrice != nil, []int{14, 17, 50}, "14, 17, 50"},
	} {
		if e.there && !slices.ContainsFunc(l.TaxCodes, func(code int) bool { return slices.Contains(e.codes, code) }) {
			c.add(&ruleAgentTax, indexed("Detalle", n, "Retenedor/"+e.name), "", e.want)
		}
	}
}
