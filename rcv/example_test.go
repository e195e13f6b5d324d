package rcv_test

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

const exported = `Nro;Tipo Doc;Tipo Venta;Rut cliente;Razon Social;Folio;Fecha Docto;Fecha Recepcion;Monto Exento;Monto Neto;Monto IVA;Monto total;Codigo Otro Imp.;Valor Otro Imp.;Tasa Otro Imp.
1;33;Del Giro;76192083-9;Cliente Uno SpA ;6541;01/09/2026;01/09/2026 10:09:00;0;1000000;190000;1470000;27;100000;10;
;33;Del Giro;76192083-9;Cliente Uno SpA;6541;01/09/2026;;;;;;271;180000;18;
2;33;Del Giro;76192083-8;Cliente Dos SpA;6542;01/09/2026;01/09/2026 10:10:00;0;1000;190;1190;;;;
3;61;Del Giro;76192083-9;Cliente Uno SpA ;12;02/09/2026;02/09/2026 11:00:00;0;100000;19000;119000;;;;
`

func ExampleOpenCSV() {
	file, err := rcv.OpenCSV(strings.NewReader(exported), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(file.Book(), file.State())
	for doc, err := range file.Documents() {
		var row *rcv.RowError
		switch {
		case errors.As(err, &row):
			fmt.Println(row) // the next row follows
			continue
		case err != nil:
			fmt.Println(err)
			return
		}
		fmt.Println(int(doc.Type), doc.Folio, doc.Name, doc.Total.Format(), doc.OtherTaxes)
	}
	// Output:
	// VENTA REGISTRO
	// 33 6541 Cliente Uno SpA 1.470.000 [{27 100000 10} {271 180000 18}]
	// rcv: row 4: Rut cliente "76192083-8": wrong check digit
	// 61 12 Cliente Uno SpA 119.000 []
}

func ExampleDecodePurchases() {
	answer := `{"data": [
		{"detTipoDoc": null, "detRutDoc": 76192083, "detDvDoc": "9", "detRznSoc": "Proveedor Uno SpA ", "detNroDoc": 23084,
		 "detFchDoc": "21/09/2026", "detFecRecepcion": "22/09/2026 09:55:53", "detMntExe": 0, "detMntNeto": 500000,
		 "detMntIVA": 95000, "detMntTotal": 595000, "detEventoReceptor": "ERM"}
	], "respEstado": {"codRespuesta": 0, "msgeRespuesta": null, "codError": null}}`

	opts := &rcv.DecodeOptions{State: rcv.Registro, Type: 33} // what was asked for
	for purchase, err := range rcv.DecodePurchases(strings.NewReader(answer), opts) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(purchase.State, purchase.Type, purchase.Folio, purchase.Supplier(), purchase.Issued, purchase.VAT, purchase.Event)
	}
	// Output:
	// REGISTRO Factura electrónica 23084 76192083-9 2026-09-21 95000 ERM
}

