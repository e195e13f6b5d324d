package issue

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

var (
	ruleExport = rule{
		"export.expected", LevelReparo,
		"la exportación lo pide", "an export asks for it",
	}
	ruleExportUseful = rule{
		"export.expected", LevelAdvice,
		"el formato lo pide o lo recomienda en una exportación", "the format requires or recommends it in an export",
	}
	ruleConversion = rule{
		"HED-3-834", LevelReparo,
		"falta el total en pesosAbroad: OtraMoneda con TpoMoneda PESO CL, TpoCambio y MntExeOtrMnda",
		"the total in pesos is missing: OtraMoneda with TpoMoneda PESO CL, TpoCambio and MntExeOtrMnda",
	}
	ruleMarks = rule{
		"HED-2-804", LevelReparo,
		"falta la identificación de los bultos", "the identification of the packages is missing",
	}
	ruleSealIssuer = rule{
		"export.seal", LevelAdvice,
		"un contenedor lleva el emisor del sello", "a container must name who sealed it",
	}
	ruleUnit = rule{
		"unit.unknown", LevelReparo,
		"la unidad no está en la tabla de Aduanas", "the unit is not in the table of Customs",
	}
	ruleUnitUnchecked = rule{
		"unit.unchecked", LevelAdvice,
		"no se conoce la tabla de unidades de Aduanas (Policy.Units): no se revisaron las unidades",
		"Customs' table of units is not known (Policy.Units): units were not judged",
	}
	rulePassport = rule{
		"export.passport", LevelReparo,
		"los servicios de hotelería (IndServicio 4) llevan una referencia al pasaporte (813)",
		"hotel services (IndServicio 4) need a reference to the passport (813)",
	}
)

// Codes of exports.
const (
	exportHotel      = 4  // IndServicio
	exportTransport  = 5  // IndServicio: international transport on land
	exportUnpaid     = 21 // FmaPagExp
	exportInAdvance  = 32 // FmaPagExp
	packageContainer = 75 // CodTpoBultos
)

func (c *checker) checkExport() {
	i := c.identification
	goods := i.Service < 3 // 3 to 6 are services
	c.conversion(c.export.Header.OtherCurrency)
	if i.ExportPaymentTerms == exportInAdvance {
		c.addUnless(!i.PaidDate.IsZero(), &ruleExport, "Encabezado/IdDoc/FchCancel")
	}
	for n := range c.export.Lines {
		l := &c.export.Lines[n]
		if l.Number != n+1 {
			c.add(&ruleNumbers, indexed("Detalle", n, "NroLinDet"), strconv.Itoa(l.Number), strconv.Itoa(n+1))
		}
		if goods && c.kind == 110 {
			c.lineUnless(!l.Quantity.IsZero(), &ruleExport, n, "QtyItem")
			c.lineUnless(l.Unit != "", &ruleExport, n, "UnmdItem")
		}
	}
	c.units()
	if c.kind == 110 {
		c.exportInvoice(goods)
	}
	if t := c.transport; t != nil && t.Customs != nil {
		for n := range t.Customs.Packages {
			c.packages(n, &t.Customs.Packages[n])
		}
	}
}

func (c *checker) exportInvoice(goods bool) {
	customs := &dte.Customs{}
	if c.transport != nil && c.transport.Customs != nil {
		customs = c.transport.Customs
	} else {
		// The table requires them where there is an Aduana.
		r := &ruleExpected
		if !goods {
			r = &ruleUseful
		}
		c.add(r, "Encabezado/Transporte/Aduana/TotBultos", "", "")
		c.add(r, "Encabezado/Transporte/Aduana/CodPaisRecep", "", "")
	}
	const path = "Encabezado/Transporte/Aduana/"
	service := c.identification.Service
	if goods {
		c.addUnless(customs.SaleMode != 0, &ruleExport, path+"CodModVenta")
		c.addUnless(customs.SaleClause != 0, &ruleExport, path+"CodClauVenta")
		c.addUnless(!customs.ClauseTotal.IsZero(), &ruleExport, path+"TotClauVenta")
	}
	if goods || service == exportTransport {
		c.addUnless(customs.Route != 0, &ruleExport, path+"CodViaTransp")
		c.addUnless(customs.LoadingPort != 0, &ruleExportUseful, path+"CodPtoEmbarque")
		c.addUnless(customs.UnloadingPort != 0, &ruleExportUseful, path+"CodPtoDesemb")
	}
	c.atMostOne("807")
	if service == exportTransport {
		c.atMostOne("811")
	}
	if service == exportHotel && !c.refersTo(func(t chile.DocType) bool { return t == chile.Pasaporte }) {
		c.add(&rulePassport, "Referencia", "", "813")
	}
}

// conversion judges the total in pesos, without a rate if nothing is paid.
func (c *checker) conversion(o *dte.CurrencyTotals) {
	const path = "Encabezado/OtraMoneda"
	switch {
	case c.export.Header.Totals.Currency == pesosAbroad:
	case o == nil || o.Currency != pesosAbroad:
		c.add(&ruleConversion, path, "", pesosAbroad)
	case c.identification.ExportPaymentTerms == exportUnpaid:
	default:
		c.addUnless(!o.ExchangeRate.IsZero(), &ruleConversion, path+"/TpoCambio")
		c.addUnless(!o.Exempt.IsZero(), &ruleConversion, path+"/MntExeOtrMnda")
	}
}

// units judges units of measure, which are codes of Customs.
func (c *checker) units() {
	for n := range c.export.Lines {
		unit := c.export.Lines[n].Unit
		switch {
		case unit == "":
		case len(c.policy.Units) == 0:
			c.add(&ruleUnitUnchecked, "Detalle/UnmdItem", "", "")
			return
		case !slices.ContainsFunc(c.policy.Units, func(u string) bool { return strings.EqualFold(u, unit) }):
			c.add(&ruleUnit, indexed("Detalle", n, "UnmdItem"), unit, "")
		}
	}
}

// packages judges packages of one kind.
func (c *checker) packages(n int, p *dte.Packages) {
	const path = "Encabezado/Transporte/Aduana/TipoBultos"
	c.addUnless(p.Marks != "", &ruleMarks, indexed(path, n, "Marcas"))
	if p.Kind != packageContainer {
		return
	}
	c.addUnless(p.Container != "", &ruleMarks, indexed(path, n, "IdContainer"))
	c.addUnless(p.Seal != "", &ruleMarks, indexed(path, n, "Sello"))
	c.addUnless(p.SealIssuer != "", &ruleSealIssuer, indexed(path, n, "EmisorSello"))
}
