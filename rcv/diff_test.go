package rcv

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
)

// notCompared are the values in which a difference is deliberately none.
var notCompared = map[string]string{
	"detEventoReceptorLeyenda": "repeats detEventoReceptor",
	"dhdrCodigo":               "the SII's number",
	"dcvCodigo":                "the SII's number",
	"detCodigo":                "the SII's number",
	"detPcarga":                "the SII's mark",
	"cambiarTipoTran":          "the SII's mark",
	"emisorAgresivo":           "the SII's mark",
	"fechaActivacionAnotacion": "the SII's mark",
	"dcvEstadoContab":          "the State says it",
}

// TestEveryFieldIsComparedOrDeliberatelyNot goes by the fields of Document, so
// that a new one is not forgotten.
func TestEveryFieldIsComparedOrDeliberatelyNot(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 5))
	for _, name := range tagsOf(reflect.TypeFor[Document]()) {
		before := Document{SIIData: SIIData{DetailID: 1}}
		after := before
		if name == "otrosImpuestos" {
			before.OtherTaxes, after.OtherTaxes = []OtherTax{{Code: 24, Amount: 1}}, []OtherTax{{Code: 24, Amount: 2}}
		} else {
			leaf := fieldTagged(t, reflect.ValueOf(&before).Elem(), name)
			setRandom(t, leaf, rnd)
			leaf = fieldTagged(t, reflect.ValueOf(&after).Elem(), name)
			setRandom(t, leaf, rnd)
			if name == "estadoContab" {
				after.State = Pendiente
			}
		}
		if _, not := notCompared[name]; not {
			assert.Empty(t, Diff(&before, &after), name)
			assert.Equal(t, Hash(&before), Hash(&after), name)
			continue
		}
		found := Diff(&before, &after)
		require.Len(t, found, 1, name)
		assert.Equal(t, name, found[0].Field)
		assert.NotEqual(t, found[0].Before, found[0].After)
		assert.NotEqual(t, Hash(&before), Hash(&after), name)
	}
}

