package issue_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/xmlsig"
)

func TestBoletasTakeTheNamesOfInvoices(t *testing.T) {
	t.Parallel()
	d := parse(t, `{"Encabezado": {"IdDoc": {"TipoDTE": 39}, "Emisor": {"RznSoc": "Almacén", "GiroEmis": "Abarrotes"}}}`)
	doc, _ := d.Document(nil)
	assert.Equal(t, dte.Issuer{ReceiptName: "Almacén", ReceiptActivity: "Abarrotes"}, doc.Document.Header.Issuer)

	d.Identification.Type, d.Issuer = 33, doc.Document.Header.Issuer
	doc, _ = d.Document(nil)
	assert.Equal(t, dte.Issuer{Name: "Almacén", Activity: "Abarrotes"}, doc.Document.Header.Issuer)
}

// Whatever a boleta is said, what comes of it has no element but those of its
// schema, and each that is left out is told.
func TestBoletasLeaveOutWhatTheyCannotCarry(t *testing.T) {
	t.Parallel()
	d := &issue.Draft{}
	fill(reflect.ValueOf(d).Elem())
	d.Identification.Type = chile.BoletaElectronica
	d.Issuer.Name, d.Issuer.Activity = "", ""
	doc, found := d.Document(nil)
	d.Identification.Type = chile.FacturaElectronica
	full, _ := d.Document(nil)
	file := dte.File{Kind: dte.KindBoletaEnvelope, Envelope: &dte.Envelope{}} // whose schema has the boletas
	file.Envelope.Set.DTEs = []dte.DTE{*doc}
	src, err := file.Encode(dte.UTF8)
	require.NoError(t, err)
	parsed, err := xmlsig.Parse(src)
	require.NoError(t, err)
	judged := 0
	for _, f := range dte.CheckSchema(parsed, dte.SchemaNewer).Findings {
		if strings.Contains(f.Path, "/Documento/") && !strings.Contains(f.Path, "/TED") {
			assert.NotEqual(t, dte.CodeSchemaUnexpected, f.Code, f.String())
			judged++
		}
	}
	assert.Positive(t, judged, "the values are judged")
	var left []string
	for _, f := range found.Of("boleta.left-out") {
		assert.Equal(t, issue.LevelAdvice, f.Level)
		left = append(left, f.Path)
	}
	for _, path := range []string{
		"Encabezado/IdDoc/FmaPago", "Encabezado/Emisor/Acteco", "Encabezado/Receptor/GiroRecep", "Encabezado/Transporte",
		"Encabezado/OtraMoneda", "Encabezado/Totales/TasaIVA", "Detalle[1]/CodImpAdic", "Referencia[1]/FchRef", "Comisiones",
	} {
		assert.Contains(t, left, path)
	}
	assert.Equal(t, "x", full.Document.Header.Transport.Plate, "the draft itself is not changed")
}

// fill sets every field.
func fill(v reflect.Value) {
	switch v.Interface().(type) {
	case dte.Decimal:
		d, _ := dte.NewDecimal(1, 0)
		v.Set(reflect.ValueOf(d))
		return
	case chile.Date:
		d, _ := chile.ParseDate("2026-11-20")
		v.Set(reflect.ValueOf(d))
		return
	case chile.RUT:
		v.Set(reflect.ValueOf(chile.MustParseRUT("76111111-6")))
		return
	case dte.DateTime:
		d, _ := dte.ParseDateTime("2026-11-20T10:00:00")
		v.Set(reflect.ValueOf(d))
		return
	case []dte.Unknown:
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	}
}

