package issue

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte"
)

// sheet is a draft in short: its type, lines and the rest, and what comes of it.
type sheet struct {
	name     string
	header   string // Encabezado without IdDoc/TipoDTE: `"Totales":{…}`
	id       string // of IdDoc, the type first: `33,"MntBruto":1`
	lines    string // of Detalle, without brackets
	rest     string // `"DscRcgGlobal":[…]`
	readings Readings

	amounts string // MontoItem of each line
	totals  string // elements of Totales and OtraMoneda
	found   string // findings: code path is→want
}

func (s *sheet) draft(tb testing.TB) *Draft {
	tb.Helper()
	text := `{"Encabezado":{"IdDoc":{"TipoDTE":` + s.id + `}`
	if s.header != "" {
		text += "," + s.header
	}
	text += `},"Detalle":[` + s.lines + `]`
	if s.rest != "" {
		text += "," + s.rest
	}
	d, err := ParseDraft([]byte(text + "}"))
	require.NoError(tb, err, text)
	return d
}

var (
	areas    = regexp.MustCompile(`(?s)<(?:Totales|OtraMoneda)>.*?</(?:Totales|OtraMoneda)>|<(?:DescuentoMonto|RecargoMonto|ValComIVA|ValorDROtrMnda|IndExeDR)>[^<]*`)
	elements = regexp.MustCompile(`<(\w+)>([^<]+)`)
)

// told tells the amounts of a document: lines, and by element.
func told(tb testing.TB, doc *dte.DTE) (lines, totals string) {
	tb.Helper()
	b, err := doc.Encode(dte.UTF8)
	require.NoError(tb, err)
	var all []string
	for _, area := range areas.FindAllString(string(b), -1) {
		for _, e := range elements.FindAllStringSubmatch(area, -1) {
			if text := strings.TrimSpace(e[2]); text != "" {
				all = append(all, e[1]+" "+text)
			}
		}
	}
	var amounts []string
	for _, m := range regexp.MustCompile(`<MontoItem>([^<]*)`).FindAllStringSubmatch(string(b), -1) {
		amounts = append(amounts, m[1])
	}
	return strings.Join(amounts, " "), strings.Join(all, ", ")
}

func toldFindings(found Findings) string {
	all := make([]string, 0, len(found))
	for _, f := range found {
		all = append(all, strings.TrimRight(fmt.Sprintf("%s %s %s %s→%s", f.Code, f.Level, f.Path, f.Is, f.Want), "→ "))
	}
	return strings.Join(all, "; ")
}

func TestTotals(t *testing.T) {
	t.Parallel()
	for _, s := range sheets() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			doc, found := totalled(s.draft(t), s.readings)
			lines, totals := told(t, doc)
			assert.Equal(t, s.amounts, lines)
			assert.Equal(t, s.totals, totals)
			assert.Equal(t, s.found, toldFindings(found))
			for _, f := range found {
				assert.NotEmpty(t, f.ES)
				assert.NotEqual(t, f.ES, f.EN)
			}
			if !found.Refused() {
				assert.Empty(t, dte.CheckTotals(doc).Findings)
			}
		})
	}
}

// TestTotalsOfAnotherDraftStayApart: what is computed is of the document alone.
func TestTotalsOfAnotherDraftStayApart(t *testing.T) {
	t.Parallel()
	d := (&sheet{id: "43", header: `"Totales":{"IVAProp":19}`, lines: `{"MontoItem":1000}`, rest: `"Comisiones":[{"TipoMovim":"C","Glosa":"x","ValComNeto":100,"ValComExe":0}]`}).draft(t)
	before, err := json.Marshal(d)
	require.NoError(t, err)
	_, found := totalled(d, Readings{})
	require.False(t, found.Refused())
	after, err := json.Marshal(d)
	require.NoError(t, err)
	assert.JSONEq(t, string(before), string(after), "the draft is not changed")
}

func TestTotalsOfTooManyLines(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"33", "110"} {
		d := (&sheet{id: kind, lines: `{"MontoItem":1}`}).draft(t)
		d.Lines = slices.Repeat(d.Lines, maxCount+1)
		_, found := totalled(d, Readings{})
		assert.Equal(t, "totals.range rejects  →10000", toldFindings(found))
	}
}

func TestRounded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ a, b, d, want int64 }{
		{1, 1, 2, 1},
		{-1, 1, 2, -1},
		{1, -1, 2, -1},
		{1, 1, 3, 0},
		{2, 1, 3, 1},
		{1350, 19, 100, 257},
		{4_000_000_000_000_000_000, 3, 4, 3_000_000_000_000_000_000},
		{-1 << 63, 1, 2, -1 << 62},
	} {
		got, ok := rounded(c.a, c.b, c.d)
		assert.True(t, ok)
		assert.Equal(t, c.want, got, c)
	}
	for _, c := range [][3]int64{{1 << 62, 1 << 62, 1}, {1 << 62, 2, 1}, {1 << 62, 4, 1}} {
		_, ok := rounded(c[0], c[1], c[2])
		assert.False(t, ok, c)
	}
}
