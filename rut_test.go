package chile_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
)

func TestParseRUTWritings(t *testing.T) {
	t.Parallel()
	want := chile.MustParseRUT("76192083-9")
	for _, writing := range []string{
		"76192083-9",
		"76.192.083-9",
		"761920839",
		"76.192.0839",
		"076192083-9",
		"076.192.083-9",
		"0000000076192083-9",
		"000.076.192.083-9",
		" 76192083-9\t",
		"\u00a076.192.083-9\u00a0",
		"76192083\u20109", // hyphen
		"76192083\u20119", // non-breaking hyphen
		"76192083\u20139", // en dash, as word processors put it
		"76192083\u22129", // minus sign
	} {
		t.Run(writing, func(t *testing.T) {
			t.Parallel()
			got, err := chile.ParseRUT(writing)
			require.NoError(t, err)
			assert.Equal(t, want, got)
		})
	}
}

func TestParseRUTCheckDigits(t *testing.T) {
	t.Parallel()
	// The SII itself, and numbers with each check digit.
	for _, text := range []string{
		"60803000-K", "11111111-1", "12345678-5", "1-9", "6-K", "99999999-9",
		"76192083-9", "76111111-6", "77222222-K", "55555555-5", "66666666-6",
	} {
		rut, err := chile.ParseRUT(text)
		require.NoError(t, err, text)
		assert.Equal(t, text, rut.String())
		lower, err := chile.ParseRUT(strings.ToLower(text))
		require.NoError(t, err)
		assert.Equal(t, rut, lower)
	}
}

// TestCheckDigitAgainstDefinition computes the digit as the definition says:
// the weighted sum of the digits and the check digit is a multiple of 11.
func TestCheckDigitAgainstDefinition(t *testing.T) {
	t.Parallel()
	check := func(number int64) {
		rut, err := chile.NewRUT(number)
		require.NoError(t, err)
		digits := fmt.Sprint(number)
		sum := 0
		for i := range digits {
			fromRight := len(digits) - 1 - i
			sum += int(digits[i]-'0') * []int{2, 3, 4, 5, 6, 7}[fromRight%6]
		}
		dv := strings.IndexByte("0123456789K", rut.DV())
		require.GreaterOrEqual(t, dv, 0)
		require.Zero(t, (sum+dv)%11, "%s", rut)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for n := int64(1); n <= 2000; n++ {
		check(n)
		check(100_000_000 - n)
		check(1 + random.Int64N(99_999_999))
	}
}

func TestParseRUTRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		want       error
	}{
		{"empty", "", chile.ErrSyntax},
		{"spaces alone", "   ", chile.ErrSyntax},
		{"one digit", "9", chile.ErrSyntax},
		{"no number", "-9", chile.ErrSyntax},
		{"no check digit", "76192083-", chile.ErrSyntax},
		{"two hyphens", "76192083--9", chile.ErrSyntax},
		{"two check digits", "76192083-KK", chile.ErrSyntax},
		{"K within the number", "7619K083-9", chile.ErrSyntax},
		{"letter as check digit", "76192083-X", chile.ErrSyntax},
		{"letter within the number", "7619208O-9", chile.ErrSyntax},
		{"sign", "+76192083-9", chile.ErrSyntax},
		{"negative", "-76192083-9", chile.ErrSyntax},
		{"space within", "76 192 083-9", chile.ErrSyntax},
		{"commas", "76,192,083-9", chile.ErrSyntax},
		{"mark out of place", "7.6192.083-9", chile.ErrSyntax},
		{"mark left out", "76192.083-9", chile.ErrSyntax},
		{"mark at the start", ".192.083-9", chile.ErrSyntax},
		{"mark at the end", "76.192.083.-9", chile.ErrSyntax},
		{"marks doubled", "76..192.083-9", chile.ErrSyntax},
		{"group too long", "76.1920.83-9", chile.ErrSyntax},
		{"mark alone", ".-9", chile.ErrSyntax},
		{"em dash", "76192083\u20149", chile.ErrSyntax},
		{"full-width digits", "７６１９２０８３-９", chile.ErrSyntax},
		{"full-width hyphen", "76192083\uff0d9", chile.ErrSyntax},
		{"Arabic digits", "٧٦١٩٢٠٨٣-٩", chile.ErrSyntax},
		{"zero byte", "76192083-9\x00", chile.ErrSyntax},
		{"invalid UTF-8", "\xff76192083-9", chile.ErrSyntax},
		{"lines", "76192083-9\n11111111-1", chile.ErrSyntax},
		{"a megabyte of digits", strings.Repeat("1", 1<<20), chile.ErrSyntax},
		{"a megabyte of zeros", strings.Repeat("0", 1<<20) + "76192083-9", chile.ErrSyntax},
		{"zero", "0-0", chile.ErrRange},
		{"zeros", "00000000-0", chile.ErrRange},
		{"nine digits", "100000000-4", chile.ErrRange},
		{"more than 64 bits", "99999999999999999999999-9", chile.ErrRange},
		{"wrong check digit", "76192083-8", chile.ErrCheckDigit},
		{"K that is no K", "76192083-K", chile.ErrCheckDigit},
		{"digits swapped", "76129083-9", chile.ErrCheckDigit},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rut, err := chile.ParseRUT(tt.text)
			require.ErrorIs(t, err, tt.want)
			assert.Zero(t, rut)
			var parse *chile.ParseError
			require.ErrorAs(t, err, &parse)
			assert.Equal(t, "RUT", parse.Type)
			assert.LessOrEqual(t, len(err.Error()), 400, "an error must not carry a whole file")
		})
	}
}

