package rcv_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// twoSources returns a purchase as the facade's JSON gives it and as the export
// does, read by their readers.
func twoSources(t *testing.T) (facade, file rcv.Document) {
	t.Helper()
	const answer = `{"data":[{"detTipoDoc":33,"detRutDoc":77000001,"detDvDoc":"7","detRznSoc":"Proveedora SpA","detNroDoc":1500,
		"detFchDoc":"05/09/2026","detFecRecepcion":"06/09/2026 10:00:00","detMntExe":0,"detMntNeto":100000,"detMntIVA":19000,
		"detMntTotal":122642,"totalDtoiMontoImp":3642,"detEventoReceptor":"ERM","detTipoTransaccion":1,"descTipoTransaccion":"Del Giro",
		"detMntIVANoRec":0,"totalDinrMontoIVANoR":0,"detCodigo":77}],"respEstado":{"codRespuesta":0}}`
	for p, err := range rcv.DecodePurchases(strings.NewReader(answer), &rcv.DecodeOptions{State: rcv.Registro, Type: 33}) {
		require.NoError(t, err)
		facade = p.Document
	}
	const export = "Nro;Tipo Doc;Tipo Compra;RUT Proveedor;Razon Social;Folio;Fecha Docto;Fecha Recepcion;Fecha Acuse;Monto Exento;Monto Neto;Monto IVA Recuperable;Monto Iva No Recuperable;Codigo IVA No Rec.;Monto Total;Monto Neto Activo Fijo;IVA Activo Fijo;IVA uso Comun;Impto. Sin Derecho a Credito;IVA No Retenido;Tabacos Puros;Tabacos Cigarrillos;Tabacos Elaborados;NCE o NDE sobre Fact. de Compra;Codigo Otro Impuesto;Valor Otro Impuesto;Tasa Otro Impuesto\n" +
		"1;33;Del Giro;77000001-7;Proveedora SpA;1500;05/09/2026;06/09/2026 10:00:00;;0;100000;19000;;;122642;;;;;0;;;;0;28;3642;0\n"
	csv, err := rcv.OpenCSV(strings.NewReader(export), nil)
	require.NoError(t, err)
	for d, err := range csv.Documents() {
		require.NoError(t, err)
		file = d
	}
	require.EqualValues(t, 1500, facade.Folio)
	require.EqualValues(t, 1500, file.Folio)
	return facade, file
}

func TestMergeOfTwoSources(t *testing.T) {
	t.Parallel()
	facade, file := twoSources(t)
	require.NotEmpty(t, file.OtherTaxes)
	want := facade
	want.OtherTaxes = file.OtherTaxes
	for _, order := range [][2]rcv.Document{{facade, file}, {file, facade}} {
		merged, kept := rcv.Merge(rcv.Purchases, &order[0], &order[1])
		assert.True(t, kept)
		assert.Equal(t, want, merged)
		assert.Empty(t, rcv.Diff(&order[0], &merged))
		assert.True(t, rcv.Adds(&order[0], &merged))
		again, _ := rcv.Merge(rcv.Purchases, &merged, &order[0])
		assert.Equal(t, want, again, "and nothing is lost by a look that is repeated")
		assert.False(t, rcv.Adds(&merged, &again))
	}
	_, kept := rcv.Merge(rcv.Purchases, &facade, &facade)
	assert.False(t, kept)
}

