package dte_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

// Numbers have 18 digits at most, and as many places.
func TestDecimalsAreBounded(t *testing.T) {
	t.Parallel()
	const most = 999_999_999_999_999_999
	for _, c := range []struct {
		digits int64
		places int
		want   string // empty if it is refused
	}{
		{3027600, 2, "30276.00"},
		{most, 0, "999999999999999999"},
		{-most, 18, "-0.999999999999999999"},
		{0, 0, "0"},
		{-5, 1, "-0.5"},
		{most + 1, 0, ""},
		{-most - 1, 0, ""},
		{1, -1, ""},
		{1, 19, ""},
	} {
		d, err := dte.NewDecimal(c.digits, c.places)
		if c.want == "" {
			require.ErrorIs(t, err, dte.ErrDecimal)
			assert.True(t, d.IsZero())
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, c.want, d.String())
		assert.Equal(t, c.digits, d.Digits())
		assert.Equal(t, c.places, d.Places())
	}
	_, err := dte.DecimalOf(chile.CLP(most + 1))
	require.ErrorIs(t, err, dte.ErrDecimal)
}

func TestParseDecimal(t *testing.T) {
	t.Parallel()
	nines := strings.Repeat("9", 18)
	for text, want := range map[string]string{
		"1": "1", "+1": "1", "-1.50": "-1.50", ".5": "0.5", "5.": "5", "007": "7", nines: nines, "0." + nines: "0." + nines,
	} {
		d, err := dte.ParseDecimal(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, d.String(), text)
	}
	for _, text := range []string{"", "-", ".", "+-1", "--1", "1,5", "1.5.1", "1e3", " 1", "Ñ", nines + "9", "0." + nines + "0", nines + ".9"} {
		d, err := dte.ParseDecimal(text)
		require.ErrorIs(t, err, dte.ErrDecimal, "%q", text)
		assert.True(t, d.IsZero(), "%q", text)
	}
}

func TestDecimalsHaveSignsAndPesos(t *testing.T) {
	t.Parallel()
	for text, c := range map[string]struct {
		sign  int
		pesos chile.CLP
		whole bool
	}{"-2.00": {-1, -2, true}, "0.0": {0, 0, true}, "1190": {1, 1190, true}, "0.5": {1, 0, false}, "-0.01": {-1, 0, false}} {
		d, err := dte.ParseDecimal(text)
		require.NoError(t, err)
		assert.Equal(t, c.sign, d.Sign(), text)
		pesos, err := d.CLP()
		assert.Equal(t, c.pesos, pesos, text)
		assert.Equal(t, c.whole, err == nil, text)
	}
}
