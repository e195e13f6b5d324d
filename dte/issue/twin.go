package issue

import (
	"fmt"
	"strconv"

	"github.com/ofitec/chile"
)

// PaperError says that a type of document is on paper, and names its electronic
// type.
type PaperError struct{ Type, Twin chile.DocType }

// Error names both types.
func (e *PaperError) Error() string {
	return fmt.Sprintf("issue: %d (%s) is on paper; the electronic one is %d (%s)", int(e.Type), e.Type, int(e.Twin), e.Twin)
}

// twins are the electronic types of those on paper.
var twins = map[chile.DocType]chile.DocType{
	chile.Factura:                chile.FacturaElectronica,
	chile.FacturaExenta:          chile.FacturaExentaElectronica,
	chile.Boleta:                 chile.BoletaElectronica,
	chile.BoletaExenta:           chile.BoletaExentaElectronica,
	chile.LiquidacionFactura:     chile.LiquidacionFacturaElectronica,
	chile.FacturaCompra:          chile.FacturaCompraElectronica,
	chile.GuiaDespacho:           chile.GuiaDespachoElectronica,
	chile.NotaDebito:             chile.NotaDebitoElectronica,
	chile.NotaCredito:            chile.NotaCreditoElectronica,
	chile.FacturaExportacion:     chile.FacturaExportacionElectronica,
	chile.NotaDebitoExportacion:  chile.NotaDebitoExportacionElectronica,
	chile.NotaCreditoExportacion: chile.NotaCreditoExportacionElectronica,
}

// twinText names the electronic type of a paper one, if there is one.
func twinText(t chile.DocType) string {
	if twin, ok := twins[t]; ok {
		return strconv.Itoa(int(twin))
	}
	return ""
}