func TestDiffOfTwoSources(t *testing.T) {
	t.Parallel()
	facade := SIIData{HeaderID: 1, DetailID: 2}
	base := Document{State: Registro, Type: 33, Folio: 1, Transaction: Transaction{KindText: "Del Giro"}, Total: 1190}
	type change = func(*Document)
	for _, test := range []struct {
		name          string
		before, after change
		want          []string
	}{
		{"event is not in files", func(d *Document) { d.SIIData, d.Event = facade, "ERM" }, func(*Document) {}, nil},
		{"event is withdrawn", func(d *Document) { d.SIIData, d.Event = facade, "ERM" }, func(d *Document) { d.SIIData = facade }, []string{"detEventoReceptor: ERM → (none)"}},
		{"event comes", func(d *Document) { d.SIIData = facade }, func(d *Document) { d.SIIData, d.Event = facade, "RCD" }, []string{"detEventoReceptor: (none) → RCD"}},
		{"event was not in the file", func(*Document) {}, func(d *Document) { d.SIIData, d.Event = facade, "RCD" }, nil},
		{"claim comes", func(*Document) {}, func(d *Document) { d.SIIData, d.Claimed = facade, time.Unix(1e9, 0) }, []string{"detFecReclamado: (none) → 2001-09-09T01:46:40Z"}},
		{
			"claim and state come", func(d *Document) { d.State = Pendiente }, func(d *Document) { d.SIIData, d.State, d.Claimed = facade, Reclamado, time.Unix(1e9, 0) },
			[]string{"estadoContab: PENDIENTE → RECLAMADO", "detFecReclamado: (none) → 2001-09-09T01:46:40Z"},
		},
		{"reference was not in the file of purchases", func(*Document) {}, func(d *Document) { d.SIIData, d.RefFolio = facade, "7" }, nil},
		{"withholding in doubt is reported", func(*Document) {}, func(d *Document) { d.SIIData, d.WithheldTotal = facade, 5 }, []string{"detIVARetTotal: 0 → 5"}},
		{"kind is text in files", func(d *Document) { d.SIIData, d.Kind = facade, 1 }, func(*Document) {}, nil},
		{"kind by code alone", func(d *Document) { d.Kind, d.KindText = 1, "" }, func(*Document) {}, nil},
		{"other kind", func(d *Document) { d.Kind = 1 }, func(d *Document) { d.Kind, d.KindText = 4, "Activo Fijo" }, []string{"descTipoTransaccion: Del Giro → Activo Fijo"}},
		{"other kind by code", func(d *Document) { d.Kind, d.KindText = 1, "" }, func(d *Document) { d.Kind, d.KindText = 4, "" }, []string{"detTipoTransaccion: 1 → 4"}},
		{"rate and kind of tax are not in files", func(d *Document) { d.SIIData, d.TaxRate, d.TaxKind = facade, "0", 1 }, func(*Document) {}, nil},
		{"vehicle tax is not in files", func(d *Document) { d.SIIData, d.VehicleTax = facade, 5 }, func(*Document) {}, nil},
		{"vehicle tax is no more", func(d *Document) { d.SIIData, d.VehicleTax = facade, 5 }, func(d *Document) { d.SIIData = facade }, []string{"detImpVehiculo: 5 → 0"}},
		{"tobacco is in files of REGISTRO", func(d *Document) { d.SIIData, d.TobaccoCigars = facade, 5 }, func(*Document) {}, []string{"detTabPuros: 5 → 0"}},
		{
			"tobacco is not in files of NO_INCLUIR", func(d *Document) { d.SIIData, d.TobaccoCigars, d.State = facade, 5, NoIncluir },
			func(d *Document) { d.State = NoIncluir }, nil,
		},
		{
			"files of two states", func(d *Document) { d.State, d.Claimed = Reclamado, time.Unix(1e9, 0) }, func(*Document) {},
			[]string{"estadoContab: RECLAMADO → REGISTRO"},
		},
		{"files of one state", func(d *Document) { d.RefFolio = "7" }, func(*Document) {}, []string{"detFolioDocRef: 7 → (none)"}},
		{"an amount in doubt is reported", func(d *Document) { d.SIIData, d.WithheldTotal = facade, 5 }, func(*Document) {}, []string{"detIVARetTotal: 5 → 0"}},
		{"an amount that changed", func(d *Document) { d.VAT = 190 }, func(d *Document) { d.VAT = 191 }, []string{"detMntIVA: 190 → 191"}},
		{"an amount that comes", func(d *Document) { d.SIIData = facade }, func(d *Document) { d.SIIData, d.VehicleTax = facade, 5 }, []string{"detImpVehiculo: 0 → 5"}},
		{"vehicle tax was not in the file", func(*Document) {}, func(d *Document) { d.SIIData, d.VehicleTax = facade, 5 }, nil},
		{"breakdown is in files alone", func(d *Document) { d.SIIData, d.OtherTaxTotal = facade, 5 }, func(d *Document) { d.OtherTaxTotal, d.OtherTaxes = 5, []OtherTax{{24, 5, "10"}} }, nil},
		{"sum of other taxes", func(d *Document) { d.OtherTaxTotal = 5 }, func(d *Document) { d.OtherTaxTotal = 6 }, []string{"totalDtoiMontoImp: 5 → 6"}},
		{
			"order of other taxes", func(d *Document) { d.OtherTaxes = []OtherTax{{24, 5, ""}, {27, 1, "10"}} },
			func(d *Document) { d.OtherTaxes = []OtherTax{{27, 1, "10"}, {24, 5, ""}} }, nil,
		},
		{
			"breakdown", func(d *Document) { d.OtherTaxes = []OtherTax{{24, 5, ""}} }, func(d *Document) { d.OtherTaxes = []OtherTax{{27, 5, "10"}} },
			[]string{"otrosImpuestos: 24: 5 → 27: 5 (10 %)"},
		},
		{"the same instant", func(d *Document) { d.Received = time.Unix(1e9, 0).UTC() }, func(d *Document) { d.Received = time.Unix(1e9, 0).In(chile.Santiago()) }, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			before, after := base, base
			test.before(&before)
			test.after(&after)
			var got []string
			for _, difference := range Diff(&before, &after) {
				got = append(got, difference.String())
			}
			assert.Equal(t, test.want, got)
		})
	}
}