func TestNewRUT(t *testing.T) {
	t.Parallel()
	rut, err := chile.NewRUT(60803000)
	require.NoError(t, err)
	assert.Equal(t, "60803000-K", rut.String())
	assert.Equal(t, "60.803.000-K", rut.Format())
	assert.EqualValues(t, 60803000, rut.Number())
	assert.Equal(t, byte('K'), rut.DV())
	assert.False(t, rut.IsZero())

	for _, number := range []int64{0, -1, 100_000_000, -76192083, 1 << 40, 1<<32 + 76192083} {
		_, err := chile.NewRUT(number)
		assert.ErrorIs(t, err, chile.ErrRange, number)
	}
}

func TestMustParseRUTPanicsOnItsProgrammersMistake(t *testing.T) {
	t.Parallel()
	assert.Panics(t, func() { chile.MustParseRUT("76192083-8") })
}

func TestZeroRUT(t *testing.T) {
	t.Parallel()
	var zero chile.RUT
	assert.True(t, zero.IsZero())
	assert.Empty(t, zero.String())
	assert.Empty(t, zero.Format())
	assert.Zero(t, zero.DV())
	assert.Zero(t, zero.Number())
	value, err := zero.Value()
	require.NoError(t, err)
	assert.Nil(t, value)
}

func TestRUTFormat(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1-9": "1-9", "123-6": "123-6", "1000-6": "1.000-6",
		"9039454-1": "9.039.454-1", "76192083-9": "76.192.083-9",
	} {
		rut := chile.MustParseRUT(text)
		assert.Equal(t, want, rut.Format())
		assert.Equal(t, rut, chile.MustParseRUT(rut.Format()))
	}
}

func TestRUTCompareAndMapKey(t *testing.T) {
	t.Parallel()
	small, large := chile.MustParseRUT("1-9"), chile.MustParseRUT("76192083-9")
	assert.Negative(t, small.Compare(large))
	assert.Positive(t, large.Compare(small))
	assert.Zero(t, large.Compare(chile.MustParseRUT("76.192.083-9")))
	assert.Negative(t, chile.RUT{}.Compare(small))

	seen := map[chile.RUT]bool{large: true}
	assert.True(t, seen[chile.MustParseRUT("761920839")])
}

