package issue_test

import (
	"encoding/json"
	"errors"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/xmlsig"
)

// issueOne is code of docs/issuing.md.
func issueOne(text []byte, company dte.Issuer) (*dte.DTE, error) {
	draft, err := issue.ParseDraft(text) // all names and values that cannot be read, at once
	if err != nil {
		return nil, err
	}
	draft.Issuer = company
	doc, found := draft.Document(nil)
	if found.Refused() {
		return nil, errors.New(found.String()) // each with code, path, what is there and what is wanted
	}
	return doc, nil
}

// sendOne is code of docs/issuing.md.
func sendOne(file []byte, draft *issue.Draft, folio chile.Folio, cover issue.Cover, identity *xmlsig.Identity, at time.Time) ([]byte, error) {
	caf, err := dte.ParseCAF(file, nil) // the SII signed it, and its keys fit together
	if err != nil {
		return nil, err
	}
	if err := caf.CheckFor(draft.Issuer.RUT, chile.Production, chile.DateOf(at)); err != nil {
		return nil, err // of another company or environment, of tomorrow, expired
	}
	draft.Identification.Folio = folio // one that no other document has
	doc, found := draft.Document(nil)
	if found.Refused() {
		return nil, errors.New(found.String())
	}
	if err := issue.Stamp(doc, caf, at); err != nil {
		return nil, err
	}
	signed, err := issue.Sign(doc, identity, at) // read and verified again
	if err != nil {
		return nil, err
	}
	return issue.Envelope(cover, []*issue.Signed{signed}, identity, at)
}

// The code of the guide takes no CAF that the SII did not sign.
func TestGuideTakesNoForeignCAF(t *testing.T) {
	t.Parallel()
	file, err := siitest.NewCAF(company, 33, 1, 9, siitest.WithCAFKeyID(300))
	require.NoError(t, err)
	_, err = sendOne(file, plain(t, "33"), 1, approved, ana(t), noon)
	require.ErrorIs(t, err, dte.ErrCAFSignature)
}

// annulOne is code of docs/issuing.md.
func annulOne(original *dte.DTE, day chile.Date) (*issue.Draft, error) {
	note, err := issue.Annul(original, "Se devuelve todo")
	if err != nil {
		return nil, err
	}
	note.Identification.IssueDate = day
	return note, nil
}

// The guides' drafts of each type are issued, with the sums that stand below them;
// no total is left unsaid.
func TestGuides(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"issuing.md", "emitir.es.md"} {
		text, err := os.ReadFile("../../docs/" + name)
		require.NoError(t, err)
		blocks := regexp.MustCompile("(?s)```json\n(.*?)```(?:\n\n```text\n(.*?)```)?").FindAllStringSubmatch(string(text), -1)
		require.Len(t, blocks, 1+len(types), name)
		company := parse(t, `{"Encabezado": {"Emisor": `+blocks[0][1]+`}}`).Issuer
		for i, block := range blocks[1:] {
			assert.LessOrEqual(t, strings.Count(block[1], "\n"), 10)
			doc, err := issueOne([]byte(block[1]), company)
			require.NoError(t, err, block[1])
			assert.Equal(t, types[i], strconv.Itoa(int(doc.ID().Type)))
			said := map[string]string{}
			for line := range strings.Lines(block[2]) {
				fields := strings.Fields(line)
				said[fields[0]] = fields[len(fields)-1]
			}
			assert.Equal(t, amountsOf(t, doc), said, block[1])
		}
	}
}

// amountsOf returns the amounts of a document by their names.
func amountsOf(tb testing.TB, doc *dte.DTE) map[string]string {
	tb.Helper()
	d, err := issue.DraftOf(doc)
	require.NoError(tb, err)
	text, err := json.Marshal(&issue.Draft{Totals: d.Totals, OtherCurrency: d.OtherCurrency})
	require.NoError(tb, err)
	var read struct {
		Encabezado struct{ Totales, OtraMoneda map[string]json.RawMessage }
	}
	require.NoError(tb, json.Unmarshal(text, &read))
	all := map[string]string{"MontoItem": d.Lines[0].Amount.String()}
	for _, totals := range []map[string]json.RawMessage{read.Encabezado.Totales, read.Encabezado.OtraMoneda} {
		for name, value := range totals {
			switch name {
			case "TpoMoneda", "TpoCambio", "Comisiones": // as in the draft
			case "ImptoReten":
				all["MontoImp"] = d.Totals.OtherTaxes[0].Amount.String()
			default:
				all[name] = string(value)
			}
		}
	}
	return all
}

func TestGuideAnnuls(t *testing.T) {
	t.Parallel()
	note, err := annulOne(issued(t, "33"), date(t, "2026-11-25"))
	require.NoError(t, err)
	assert.Equal(t, "2026-11-25", note.Identification.IssueDate.String())
}

// The printed example of the SII (Manual de muestras impresas 3.0, 2013).
func TestPrintedExample(t *testing.T) {
	t.Parallel()
	d := parse(t, `{"Encabezado": {"IdDoc": {"TipoDTE": 33}}, "Detalle": [
		{"NmbItem": "a", "QtyItem": 551, "PrcItem": 7659, "DescuentoMonto": 1500},
		{"NmbItem": "b", "QtyItem": 233, "PrcItem": 9580, "DescuentoMonto": 2000},
		{"NmbItem": "c", "IndExe": 1, "QtyItem": 2, "PrcItem": 6860}],
		"DscRcgGlobal": {"TpoMov": "D", "TpoValor": "$", "ValorDR": 1871152}}`)
	doc, _ := d.Document(nil)
	totals := doc.Document.Header.Totals
	assert.Equal(t, []chile.CLP{4577597, 13720, 869743, 5461060}, []chile.CLP{*totals.Net, *totals.Exempt, *totals.VAT, totals.Total})
}
