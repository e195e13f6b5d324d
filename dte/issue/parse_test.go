package issue_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/xmlsig"
)

// types are the types that are issued, each with a draft in testdata.
var types = []string{"33", "34", "39", "41", "43", "46", "52", "56", "61", "110", "111", "112"}

func readFile(tb testing.TB, name string) []byte {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	require.NoError(tb, err)
	return b
}

func parse(tb testing.TB, text string) *issue.Draft {
	tb.Helper()
	d, err := issue.ParseDraft([]byte(text))
	require.NoError(tb, err)
	return d
}

func decimal(tb testing.TB, s string) dte.Decimal {
	tb.Helper()
	d, err := dte.ParseDecimal(s)
	require.NoError(tb, err)
	return d
}

func date(tb testing.TB, s string) chile.Date {
	tb.Helper()
	d, err := chile.ParseDate(s)
	require.NoError(tb, err)
	return d
}

func TestParseDraft(t *testing.T) {
	t.Parallel()
	d := parse(t, `{
		"Encabezado": {
			"IdDoc": {"TipoDTE": "33", "FchEmis": "2026-11-20", "FmaPago": 2, "MntBruto": false, "MntCancel": "0"},
			"Emisor": {"RUTEmisor": "76111111-6", "Acteco": 620100, "Telefono": ["1", "2"], "CdgSIISucur": null},
			"Receptor": {"RUTRecep": "77222222-K", "Contacto": ""},
			"Totales": {"TasaIVA": 19, "MntTotal": 100, "ImptoReten": {"TipoImp": 28, "MontoImp": "500"}}},
		"Detalle": [
			{"NmbItem": "a", "QtyItem": 1e-05, "PrcItem": 1.5e2, "CodImpAdic": 28},
			{"NmbItem": 7, "QtyItem": "0.1234567890123456", "PrcItem": 123456789012345678, "MontoItem": 9007199254740993}],
		"Referencia": {"TpoDocRef": 801, "FolioRef": 4711}}`)
	zero := chile.CLP(0)
	assert.Equal(t, &issue.Draft{
		Identification: dte.Identification{Type: 33, IssueDate: date(t, "2026-11-20"), PaymentTerms: 2, PaidAmount: &zero},
		Issuer:         dte.Issuer{RUT: chile.MustParseRUT("76111111-6"), ActivityCodes: []int{620100}, Phones: []string{"1", "2"}},
		Receiver:       dte.Receiver{RUT: chile.MustParseRUT("77222222-K")},
		Totals: issue.Totals{
			VATRate: decimal(t, "19"), Total: decimal(t, "100"),
			OtherTaxes: []issue.Tax{{Code: 28, Amount: decimal(t, "500")}},
		},
		Lines: []issue.Line{
			{Name: "a", Quantity: decimal(t, "0.00001"), Price: decimal(t, "150"), TaxCodes: []int{28}},
			{Name: "7", Quantity: decimal(t, "0.1234567890123456"), Price: decimal(t, "123456789012345678"), Amount: decimal(t, "9007199254740993")},
		},
		References: []dte.Reference{{Type: "801", Folio: "4711"}},
	}, d)
}

func TestParseDraftTellsAllThatIsWrong(t *testing.T) {
	t.Parallel()
	_, err := issue.ParseDraft([]byte(`{
		"Encabezado": {
			"IdDoc": {"TipoDTE": 33, "TipoDTE": 34, "FchEmision": "2026-11-20"},
			"Emisor": "76111111-6",
			"Receptor": {"RUTRecep": "77222222-1", "Contacto": {"Nombre": "x"}}},
		"detalle": [{"NmbItem": ["deep", [{"a": 1}]]}],
		"Detalle": [{"QtyItem": 1}, {"QtyItem": "1,5", "IndExe": 1.5, "NroLinDet": true, "CodImpAdic": [[1]]}]}`))
	var values *dte.ValuesError
	require.ErrorAs(t, err, &values)
	want := []struct {
		path string
		err  error
	}{
		{"Encabezado/IdDoc/TipoDTE", dte.ErrTwice},
		{"Encabezado/IdDoc/FchEmision", issue.ErrName},
		{"Encabezado/Emisor", issue.ErrShape},
		{"Encabezado/Receptor/RUTRecep", chile.ErrCheckDigit},
		{"Encabezado/Receptor/Contacto", issue.ErrShape},
		{"detalle", issue.ErrName},
		{"Detalle[2]/QtyItem", dte.ErrDecimal},
		{"Detalle[2]/IndExe", nil},
		{"Detalle[2]/NroLinDet", issue.ErrShape},
		{"Detalle[2]/CodImpAdic[1]", issue.ErrShape},
	}
	require.Len(t, values.Fields, len(want))
	for i, w := range want {
		assert.Equal(t, w.path, values.Fields[i].Path)
		if w.err != nil {
			require.ErrorIs(t, values.Fields[i], w.err, w.path)
		}
	}
	assert.ErrorContains(t, err, "TipoDTE")
}

func TestParseDraftRefusesWhatIsNoDraft(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "null", "[]", "33", `{"Detalle": `, `{} {}`, "{\"Encabezado\": {\"Emisor\": {\"RznSoc\": \"\xd1\"}}}"} {
		_, err := issue.ParseDraft([]byte(text))
		require.ErrorIs(t, err, issue.ErrJSON, text)
	}
	_, err := issue.ParseDraft([]byte(`{"Detalle": [` + strings.Repeat("{},", 1_000_000) + `{}]}`))
	require.ErrorIs(t, err, xmlsig.ErrLimit)
	_, err = issue.ParseDraft(make([]byte, 9<<20))
	require.ErrorIs(t, err, xmlsig.ErrLimit)
}

func TestDraftsOfAllTypesAreReadAndWritten(t *testing.T) {
	t.Parallel()
	for _, name := range types {
		d := parse(t, string(readFile(t, name)))
		b, err := json.Marshal(d)
		require.NoError(t, err)
		assert.Equal(t, d, parse(t, string(b)), name)
	}
}

func TestMarshalJSONSaysWhatItCannotWrite(t *testing.T) {
	t.Parallel()
	_, err := json.Marshal(&issue.Draft{Issuer: dte.Issuer{Name: "\xd1"}})
	require.ErrorContains(t, err, "Encabezado/Emisor/RznSoc")
	_, err = json.Marshal(&issue.Draft{References: []dte.Reference{{Unknown: []dte.Unknown{{Name: "x"}}}}})
	require.ErrorContains(t, err, "Referencia[1]")
}

func FuzzParseDraft(f *testing.F) {
	for _, name := range types {
		f.Add(readFile(f, name))
	}
	f.Add([]byte(`{"Detalle": {"QtyItem": -1.50e-3, "Subcantidad": [{}, null, {"SubQty": "1"}]}, "Comisiones": []}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := issue.ParseDraft(text)
		if err != nil {
			var values *dte.ValuesError
			if !errors.As(err, &values) && !errors.Is(err, issue.ErrJSON) && !errors.Is(err, xmlsig.ErrLimit) {
				t.Fatal("an error that is not told of:", err)
			}
			return
		}
		written, err := d.MarshalJSON()
		require.NoError(t, err)
		again, err := issue.ParseDraft(written)
		require.NoError(t, err, string(written))
		require.Equal(t, d, again)
		doc, found := d.Document(nil)
		if doc == nil {
			require.True(t, found.Refused())
			return
		}
		back, err := issue.DraftOf(doc)
		require.NoError(t, err)
		require.Equal(t, d.Identification.Type, back.Identification.Type)
	})
}
