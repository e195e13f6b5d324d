package judge

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte"
)

func decimal(tb testing.TB, s string) dte.Decimal {
	tb.Helper()
	d, err := dte.ParseDecimal(s)
	require.NoError(tb, err)
	return d
}

func TestAmounts(t *testing.T) {
	t.Parallel()
	times := func(a, b string) (int64, bool) { return times(decimal(t, a), decimal(t, b)) }
	for _, c := range []struct {
		a, b string
		want int64
		ok   bool
	}{
		{"8942.86", "1.0", 8943, true},
		{"0.5", "1", 1, true},
		{"0.499999", "1", 0, true},
		{"-0.5", "1", -1, true},
		{"-2.5", "3", -8, true},
		{"-2.5", "-3", 8, true},
		{"0", "-3", 0, true},
		{"2.5", "0.2", 1, true},
		{"1000000000", "1000000", maxAmount, true},
		{"1000000000.000001", "1000000", 0, false},
		{"999999999999999999", "999999999999999999", 0, false},
		{"9999999999.99999999", "9999999.9999999999", 0, false},
		{"0.0000000001", "0.00000001", 0, true},   // 18 decimals
		{"0.0000000001", "0.000000001", 0, false}, // 19
	} {
		got, ok := times(c.a, c.b)
		assert.Equal(t, c.ok, ok, "%s × %s", c.a, c.b)
		if c.ok {
			assert.Equal(t, c.want, got, "%s × %s", c.a, c.b)
		}
	}

	n, ok := whole(decimal(t, "100.50"))
	assert.True(t, ok)
	assert.Equal(t, int64(101), n)
	n, ok = percent(1350, decimal(t, "19"))
	assert.True(t, ok)
	assert.Equal(t, int64(257), n)
	_, ok = percent(1, decimal(t, "0.00000000000000001"))
	assert.False(t, ok)
	n, ok = netOf(680, decimal(t, "19"))
	assert.True(t, ok)
	assert.Equal(t, int64(571), n)
	_, ok = netOf(680, decimal(t, "-19"))
	assert.False(t, ok)
	_, ok = netOf(680, decimal(t, "0.000000000000019"))
	assert.False(t, ok)
	assert.Equal(t, uint64(1<<63), magnitude(math.MinInt64))
	assert.Equal(t, uint64(0), magnitude(0))
}

// FuzzRatio compares with exact fractions.
func FuzzRatio(f *testing.F) {
	f.Add(int64(1), int64(1), uint64(2))
	f.Add(int64(-1), int64(1), uint64(2))
	f.Add(int64(math.MinInt64), int64(math.MinInt64), uint64(math.MaxUint64))
	f.Add(int64(1_000_000_000_000_001), int64(1), uint64(1))
	f.Add(int64(math.MaxInt64), int64(2), uint64(1<<63+1))
	f.Fuzz(func(t *testing.T, a, b int64, by uint64) {
		if by == 0 {
			t.Skip()
		}
		exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(a), big.NewInt(b)), new(big.Int).SetUint64(by))
		half := big.NewRat(int64(exact.Sign()), 2)
		sum := new(big.Rat).Add(exact, half)
		want := new(big.Int).Quo(sum.Num(), sum.Denom())
		got, ok := ratio(a, b, by)
		require.Equal(t, want.CmpAbs(big.NewInt(maxAmount)) <= 0, ok)
		if ok {
			require.Equal(t, want.String(), big.NewInt(got).String())
		}
	})
}

func TestRounded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value  string
		places int
		want   string
	}{
		{"2.5", 0, "3"},
		{"-2.5", 0, "-3"},
		{"2.4999", 0, "2"},
		{"0", 2, "0.00"},
		{"8.34165", 2, "8.34"},
		{"8.345", 2, "8.35"},
		{"-8.345", 2, "-8.35"},
		{"8.34165", 4, "8.3417"},
	} {
		assert.Equal(t, c.want, rounded(decimal(t, c.value).Rat(), c.places).FloatString(c.places), c.value)
	}
}
