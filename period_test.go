package chile_test

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
)

func TestParsePeriod(t *testing.T) {
	t.Parallel()
	want := chile.Period{Year: 2026, Month: time.October}
	for _, text := range []string{"2026-10", "202610"} {
		got, err := chile.ParsePeriod(text)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	assert.Equal(t, "2026-10", want.String())
	assert.Equal(t, "202610", want.Compact())
	assert.Equal(t, "2026-01", chile.MustParsePeriod("202601").String())
}

func TestParsePeriodRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]error{
		"":                         chile.ErrSyntax,
		"2026":                     chile.ErrSyntax,
		"2026-1":                   chile.ErrSyntax,
		"2026/10":                  chile.ErrSyntax,
		"10-2026":                  chile.ErrSyntax,
		"2026-10-01":               chile.ErrSyntax,
		"2026_10":                  chile.ErrSyntax,
		"+02610":                   chile.ErrSyntax,
		" 20261":                   chile.ErrSyntax,
		"2026-1x":                  chile.ErrSyntax,
		"２-10":                     chile.ErrSyntax,
		strings.Repeat("2", 1<<20): chile.ErrSyntax,
		"2026-00":                  chile.ErrRange,
		"202613":                   chile.ErrRange,
		"1899-12":                  chile.ErrRange,
		"220001":                   chile.ErrRange,
	} {
		period, err := chile.ParsePeriod(text)
		require.ErrorIs(t, err, want, "%.40q", text)
		assert.True(t, period.IsZero())
	}
	assert.Panics(t, func() { chile.MustParsePeriod("2026-13") })
}

func TestPeriodOfIsTheMonthInChile(t *testing.T) {
	t.Parallel()
	for instant, want := range map[string]string{
		"2026-11-01T02:59:59.999Z": "2026-10",
		"2026-11-01T03:00:00Z":     "2026-11",
		"2027-01-01T00:00:00Z":     "2026-12",
		"2026-07-01T03:59:59Z":     "2026-06",
	} {
		at, err := time.Parse(time.RFC3339, instant)
		require.NoError(t, err)
		assert.Equal(t, want, chile.PeriodOf(at).String(), instant)
	}
	assert.Zero(t, chile.PeriodOf(time.Time{}))
}

func TestPeriodArithmetic(t *testing.T) {
	t.Parallel()
	december := chile.MustParsePeriod("2026-12")
	assert.Equal(t, "2027-01", december.Next().String())
	assert.Equal(t, "2026-11", december.Previous().String())
	assert.Equal(t, "2025-12", chile.MustParsePeriod("2026-01").Previous().String())
	assert.Equal(t, "2030-12", december.Add(48).String())
	assert.Equal(t, "2024-01", december.Add(-35).String())
	assert.Equal(t, december, december.Add(0))
	assert.Equal(t, december, december.Add(999).Add(-999))
	for _, months := range []int{math.MaxInt, math.MinInt, 12 * 300, -12 * 300, -12*2026 - 12} {
		assert.Zero(t, december.Add(months), months)
	}
	assert.Zero(t, chile.Period{}.Next())
	assert.Zero(t, chile.Period{}.Add(2026*12))
	assert.Zero(t, chile.MustParsePeriod("2199-12").Next())
	assert.Zero(t, chile.MustParsePeriod("1900-01").Previous())
}

func TestPeriodThrough(t *testing.T) {
	t.Parallel()
	through := func(from, to string) (months []string) {
		for p := range chile.MustParsePeriod(from).Through(chile.MustParsePeriod(to)) {
			months = append(months, p.String())
		}
		return months
	}
	assert.Equal(t, []string{"2025-11", "2025-12", "2026-01", "2026-02"}, through("2025-11", "2026-02"))
	assert.Equal(t, []string{"2026-10"}, through("2026-10", "2026-10"))
	assert.Empty(t, through("2026-10", "2026-09"))
	assert.Equal(t, []string{"2199-11", "2199-12"}, through("2199-11", "2199-12"), "the end of the range is an end")

	valid := chile.MustParsePeriod("2026-10")
	assert.Empty(t, slices.Collect(chile.Period{}.Through(valid)))
	assert.Empty(t, slices.Collect(valid.Through(chile.Period{Year: 2026, Month: 13})))

	for p := range valid.Through(chile.MustParsePeriod("2199-12")) {
		assert.Equal(t, valid, p)
		break // the rest is not asked for
	}
}

