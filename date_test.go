package chile_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
)

func newDate(t *testing.T, text string) chile.Date {
	t.Helper()
	date, err := chile.ParseDate(text)
	require.NoError(t, err)
	return date
}

func TestParseDate(t *testing.T) {
	t.Parallel()
	want, err := chile.NewDate(2026, time.October, 31)
	require.NoError(t, err)
	for _, text := range []string{"2026-10-31", "31/10/2026", "31-10-2026"} {
		got, err := chile.ParseDate(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got)
	}
	assert.Equal(t, "2024-02-29", newDate(t, "29/02/2024").String())
	assert.Equal(t, "1900-01-01", newDate(t, "1900-01-01").String())
	assert.Equal(t, "2199-12-31", newDate(t, "2199-12-31").String())
}

func TestParseDateRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]error{
		"":                         chile.ErrSyntax,
		"20261031":                 chile.ErrSyntax,
		"2026/10/31":               chile.ErrSyntax,
		"31.10.2026":               chile.ErrSyntax,
		"31/10-2026":               chile.ErrSyntax,
		"31/10/26":                 chile.ErrSyntax,
		"1/1/2026":                 chile.ErrSyntax,
		"2026-10-3a":               chile.ErrSyntax,
		"2026-+1-31":               chile.ErrSyntax,
		" 2026-10-1":               chile.ErrSyntax,
		"2026-10-31T00:00:00":      chile.ErrSyntax,
		"１/10/2026":                chile.ErrSyntax,
		strings.Repeat("1", 1<<20): chile.ErrSyntax,
		"2026-13-01":               chile.ErrRange,
		"2026-00-10":               chile.ErrRange,
		"2026-10-00":               chile.ErrRange,
		"2026-02-29":               chile.ErrRange,
		"31/04/2026":               chile.ErrRange,
		"10/31/2026":               chile.ErrRange, // American order is not guessed
		"1899-12-31":               chile.ErrRange,
		"2200-01-01":               chile.ErrRange,
		"0000-00-00":               chile.ErrRange,
	} {
		date, err := chile.ParseDate(text)
		require.ErrorIs(t, err, want, "%.40q", text)
		assert.True(t, date.IsZero())
	}
}

func TestNewDateRefusesWhatTheCalendarLacks(t *testing.T) {
	t.Parallel()
	_, err := chile.NewDate(2026, time.February, 30)
	require.ErrorIs(t, err, chile.ErrRange)
	assert.EqualError(t, err, `chile: Date "2026-02-30": out of range`, "the error names what was asked for")
	for _, year := range []int{math.MinInt, -2026, 0, 1899, 2200, 2026 + 1<<16, math.MaxInt} {
		_, err := chile.NewDate(year, time.October, 1)
		assert.ErrorIs(t, err, chile.ErrRange, year)
	}
}

func TestZeroDate(t *testing.T) {
	t.Parallel()
	var zero chile.Date
	assert.True(t, zero.IsZero())
	assert.Empty(t, zero.String())
	assert.True(t, zero.Time().IsZero())
	assert.Zero(t, zero.Period())
	assert.Zero(t, zero.AddDays(1))
	assert.Equal(t, zero, chile.DateOf(time.Time{}))
	assert.Negative(t, zero.Compare(newDate(t, "1900-01-01")))
}

// TestDateTimeIsTheFirstInstant holds for every day in the reach of the SII's
// documents, whatever the clocks of that day did.
func TestDateTimeIsTheFirstInstant(t *testing.T) {
	t.Parallel()
	last := newDate(t, "2050-12-31")
	for date := newDate(t, "1990-01-01"); date.Compare(last) <= 0; date = date.AddDays(1) {
		start := date.Time()
		require.Equal(t, date, chile.DateOf(start), "%s starts at %s", date, start)
		require.Equal(t, date.AddDays(-1), chile.DateOf(start.Add(-time.Nanosecond)), "%s starts at %s", date, start)
	}
}

func TestSantiagoClockChanges(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		date, first string
		hours       float64
	}{
		// Summer time begins: midnight does not exist.
		{"2019-09-08", "2019-09-08T01:00:00-03:00", 23},
		{"2022-09-11", "2022-09-11T01:00:00-03:00", 23}, // a week late, because of a plebiscite
		{"2025-09-07", "2025-09-07T01:00:00-03:00", 23},
		// Summer time ends: the hour before midnight comes twice.
		{"2019-04-06", "2019-04-06T00:00:00-03:00", 25},
		{"2025-04-05", "2025-04-05T00:00:00-03:00", 25},
		{"2025-04-06", "2025-04-06T00:00:00-04:00", 24},
		// 2015 had summer time all year.
		{"2015-07-01", "2015-07-01T00:00:00-03:00", 24},
		{"2025-07-01", "2025-07-01T00:00:00-04:00", 24},
	} {
		date := newDate(t, tt.date)
		assert.Equal(t, tt.first, date.Time().Format(time.RFC3339))
		assert.InDelta(t, tt.hours, date.AddDays(1).Time().Sub(date.Time()).Hours(), 0, tt.date)
	}
}

