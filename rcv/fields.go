package rcv

import (
	"strings"
	"sync"
	"time"

	"github.com/ofitec/chile"
)

// fields is every value of a Document except OtherTaxes. The names are those of
// getDetalleCompra and getDetalleVenta, the headings those of the CSV exports.
var fields = []field{
	other("estadoContab", &stateKind, func(d *Document) *State { return &d.State }),
	other("detTipoDoc", &docTypeKind, func(d *Document) *chile.DocType { return &d.Type }, "Tipo Doc"),
	other("detNroDoc", &folioKind, func(d *Document) *chile.Folio { return &d.Folio }, "Folio"),
	other("detRutDoc", &rutKind, func(d *Document) *chile.RUT { return &d.Counterparty }, "RUT Proveedor", "Rut cliente"),
	other("detRznSoc", &textKind, func(d *Document) *string { return &d.Name }, "Razon Social"),
	other("detFchDoc", &dateKind, func(d *Document) *chile.Date { return &d.Issued }, "Fecha Docto"),
	other("detFecRecepcion", &instantKind, func(d *Document) *time.Time { return &d.Received }, "Fecha Recepcion"),
	happening(other("detFecAcuse", &instantKind, func(d *Document) *time.Time { return &d.Acknowledged }, "Fecha Acuse", "Fecha Acuse Recibo")),
	happening(other("detFecReclamado", &instantKind, func(d *Document) *time.Time { return &d.Claimed }, "Fecha Reclamo")),
	other("detEventoReceptor", &textKind, func(d *Document) *string { return &d.Event }),
	counting(never, other("detEventoReceptorLeyenda", &textKind, func(d *Document) *string { return &d.EventText })),
	other("detAnulado", &textKind, func(d *Document) *string { return &d.Cancelled }),

	amount("detMntExe", func(d *Document) *chile.CLP { return &d.Exempt }, "Monto Exento"),
	amount("detMntNeto", func(d *Document) *chile.CLP { return &d.Net }, "Monto Neto"),
	amount("detMntIVA", func(d *Document) *chile.CLP { return &d.VAT }, "Monto IVA Recuperable", "Monto IVA"),
	amount("detMntTotal", func(d *Document) *chile.CLP { return &d.Total }, "Monto Total"),
	amount("totalDtoiMontoImp", func(d *Document) *chile.CLP { return &d.OtherTaxTotal }),

	counting(specially, other("detTipoTransaccion", &numberKind, func(d *Document) *int { return &d.Kind })),
	counting(specially, other("descTipoTransaccion", &textKind, func(d *Document) *string { return &d.KindText }, "Tipo Compra", "Tipo Venta")),
	amount("detMntIVANoRec", func(d *Document) *chile.CLP { return &d.NonRecoverableVAT }, "Monto Iva No Recuperable"),
	other("detMntCodNoRec", &numberKind, func(d *Document) *int { return &d.NonRecoverableCode }, "Codigo IVA No Rec."),
	amount("totalDinrMontoIVANoR", func(d *Document) *chile.CLP { return &d.NonRecoverableTotal }),
	amount("detMntActFijo", func(d *Document) *chile.CLP { return &d.FixedAssetNet }, "Monto Neto Activo Fijo"),
	amount("detMntIVAActFijo", func(d *Document) *chile.CLP { return &d.FixedAssetVAT }, "IVA Activo Fijo"),
	amount("detIVAUsoComun", func(d *Document) *chile.CLP { return &d.CommonUseVAT }, "IVA uso Comun"),
	amount("detMntSinCredito", func(d *Document) *chile.CLP { return &d.NoCreditTax }, "Impto. Sin Derecho a Credito"),

	amount("detIVARetTotal", func(d *Document) *chile.CLP { return &d.WithheldTotal }, "IVA Retenido Total"),
	amount("detIVARetParcial", func(d *Document) *chile.CLP { return &d.WithheldPartial }, "IVA Retenido Parcial"),
	amount("detIVANoRetenido", func(d *Document) *chile.CLP { return &d.NotWithheld }, "IVA No Retenido"),
	amount("detIVAPropio", func(d *Document) *chile.CLP { return &d.OwnVAT }, "IVA propio"),
	amount("detIVATerceros", func(d *Document) *chile.CLP { return &d.ThirdPartyVAT }, "IVA Terceros"),
	amount("detIVAFueraPlazo", func(d *Document) *chile.CLP { return &d.LateVAT }, "IVA fuera de plazo"),
	counting(ifBoth, other("detTasaImp", &rateKind, func(d *Document) *Rate { return &d.TaxRate })),
	counting(ifBoth, other("detTpoImp", &numberKind, func(d *Document) *int { return &d.TaxKind })),
	amount("detLey18211", func(d *Document) *chile.CLP { return &d.Law18211 }, "Impto. Zona Franca (Ley 18211)"),
	amount("detCredEc", func(d *Document) *chile.CLP { return &d.BuilderCredit }, "Credito empresa constructora"),
	other("detLiqRutEmisor", &rutKind, func(d *Document) *chile.RUT { return &d.SettlementRUT }, "RUT Emisor Liquid. Factura"),
	amount("detLiqValComNeto", func(d *Document) *chile.CLP { return &d.CommissionNet }, "Neto Comision Liquid. Factura"),
	amount("detLiqValComExe", func(d *Document) *chile.CLP { return &d.CommissionExe }, "Exento Comision Liquid. Factura"),
	amount("detLiqValComIVA", func(d *Document) *chile.CLP { return &d.CommissionVAT }, "IVA Comision Liquid. Factura"),

	other("detExpNumId", &textKind, func(d *Document) *string { return &d.ForeignID }, "Num. Ident. Receptor Extranjero"),
	other("detExpNacionalidad", &textKind, func(d *Document) *string { return &d.Nationality }, "Nacionalidad Receptor Extranjero"),
	amount("detPsjNac", func(d *Document) *chile.CLP { return &d.NationalFares }, "Venta Pasajes Transporte Nacional"),
	amount("detPsjInt", func(d *Document) *chile.CLP { return &d.InternationalFares }, "Venta Pasajes Transporte Internacional"),

	other("detTipoDocRef", &docTypeKind, func(d *Document) *chile.DocType { return &d.RefType }, "Tipo Docto. Referencia"),
	other("detFolioDocRef", &codeKind, func(d *Document) *string { return &d.RefFolio }, "Folio Docto. Referencia"),
	other("detEmisorNota", &numberKind, func(d *Document) *int { return &d.OverPurchaseInvoice }, "NCE o NDE sobre Fact. de Compra"),

	amount("detDepEnvase", func(d *Document) *chile.CLP { return &d.Deposit }, "Garantia Dep. Envases"),
	other("detIndSinCosto", &numberKind, func(d *Document) *int { return &d.NoCostSale }, "Indicador Venta sin Costo"),
	other("detIndServicio", &numberKind, func(d *Document) *int { return &d.PeriodicService }, "Indicador Servicio Periodico"),
	amount("detMntNoFact", func(d *Document) *chile.CLP { return &d.NonBillable }, "Monto No facturable"),
	amount("detMntPeriodo", func(d *Document) *chile.CLP { return &d.PeriodTotal }, "Total Monto Periodo"),
	amount("detTabPuros", func(d *Document) *chile.CLP { return &d.TobaccoCigars }, "Tabacos Puros"),
	amount("detTabCigarrillos", func(d *Document) *chile.CLP { return &d.TobaccoCigarettes }, "Tabacos Cigarrillos"),
	amount("detTabElaborado", func(d *Document) *chile.CLP { return &d.TobaccoProcessed }, "Tabacos Elaborados"),
	amount("detImpVehiculo", func(d *Document) *chile.CLP { return &d.VehicleTax }),
	other("detNumInt", &codeKind, func(d *Document) *string { return &d.InternalNumber }, "Numero Interno"),
	other("detCdgSIISucur", &codeKind, func(d *Document) *string { return &d.Branch }, "Codigo Sucursal"),

	counting(never, other("dhdrCodigo", &idKind, func(d *Document) *int64 { return &d.HeaderID })),
	counting(never, other("dcvCodigo", &idKind, func(d *Document) *int64 { return &d.RegisterID })),
	counting(never, other("detCodigo", &idKind, func(d *Document) *int64 { return &d.DetailID })),
	counting(never, other("detPcarga", &periodKind, func(d *Document) *chile.Period { return &d.Loaded })),
	counting(never, other("cambiarTipoTran", &flagKind, func(d *Document) *bool { return &d.KindMayChange })),
	counting(never, other("emisorAgresivo", &flagKind, func(d *Document) *bool { return &d.AggressiveIssuer })),
	counting(never, other("fechaActivacionAnotacion", &textKind, func(d *Document) *string { return &d.AggressiveSince })),
	counting(never, other("dcvEstadoContab", &textKind, func(d *Document) *string { return &d.RawState })),
}

