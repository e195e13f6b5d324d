package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/examples/internal/cli"
)

// result is what the program wrote.
type result struct {
	lines  []map[string]any // documents
	raw    []string
	end    map[string]any
	events map[string][]map[string]any // the others
	stdout string
	err    error
}

// issueJSON runs the program with -json.
func issueJSON(t *testing.T, args ...string) result {
	t.Helper()
	return issueJSONWith(t, nil, args...)
}

// issueJSONWith does so with environment variables.
func issueJSONWith(t *testing.T, env map[string]string, args ...string) result {
	t.Helper()
	r := issueWith(t, env, append([]string{"-json"}, args...)...)
	for text := range strings.Lines(r.stdout) {
		var l map[string]any
		require.NoError(t, json.Unmarshal([]byte(text), &l))
		switch l["event"] {
		case "document":
			r.lines, r.raw = append(r.lines, l), append(r.raw, text)
		case "done":
			require.Nil(t, r.end, "done comes once")
			r.end = l
		case "envelope", "upload", "verdict", "resume", "recovered", "orphan":
			if r.events == nil {
				r.events = map[string][]map[string]any{}
			}
			event := l["event"].(string)
			r.events[event] = append(r.events[event], l)
		default:
			require.Fail(t, "no such event", text)
		}
	}
	return r
}

func issueText(t *testing.T, args ...string) result {
	t.Helper()
	return issueWith(t, nil, args...)
}

func issueWith(t *testing.T, env map[string]string, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	err := run(t.Context(), args, now, &stdout, &stderr, func(name string) string { return env[name] })
	return result{stdout: stdout.String(), err: err}
}

const testdata = "../../dte/issue/testdata/"

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func readFileText(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(b)
}

func TestSamplesAreOneOfEachType(t *testing.T) {
	t.Parallel()
	r := issueJSON(t)
	require.NoError(t, r.err)
	var types []float64
	for _, l := range r.lines {
		types = append(types, l["type"].(float64))
		assert.Equal(t, "2026-11-23", l["date"])
		for _, f := range l["findings"].([]any) {
			assert.Equal(t, "advice", f.(map[string]any)["level"], "%v: %v", l["type"], f)
		}
	}
	assert.Equal(t, []float64{33, 34, 39, 41, 43, 46, 52, 56, 61, 110, 111, 112}, types)
	assert.Equal(t, map[string]any{"event": "done", "issued": 12.0, "refused": 0.0}, r.end)
	assert.Equal(t, map[string]any{"event": "done", "accepted": 12.0, "refused": 0.0}, issueJSON(t, "-dry-run").end)
}

func TestSamplesAsTable(t *testing.T) {
	t.Parallel()
	r := issueText(t, "-lang", "es", "-date", "2026-11-20")
	require.NoError(t, r.err)
	table, _, _ := strings.Cut(strings.TrimSpace(r.stdout), "\n\n")
	rows := strings.Split(table, "\n")
	require.Len(t, rows, 13)
	assert.Equal(t, strings.Fields("borrador tipo folio receptor neto exento IVA otros impuestos total el SII"), strings.Fields(rows[0]))
	assert.Equal(t, strings.Fields("sample#1 33 Factura electrónica 1 77222222-K 17.865 1.000 3.394 27: 1.249 23.508 bien accepted EPR"), strings.Fields(rows[1]))
	assert.Equal(t, strings.Fields("sample#11 111 Nota de débito de exportación electrónica 1 55555555-5 127,5 DOLAR USA 127,5 bien accepted EPR"), strings.Fields(rows[11]))
	dry := issueText(t, "-lang", "es", "-date", "2026-11-20", "-dry-run")
	assert.NotContains(t, dry.stdout, "folio")
	assert.Contains(t, dry.stdout, "sample#1   33 Factura electrónica                          77222222-K")
	end := strings.Index(rows[0], "total") + len("total")
	for _, row := range rows[1:] {
		assert.NotEqual(t, ' ', []rune(row)[len([]rune(rows[0][:end]))-1], "numbers end below their heading: %s", row)
	}
}

func TestAmounts(t *testing.T) {
	t.Parallel()
	r := issueJSON(t, "-dry-run", testdata+"33.json", testdata+"46.json", testdata+"110.json", testdata+"41.json")
	require.NoError(t, r.err)
	require.Len(t, r.lines, 4)
	assert.Equal(t, testdata+"33.json", r.lines[0]["draft"])
	for i, want := range []string{
		`"net":5104,"exempt":1000,"vat":970,"total":7074,"totals":{"IVA":970,"MntExe":1000,"MntNeto":5104,"MntTotal":7074,"TasaIVA":19},`,
		`"net":156065,"vat":29652,"taxes":{"15":29652},"total":156065,"totals":{"IVA":29652,"ImptoReten":[{"TipoImp":15,"TasaImp":19,"MontoImp":29652}],`,
		`"exempt":5100,"total":5100,"currency":"DOLAR USA","totals":{"MntExe":5100,"MntExeOtrMnda":4846275,"MntTotOtrMnda":4846275,"MntTotal":5100,"OtraMoneda/TpoMoneda":"PESO CL","TpoCambio":950.25,"TpoMoneda":"DOLAR USA"},`,
		`"receiver":"66666666-6","exempt":9800,"total":9800,"totals":{"MntExe":9800,"MntTotal":9800},`,
	} {
		assert.Contains(t, r.raw[i], want)
	}
}

