package rcv

import (
	"time"

	"github.com/ofitec/chile"
)

// Document is a row of a register: one document, with the SII's amounts and
// marks. Purchases and sales have the same fields at the SII; the types
// Purchase and Sale say which book a row belongs to.
//
// Amounts are whole pesos. An amount that the SII omits is zero, as in the SII's
// own sums. A credit note has positive amounts: see chile.DocType.Credit. Times
// are instants; the SII writes them in Chilean local time, to the second. The
// zero time, the zero date and the empty string mean that the SII gave none.
//
// The JSON names are those of the SII's facade, so that a reader who knows one
// can read the other. Source of the fields: answers of getDetalleCompra and
// getDetalleVenta, seen in three clients; of the CSV columns: exports of the
// years 2019 to 2025.
type Document struct {
	// State is the state of the document in the register. Sales: Registro.
	State State `json:"estadoContab"`

	// Type is the kind of document, Folio its number. detTipoDoc, detNroDoc;
	// columns "Tipo Doc", "Folio".
	Type  chile.DocType `json:"detTipoDoc"`
	Folio chile.Folio   `json:"detNroDoc"`

	// Counterparty is the supplier of a purchase and the customer of a sale;
	// Name is its razón social, without the spaces that the SII pads it with.
	// detRutDoc and detDvDoc, detRznSoc; columns "RUT Proveedor" or "Rut
	// cliente", "Razon Social".
	Counterparty chile.RUT `json:"detRutDoc,omitzero"`
	Name         string    `json:"detRznSoc,omitzero"`

	// Issued is the date on the document. Received is when the SII received it,
	// Acknowledged when the receiver acknowledged it, Claimed when it claimed.
	// detFchDoc, detFecRecepcion, detFecAcuse, detFecReclamado; columns "Fecha
	// Docto", "Fecha Recepcion", "Fecha Acuse" or "Fecha Acuse Recibo", "Fecha
	// Reclamo".
	Issued       chile.Date `json:"detFchDoc,omitzero"`
	Received     time.Time  `json:"detFecRecepcion,omitzero"`
	Acknowledged time.Time  `json:"detFecAcuse,omitzero"`
	Claimed      time.Time  `json:"detFecReclamado,omitzero"`

	// Event is the receiver's last event (ACD, ERM, RCD, RFP, RFT, ERG; unknown
	// codes are kept), EventText its text. detEventoReceptor,
	// detEventoReceptorLeyenda; not in the CSV exports.
	Event     string `json:"detEventoReceptor,omitzero"`
	EventText string `json:"detEventoReceptorLeyenda,omitzero"`

	// Cancelled is the SII's mark that the document was annulled, as received.
	// detAnulado; not in the CSV exports.
	Cancelled string `json:"detAnulado,omitzero"`

	// Exempt, Net, VAT (IVA) and Total are the amounts of the document. In a
	// purchase VAT is the recoverable part. detMntExe, detMntNeto, detMntIVA,
	// detMntTotal; columns "Monto Exento", "Monto Neto", "Monto IVA Recuperable"
	// or "Monto IVA", "Monto Total".
	Exempt chile.CLP `json:"detMntExe,omitzero"`
	Net    chile.CLP `json:"detMntNeto,omitzero"`
	VAT    chile.CLP `json:"detMntIVA,omitzero"`
	Total  chile.CLP `json:"detMntTotal,omitzero"`

	// OtherTaxTotal is the sum of additional taxes and withholdings,
	// totalDtoiMontoImp. OtherTaxes is its breakdown, which only the CSV exports
	// have; it is empty in a row from the facade's JSON.
	OtherTaxTotal chile.CLP  `json:"totalDtoiMontoImp,omitzero"`
	OtherTaxes    []OtherTax `json:"otrosImpuestos,omitempty"`

	Transaction // kind of purchase or sale, and what follows from it
	Withholding // VAT withheld, own, of third parties, late
	Export      // receivers abroad, passengers
	Reference   // a document that this one refers to
	Special     // amounts for particular industries
	SIIData     // the SII's own numbers and marks
}

// OtherTax is an additional tax or a withholding of a document.
type OtherTax struct {
	Code   int       `json:"codigo"`         // code of the tax, such as 23, 24, 27, 271; columns "Codigo Otro Impuesto", "Codigo Otro Imp."
	Amount chile.CLP `json:"valor"`          // columns "Valor Otro Impuesto", "Valor Otro Imp."
	Rate   Rate      `json:"tasa,omitempty"` // columns "Tasa Otro Impuesto", "Tasa Otro Imp."
}