// Everything that a draft can say stands in the document of its type, or is told.
func TestNothingIsLostOnTheWayToTheDocument(t *testing.T) {
	t.Parallel()
	d := &issue.Draft{}
	fill(reflect.ValueOf(d).Elem())
	*d.Commissions[0].VAT = 0 // of one peso
	for _, kind := range []chile.DocType{33, 43, 110} {
		d.Identification.Type = kind
		d.Issuer.ReceiptName, d.Issuer.ReceiptActivity = "y", "y"
		doc, found := d.Document(nil)
		back, err := issue.DraftOf(doc)
		require.NoError(t, err)
		told := map[string]bool{}
		for _, f := range found.Of("element.stranger") {
			told[f.Path] = true
		}
		want := *d
		if kind == 110 {
			for _, path := range []string{
				"Encabezado/RUTMandante", "Encabezado/RUTSolicita", "Encabezado/RUTProvSW", "GeoRefEmision", "ManejoMadera", "Comisiones",
				"Detalle[1]/TpoDocLiq", "Detalle[1]/ItemEspectaculo", "Detalle[1]/RUTMandante", "Detalle[1]/Retenedor", "Detalle[1]/InfoTicket", "Detalle[1]/CodImpAdic",
			} {
				assert.True(t, told[path], path)
			}
			want.Principal, want.Requester, want.SoftwareRUT, want.Location, want.Wood, want.Commissions = chile.RUT{}, chile.RUT{}, chile.RUT{}, nil, nil, nil
			line := want.Lines[0]
			line.SettledType, line.ShowItem, line.Principal, line.Withholder, line.Ticket, line.TaxCodes = 0, 0, chile.RUT{}, nil, nil, nil
			want.Lines = []issue.Line{line}
		} else {
			assert.True(t, told["Encabezado/Totales/TpoMoneda"])
		}
		want.Totals, back.Totals, want.OtherCurrency, back.OtherCurrency = issue.Totals{}, issue.Totals{}, nil, nil
		want.Lines = slices.Clone(want.Lines)
		for _, l := range []*issue.Line{&want.Lines[0], &back.Lines[0]} { // what is computed
			l.Amount, l.Discount, l.Surcharge = dte.Decimal{}, dte.Decimal{}, dte.Decimal{}
		}
		assert.Equal(t, &want, back, kind)
	}
}

func TestAmountsOfPesosAreWhole(t *testing.T) {
	t.Parallel()
	d := parse(t, `{"Encabezado": {"IdDoc": {"TipoDTE": 33}}, "Detalle": [{"DescuentoMonto": "10.00"}, {"RecargoMonto": 0.5}]}`)
	doc, found := d.Document(nil)
	assert.Equal(t, chile.CLP(10), *doc.Document.Lines[0].Discount)
	whole := found.Of("amount.whole")
	require.Len(t, whole, 1)
	assert.Equal(t, "Detalle[2]/RecargoMonto", whole[0].Path)
	assert.Equal(t, "0.5", whole[0].Is)
	assert.True(t, whole[0].Level.Refuses())
}

func TestListsAreNumbered(t *testing.T) {
	t.Parallel()
	d := parse(t, `{"Encabezado": {"IdDoc": {"TipoDTE": 33}}, "Detalle": [{}, {"NroLinDet": 7}, {}],
		"DscRcgGlobal": [{}, {}], "Referencia": [{}, {}], "Comisiones": [{}, {}]}`)
	doc, _ := d.Document(nil)
	p := doc.Document
	assert.Equal(t, []int{1, 7, 3}, []int{p.Lines[0].Number, p.Lines[1].Number, p.Lines[2].Number})
	assert.Equal(t, []int{2, 2, 2}, []int{p.Adjustments[1].Number, p.References[1].Number, p.Commissions[1].Number})
	assert.Zero(t, d.Adjustments[1].Number, "the draft stays as it is")
}

func TestTypesThatAreNotIssued(t *testing.T) {
	t.Parallel()
	for kind, twin := range map[chile.DocType]string{0: "", 801: "", 30: "33", 35: "39", 50: "52", 60: "61", 106: "112"} {
		doc, found := (&issue.Draft{Identification: dte.Identification{Type: kind}}).Document(nil)
		assert.Nil(t, doc)
		require.Len(t, found, 1)
		assert.True(t, found.Refused())
		assert.Equal(t, twin, found[0].Want)
	}
}

func TestLevels(t *testing.T) {
	t.Parallel()
	assert.False(t, issue.Findings{}.Refused())
	assert.False(t, issue.Findings{{Level: issue.LevelAdvice}, {Level: issue.LevelReparo}}.Refused())
	assert.True(t, issue.Findings{{Level: issue.LevelReparo}, {Level: issue.LevelRejects}}.Refused())
	assert.True(t, issue.Findings{{}}.Refused(), "no level is not fine")
}