func TestAdds(t *testing.T) {
	t.Parallel()
	facade := SIIData{HeaderID: 1, DetailID: 2}
	base := Document{State: Registro, Type: 33, Folio: 1, Transaction: Transaction{KindText: "Del Giro"}, Total: 1190, OtherTaxTotal: 5}
	withEvent := base
	withEvent.SIIData, withEvent.Event = facade, "ERM"
	withTaxes := base
	withTaxes.OtherTaxes = []OtherTax{{24, 5, "10"}}
	both := withEvent
	both.OtherTaxes = withTaxes.OtherTaxes
	for name, test := range map[string]struct {
		before, after Document
		want          bool
	}{
		"the same":                   {base, base, false},
		"event":                      {base, withEvent, true},
		"event is not in the file":   {withEvent, base, false},
		"breakdown":                  {base, withTaxes, true},
		"breakdown is not in JSON":   {withTaxes, base, false},
		"one for another":            {withEvent, withTaxes, false},
		"the other for one":          {withTaxes, withEvent, false},
		"both, which the file lacks": {withTaxes, both, true},
		"both, which JSON lacks":     {withEvent, both, true},
		"the SII's numbers":          {base, Document{State: Registro, Type: 33, Folio: 1, Transaction: base.Transaction, Total: 1190, OtherTaxTotal: 5, SIIData: facade}, true},
		"another number":             {Document{SIIData: facade}, Document{SIIData: SIIData{HeaderID: 1, DetailID: 3}}, false},
	} {
		assert.Empty(t, Diff(&test.before, &test.after), name)
		assert.Equal(t, test.want, Adds(&test.before, &test.after), name)
	}
}

func TestHashOfEqualDocuments(t *testing.T) {
	t.Parallel()
	a := Document{State: Registro, Type: 33, Folio: 1, Total: 5, Received: time.Unix(1e9, 0), OtherTaxes: []OtherTax{{27, 1, "10"}, {24, 5, ""}}}
	b := a
	b.Received = a.Received.In(chile.Santiago())
	b.OtherTaxes = []OtherTax{{24, 5, ""}, {27, 1, "10"}}
	b.SIIData = SIIData{HeaderID: 7}
	assert.Equal(t, Hash(&a), Hash(&b))
	assert.Equal(t, 27, a.OtherTaxes[0].Code, "the document stays as it is")
	assert.Regexp(t, "^[0-9a-f]{64}$", Hash(&a))

	// No value passes for another one.
	c, d := Document{Event: "x", Cancelled: "y"}, Document{Event: "x/1\ndetAnulado=y"}
	assert.NotEqual(t, Hash(&c), Hash(&d))
	// The hash of a document is kept in databases: it may not change by accident.
	assert.Equal(t, "ae6ef44d87cf6670b1444e9aa853d7c2f3a753161da4f1282b529aee802f140b", Hash(&a))
}

func TestDifferencesTellMoney(t *testing.T) {
	t.Parallel()
	before := Document{State: Pendiente, Net: 1000, Name: "Uno", Transaction: Transaction{NonRecoverableVAT: 5}, OtherTaxes: []OtherTax{{Code: 24, Amount: 1}}}
	after := Document{State: Registro, Net: 2000, Name: "Dos", Transaction: Transaction{NonRecoverableVAT: 6}, OtherTaxes: []OtherTax{{Code: 24, Amount: 2}}}
	money := map[string]bool{}
	for _, d := range Diff(&before, &after) {
		money[d.Field] = d.IsAmount()
	}
	assert.Equal(t, map[string]bool{
		"estadoContab": false, "detRznSoc": false, "detMntNeto": true, "detMntIVANoRec": true, "otrosImpuestos": true,
	}, money)
	assert.False(t, Difference{Field: "?"}.IsAmount())
}