// Rate is a percentage as the SII writes it: digits, at most one decimal point
// and any number of decimals (31.5, 2.967999999). It is text, because a binary
// number would not keep the written value. The empty string is no rate.
type Rate string

// Transaction says what the document was bought or sold for, and how a
// purchase's VAT may be used.
type Transaction struct {
	// Kind is the number of the Tipo de Compra or Tipo de Venta, 0 if the SII gives
	// none, and KindText its text. Sources differ: the facade gives both for
	// purchases and only the text for sales; the exports have only the text. KindIn
	// reads whichever is present. detTipoTransaccion, descTipoTransaccion; columns
	// "Tipo Compra" and "Tipo Venta" (only the text).
	Kind     int    `json:"detTipoTransaccion,omitzero"`
	KindText string `json:"descTipoTransaccion,omitzero"`

	// NonRecoverableVAT is VAT that gives no credit, NonRecoverableCode why (1
	// exempt operations, 2 late, 3 rejected expenses, 4 free deliveries, 9
	// others), NonRecoverableTotal the sum of all such entries.
	// detMntIVANoRec, detMntCodNoRec, totalDinrMontoIVANoR.
	NonRecoverableVAT   chile.CLP `json:"detMntIVANoRec,omitzero"`
	NonRecoverableCode  int       `json:"detMntCodNoRec,omitzero"`
	NonRecoverableTotal chile.CLP `json:"totalDinrMontoIVANoR,omitzero"`

	// FixedAssetNet and FixedAssetVAT are the part for fixed assets.
	// detMntActFijo, detMntIVAActFijo.
	FixedAssetNet chile.CLP `json:"detMntActFijo,omitzero"`
	FixedAssetVAT chile.CLP `json:"detMntIVAActFijo,omitzero"`

	// CommonUseVAT is VAT of purchases for both taxed and exempt operations.
	// detIVAUsoComun.
	CommonUseVAT chile.CLP `json:"detIVAUsoComun,omitzero"`

	// NoCreditTax is tax without right to credit. detMntSinCredito.
	NoCreditTax chile.CLP `json:"detMntSinCredito,omitzero"`
}

// Withholding has the treatment of the VAT of a document.
type Withholding struct {
	WithheldTotal   chile.CLP `json:"detIVARetTotal,omitzero"`   // "IVA Retenido Total"
	WithheldPartial chile.CLP `json:"detIVARetParcial,omitzero"` // "IVA Retenido Parcial"
	NotWithheld     chile.CLP `json:"detIVANoRetenido,omitzero"` // "IVA No Retenido"
	OwnVAT          chile.CLP `json:"detIVAPropio,omitzero"`     // "IVA propio", liquidación-factura
	ThirdPartyVAT   chile.CLP `json:"detIVATerceros,omitzero"`   // "IVA Terceros", liquidación-factura
	LateVAT         chile.CLP `json:"detIVAFueraPlazo,omitzero"` // "IVA fuera de plazo"
	TaxRate         Rate      `json:"detTasaImp,omitempty"`      // rate, "0" or none seen
	TaxKind         int       `json:"detTpoImp,omitzero"`        // 1 VAT and 0 exempt seen
	Law18211        chile.CLP `json:"detLey18211,omitzero"`      // "Impto. Zona Franca (Ley 18211)"
	BuilderCredit   chile.CLP `json:"detCredEc,omitzero"`        // "Credito empresa constructora"
	SettlementRUT   chile.RUT `json:"detLiqRutEmisor,omitzero"`  // "RUT Emisor Liquid. Factura"
	CommissionNet   chile.CLP `json:"detLiqValComNeto,omitzero"` // "Neto Comision Liquid. Factura"
	CommissionExe   chile.CLP `json:"detLiqValComExe,omitzero"`  // "Exento Comision Liquid. Factura"
	CommissionVAT   chile.CLP `json:"detLiqValComIVA,omitzero"`  // "IVA Comision Liquid. Factura"
}

// Export has the values of documents for receivers abroad and for passengers.
type Export struct {
	ForeignID          string    `json:"detExpNumId,omitzero"`        // "Num. Ident. Receptor Extranjero"
	Nationality        string    `json:"detExpNacionalidad,omitzero"` // "Nacionalidad Receptor Extranjero", the SII's code
	NationalFares      chile.CLP `json:"detPsjNac,omitzero"`          // "Venta Pasajes Transporte Nacional"
	InternationalFares chile.CLP `json:"detPsjInt,omitzero"`          // "Venta Pasajes Transporte Internacional"
}