func TestDateOfIsTheDateInChile(t *testing.T) {
	t.Parallel()
	for instant, want := range map[string]string{
		"2026-11-01T02:59:59Z":      "2026-10-31", // summer: three hours behind UTC
		"2026-11-01T03:00:00Z":      "2026-11-01",
		"2026-07-01T03:59:59Z":      "2026-06-30", // winter: four
		"2026-07-01T04:00:00Z":      "2026-07-01",
		"2026-11-01T12:00:00+14:00": "2026-10-31",
		"2250-01-01T12:00:00Z":      "",
	} {
		at, err := time.Parse(time.RFC3339, instant)
		require.NoError(t, err)
		assert.Equal(t, want, chile.DateOf(at).String(), instant)
	}
	assert.Equal(t, "America/Santiago", chile.Santiago().String())
}

func TestDateArithmetic(t *testing.T) {
	t.Parallel()
	date := newDate(t, "2024-02-28")
	assert.Equal(t, "2024-02-29", date.AddDays(1).String())
	assert.Equal(t, "2024-03-01", date.AddDays(2).String())
	assert.Equal(t, "2023-02-28", date.AddDays(-365).String())
	assert.Equal(t, date, date.AddDays(100_000/2).AddDays(-100_000/2))
	// The last of these comes round to the same day if seconds overflow.
	for _, n := range []int{110_000, -110_000, math.MaxInt, math.MinInt, 213_503_982_334_601} {
		assert.Zero(t, date.AddDays(n), n)
	}
	assert.Equal(t, 2024, date.Year())
	assert.Equal(t, time.February, date.Month())
	assert.Equal(t, 28, date.Day())
	assert.Equal(t, chile.MustParsePeriod("2024-02"), date.Period())
}

func TestDaysUntil(t *testing.T) {
	t.Parallel()
	first, last := newDate(t, "1900-01-01"), newDate(t, "2199-12-31")
	for _, days := range []int{0, 1, 27, 365, 366, 36_524, first.DaysUntil(last)} {
		assert.Equal(t, days, first.DaysUntil(first.AddDays(days)))
		assert.Equal(t, -days, last.DaysUntil(last.AddDays(-days)))
	}
	assert.Equal(t, 109_572, first.DaysUntil(last), "300 years, of which 73 are leap years, less a day")
	assert.Equal(t, 2, newDate(t, "2026-09-05").DaysUntil(newDate(t, "2026-09-07")), "over the day of 23 hours")
	assert.Zero(t, chile.Date{}.DaysUntil(last))
	assert.Zero(t, first.DaysUntil(chile.Date{}))
}

func TestDateCompare(t *testing.T) {
	t.Parallel()
	inOrder := []string{"2025-12-31", "2026-01-01", "2026-01-02", "2026-02-01"}
	for i, a := range inOrder {
		for j, b := range inOrder {
			got := newDate(t, a).Compare(newDate(t, b))
			assert.Equal(t, i < j, got < 0)
			assert.Equal(t, i == j, got == 0)
		}
	}
}

func TestDateAsJSON(t *testing.T) {
	t.Parallel()
	type row struct {
		Issued chile.Date `json:"issued"`
		Due    chile.Date `json:"due,omitzero"`
	}
	in := row{Issued: newDate(t, "2026-10-31")}
	text, err := json.Marshal(in)
	require.NoError(t, err)
	assert.JSONEq(t, `{"issued":"2026-10-31"}`, string(text))
	var out row
	require.NoError(t, json.Unmarshal([]byte(`{"issued":"31/10/2026","due":""}`), &out))
	assert.Equal(t, in, out)

	require.ErrorIs(t, json.Unmarshal([]byte(`{"issued":"2026-02-30"}`), &out), chile.ErrRange)
	assert.Equal(t, in, out, "a refused text must leave the value alone")
}

func TestDateInDatabases(t *testing.T) {
	t.Parallel()
	want := newDate(t, "2026-10-31")
	for _, column := range []any{
		"2026-10-31", []byte("2026-10-31"),
		time.Date(2026, time.October, 31, 0, 0, 0, 0, time.UTC), // in Chile it still is the 30th
	} {
		var got chile.Date
		require.NoError(t, got.Scan(column))
		assert.Equal(t, want, got)
	}
	value, err := want.Value()
	require.NoError(t, err)
	assert.Equal(t, "2026-10-31", value)

	got := want
	require.NoError(t, got.Scan(nil))
	assert.Zero(t, got)
	value, err = got.Value()
	require.NoError(t, err)
	assert.Nil(t, value)

	require.ErrorIs(t, got.Scan(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)), chile.ErrRange)
	assert.ErrorContains(t, got.Scan(20261031), "chile: cannot scan a Date from int")
}

func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{"2026-10-31", "31/10/2026", "31-10-2026", "0000-00-00", "2026-02-29", "::::-::-::", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		date, err := chile.ParseDate(text)
		if err != nil {
			var parse *chile.ParseError
			if !errors.As(err, &parse) || !date.IsZero() {
				t.Fatalf("%q: %v with %v", text, date, err)
			}
			return
		}
		again, err := chile.ParseDate(date.String())
		if err != nil || again != date {
			t.Fatalf("%q -> %s -> %v, %v", text, date, again, err)
		}
		if back := chile.DateOf(date.Time()); date.Year() >= 1990 && back != date {
			t.Fatalf("%q starts at %s, which is %s", text, date.Time(), back)
		}
	})
}