func TestPeriodDays(t *testing.T) {
	t.Parallel()
	for text, last := range map[string]string{
		"2026-02": "2026-02-28", "2024-02": "2024-02-29", "2026-12": "2026-12-31", "2199-12": "2199-12-31",
	} {
		p := chile.MustParsePeriod(text)
		assert.Equal(t, text+"-01", p.First().String())
		assert.Equal(t, last, p.Last().String())
		assert.True(t, p.Contains(p.First()))
		assert.True(t, p.Contains(p.Last()))
		assert.False(t, p.Contains(p.First().AddDays(-1)))
		assert.False(t, p.Contains(p.Last().AddDays(1)))
	}
	for _, none := range []chile.Period{{}, {Year: 2026}, {Year: 70_000, Month: 1}, {Year: 2026, Month: 13}} {
		assert.Zero(t, none.First())
		assert.Zero(t, none.Last())
		assert.False(t, none.Contains(chile.Date{}))
		assert.Empty(t, none.String())
		assert.Empty(t, none.Compact())
	}
}

func TestPeriodCompare(t *testing.T) {
	t.Parallel()
	inOrder := []chile.Period{{}, {Year: 2025, Month: 12}, {Year: 2026, Month: 1}, {Year: 2026, Month: 10}}
	assert.True(t, slices.IsSortedFunc(inOrder, chile.Period.Compare))
	assert.Zero(t, inOrder[1].Compare(inOrder[1]))
}

func TestPeriodAsJSON(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal([]chile.Period{chile.MustParsePeriod("202610"), {}})
	require.NoError(t, err)
	assert.JSONEq(t, `["2026-10",""]`, string(text))
	var back []chile.Period
	require.NoError(t, json.Unmarshal([]byte(`["202610",""]`), &back))
	assert.Equal(t, []chile.Period{{Year: 2026, Month: time.October}, {}}, back)

	kept := back[0]
	require.ErrorIs(t, json.Unmarshal([]byte(`"2026-13"`), &kept), chile.ErrRange)
	assert.Equal(t, back[0], kept, "a refused text must leave the value alone")

	_, err = json.Marshal(chile.Period{Year: 2026, Month: 13})
	require.ErrorIs(t, err, chile.ErrRange, "an impossible month must not be written as none")
}

func TestPeriodInDatabases(t *testing.T) {
	t.Parallel()
	want := chile.MustParsePeriod("2026-10")
	for _, column := range []any{"2026-10", []byte("202610")} {
		var got chile.Period
		require.NoError(t, got.Scan(column))
		assert.Equal(t, want, got)
	}
	value, err := want.Value()
	require.NoError(t, err)
	assert.Equal(t, "2026-10", value)

	got := want
	require.NoError(t, got.Scan(nil))
	value, err = got.Value()
	require.NoError(t, err)
	assert.Nil(t, value)

	_, err = chile.Period{Year: 2026, Month: 13}.Value()
	require.ErrorIs(t, err, chile.ErrRange)
	assert.ErrorContains(t, got.Scan(202610), "chile: cannot scan a Period from int")
}

func FuzzParsePeriod(f *testing.F) {
	for _, seed := range []string{"2026-10", "202610", "0000-00", "209912", "-", "2026-1\x00", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		period, err := chile.ParsePeriod(text)
		if err != nil {
			var parse *chile.ParseError
			if !errors.As(err, &parse) || !period.IsZero() {
				t.Fatalf("%q: %v with %v", text, period, err)
			}
			return
		}
		for _, writing := range []string{period.String(), period.Compact()} {
			again, err := chile.ParsePeriod(writing)
			if err != nil || again != period {
				t.Fatalf("%q -> %s -> %v, %v", text, writing, again, err)
			}
		}
		if !period.Contains(period.First()) || !period.Contains(period.Last()) || period.First().Compare(period.Last()) >= 0 {
			t.Fatalf("%q is from %s to %s", text, period.First(), period.Last())
		}
	})
}