// Reference is the document that a document refers to.
type Reference struct {
	RefType chile.DocType `json:"detTipoDocRef,omitzero"` // "Tipo Docto. Referencia"; 0 is none

	// RefFolio is text: it may list several folios (10370-10371) or be no number.
	// detFolioDocRef; column "Folio Docto. Referencia".
	RefFolio string `json:"detFolioDocRef,omitzero"`

	// OverPurchaseInvoice is the mark of a credit or debit note for a factura de
	// compra. detEmisorNota; column "NCE o NDE sobre Fact. de Compra".
	OverPurchaseInvoice int `json:"detEmisorNota,omitzero"`
}

// Special are amounts and marks for particular industries.
type Special struct {
	Deposit           chile.CLP `json:"detDepEnvase,omitzero"`      // "Garantia Dep. Envases"
	NoCostSale        int       `json:"detIndSinCosto,omitzero"`    // "Indicador Venta sin Costo"
	PeriodicService   int       `json:"detIndServicio,omitzero"`    // "Indicador Servicio Periodico"
	NonBillable       chile.CLP `json:"detMntNoFact,omitzero"`      // "Monto No facturable"
	PeriodTotal       chile.CLP `json:"detMntPeriodo,omitzero"`     // "Total Monto Periodo"
	TobaccoCigars     chile.CLP `json:"detTabPuros,omitzero"`       // "Tabacos Puros"
	TobaccoCigarettes chile.CLP `json:"detTabCigarrillos,omitzero"` // "Tabacos Cigarrillos"
	TobaccoProcessed  chile.CLP `json:"detTabElaborado,omitzero"`   // "Tabacos Elaborados"
	VehicleTax        chile.CLP `json:"detImpVehiculo,omitzero"`
	InternalNumber    string    `json:"detNumInt,omitzero"`      // "Numero Interno"
	Branch            string    `json:"detCdgSIISucur,omitzero"` // "Codigo Sucursal", given by the SII
}

// SIIData are the SII's own numbers and marks of a row. Only the facade's JSON
// has them, and differences in them do not count as a change of the document.
type SIIData struct {
	HeaderID   int64 `json:"dhdrCodigo,omitzero"` // id of the DTE at the SII
	RegisterID int64 `json:"dcvCodigo,omitzero"`  // id of the register
	DetailID   int64 `json:"detCodigo,omitzero"`  // id of the row

	Loaded           chile.Period `json:"detPcarga,omitzero"`       // month of load
	KindMayChange    bool         `json:"cambiarTipoTran,omitzero"` // the portal allows a change of Kind
	AggressiveIssuer bool         `json:"emisorAgresivo,omitzero"`  // on the SII's list of aggressive issuers
	AggressiveSince  string       `json:"fechaActivacionAnotacion,omitzero"`
	RawState         string       `json:"dcvEstadoContab,omitzero"` // as in the row; null in all rows seen
}

// ID identifies the document as the document itself does: both parties find the
// same id in their registers. See Parties for its issuer.
func (d *Document) ID(k Key) chile.DocumentID {
	issuer, _ := d.Parties(k)
	return chile.DocumentID{Issuer: issuer, Type: d.Type, Folio: d.Folio}
}

// Parties returns the issuer and the receiver of the document. The seller issues
// it: the counterparty for a purchase, the owner for a sale. The buyer issues
// facturas de compra (45, 46) and the notes for them: in the book of purchases the
// owner, in that of sales the counterparty. Such a note is one that has the mark
// OverPurchaseInvoice or refers to a factura de compra.
//
// Unverified: that every row of such a note has the mark or the reference. A note
// with neither counts as the seller's.
func (d *Document) Parties(k Key) (issuer, receiver chile.RUT) {
	if (k.Book == Sales) != d.byBuyer() {
		return k.Owner, d.Counterparty
	}
	return d.Counterparty, k.Owner
}

// byBuyer reports whether the buyer issued the document.
func (d *Document) byBuyer() bool {
	switch d.Type {
	case chile.NotaDebito, chile.NotaCredito, chile.NotaDebitoElectronica, chile.NotaCreditoElectronica:
		return d.OverPurchaseInvoice != 0 || d.RefType.ByBuyer()
	default:
		return d.Type.ByBuyer()
	}
}

// Purchase is a row of the Registro de Compras.
type Purchase struct{ Document }

// Supplier returns the RUT of the seller. Parties returns who issued the
// document.
func (p *Purchase) Supplier() chile.RUT { return p.Counterparty }

// Sale is a row of the Registro de Ventas.
type Sale struct{ Document }

// Customer returns the RUT of the buyer. Parties returns who issued the
// document.
func (s *Sale) Customer() chile.RUT { return s.Counterparty }
