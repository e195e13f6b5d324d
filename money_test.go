package chile_test

import (
	"encoding/json"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
)

func TestParseCLP(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]chile.CLP{
		"0": 0, "-0": 0, "1": 1, "-1": -1, "0001190": 1190, "119000": 119000,
		"999999999999999999":  999_999_999_999_999_999,
		"-999999999999999999": -999_999_999_999_999_999,
	} {
		got, err := chile.ParseCLP(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
}

func TestParseCLPNeverGuesses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "-", "--1", "+1", "1.190", "1,190", "1190.0", "1190,5", "$1190", " 1190", "1190 ", "1e3", "0x10", "1_000",
		"null", "１１９０", "1\x00", "1-",
	} {
		amount, err := chile.ParseCLP(text)
		require.ErrorIs(t, err, chile.ErrSyntax, "%q", text)
		assert.Zero(t, amount)
	}
	for _, text := range []string{
		"1000000000000000000", "-1000000000000000000", "9223372036854775807", "-9223372036854775808",
		"9223372036854775808", strings.Repeat("9", 100_000),
	} {
		amount, err := chile.ParseCLP(text)
		require.ErrorIs(t, err, chile.ErrRange)
		assert.Zero(t, amount)
	}
}

func TestCLPAddIsRightOrAnError(t *testing.T) {
	t.Parallel()
	edges := []chile.CLP{
		math.MinInt64, math.MinInt64 + 1, math.MinInt64 / 2, -1_000, -1, 0, 1, 19, math.MaxInt64 / 2,
		math.MaxInt64/2 + 1, math.MaxInt64 - 1, math.MaxInt64,
	}
	for _, a := range edges {
		for _, b := range edges {
			exact := new(big.Int).Add(big.NewInt(int64(a)), big.NewInt(int64(b)))
			sum, err := a.Add(b)
			if exact.IsInt64() {
				require.NoError(t, err, "%d + %d", a, b)
				assert.EqualValues(t, exact.Int64(), sum, "%d + %d", a, b)
			} else {
				require.ErrorIs(t, err, chile.ErrOverflow, "%d + %d", a, b)
				assert.Zero(t, sum)
			}
		}
	}
}

func TestCLPFormat(t *testing.T) {
	t.Parallel()
	for amount, want := range map[chile.CLP]string{
		0: "0", 7: "7", 999: "999", 1000: "1.000", -1000: "-1.000", -999: "-999", 1234567: "1.234.567",
		math.MinInt64: "-9.223.372.036.854.775.808",
	} {
		assert.Equal(t, want, amount.Format())
	}
}

func TestCLPIsAPlainNumberInJSON(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(map[string]chile.CLP{"total": -1190})
	require.NoError(t, err)
	assert.JSONEq(t, `{"total":-1190}`, string(text))

	var got struct{ Total chile.CLP }
	assert.Error(t, json.Unmarshal([]byte(`{"total":1190.5}`), &got), "a peso has no fractions")
}