func TestMergeKeepsWhatTheSourceCannotKnow(t *testing.T) {
	t.Parallel()
	type change = func(*rcv.Document)
	facade := func(d *rcv.Document) { d.HeaderID, d.DetailID = 1, 2 }
	all := func(changes ...change) change {
		return func(d *rcv.Document) {
			for _, change := range changes {
				change(d)
			}
		}
	}
	event := func(d *rcv.Document) { d.Event, d.EventText = "ERM", "Recibo" }
	taxes := func(d *rcv.Document) {
		d.OtherTaxTotal, d.OtherTaxes = 5, []rcv.OtherTax{{Code: 28, Amount: 5, Rate: "1"}}
	}
	for _, test := range []struct {
		name                string
		book                rcv.Book
		before, after, want change
	}{
		{"event and the SII's numbers, which no file has", rcv.Purchases, all(facade, event), func(*rcv.Document) {}, all(facade, event)},
		{"the facade has no event any more", rcv.Purchases, all(facade, event), facade, facade},
		{"an amount that the file has a column for", rcv.Purchases, all(facade, func(d *rcv.Document) { d.CommonUseVAT = 7 }), func(*rcv.Document) {}, facade},
		{
			"an amount that only the file of sales has a column for, of a purchase", rcv.Purchases,
			all(facade, func(d *rcv.Document) { d.WithheldTotal = 7 }), func(*rcv.Document) {}, all(facade, func(d *rcv.Document) { d.WithheldTotal = 7 }),
		},
		{"and of a sale", rcv.Sales, all(facade, func(d *rcv.Document) { d.WithheldTotal = 7 }), func(*rcv.Document) {}, facade},
		{"and of either: in doubt an amount is gone", "", all(facade, func(d *rcv.Document) { d.WithheldTotal = 7 }), func(*rcv.Document) {}, facade},
		{
			"the date of acknowledgment, which files of claims lack", rcv.Purchases,
			func(d *rcv.Document) { d.Received, d.Acknowledged = october5, october5 },
			func(d *rcv.Document) { d.State, d.Received = rcv.Reclamado, october5 },
			func(d *rcv.Document) { d.State, d.Received, d.Acknowledged = rcv.Reclamado, october5, october5 },
		},
		{
			"the SII's word for a state that was", rcv.Purchases, all(facade, func(d *rcv.Document) { d.State, d.RawState = rcv.Pendiente, "PENDIENTE" }),
			func(*rcv.Document) {}, facade,
		},
		{
			"the number of the kind", rcv.Purchases, all(facade, func(d *rcv.Document) { d.Kind, d.KindText = 1, "Del Giro" }),
			func(d *rcv.Document) { d.KindText = "DEL GIRO" }, all(facade, func(d *rcv.Document) { d.Kind, d.KindText = 1, "DEL GIRO" }),
		},
		{
			"but not that of another kind", rcv.Purchases, all(facade, func(d *rcv.Document) { d.Kind, d.KindText = 1, "Del Giro" }),
			func(d *rcv.Document) { d.KindText = "Activo Fijo" }, all(facade, func(d *rcv.Document) { d.KindText = "Activo Fijo" }),
		},
		{
			"the text of the kind", rcv.Purchases, func(d *rcv.Document) { d.KindText = "Activo Fijo" },
			all(facade, func(d *rcv.Document) { d.Kind = 4 }), all(facade, func(d *rcv.Document) { d.Kind, d.KindText = 4, "Activo Fijo" }),
		},
		{
			"but not that of another number", rcv.Purchases, func(d *rcv.Document) { d.KindText = "Activo Fijo" },
			all(facade, func(d *rcv.Document) { d.Kind = 1 }), all(facade, func(d *rcv.Document) { d.Kind = 1 }),
		},
		{"a kind that the file has not any more", rcv.Purchases, func(d *rcv.Document) { d.KindText = "Del Giro" }, func(*rcv.Document) {}, func(*rcv.Document) {}},
		{"the breakdown", rcv.Purchases, taxes, all(facade, func(d *rcv.Document) { d.OtherTaxTotal = 5 }), all(facade, taxes)},
		{"but not of another sum", rcv.Purchases, taxes, all(facade, func(d *rcv.Document) { d.OtherTaxTotal = 6 }), all(facade, func(d *rcv.Document) { d.OtherTaxTotal = 6 })},
		{"a breakdown that the file has not any more", rcv.Purchases, taxes, func(*rcv.Document) {}, func(*rcv.Document) {}},
		{
			"a breakdown whose sum is nothing", rcv.Purchases,
			func(d *rcv.Document) { d.OtherTaxes = []rcv.OtherTax{{Code: 28, Amount: 5}, {Code: 29, Amount: -5}} },
			facade, all(facade, func(d *rcv.Document) { d.OtherTaxes = []rcv.OtherTax{{Code: 28, Amount: 5}, {Code: 29, Amount: -5}} }),
		},
		{
			"the facade's sum of what is not recoverable", rcv.Purchases, all(facade, func(d *rcv.Document) { d.NonRecoverableVAT, d.NonRecoverableTotal = 5, 5 }),
			func(d *rcv.Document) { d.NonRecoverableVAT = 5 }, all(facade, func(d *rcv.Document) { d.NonRecoverableVAT, d.NonRecoverableTotal = 5, 5 }),
		},
		{
			"but not of another amount", rcv.Purchases, all(facade, func(d *rcv.Document) { d.NonRecoverableVAT, d.NonRecoverableTotal = 5, 5 }),
			func(d *rcv.Document) { d.NonRecoverableVAT = 6 }, all(facade, func(d *rcv.Document) { d.NonRecoverableVAT = 6 }),
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			base := rcv.Document{State: rcv.Registro, Type: chile.FacturaElectronica, Folio: 7, Total: 1190}
			before, after, want := base, base, base
			test.before(&before)
			test.after(&after)
			test.want(&want)
			was := after
			merged, kept := rcv.Merge(test.book, &before, &after)
			assert.Equal(t, want, merged)
			assert.Equal(t, !assert.ObjectsAreEqual(after, merged), kept)
			assert.Equal(t, was, after, "what was given is left as it is")
		})
	}
}

var october5 = time.Date(2026, 10, 5, 12, 0, 0, 0, chile.Santiago())

func ExampleMerge() {
	facade := rcv.Document{State: rcv.Registro, Type: 33, Folio: 7, Total: 1195, OtherTaxTotal: 5, Event: "ERM", SIIData: rcv.SIIData{DetailID: 77}}
	file := rcv.Document{State: rcv.Registro, Type: 33, Folio: 7, Total: 1200, OtherTaxTotal: 5, OtherTaxes: []rcv.OtherTax{{Code: 28, Amount: 5}}}
	merged, _ := rcv.Merge(rcv.Purchases, &facade, &file)
	fmt.Println(merged.Total, merged.Event, merged.DetailID, len(merged.OtherTaxes))
	fmt.Println(rcv.Diff(&facade, &merged))
	// Output:
	// 1200 ERM 77 1
	// [detMntTotal: 1195 → 1200]
}
