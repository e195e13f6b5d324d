package chile

import "strconv"

// DocType is the SII's code of a kind of document. Codes without a name in this
// package are legal values: they are kept as they came.
//
// Names and codes: LibroCV_v10.xsd, DoctoType; RCV getDatosInicio; DTE format
// 2.2, part "Tipo de documento". The zero value is no type.
type DocType int

// The electronic documents (Documento Tributario Electrónico, DTE).
const (
	FacturaElectronica                DocType = 33
	FacturaExentaElectronica          DocType = 34
	BoletaElectronica                 DocType = 39
	BoletaExentaElectronica           DocType = 41
	LiquidacionFacturaElectronica     DocType = 43
	FacturaCompraElectronica          DocType = 46
	GuiaDespachoElectronica           DocType = 52
	NotaDebitoElectronica             DocType = 56
	NotaCreditoElectronica            DocType = 61
	FacturaExportacionElectronica     DocType = 110
	NotaDebitoExportacionElectronica  DocType = 111
	NotaCreditoExportacionElectronica DocType = 112
)

// Documents on paper, import documents and totals that only the registers have.
const (
	FacturaInicio                DocType = 29
	Factura                      DocType = 30
	FacturaExenta                DocType = 32
	Boleta                       DocType = 35
	BoletaExenta                 DocType = 38
	LiquidacionFactura           DocType = 40
	FacturaCompra                DocType = 45
	ValeElectronico              DocType = 47
	ComprobantePagoElectronico   DocType = 48
	GuiaDespacho                 DocType = 50
	NotaDebito                   DocType = 55
	NotaCredito                  DocType = 60
	OtroLiquidacion              DocType = 99
	FacturaExportacion           DocType = 101
	FacturaExentaZonaFranca      DocType = 102
	Liquidacion                  DocType = 103
	NotaDebitoExportacion        DocType = 104
	BoletaLiquidacion            DocType = 105
	NotaCreditoExportacion       DocType = 106
	SolicitudRegistroFactura     DocType = 108
	FacturaTurista               DocType = 109
	FacturaTerritorioPref        DocType = 901
	ConocimientoEmbarque         DocType = 902
	DocumentoUnicoSalida         DocType = 903
	FacturaTraspaso              DocType = 904
	FacturaReexpedicion          DocType = 905
	BoletaZonaFranca             DocType = 906
	FacturaZonaFranca            DocType = 907
	FacturaModuloZonaFranca      DocType = 909
	SolicitudTrasladoZonaFranca  DocType = 910
	DeclaracionIngresoZonaFranca DocType = 911
	DeclaracionIngreso           DocType = 914
	ResumenRegistro918           DocType = 918
	PasajesNacionales            DocType = 919
	OtrosAumentanDebito          DocType = 920
	ResumenRegistro921           DocType = 921
	OtrosDisminuyenDebito        DocType = 922
	PasajesInternacionales       DocType = 924
)

// Documents that are no tax documents, but that a document may refer to (TpoDocRef
// of the DTE format 2.2, part E).
const (
	OrdenCompra        DocType = 801
	NotaPedido         DocType = 802
	Contrato           DocType = 803
	Resolucion         DocType = 804
	ProcesoChileCompra DocType = 805
	FichaChileCompra   DocType = 806
	ReferenciaDUS      DocType = 807
	BillOfLading       DocType = 808
	AirWaybill         DocType = 809
	MICDTA             DocType = 810
	CartaPorte         DocType = 811
	ResolucionAduana   DocType = 812
	Pasaporte          DocType = 813
	CertificadoBolsa   DocType = 814
	ValePrendaBolsa    DocType = 815
	RegistroPlazoPago  DocType = 820
	ArchivoAdjunto     DocType = 888
)

// The properties of a type.
const (
	isElectronic = 1 << iota // a DTE
	isCredit                 // its amounts are to be subtracted
	isSummary                // the registers give only a total of the month
	isByBuyer                // the buyer issues it
)

