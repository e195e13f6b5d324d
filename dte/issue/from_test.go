package issue_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/xmlsig"
)

// realDTEs returns the documents of the shared files.
func realDTEs(tb testing.TB) map[string]*dte.DTE {
	tb.Helper()
	all := map[string]*dte.DTE{}
	for _, folder := range []string{"dte", "envio"} {
		paths, err := filepath.Glob(filepath.Join(sharedtest.Path(tb, "testdata", folder), "*.xml"))
		require.NoError(tb, err)
		for _, path := range paths {
			src, err := os.ReadFile(path)
			require.NoError(tb, err)
			f, err := dte.Parse(src)
			if f == nil {
				require.NoError(tb, err, path)
			}
			if f.DTE != nil {
				all[filepath.Base(path)] = f.DTE
			}
			if f.Envelope != nil {
				for i := range f.Envelope.Set.DTEs {
					d := &f.Envelope.Set.DTEs[i]
					all[filepath.Base(path)+" "+d.ID().String()] = d
				}
			}
		}
	}
	require.NotEmpty(tb, all)
	return all
}

// A real document taken as a draft, as JSON, and back is the same document, with the
// same words for its totals.
func TestDraftOfLosesNothing(t *testing.T) {
	t.Parallel()
	for name, original := range realDTEs(t) {
		d, err := issue.DraftOf(original)
		require.NoError(t, err, name)
		b, err := json.Marshal(d)
		require.NoError(t, err, name)
		again := parse(t, string(b))
		assert.Equal(t, d, again, name)
		doc, _ := again.Document(nil)
		require.NotNil(t, doc, name)
		back, err := issue.DraftOf(doc)
		require.NoError(t, err, name)
		// Amounts of lines follow from the draft.
		assert.Equal(t, len(d.Lines), len(back.Lines), name)
		d.Totals, back.Totals, d.OtherCurrency, back.OtherCurrency = issue.Totals{}, issue.Totals{}, nil, nil
		for i := range d.Lines {
			d.Lines[i].Amount, back.Lines[i].Amount = dte.Decimal{}, dte.Decimal{}
		}
		assert.Equal(t, d, back, name)
	}
}

func TestDraftOfSharesNothing(t *testing.T) {
	t.Parallel()
	amount := chile.CLP(5)
	original := &dte.DTE{Document: &dte.Document{
		Header: dte.Header{
			Identification: dte.Identification{Type: 33, PaidAmount: &amount},
			Transport:      &dte.Transport{Driver: &dte.Driver{Name: "a"}},
		},
		Lines:      []dte.Line{{Name: "a", Codes: []dte.ItemCode{{Kind: "INT1"}}}},
		References: []dte.Reference{{Folio: "1"}},
	}}
	d, err := issue.DraftOf(original)
	require.NoError(t, err)
	*d.Identification.PaidAmount, d.Transport.Driver.Name, d.Lines[0].Codes[0].Kind, d.References[0].Folio = 6, "b", "PLU", "2"
	assert.Equal(t, chile.CLP(5), amount)
	assert.Equal(t, "a", original.Document.Header.Transport.Driver.Name)
	assert.Equal(t, "INT1", original.Document.Lines[0].Codes[0].Kind)
	assert.Equal(t, "1", original.Document.References[0].Folio)
}

func TestDraftOfWhatIsNone(t *testing.T) {
	t.Parallel()
	_, err := issue.DraftOf(&dte.DTE{})
	require.ErrorIs(t, err, issue.ErrDocument)
	_, err = issue.DraftOf(&dte.DTE{Document: &dte.Document{Lines: []dte.Line{{Unknown: []dte.Unknown{{Name: "Nuevo"}}}}}})
	require.ErrorIs(t, err, issue.ErrDocument)
	require.ErrorContains(t, err, "Documento/Detalle[1]/Nuevo")
}

func TestDraftOfKeepsAmounts(t *testing.T) {
	t.Parallel()
	src := `<DTE xmlns="http://www.sii.cl/SiiDte" version="1.0"><Documento ID="x"><Encabezado><IdDoc><TipoDTE>33</TipoDTE></IdDoc>
<Totales><MntNeto>0</MntNeto><MntExe>1</MntExe><MntBase>2</MntBase><MntMargenCom>3</MntMargenCom><TasaIVA>19.00</TasaIVA><IVA>4</IVA>
<IVAProp>5</IVAProp><IVATerc>6</IVATerc><ImptoReten><TipoImp>15</TipoImp><TasaImp>19</TasaImp><MontoImp>7</MontoImp></ImptoReten>
<IVANoRet>8</IVANoRet><CredEC>9</CredEC><GrntDep>10</GrntDep><Comisiones><ValComNeto>11</ValComNeto></Comisiones><MntTotal>12</MntTotal>
<MontoNF>-13</MontoNF><TotalPeriodo>14</TotalPeriodo><MontoPeriodo>15</MontoPeriodo><SaldoAnterior>-16</SaldoAnterior><VlrPagar>17</VlrPagar></Totales>
</Encabezado></Documento></DTE>`
	f, err := dte.Parse([]byte(src), xmlsig.WithMaxSize(len(src)))
	require.NoError(t, err)
	d, err := issue.DraftOf(f.DTE)
	require.NoError(t, err)
	b, err := json.Marshal(d)
	require.NoError(t, err)
	assert.JSONEq(t, `{"Encabezado":{"IdDoc":{"TipoDTE":33},"Totales":{"MntNeto":0,"MntExe":1,"MntBase":2,"MntMargenCom":3,"TasaIVA":19.00,"IVA":4,
"IVAProp":5,"IVATerc":6,"ImptoReten":[{"TipoImp":15,"TasaImp":19,"MontoImp":7}],"IVANoRet":8,"CredEC":9,"GrntDep":10,"Comisiones":{"ValComNeto":11},
"MntTotal":12,"MontoNF":-13,"TotalPeriodo":14,"MontoPeriodo":15,"SaldoAnterior":-16,"VlrPagar":17}}}`, string(b))
}
