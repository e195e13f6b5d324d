package dte_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte"
)

func TestParseDateTime(t *testing.T) {
	t.Parallel()
	const want = "2026-11-23T10:05:09"
	for _, rest := range []string{"", "Z", ".5", ".123456", ".5Z", "-03:00", "+00:00", "-14:59", ".5-03:00"} {
		got, err := dte.ParseDateTime(want + rest)
		require.NoError(t, err, rest)
		assert.Equal(t, want, got.String())
	}
	for _, wrong := range []string{
		"", "2026-11-23", "2026-11-23 10:05:09", "2026-11-23T10-05:09", "2026-11-23T10:05-09", "2026-11-23T24:00:00", "2026-11-23T10:60:00", "2026-11-23T10:05:60",
		"2026-11-31T10:05:09", "2026-11-23T1x:05:09", "2026-11-23Tx1:05:09", want + ".", want + "x", want + "-0300", want + "*03:00", want + "-15:00", want + "-03:60", want + "-03.00", want + ".5x",
	} {
		_, err := dte.ParseDateTime(wrong)
		require.ErrorIs(t, err, dte.ErrDateTime, wrong)
		require.ErrorIs(t, new(dte.DateTime).UnmarshalText([]byte(wrong+" ")), dte.ErrDateTime, wrong)
	}
	var absent dte.DateTime
	require.NoError(t, absent.UnmarshalText(nil))
	assert.Empty(t, absent.String())
	assert.True(t, absent.Time().IsZero())
}

// Times are those that clocks in Chile show.
func TestDateTimeOf(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 24, 1, 2, 3, 0, time.UTC)
	got := dte.DateTimeOf(at)
	assert.Equal(t, "2026-11-23T22:02:03", got.String())
	assert.True(t, at.Equal(got.Time()))
	for _, later := range []string{"2026-11-24T00:00:00", "2026-11-23T23:00:00", "2026-11-23T22:03:00", "2026-11-23T22:02:04"} {
		other, err := dte.ParseDateTime(later)
		require.NoError(t, err)
		assert.Negative(t, got.Compare(other), later)
		assert.Positive(t, other.Compare(got), later)
	}
	assert.Zero(t, got.Compare(got))
}