func TestListsAndDates(t *testing.T) {
	t.Parallel()
	dated, undated := readFileText(t, testdata+"34.json"), strings.Replace(readFileText(t, testdata+"34.json"), `"2026-11-20"`, "null", 1)
	path := write(t, "list.json", "\uFEFF ["+dated+","+undated+"]")
	r := issueJSON(t, "-dry-run", "-date", "2026-11-25", path)
	require.NoError(t, r.err)
	require.Len(t, r.lines, 2)
	assert.Equal(t, []any{path + "#1", "2026-11-20"}, []any{r.lines[0]["draft"], r.lines[0]["date"]})
	assert.Equal(t, []any{path + "#2", "2026-11-25"}, []any{r.lines[1]["draft"], r.lines[1]["date"]})
}

func TestCompanyFillsWhatIsMissing(t *testing.T) {
	t.Parallel()
	draft := `{"Encabezado": {"IdDoc": {"TipoDTE": 41, "FchEmis": "2026-11-20", "IndServicio": 3}, "Emisor": {"RznSocEmisor": "Otra"},
		"Receptor": {"RUTRecep": "66666666-6"}}, "Detalle": {"NmbItem": "x", "PrcItem": 10}}`
	emisor := `{"RUTEmisor": "76111111-6", "RznSoc": "Empresa", "GiroEmis": "Giro", "DirOrigen": "Calle 1", "CmnaOrigen": "Ñuñoa", "CiudadOrigen": "Santiago"}`
	for _, company := range []string{emisor, `{"Emisor": ` + emisor + `}`, `{"Encabezado": {"Emisor": ` + emisor + `}}`} {
		path := write(t, "company.json", company)
		of, err := readCompany(path)
		require.NoError(t, err)
		from, _, err := split(write(t, "draft.json", draft))
		require.NoError(t, err)
		require.Len(t, from, 1)
		s := settings{words: languages["en"], company: of}
		for d := range s.read([]string{write(t, "draft.json", draft)}) {
			_, err := s.judge(t.Context(), d)
			require.NoError(t, err)
			assert.Equal(t, "Otra", d.draft.Issuer.ReceiptName)
			assert.Empty(t, d.draft.Issuer.Name)
			assert.Equal(t, "Giro", d.draft.Issuer.Activity)
			assert.Equal(t, "Calle 1", d.draft.Issuer.Address)
			assert.Equal(t, "76111111-6", d.draft.Issuer.RUT.String())
		}
	}
	other := strings.Replace(draft, `"RznSocEmisor"`, `"RUTEmisor": "77222222-K", "RznSocEmisor"`, 1)
	r := issueJSON(t, "-dry-run", "-company", write(t, "company.json", emisor), write(t, "draft.json", other))
	require.Error(t, r.err)
	assert.Contains(t, r.raw[0], "company.other")
}

func TestRefusedDraftsHaveTheirLine(t *testing.T) {
	t.Parallel()
	wrong := write(t, "wrong.json", `[{"Encabezado": {"IdDoc": {"TipoDTE": 30}}},
		{"Encabezado": {"IdDoc": {"Tipo": 33}, "Emisor": {"RUTEmisor": "76111111-7"}}}]`)
	r := issueJSON(t, "-dry-run", testdata+"34.json", wrong, write(t, "no.json", "{"), write(t, "none.json", "[]"), "/none/none.json")
	require.Error(t, r.err)
	var usage *cli.UsageError
	require.NotErrorAs(t, r.err, &usage)
	require.Len(t, r.lines, 6)
	assert.Equal(t, map[string]any{"event": "done", "accepted": 1.0, "refused": 5.0}, r.end)
	assert.Contains(t, r.raw[1], `"type.unknown"`)
	assert.Contains(t, r.raw[1], `33`)
	assert.Contains(t, r.raw[2], `"path":"Encabezado/IdDoc/Tipo"`)
	assert.Contains(t, r.raw[2], `"path":"Encabezado/Emisor/RUTEmisor"`)
	for _, raw := range r.raw[2:] {
		assert.Contains(t, raw, `"draft.unreadable"`)
	}
	text := issueText(t, "-lang", "es", "-dry-run", wrong)
	assert.Contains(t, text.stdout, "RECHAZADO")
	assert.Contains(t, text.stdout, "no hay un elemento con ese nombre")
}

func TestUsage(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{testdata + "33.json"},
		{"-dry-run", "-date", "ayer", testdata + "33.json"},
		{"-dry-run", "-uf", "0", testdata + "33.json"},
		{"-dry-run", "-company", "/none.json", testdata + "33.json"},
		{"-lang", "fr"},
		{"-nada"},
	} {
		r := issueText(t, args...)
		var usage *cli.UsageError
		require.ErrorAs(t, r.err, &usage, args)
		assert.Empty(t, r.stdout)
	}
}

func TestGrouped(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{"": "", "0": "0", "999": "999", "1000": "1.000", "-1234567.50": "-1.234.567,50", "-100": "-100"} {
		assert.Equal(t, want, grouped(number))
	}
}