func other[T comparable](name string, k *kind[T], in func(*Document) *T, headings ...string) field {
	return field{value: at[T]{kind: k, in: in}, name: name, headings: headings}
}

func amount(name string, in func(*Document) *chile.CLP, headings ...string) field {
	f := other(name, &amountKind, in, headings...)
	f.money = true
	return f
}

func happening(f field) field {
	f.happens = true
	return f
}

func counting(how comparison, f field) field {
	f.compared = how
	return f
}

// fieldsByName finds the fields of the facade's rows.
var fieldsByName = sync.OnceValue(func() map[string]int {
	byName := make(map[string]int, len(fields))
	for i := range fields {
		byName[fields[i].name] = i
	}
	delete(byName, "estadoContab") // a requested value, not a value of the row
	return byName
})

// fieldsByHeading finds the fields of a CSV export of either book.
var fieldsByHeading = sync.OnceValue(func() map[string]int {
	byHeading := make(map[string]int, len(fields))
	for i := range fields {
		for _, heading := range fields[i].headings {
			byHeading[fold(heading)] = i
		}
	}
	return byHeading
})

// fold returns the heading without the differences between layouts: case and
// spaces.
func fold(heading string) string { return strings.ToLower(strings.Join(strings.Fields(heading), " ")) }

// named returns the index of the field with that name.
func named(name string) int {
	for i := range fields {
		if fields[i].name == name {
			return i
		}
	}
	panic("rcv: no field " + name) //nolint:forbidigo // the names are constants of this package, looked up while the program starts
}
