package schema

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestValuesAgree lets no value pass by its numbers that the type does not have.
func TestValuesAgree(t *testing.T) {
	t.Parallel()
	passed := 0
	for i := range simpleTypes {
		v := valuesOf(&simpleTypes[i])
		good := func(text string) {
			passed++
			rule, want := v.Check(text)
			assert.Zero(t, rule, "type %d: %q should be %s", i, text, want)
		}
		for _, n := range []int64{v.Least, v.Least + 1, 0, 1, 2, 40, 99, v.Most - 1, v.Most} {
			if n >= v.Least && n <= v.Most && len(v.Listed) == 0 {
				good(fmt.Sprint(n))
			}
		}
		for _, n := range v.Listed {
			good(fmt.Sprint(n))
		}
		for n := v.Shortest; n <= min(v.Longest, 2000); n++ {
			good(strings.Repeat("é", n))
		}
		if v.typ.base != decimal {
			continue
		}
		for _, text := range []string{"0", "0.0", "-1", "-0.5", "0.01", "0.001", "0.0000001", "0.10", "99.99", "100.5", "999.99", "99999999999.999999", "123456789012345.67", "999999999999999999"} {
			if v.Fits(text) {
				good(text)
			}
		}
	}
	assert.Greater(t, passed, 2000)
}

// TestValuesAreUseful keeps ordinary values from being written to be judged.
func TestValuesAreUseful(t *testing.T) {
	t.Parallel()
	root, ok := Lookup("DTE", "Documento")
	require.True(t, ok)
	child := func(n Node, name string) Node {
		for _, inner := range n.Nodes() {
			if inner.Name == name {
				return inner
			}
		}
		require.Fail(t, name)
		return n
	}
	line := child(root, "Detalle")
	assert.Equal(t, 1, line.Min)
	assert.Equal(t, 60, line.Max)
	name, price, amount, code := child(line, "NmbItem"), child(line, "PrcItem"), child(line, "MontoItem"), child(line, "CodImpAdic")
	assert.Equal(t, 80, name.Values().Longest)
	assert.True(t, price.Values().Fits("1234.5"))
	assert.False(t, price.Values().Fits("0.0"))
	assert.EqualValues(t, 999_999_999_999, price.Values().Most)
	assert.Zero(t, amount.Values().Least)
	assert.Contains(t, code.Values().Listed, int64(271))
	assert.Equal(t, 2, code.Max)
	assert.Nil(t, line.Values())
	_, ok = Lookup("DTE", "Nada")
	assert.False(t, ok)
}
