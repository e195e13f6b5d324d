package schema

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/sharedtest"
)

// The committed table is the one that the generator makes.
func TestTableIsGenerated(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "table.go")
	cmd := exec.Command("go", "run", "./generate", "-from", sharedtest.Path(t, "schemas"), "-out", out)
	text, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", text)
	want, err := os.ReadFile(out)
	require.NoError(t, err)
	got, err := os.ReadFile("table.go")
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
}

// Indexes are within the tables, models end, and patterns compile.
func TestTableIsSound(t *testing.T) {
	t.Parallel()
	for _, r := range roots {
		require.Less(t, r.element, len(elements))
	}
	for _, e := range elements {
		if e.typ < 0 {
			require.Less(t, ^e.typ, len(simpleTypes), e.name)
			continue
		}
		require.Less(t, e.typ, len(complexTypes), e.name)
	}
	for _, c := range complexTypes {
		require.Less(t, c.content, len(particles))
		require.Less(t, c.simple, len(simpleTypes))
		for _, a := range c.attributes {
			require.Less(t, a.simple, len(simpleTypes))
		}
	}
	for i, p := range particles {
		for _, of := range p.of {
			if p.kind == one {
				require.Less(t, of, len(elements))
				continue
			}
			require.Less(t, of, i, "a model holds those that were made before it")
		}
	}
	for _, s := range simpleTypes {
		for _, f := range s.facets {
			if f.kind == pattern {
				_, err := regexp.Compile(f.value)
				require.NoError(t, err)
			}
		}
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		base  builtin
		value string
		want  bool
	}{
		{integer, "0", true},
		{integer, "-12", true},
		{integer, "+7", true},
		{integer, "007", true},
		{integer, "", false},
		{integer, "1.0", false},
		{integer, "--1", false},
		{integer, "1e3", false},
		{integer, "123456789012345678901234", true},
		{integer, "1234567890123456789012345", false},
		{positiveInteger, "0", false},
		{positiveInteger, "1", true},
		{nonNegativeInteger, "-0", true},
		{nonNegativeInteger, "-1", false},
		{negativeInteger, "-1", true},
		{negativeInteger, "0", false},
		{long, "9223372036854775807", true},
		{long, "9223372036854775808", false},
		{unsignedLong, "18446744073709551615", true},
		{unsignedLong, "18446744073709551616", false},
		{unsignedLong, "+1", false},
		{decimal, "1.", true},
		{decimal, ".5", true},
		{decimal, ".", false},
		{decimal, "1,5", false},
		{decimal, "-0.50", true},
		{date, "2028-02-29", true},
		{date, "2026-02-29", false},
		{date, "2026-11-23Z", true},
		{date, "2026-11-23-03:00", true},
		{date, "2026-11-23+15:00", false},
		{date, "0000-01-01", false},
		{date, "26-11-23", false},
		{date, " 2026-11-23", false},
		{dateTime, "2026-11-23T10:00:00", true},
		{dateTime, "2026-11-23T24:00:00", true},
		{dateTime, "2026-11-23T24:00:01", false},
		{dateTime, "2026-11-23T10:00:60", false},
		{dateTime, "2026-11-23T10:00:00.25Z", true},
		{dateTime, "2026-11-23T10:00:00.", false},
		{dateTime, "2026-11-23 10:00:00", false},
		{dateTime, "2026-11-23T1:00:00", false},
		{gYearMonth, "2026-11", true},
		{gYearMonth, "2026-13", false},
		{gYear, "2026", true},
		{gYear, "0000", false},
		{base64Binary, "AQAB", true},
		{base64Binary, "AQ==", true},
		{base64Binary, "AQ=", false},
		{base64Binary, "AR==", false},
		{base64Binary, "A", false},
		{base64Binary, "", true},
		{base64Binary, "A=AA", false},
		{base64Binary, "====", false},
		{id, "F1T33", true},
		{id, "1F", false},
		{id, "a:b", false},
		{id, "", false},
		{id, "ñ-1.x", true},
		{anyURI, "#F1T33", true},
		{anyURI, "", true},
		{anyURI, "a b", false},
		{anyURI, "%zz", false},
		{str, "\x00", true},
	} {
		assert.Equal(t, c.want, c.base.has(c.value), "%s %q", c.base, c.value)
	}
}

func TestFacets(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		t     simpleType
		value string
		want  Rule
	}{
		{simpleType{str, []facet{{maxLength, "3", nil}}}, "ñññ", 0},
		{simpleType{str, []facet{{maxLength, "3", nil}}}, "ññññ", WrongLength},
		{simpleType{str, []facet{{minLength, "1", nil}}}, "", WrongLength},
		{simpleType{str, []facet{{length, "1", nil}}}, "ab", WrongLength},
		{simpleType{base64Binary, []facet{{maxLength, "1", nil}}}, "AQ==", 0},
		{simpleType{base64Binary, []facet{{maxLength, "1", nil}}}, "AQAB", WrongLength},
		{simpleType{positiveInteger, []facet{{enumeration, "", []string{"33"}}}}, "033", 0},
		{simpleType{positiveInteger, []facet{{enumeration, "", []string{"33"}}}}, "34", NotListed},
		{simpleType{positiveInteger, nil}, "x", NotOfType},
		{simpleType{decimal, []facet{{totalDigits, "5", nil}, {fractionDigits, "2", nil}}}, "00123.4500", 0},
		{simpleType{decimal, []facet{{totalDigits, "5", nil}}}, "1234.56", TooManyDigits},
		{simpleType{decimal, []facet{{fractionDigits, "2", nil}}}, "1.001", TooManyDecimals},
		{simpleType{decimal, []facet{{minInclusive, "0.01", nil}}}, "0.009", OutOfRange},
		{simpleType{date, []facet{{minInclusive, "2000-01-01", nil}}}, "1999-12-31", OutOfRange},
		{simpleType{date, []facet{{maxInclusive, "2050-12-31", nil}}}, "2050-12-31Z", 0},
		{simpleType{str, []facet{{pattern, "^(?:[0-9]+-([0-9]|K))$", nil}}}, "1-k", NotOfPattern},
		{simpleType{str, []facet{{pattern, "^(?:[0-9]+-([0-9]|K))$", nil}}}, "1-K\n", NotOfPattern},
	} {
		rule, want := c.t.check(c.value)
		assert.Equal(t, c.want, rule, "%v %q", c.t, c.value)
		assert.Equal(t, rule == 0, want == "", "what is asked for")
	}
}
