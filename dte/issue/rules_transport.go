package issue

import (
	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

var (
	ruleVehicle = rule{
		"transport.vehicle", LevelAdvice,
		"el emisor despacha (TipoDespacho 2 y 3): indíquelo si se conoce",
		"the issuer dispatches (TipoDespacho 2 and 3): state it if it is known",
	}
	ruleGuideExport = rule{
		"guide.export", LevelReparo,
		"el traslado de una exportación (IndTraslado 8 y 9) lo pide",
		"a transfer for export (IndTraslado 8 and 9) requires it",
	}
	ruleGuideUnits = rule{
		"guide.export", LevelAdvice,
		"el traslado de una exportación lo pide, salvo que la cantidad esté en kilos brutos",
		"a transfer for export requires it, unless the quantity is in gross kilos",
	}
	ruleAuthorized = rule{
		"guide.authorized", LevelReparo,
		"el autorizado por el SII (CdgTraslado 4) debe indicar su autorización",
		"an issuer authorised by the SII (CdgTraslado 4) must state the authorisation",
	}
	ruleResolution154 = rule{
		"transport.res154", LevelReparo,
		"la Res. Ex. SII 154 de 2025 lo pide al documento que ampara un traslado",
		"Res. Ex. SII 154 of 2025 requires it in a document that accompanies goods",
	}
	ruleResolution154Announced = rule{
		"transport.res154", LevelAdvice,
		ruleResolution154.es + "; no consta desde qué día", ruleResolution154.en + "; the first day is not certain",
	}
)

// resolution154 is the first day that was announced for Res. Ex. SII 154 of 2025.
var resolution154, _ = chile.NewDate(2026, 5, 1)

// checkTransport judges the data of goods in transport.
func (c *checker) checkTransport() {
	t := c.transport
	if t == nil {
		t = &dte.Transport{}
	}
	if c.kind == 52 && c.transport == nil {
		c.add(&ruleUseful, "Encabezado/Transporte/CmnaDest", "", "") // otherwise the table requires it
	}
	if d := c.identification.Dispatch; d == 2 || d == 3 {
		c.addUnless(t.Plate != "", &ruleVehicle, "Encabezado/Transporte/Patente")
	}
	if c.kind == 52 {
		c.guide(t)
	}
	c.road(t)
}

// road judges what Res. Ex. SII 154 of 2025 asks for. The carrier's RUT, the plate
// of a trailer and the day of arrival depend on facts outside the document.
func (c *checker) road(t *dte.Transport) {
	i := c.identification
	moves := c.kind == 52 || (c.kind == 33 || c.kind == 34 || c.kind == 46) && (i.Dispatch != 0 || c.transport != nil)
	r := c.rule154()
	if !moves || r == nil {
		return
	}
	const path = "Encabezado/Transporte/"
	c.addUnless(c.issuer.Address != "", r, "Encabezado/Emisor/DirOrigen")
	c.addUnless(t.Address != "", r, path+"DirDest")
	c.addUnless(t.Commune != "", r, path+"CmnaDest")
	c.addUnless(t.Plate != "", r, path+"Patente")
	c.addUnless(t.Driver != nil && !t.Driver.RUT.IsZero(), r, path+"Chofer/RUTChofer")
	c.addUnless(t.Driver != nil && t.Driver.Name != "", r, path+"Chofer/NombreChofer")
	c.addUnless(!t.DepartureDate.IsZero(), r, path+"FchSalida")
	c.addUnless(t.DepartureTime != "", r, path+"HraSalida")
	for n := range c.document.Lines {
		l := &c.document.Lines[n]
		c.lineUnless(!l.Quantity.IsZero(), r, n, "QtyItem")
		c.lineUnless(l.Unit != "", r, n, "UnmdItem")
	}
}

// rule154 returns the rule for missing transport data on the day of issue; nil if
// there is none.
func (c *checker) rule154() *rule {
	day, from := c.identification.IssueDate, c.policy.TransportFrom
	switch {
	case c.export != nil || day.IsZero():
		return nil
	case !from.IsZero():
		if later(from, day) {
			return nil
		}
		return &ruleResolution154
	case later(resolution154, day):
		return nil
	default:
		return &ruleResolution154Announced
	}
}

// guide judges a guía for an export.
func (c *checker) guide(t *dte.Transport) {
	c.atMostOne("807")
	c.atMostOne("810")
	export := c.issuer.ExportGuide
	if export == nil {
		export = &dte.ExportGuide{}
	}
	if export.Transfer == 4 {
		c.addUnless(export.Authorization != 0, &ruleAuthorized, "Encabezado/Emisor/GuiaExport/FolioAut")
		c.addUnless(!export.Date.IsZero(), &ruleAuthorized, "Encabezado/Emisor/GuiaExport/FchAut")
	}
	transfer := c.identification.Transfer
	if transfer != 8 && transfer != 9 {
		return
	}
	customs := t.Customs
	if customs == nil {
		customs = &dte.Customs{}
	}
	const path = "Encabezado/Transporte/Aduana/"
	c.addUnless(export.Transfer != 0, &ruleGuideExport, "Encabezado/Emisor/GuiaExport/CdgTraslado")
	c.addUnless(!customs.GrossWeight.IsZero(), &ruleGuideExport, path+"PesoBruto")
	c.addUnless(customs.GrossWeightUnit != 0, &ruleGuideExport, path+"CodUnidPesoBruto")
	c.addUnless(customs.PackageCount != 0, &ruleGuideExport, path+"TotBultos")
	c.addUnless(len(customs.Packages) > 0, &ruleGuideExport, path+"TipoBultos")
	c.addUnless(customs.LoadingPort != 0, &ruleGuideExport, path+"CodPtoEmbarque")
	c.addUnless(customs.UnloadingPort != 0, &ruleGuideExport, path+"CodPtoDesemb")
	for n := range c.document.Lines {
		l := &c.document.Lines[n]
		c.lineUnless(l.Unit != "", &ruleGuideExport, n, "UnmdItem")
		c.lineUnless(!l.ReferenceQuantity.IsZero(), &ruleGuideUnits, n, "QtyRef")
		c.lineUnless(l.ReferenceUnit != "", &ruleGuideUnits, n, "UnmdRef")
		if transfer == 9 {
			other := l.OtherCurrency
			c.lineUnless(other != nil && !other.Price.IsZero(), &ruleGuideExport, n, "OtrMnda/PrcOtrMon")
			c.lineUnless(other != nil && !other.Amount.IsZero(), &ruleGuideExport, n, "OtrMnda/MontoItemOtrMnda")
		}
	}
}