var docTypes = map[DocType]struct {
	name  string
	flags int
}{
	FacturaInicio:                     {"Factura de inicio", 0},
	Factura:                           {"Factura", 0},
	FacturaExenta:                     {"Factura no afecta o exenta", 0},
	FacturaElectronica:                {"Factura electrónica", isElectronic},
	FacturaExentaElectronica:          {"Factura no afecta o exenta electrónica", isElectronic},
	Boleta:                            {"Total del mes de boletas", isSummary},
	BoletaExenta:                      {"Total del mes de boletas exentas", isSummary},
	BoletaElectronica:                 {"Boleta electrónica", isElectronic | isSummary},
	LiquidacionFactura:                {"Liquidación-factura", 0},
	BoletaExentaElectronica:           {"Boleta no afecta o exenta electrónica", isElectronic | isSummary},
	LiquidacionFacturaElectronica:     {"Liquidación-factura electrónica", isElectronic},
	FacturaCompra:                     {"Factura de compra", isByBuyer},
	FacturaCompraElectronica:          {"Factura de compra electrónica", isElectronic | isByBuyer},
	ValeElectronico:                   {"Total del mes de vales electrónicos", isSummary},
	ComprobantePagoElectronico:        {"Total del mes de comprobantes de pago electrónico", isSummary},
	GuiaDespacho:                      {"Guía de despacho", 0},
	GuiaDespachoElectronica:           {"Guía de despacho electrónica", isElectronic},
	NotaDebito:                        {"Nota de débito", 0},
	NotaDebitoElectronica:             {"Nota de débito electrónica", isElectronic},
	NotaCredito:                       {"Nota de crédito", isCredit},
	NotaCreditoElectronica:            {"Nota de crédito electrónica", isElectronic | isCredit},
	OtroLiquidacion:                   {"Anticipo u otra transacción de una liquidación", 0},
	FacturaExportacion:                {"Factura de exportación", 0},
	FacturaExentaZonaFranca:           {"Factura de venta exenta a zona franca primaria", 0},
	Liquidacion:                       {"Liquidación", 0},
	NotaDebitoExportacion:             {"Nota de débito de exportación", 0},
	BoletaLiquidacion:                 {"Boleta liquidación", isSummary},
	NotaCreditoExportacion:            {"Nota de crédito de exportación", isCredit},
	SolicitudRegistroFactura:          {"Solicitud de registro de factura (SRF)", 0},
	FacturaTurista:                    {"Factura a turista", 0},
	FacturaExportacionElectronica:     {"Factura de exportación electrónica", isElectronic},
	NotaDebitoExportacionElectronica:  {"Nota de débito de exportación electrónica", isElectronic},
	NotaCreditoExportacionElectronica: {"Nota de crédito de exportación electrónica", isElectronic | isCredit},
	FacturaTerritorioPref:             {"Factura de ventas a empresas del territorio preferencial", 0},
	ConocimientoEmbarque:              {"Conocimiento de embarque", 0},
	DocumentoUnicoSalida:              {"Documento único de salida (DUS)", 0},
	FacturaTraspaso:                   {"Factura de traspaso", 0},
	FacturaReexpedicion:               {"Factura de reexpedición", 0},
	BoletaZonaFranca:                  {"Boletas de venta de módulos de zona franca", 0},
	FacturaZonaFranca:                 {"Facturas de venta de módulos de zona franca", 0},
	FacturaModuloZonaFranca:           {"Facturas de venta de módulo de zona franca", 0},
	SolicitudTrasladoZonaFranca:       {"Solicitud de traslado de zona franca (Z)", 0},
	DeclaracionIngresoZonaFranca:      {"Declaración de ingreso a zona franca primaria", 0},
	DeclaracionIngreso:                {"Declaración de ingreso (DIN)", 0},
	ResumenRegistro918:                {"Resumen 918", isSummary},
	PasajesNacionales:                 {"Resumen de ventas de pasajes nacionales sin factura", isSummary},
	OtrosAumentanDebito:               {"Otros registros que aumentan el débito", isSummary},
	ResumenRegistro921:                {"Resumen 921", isSummary},
	OtrosDisminuyenDebito:             {"Otros registros que disminuyen el débito", isSummary},
	PasajesInternacionales:            {"Resumen de ventas de pasajes internacionales sin factura", isSummary},
	OrdenCompra:                       {"Orden de compra", 0},
	NotaPedido:                        {"Nota de pedido", 0},
	Contrato:                          {"Contrato", 0},
	Resolucion:                        {"Resolución", 0},
	ProcesoChileCompra:                {"Proceso ChileCompra", 0},
	FichaChileCompra:                  {"Ficha ChileCompra", 0},
	ReferenciaDUS:                     {"DUS", 0},
	BillOfLading:                      {"Conocimiento de embarque (B/L)", 0},
	AirWaybill:                        {"Conocimiento de embarque aéreo (AWB)", 0},
	MICDTA:                            {"MIC/DTA", 0},
	CartaPorte:                        {"Carta de porte", 0},
	ResolucionAduana:                  {"Resolución del SNA que califica un servicio de exportación", 0},
	Pasaporte:                         {"Pasaporte", 0},
	CertificadoBolsa:                  {"Certificado de depósito de la Bolsa de Productos", 0},
	ValePrendaBolsa:                   {"Vale de prenda de la Bolsa de Productos", 0},
	RegistroPlazoPago:                 {"Código de registro de un acuerdo de plazo de pago excepcional", 0},
	ArchivoAdjunto:                    {"Archivo adjunto", 0},
	// Accepted in the books (LibroCV_v10.xsd, DoctoType) without a published name.
	53:  {"Código 53 de los libros", 0},
	175: {"Código 175 de los libros", 0},
	180: {"Código 180 de los libros", 0},
	185: {"Código 185 de los libros", 0},
	500: {"Ajuste 500 de los libros", 0},
	501: {"Ajuste 501 de los libros", 0},
	900: {"Código 900 de los libros", 0},
}

