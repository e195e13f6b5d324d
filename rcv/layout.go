package rcv

import (
	"strings"
	"sync"
)

// The headings of the five CSV exports of documents, verbatim. Exports of one type of
// document lack "Tipo Doc". Source: exports of the years 2019 to 2025.
const (
	purchaseRegistro  = "Nro;Tipo Doc;Tipo Compra;RUT Proveedor;Razon Social;Folio;Fecha Docto;Fecha Recepcion;Fecha Acuse;Monto Exento;Monto Neto;Monto IVA Recuperable;Monto Iva No Recuperable;Codigo IVA No Rec.;Monto Total;Monto Neto Activo Fijo;IVA Activo Fijo;IVA uso Comun;Impto. Sin Derecho a Credito;IVA No Retenido;Tabacos Puros;Tabacos Cigarrillos;Tabacos Elaborados;NCE o NDE sobre Fact. de Compra;Codigo Otro Impuesto;Valor Otro Impuesto;Tasa Otro Impuesto"
	purchaseNoIncluir = "Nro;Tipo Doc;Tipo Compra;RUT Proveedor;Razon Social;Folio;Fecha Docto;Fecha Recepcion;Fecha Acuse;Monto Exento;Monto Neto;Monto IVA Recuperable;Monto Iva No Recuperable;Codigo IVA No Rec.;Monto Total;Monto Neto Activo Fijo;IVA Activo Fijo;IVA uso Comun;Impto. Sin Derecho a Credito;IVA No Retenido;NCE o NDE sobre Fact. de Compra;Codigo Otro Impuesto;Valor Otro Impuesto;Tasa Otro Impuesto"
	purchaseReclamado = "Nro;Tipo Doc;Tipo Compra;RUT Proveedor;Razon Social;Folio;Fecha Docto;Fecha Recepcion;Fecha Reclamo;Monto Exento;Monto Neto;Monto IVA Recuperable;Monto Iva No Recuperable;Codigo IVA No Rec.;Monto Total;Monto Neto Activo Fijo;IVA Activo Fijo;IVA uso Comun;Impto. Sin Derecho a Credito;IVA No Retenido;NCE o NDE sobre Fact. de Compra;Codigo Otro Impuesto;Valor Otro Impuesto;Tasa Otro Impuesto"
	purchasePendiente = "Nro;Tipo Doc;Tipo Compra;RUT Proveedor;Razon Social;Folio;Fecha Docto;Fecha Recepcion;Monto Exento;Monto Neto;Monto IVA Recuperable;Monto Iva No Recuperable;Codigo IVA No Rec.;Monto Total;Monto Neto Activo Fijo;IVA Activo Fijo;IVA uso Comun;Impto. Sin Derecho a Credito;IVA No Retenido;NCE o NDE sobre Fact. de Compra;Codigo Otro Impuesto;Valor Otro Impuesto;Tasa Otro Impuesto"
	saleRegistro      = "Nro;Tipo Doc;Tipo Venta;Rut cliente;Razon Social;Folio;Fecha Docto;Fecha Recepcion;Fecha Acuse Recibo;Fecha Reclamo;Monto Exento;Monto Neto;Monto IVA;Monto total;IVA Retenido Total;IVA Retenido Parcial;IVA no retenido;IVA propio;IVA Terceros;RUT Emisor Liquid. Factura;Neto Comision Liquid. Factura;Exento Comision Liquid. Factura;IVA Comision Liquid. Factura;IVA fuera de plazo;Tipo Docto. Referencia;Folio Docto. Referencia;Num. Ident. Receptor Extranjero;Nacionalidad Receptor Extranjero;Credito empresa constructora;Impto. Zona Franca (Ley 18211);Garantia Dep. Envases;Indicador Venta sin Costo;Indicador Servicio Periodico;Monto No facturable;Total Monto Periodo;Venta Pasajes Transporte Nacional;Venta Pasajes Transporte Internacional;Numero Interno;Codigo Sucursal;NCE o NDE sobre Fact. de Compra;Codigo Otro Imp.;Valor Otro Imp.;Tasa Otro Imp."
)

// layout is one of the five exports.
type layout struct {
	book    Book
	state   State
	columns []column
	set     map[role]bool // the columns' roles
}

// column is a column of an export.
type column struct {
	role
	heading string
	zero    string // the SII's text for no value
}

// role is the meaning of a column: an index into fields, or one of the
// constants.
type role int

const (
	roleUnknown role = -1 - iota
	roleNro          // running number; empty in rows that continue another one
	roleTaxCode
	roleTaxAmount
	roleTaxRate
)

// Headings of the columns that are not fields.
var rolesByHeading = map[string]role{
	"nro":                  roleNro,
	"codigo otro impuesto": roleTaxCode,
	"codigo otro imp.":     roleTaxCode,
	"valor otro impuesto":  roleTaxAmount,
	"valor otro imp.":      roleTaxAmount,
	"tasa otro impuesto":   roleTaxRate,
	"tasa otro imp.":       roleTaxRate,
}

// roleOf returns the role of a column with that heading.
func roleOf(heading string) role {
	folded := fold(heading)
	if i, ok := fieldsByHeading()[folded]; ok {
		return role(i)
	}
	if r, ok := rolesByHeading[folded]; ok {
		return r
	}
	return roleUnknown
}

// The columns in which the SII writes 0 for no value; the others stay empty.
// Seen in the exports.
const (
	zeroInPurchases = "Monto Exento;Monto Neto;Monto IVA Recuperable;Monto Total;IVA No Retenido;NCE o NDE sobre Fact. de Compra"
	zeroInSales     = "Monto Exento;Monto Neto;Monto IVA;Monto total;IVA Retenido Total;IVA Retenido Parcial;IVA no retenido;IVA propio;IVA Terceros;Neto Comision Liquid. Factura;Exento Comision Liquid. Factura;IVA Comision Liquid. Factura;IVA fuera de plazo;Tipo Docto. Referencia;Credito empresa constructora;Garantia Dep. Envases;Indicador Venta sin Costo;Indicador Servicio Periodico;Monto No facturable;Total Monto Periodo"
)

var layouts = sync.OnceValue(func() []*layout {
	return []*layout{
		newLayout(Purchases, Registro, purchaseRegistro, zeroInPurchases),
		newLayout(Purchases, Pendiente, purchasePendiente, zeroInPurchases),
		newLayout(Purchases, NoIncluir, purchaseNoIncluir, zeroInPurchases),
		newLayout(Purchases, Reclamado, purchaseReclamado, zeroInPurchases),
		newLayout(Sales, Registro, saleRegistro, zeroInSales),
	}
})

func newLayout(book Book, state State, headings, zeros string) *layout {
	l := &layout{book: book, state: state, set: make(map[role]bool)}
	zero := make(map[string]bool)
	for heading := range strings.SplitSeq(zeros, ";") {
		zero[heading] = true
	}
	for heading := range strings.SplitSeq(headings, ";") {
		c := column{role: roleOf(heading), heading: heading}
		switch {
		case zero[heading]:
			c.zero = "0"
		case int(c.role) == fieldSettlement:
			c.zero = "-"
		}
		l.columns = append(l.columns, c)
		l.set[c.role] = true
	}
	return l
}

// layoutOf returns the layout of a book in a state, or nil.
func layoutOf(book Book, state State) *layout {
	for _, l := range layouts() {
		if l.book == book && l.state == state {
			return l
		}
	}
	return nil
}
