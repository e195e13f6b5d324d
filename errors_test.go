package chile_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
)

func TestErrorsSurviveTwoWraps(t *testing.T) {
	t.Parallel()
	_, syntax := chile.ParsePeriod("octubre")
	_, outOfRange := chile.ParseDate("2026-02-30")
	_, checkDigit := chile.ParseRUT("76192083-8")
	_, overflow := chile.CLP(1<<63 - 1).Add(1)
	for _, tt := range []struct{ err, sentinel error }{
		{syntax, chile.ErrSyntax},
		{outOfRange, chile.ErrRange},
		{checkDigit, chile.ErrCheckDigit},
		{overflow, chile.ErrOverflow},
	} {
		wrapped := fmt.Errorf("import: %w", fmt.Errorf("row 7: %w", tt.err))
		require.ErrorIs(t, wrapped, tt.sentinel)
		for _, other := range []error{chile.ErrSyntax, chile.ErrRange, chile.ErrCheckDigit, chile.ErrOverflow} {
			assert.Equal(t, errors.Is(tt.sentinel, other), errors.Is(wrapped, other), "%v is %v", wrapped, other)
		}
		assert.True(t, strings.HasPrefix(tt.err.Error(), "chile: "), tt.err.Error())
	}
}

func TestParseErrorSaysWhatAndWhy(t *testing.T) {
	t.Parallel()
	_, err := chile.ParseRUT("76192083-8")
	assert.EqualError(t, err, `chile: RUT "76192083-8": wrong check digit`)
	_, err = chile.ParseRUT("7619\n2083-8")
	assert.EqualError(t, err, `chile: RUT "7619\n2083-8": not in a known form`, "one line, whatever the input")
}

func TestParseErrorKeepsTheStartOfALongText(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"ASCII":               strings.Repeat("a", 1000),
		"a letter at the cut": strings.Repeat("a", 39) + strings.Repeat("ñ", 100),
		"wide letters":        strings.Repeat("の", 100),
		"no letters at all":   strings.Repeat("\x80", 100),
	} {
		_, err := chile.ParseDate(text)
		var parse *chile.ParseError
		require.ErrorAs(t, err, &parse)
		kept, cut := strings.CutSuffix(parse.Input, "…")
		assert.True(t, cut, name)
		assert.True(t, strings.HasPrefix(text, kept), name)
		assert.LessOrEqual(t, len(kept), 40, name)
		assert.GreaterOrEqual(t, len(kept), 36, name)
		assert.Equal(t, utf8.ValidString(text), utf8.ValidString(kept), name)
	}
}
