package issue

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ofitec/chile"
)

// RUTs for receivers that have none (format notes, 10).
var (
	anonymousRUT = chile.MustParseRUT("66666666-6") // of boletas
	foreignRUT   = chile.MustParseRUT("55555555-5") // from abroad
)

// Bounds of the RUTs that the format accepts: 100,000 to 99 million.
const (
	leastRUT = 100_000
	mostRUT  = 99_000_000
)

var (
	ruleActivity = rule{
		"HED-3-861", LevelRejects,
		"el código de actividad no está entre los que el emisor registra en el SII",
		"the code of activity is not one that the issuer has at the SII",
	}
	ruleActivityUnknown = rule{
		"activity.unchecked", LevelAdvice,
		"no se conocen las actividades del emisor (Policy.Activities): no se revisó HED-3-861",
		"the activities of the issuer are not known (Policy.Activities): HED-3-861 was not judged",
	}
	ruleReceiver = rule{
		"receiver.real", LevelReparo,
		"este tipo de documento pide el RUT real del receptor",
		"this type of document requires the receiver's real RUT",
	}
	ruleForeign = rule{
		"receiver.foreign", LevelReparo,
		"el receptor es del extranjero: el RUT es 55555555-5",
		"the receiver is from abroad: the RUT is 55555555-5",
	}
	ruleSelf = rule{
		"receiver.self", LevelReparo,
		"en un traslado interno (IndTraslado 5) el receptor es el mismo emisor",
		"in an internal transfer (IndTraslado 5) the receiver is the issuer itself",
	}
	ruleRUTRange = rule{
		"rut.range", LevelReparo,
		"el RUT está fuera de los que el formato acepta (100.000 a 99 millones)",
		"the RUT is outside the range that the format accepts (100,000 to 99 million)",
	}
	ruleTourist = rule{
		"receiver.tourist", LevelReparo,
		"la factura a turistas (TipoFactEsp 1) lo pide",
		"an invoice for tourists (TipoFactEsp 1) requires it",
	}
)

// Communes where invoices for tourists are issued (format of the DTE,
// TipoFactEsp).
var touristCommunes = []string{"ARICA", "CAMARONES", "PUTRE", "GENERAL LAGOS"}

const touristName = "Extranjero sin RUT"

func (c *checker) checkIssuer() {
	if isBoleta(c.kind) {
		return // boletas have no activity
	}
	if len(c.policy.Activities) == 0 {
		c.add(&ruleActivityUnknown, "Encabezado/Emisor/Acteco", "", "")
		return
	}
	for i, code := range c.issuer.ActivityCodes {
		if !slices.Contains(c.policy.Activities, code) {
			want := strings.Trim(fmt.Sprint(c.policy.Activities), "[]")
			c.add(&ruleActivity, "Encabezado/Emisor/Acteco["+strconv.Itoa(i+1)+"]", strconv.Itoa(code), want)
		}
	}
}

func (c *checker) checkReceiver() {
	c.rutRange("Encabezado/Emisor/RUTEmisor", c.issuer.RUT)
	c.rutRange("Encabezado/Receptor/RUTRecep", c.receiver.RUT)
	rut := c.receiver.RUT
	if rut.IsZero() {
		return // already reported as missing
	}
	const path = "Encabezado/Receptor/RUTRecep"
	switch {
	case c.export != nil:
		if rut != foreignRUT {
			c.add(&ruleForeign, path, rut.String(), foreignRUT.String())
		}
	case isBoleta(c.kind): // judged in checkBoleta
	case c.kind == 33 && c.identification.SpecialKind == 1:
		c.tourist()
	case c.kind == 52 && c.identification.Transfer == 5:
		if rut != c.issuer.RUT {
			c.add(&ruleSelf, path, rut.String(), c.issuer.RUT.String())
		}
	case rut == anonymousRUT && !c.refersTo(isBoletaOf), rut == foreignRUT && !c.mayBeForeign():
		c.add(&ruleReceiver, path, rut.String(), "")
	}
}

func (c *checker) rutRange(path string, rut chile.RUT) {
	if n := rut.Number(); n != 0 && (n < leastRUT || n > mostRUT) {
		c.add(&ruleRUTRange, path, rut.String(), "")
	}
}

// mayBeForeign reports whether the receiver may have no RUT: a seller from abroad
// (46), notes about such a purchase or about an invoice for tourists, and guías of
// exports.
func (c *checker) mayBeForeign() bool {
	switch c.kind {
	case 46:
		return true
	case 52:
		return c.identification.Transfer == 8 || c.identification.Transfer == 9
	case 56, 61:
		return c.refersTo(func(t chile.DocType) bool { return t == 46 || t == 45 || t == 33 || t == 109 || isNote(t) })
	default:
		return false
	}
}

// tourist judges an invoice for tourists.
func (c *checker) tourist() {
	if c.receiver.RUT != foreignRUT {
		c.add(&ruleTourist, "Encabezado/Receptor/RUTRecep", c.receiver.RUT.String(), foreignRUT.String())
	}
	if name := c.receiver.Name; !strings.EqualFold(name, touristName) {
		c.add(&ruleTourist, "Encabezado/Receptor/RznSocRecep", name, touristName)
	}
	f := c.receiver.Foreigner
	c.addUnless(f != nil && f.Number != "", &ruleTourist, "Encabezado/Receptor/Extranjero/NumId")
	c.addUnless(f != nil && f.DocumentKind != 0, &ruleTourist, "Encabezado/Receptor/Extranjero/TipoDocID")
	if commune := c.issuer.Commune; !slices.Contains(touristCommunes, strings.ToUpper(strings.TrimSpace(commune))) {
		c.add(&ruleTourist, "Encabezado/Emisor/CmnaOrigen", commune, strings.Join(touristCommunes, ", "))
	}
}