// ParseDocType reads a code: digits, up to four of them.
// The error is a *ParseError with ErrSyntax or ErrRange.
func ParseDocType(s string) (DocType, error) {
	if !allDigits(s) {
		return 0, parseError("DocType", s, ErrSyntax)
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 9999 {
		return 0, parseError("DocType", s, ErrRange)
	}
	return DocType(n), nil
}

// Known reports whether this package has a name for the code.
func (t DocType) Known() bool { _, ok := docTypes[t]; return ok }

// Electronic reports whether documents of the type are DTEs: they have an XML form,
// a signature and a stamp.
func (t DocType) Electronic() bool { return docTypes[t].flags&isElectronic != 0 }

// Credit reports whether the amounts of the type are to be subtracted: the
// credit notes 60, 61, 106 and 112. They come from the SII as positive amounts.
func (t DocType) Credit() bool { return docTypes[t].flags&isCredit != 0 }

// Summary reports whether the registers never show single documents of the
// type, but only a total of the month.
func (t DocType) Summary() bool { return docTypes[t].flags&isSummary != 0 }

// ByBuyer reports whether the buyer issues documents of the type and the seller
// receives them: the facturas de compra 45 and 46. The buyer also issues notes about
// them, but the type of a note does not show it: see rcv.Document.ID.
func (t DocType) ByBuyer() bool { return docTypes[t].flags&isByBuyer != 0 }

// String returns the name in Spanish, or "tipo N" for a code without a name.
// The code itself is int(t).
func (t DocType) String() string {
	if known, ok := docTypes[t]; ok {
		return known.name
	}
	return "tipo " + strconv.Itoa(int(t))
}