func TestRUTAsJSON(t *testing.T) {
	t.Parallel()
	type company struct {
		RUT    chile.RUT            `json:"rut"`
		Parent chile.RUT            `json:"parent,omitzero"`
		Shares map[chile.RUT]string `json:"shares,omitempty"`
	}
	in := company{
		RUT:    chile.MustParseRUT("76192083-9"),
		Shares: map[chile.RUT]string{chile.MustParseRUT("60803000-K"): "all"},
	}
	text, err := json.Marshal(in)
	require.NoError(t, err)
	assert.JSONEq(t, `{"rut":"76192083-9","shares":{"60803000-K":"all"}}`, string(text))
	var out company
	require.NoError(t, json.Unmarshal(text, &out))
	assert.Equal(t, in, out)

	kept := chile.MustParseRUT("1-9")
	require.NoError(t, json.Unmarshal([]byte(`""`), &kept))
	assert.Zero(t, kept)

	kept = chile.MustParseRUT("1-9")
	require.ErrorIs(t, json.Unmarshal([]byte(`"76192083-8"`), &kept), chile.ErrCheckDigit)
	assert.Equal(t, chile.MustParseRUT("1-9"), kept, "a refused text must leave the value alone")
	assert.Error(t, json.Unmarshal([]byte(`761920839`), &kept), "a number is no RUT: it would lose its K")
}

func TestRUTInDatabases(t *testing.T) {
	t.Parallel()
	rut := chile.MustParseRUT("60803000-K")
	value, err := rut.Value()
	require.NoError(t, err)
	assert.Equal(t, "60803000-K", value)

	for _, column := range []any{"60803000-K", []byte("60.803.000-k")} {
		var got chile.RUT
		require.NoError(t, got.Scan(column))
		assert.Equal(t, rut, got)
	}
	got := rut
	require.NoError(t, got.Scan(nil))
	assert.Zero(t, got)
	require.ErrorIs(t, got.Scan("60803000-1"), chile.ErrCheckDigit)
	assert.ErrorContains(t, got.Scan(int64(60803000)), "chile: cannot scan a RUT from int64")
}

func FuzzParseRUT(f *testing.F) {
	for _, seed := range []string{
		"76192083-9", "76.192.083-9", "60803000k", "0076192083\u20109", " 1-9 ", "-", "", "K", "1.1-1", "\xff\xfe", "1\u0660-9",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rut, err := chile.ParseRUT(text)
		if err != nil {
			var parse *chile.ParseError
			if !errors.As(err, &parse) || !rut.IsZero() {
				t.Fatalf("%q: %v with %v", text, rut, err)
			}
			return
		}
		if rut.IsZero() {
			t.Fatalf("%q became no RUT without an error", text)
		}
		for _, writing := range []string{rut.String(), rut.Format()} {
			again, err := chile.ParseRUT(writing)
			if err != nil || again != rut {
				t.Fatalf("%q -> %s -> %v, %v", text, writing, again, err)
			}
		}
		// Of the eleven check digits only one is right.
		for _, dv := range "0123456789Kk" {
			_, err := chile.ParseRUT(fmt.Sprintf("%d-%c", rut.Number(), dv))
			right := byte(dv) == rut.DV() || dv == 'k' && rut.DV() == 'K'
			if right != (err == nil) || err != nil && !errors.Is(err, chile.ErrCheckDigit) {
				t.Fatalf("%d with check digit %c: %v", rut.Number(), dv, err)
			}
		}
	})
}

// fitting are numbers without a check digit whose last digit looks like one.
var fitting = []string{"76192006", "76192014", "76192049"}

// TestParseHyphenatedRUT refuses a RUT that lost its check digit also where its
// last digit would fit as one.
func TestParseHyphenatedRUT(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"76192083-9", "76.192.083-9", " 76192083\u20119 ", "076192083-9"} {
		rut, err := chile.ParseHyphenatedRUT(text)
		require.NoError(t, err, text)
		assert.Equal(t, chile.MustParseRUT("76192083-9"), rut)
	}
	for _, number := range fitting {
		_, err := chile.ParseRUT(number)
		require.NoError(t, err, "its last digit fits")
		rut, err := chile.ParseHyphenatedRUT(number)
		require.ErrorIs(t, err, chile.ErrSyntax, number)
		assert.Zero(t, rut)
	}
	_, err := chile.ParseHyphenatedRUT("76192083-8")
	require.ErrorIs(t, err, chile.ErrCheckDigit)
	_, err = chile.ParseHyphenatedRUT("")
	require.ErrorIs(t, err, chile.ErrSyntax)
	_, err = chile.ParseDocumentID(fitting[0] + "/33/1")
	require.ErrorIs(t, err, chile.ErrSyntax, "an id is written with the hyphen")
}
