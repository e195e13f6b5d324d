package siiemit

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte/issue"
)

func parsed(t *testing.T, text string) *issue.Draft {
	t.Helper()
	draft, err := issue.ParseDraft([]byte(text))
	require.NoError(t, err)
	return draft
}

func TestNormalForm(t *testing.T) {
	t.Parallel()
	form := func(text string) string {
		draft := parsed(t, text)
		before, err := draft.MarshalJSON()
		require.NoError(t, err)
		b, hash, err := normalForm(draft)
		require.NoError(t, err)
		require.Len(t, hash, 64)
		again := parsed(t, string(b))
		same, second, err := normalForm(again)
		require.NoError(t, err)
		assert.Equal(t, string(b), string(same), "the normal form is a draft with the same normal form")
		assert.Equal(t, hash, second)
		after, err := draft.MarshalJSON()
		require.NoError(t, err)
		assert.Equal(t, string(before), string(after), "the caller's draft stays")
		return hash
	}
	first := form(`{"Encabezado":{"IdDoc":{"TipoDTE":33},"Receptor":{"RznSocRecep":"10.00"}},"Detalle":[{"NmbItem":"Pan 1.50","QtyItem":1.5,"PrcItem":2190}]}`)
	same := map[string]string{
		"zeros at the end":     `{"Encabezado":{"IdDoc":{"TipoDTE":33},"Receptor":{"RznSocRecep":"10.00"}},"Detalle":[{"NmbItem":"Pan 1.50","QtyItem":1.500,"PrcItem":2190.0}]}`,
		"numbers as text":      `{"Encabezado":{"IdDoc":{"TipoDTE":"33"},"Receptor":{"RznSocRecep":"10.00"}},"Detalle":[{"NmbItem":"Pan 1.50","QtyItem":"1.5","PrcItem":"2190"}]}`,
		"another order":        `{"Detalle":{"PrcItem":2190,"QtyItem":1.5,"NmbItem":"Pan 1.50"},"Encabezado":{"Receptor":{"RznSocRecep":"10.00"},"IdDoc":{"TipoDTE":33}}}`,
		"a remembered folio":   `{"Encabezado":{"IdDoc":{"TipoDTE":33,"Folio":9},"Receptor":{"RznSocRecep":"10.00"}},"Detalle":[{"NmbItem":"Pan 1.50","QtyItem":1.5,"PrcItem":2190}]}`,
		"lines with a number":  `{"Encabezado":{"IdDoc":{"TipoDTE":33},"Receptor":{"RznSocRecep":"10.00"}},"Detalle":[{"NroLinDet":1,"NmbItem":"Pan 1.50","QtyItem":1.5,"PrcItem":2190}]}`,
		"what is not said":     `{"Encabezado":{"IdDoc":{"TipoDTE":33,"FchEmis":""},"Receptor":{"RznSocRecep":"10.00"}},"Detalle":[{"NmbItem":"Pan 1.50","QtyItem":1.5,"PrcItem":2190}],"Referencia":null}`,
		"an exponent, a blank": `{"Encabezado": {"IdDoc":{"TipoDTE":33},"Receptor":{"RznSocRecep":"10.00"}},"Detalle":[{"NmbItem":"Pan 1.50","QtyItem":15e-1,"PrcItem":2.19e3}]}`,
	}
	for name, text := range same {
		assert.Equal(t, first, form(text), name)
	}
	other := map[string]string{
		"a text of digits": `{"Encabezado":{"IdDoc":{"TipoDTE":33},"Receptor":{"RznSocRecep":"10"}},"Detalle":[{"NmbItem":"Pan 1.50","QtyItem":1.5,"PrcItem":2190}]}`,
		"a name":           `{"Encabezado":{"IdDoc":{"TipoDTE":33},"Receptor":{"RznSocRecep":"10.00"}},"Detalle":[{"NmbItem":"Pan 1.5","QtyItem":1.5,"PrcItem":2190}]}`,
		"an amount":        `{"Encabezado":{"IdDoc":{"TipoDTE":33},"Receptor":{"RznSocRecep":"10.00"}},"Detalle":[{"NmbItem":"Pan 1.50","QtyItem":1.5,"PrcItem":21900}]}`,
		"a date":           `{"Encabezado":{"IdDoc":{"TipoDTE":33,"FchEmis":"2026-11-30"},"Receptor":{"RznSocRecep":"10.00"}},"Detalle":[{"NmbItem":"Pan 1.50","QtyItem":1.5,"PrcItem":2190}]}`,
	}
	for name, text := range other {
		assert.NotEqual(t, first, form(text), name)
	}
}

func TestCheckKey(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"1", "pedido/Ñ 4711", strings.Repeat("k", MaxKey)} {
		require.NoError(t, checkKey(good))
	}
	for _, bad := range []string{"", strings.Repeat("k", MaxKey+1), "a\x00b", "a\nb", "\xff", "a\x7fb"} {
		require.ErrorIs(t, checkKey(bad), ErrKey, "%q", bad)
	}
}