func ExampleTotals() {
	var totals rcv.Totals
	for _, doc := range []rcv.Document{
		{Type: 33, Net: 1_000_000, VAT: 190_000, Total: 1_190_000},
		{Type: 61, Net: 100_000, VAT: 19_000, Total: 119_000}, // a credit note
	} {
		if err := totals.Add(&doc); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(totals.Documents, totals.Credits, totals.Net.Format(), totals.VAT.Format(), totals.Total.Format())
	// Output: 2 1 900.000 171.000 1.071.000
}

func ExampleDiff() {
	before := rcv.Document{State: rcv.Pendiente, Type: 33, Folio: 7, VAT: 190, Total: 1190}
	after := before
	after.State, after.VAT = rcv.Registro, 0
	after.NonRecoverableVAT = 190
	for _, difference := range rcv.Diff(&before, &after) {
		fmt.Println(difference)
	}
	// Output:
	// estadoContab: PENDIENTE → REGISTRO
	// detMntIVA: 190 → 0
	// detMntIVANoRec: 0 → 190
}

func ExampleCheck() {
	promised := []rcv.SummaryLine{{State: rcv.Registro, Type: 33, HasDetail: true, Documents: 2, Total: 2380}}
	var check rcv.Check
	if err := check.Add(&rcv.Document{State: rcv.Registro, Type: 33, Total: 1190}); err != nil {
		fmt.Println(err)
		return
	}
	mismatches, err := check.Compare(promised)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, mismatch := range mismatches {
		fmt.Println(mismatch)
	}
	// Output:
	// REGISTRO 33 rsmnTotDoc: promised 2, got 1
	// REGISTRO 33 rsmnMntTotal: promised 2380, got 1190
}

func ExampleDecodeSummary() {
	answer := `{"data": [{"rsmnTipoDocInteger": 33, "dcvNombreTipoDoc": "Factura Electrónica", "rsmnLink": true,
		"rsmnTotDoc": 3, "rsmnMntNeto": 1000000, "rsmnMntIVA": 190000, "rsmnMntTotal": 1190000}],
		"totDocRes": 3, "respEstado": {"codRespuesta": 0}}`
	summary, err := rcv.DecodeSummary(strings.NewReader(answer), rcv.Registro)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, line := range summary.Lines {
		fmt.Println(line.State, line.TypeName, line.Documents, line.Total.Format())
	}
	// Output: REGISTRO Factura Electrónica 3 1.190.000
}

func ExampleWriteCSV() {
	file, err := rcv.OpenCSV(strings.NewReader(exported), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	var refused *rcv.RowError
	if err := rcv.WriteCSV(os.Stdout, file.Book(), file.State(), file.Documents()); errors.As(err, &refused) {
		fmt.Println("row", refused.Line, "cannot be read, so nothing more is written")
	}
	// Output: row 4 cannot be read, so nothing more is written
}

// The CSV comes wrapped in JSON, line by line, and is read as it comes.
func ExampleExportReader() {
	answer := `{"data":["Nro;Tipo Doc;Tipo Compra;RUT Proveedor;Razon Social;Folio;Fecha Docto;Fecha Recepcion;Monto Exento;Monto Neto;Monto IVA Recuperable;Monto Total",
		"1;33;Del Giro;76192083-9;Proveedor Uno SpA;23084;21/09/2026;22/09/2026 09:55:53;0;500000;95000;595000;"],
		"nombreArchivo":"RCV_COMPRA_REGISTRO.csv","respEstado":{"codRespuesta":0}}`
	export := rcv.NewExportReader(strings.NewReader(answer))
	file, err := rcv.OpenCSV(export, &rcv.CSVOptions{State: rcv.Registro})
	if err != nil {
		fmt.Println(err)
		return
	}
	for doc, err := range file.Documents() {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(doc.Folio, doc.Total.Format())
	}
	fmt.Println(export.Name())
	// Output:
	// 23084 595.000
	// RCV_COMPRA_REGISTRO.csv
}

func ExampleDecodeTypes() {
	types, err := rcv.DecodeTypes(strings.NewReader(
		`{"data":[{"dcvCodigoDoc":33,"dcvNombreDoc":"Factura Electrónica ","dcvTipoIngreso":"DET_ELE"}],"respEstado":{"codRespuesta":0}}`))
	fmt.Println(types, err)
	// Output: [{Factura electrónica Factura Electrónica DET_ELE}] <nil>
}

func ExampleDecodeCompanies() {
	companies, err := rcv.DecodeCompanies(strings.NewReader(
		`{"data":[{"usrEmpRut":76192083,"usrEmpDv":"9","razonSocONombreEmp":null}],"respEstado":{"codRespuesta":0}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, company := range companies {
		fmt.Println(company.RUT)
	}
	// Output: 76192083-9
}

func ExampleDecodeEventKinds() {
	kinds, err := rcv.DecodeEventKinds(strings.NewReader(
		`{"dataEventosDocs":[{"dedCodEvento":"ERG","dedDescEvento":"Acuse de Recibo Mercaderías en Guía"}],"respEstado":{"codRespuesta":0}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(kinds[0].Code, kinds[0].Text)
	// Output: ERG Acuse de Recibo Mercaderías en Guía
}

// Days that do not add up to the register's line are told.
func ExampleDecodeBoletas() {
	month, err := rcv.DecodeBoletas(strings.NewReader(
		`{"data":{"boletas":[{"dia":3,"totalDocumentos":2,"montoExento":0,"montoNeto":1000,"montoIva":190,"montoTotal":1190}]}}`),
		chile.MustParsePeriod("2026-10"), chile.BoletaElectronica)
	if err != nil {
		fmt.Println(err)
		return
	}
	mismatches, err := month.Compare(rcv.SummaryLine{Type: chile.BoletaElectronica, Documents: 3, Net: 1000, VAT: 190, Total: 1190})
	fmt.Println(month.Days[0].Date, mismatches, err)
	// Output: 2026-10-03 [REGISTRO 39 rsmnTotDoc: promised 3, got 2] <nil>
}

func ExampleDecodeDeferred() {
	exports, err := rcv.DecodeDeferred(strings.NewReader(
		`{"data":[{"caId":123456,"caProceso":"CONSDCV_C_RG","caIdBLOB":"SIN-BLOB","caEstado":"EN PROCESO"}],"respEstado":{"codRespuesta":0}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, export := range exports {
		fmt.Println(export.ID, export.Book, export.State, export.Progress, export.Ready())
	}
	// Output: 123456 COMPRA REGISTRO EN PROCESO false
}

// A file knows no events: one that the facade tells later is no change, but worth
// keeping.
func ExampleAdds() {
	file := rcv.Document{State: rcv.Registro, Type: 33, Folio: 7, Total: 1190}
	facade := file
	facade.HeaderID, facade.Event = 7_700_000_000_001, "ERM"
	fmt.Println(len(rcv.Diff(&file, &facade)), rcv.Adds(&file, &facade))
	// Output: 0 true
}
