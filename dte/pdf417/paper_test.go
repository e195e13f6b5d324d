package pdf417_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte/pdf417"
)

// TestFitKeepsTheRules, for every length of a stamp and the room that pages and tickets
// have.
func TestFitKeepsTheRules(t *testing.T) {
	narrow := pdf417.OnTicket() // a roll of 57 mm with 6 mm on each side
	narrow.MaxWidth = 45
	low := pdf417.OnPage()
	low.MaxHeight = 30
	for name, frame := range map[string]pdf417.Frame{"page": pdf417.OnPage(), "ticket": pdf417.OnTicket(), "narrow": narrow, "low": low} {
		for n := 600; n <= 900; n += 7 {
			data := noise(rand.New(rand.NewPCG(10, 10)), n)
			s, size, err := pdf417.Fit(data, frame, nil)
			require.NoError(t, err, "%s, %d bytes", name, n)
			got, level, err := decode(s)
			require.NoError(t, err)
			require.Equal(t, data, got)
			assert.Equal(t, 5, level)

			const fuzz = 1e-6
			assert.GreaterOrEqual(t, size.Module, 0.17018-fuzz, "%s, %d bytes", name, n)
			assert.GreaterOrEqual(t, size.Row, 3*size.Module-fuzz, "%s, %d bytes", name, n)
			assert.InDelta(t, size.Module*float64(s.Width()), size.Width, fuzz)
			assert.InDelta(t, size.Row*float64(s.Rows()), size.Height, fuzz)
			assert.True(t, size.Width >= frame.MinWidth-fuzz && size.Width <= frame.MaxWidth+fuzz, "%s, %d bytes: %+v", name, n, size)
			assert.True(t, size.Height >= frame.MinHeight-fuzz && size.Height <= frame.MaxHeight+fuzz, "%s, %d bytes: %+v", name, n, size)

			// No other number of columns has wider modules.
			for columns := 1; columns <= 30; columns++ {
				_, other, err := pdf417.Fit(data, frame, &pdf417.Options{Columns: columns})
				if err == nil {
					assert.LessOrEqual(t, other.Module, size.Module+fuzz, "%s, %d bytes, %d columns", name, n, columns)
				}
			}
		}
	}
}

func TestFitOfColumnsThatAreGiven(t *testing.T) {
	data := make([]byte, 777)
	s, size, err := pdf417.Fit(data, pdf417.Frame{MinWidth: 50, MaxWidth: 60, MinHeight: 20, MaxHeight: 40}, &pdf417.Options{Columns: 14})
	require.NoError(t, err)
	assert.Equal(t, []int{14, 51, 307}, []int{s.Columns(), s.Rows(), s.Width()})
	assert.InDelta(t, 60.0/307, size.Module, 1e-9)
	assert.InDelta(t, 180.0/307, size.Row, 1e-9)

	// What is too low gets higher rows, not wider modules.
	few, err := pdf417.Encode(data[:100], &pdf417.Options{Columns: 14})
	require.NoError(t, err)
	size, err = few.Size(pdf417.Frame{MinWidth: 50, MaxWidth: 60, MinHeight: 20, MaxHeight: 40})
	require.NoError(t, err)
	assert.InDelta(t, 60.0/307, size.Module, 1e-9)
	assert.InDelta(t, 20, size.Height, 1e-9)
}

func TestFitRefuses(t *testing.T) {
	data := make([]byte, 777)
	for name, c := range map[string]struct {
		frame pdf417.Frame
		o     *pdf417.Options
		text  string
	}{
		"zero":         {text: "modules of 0.000 mm"},
		"too narrow":   {frame: pdf417.Frame{MaxWidth: 20, MaxHeight: 40}, text: "modules of"},
		"too low":      {frame: pdf417.Frame{MaxWidth: 90, MaxHeight: 10}, text: "modules of"},
		"columns":      {frame: pdf417.Frame{MaxWidth: 45, MaxHeight: 40}, o: &pdf417.Options{Columns: 14}, text: "modules of 0.147 mm"},
		"least width":  {frame: pdf417.Frame{MinWidth: 85, MaxWidth: 90, MaxHeight: 30}, o: &pdf417.Options{Columns: 14}, text: "mm wide"},
		"least height": {frame: pdf417.Frame{MaxWidth: 90, MinHeight: 50, MaxHeight: 40}, text: "mm high"},
		"infinite":     {frame: pdf417.Frame{MaxWidth: math.Inf(1), MaxHeight: math.Inf(1)}, text: "modules of"},
		"no number":    {frame: pdf417.Frame{MaxWidth: math.NaN(), MaxHeight: 40}, text: "modules of"},
		"no number 2":  {frame: pdf417.Frame{MinWidth: math.NaN(), MaxWidth: 90, MaxHeight: 40}, text: "mm wide"},
		"no number 3":  {frame: pdf417.Frame{MaxWidth: 90, MinHeight: math.NaN(), MaxHeight: 40}, text: "mm high"},
	} {
		s, size, err := pdf417.Fit(data, c.frame, c.o)
		require.ErrorIs(t, err, pdf417.ErrFrame, name)
		assert.ErrorContains(t, err, c.text, name)
		assert.Nil(t, s, name)
		assert.Zero(t, size, name)
	}

	_, _, err := pdf417.Fit(make([]byte, 1035), pdf417.OnPage(), nil)
	require.ErrorIs(t, err, pdf417.ErrTooLong)
	assert.ErrorContains(t, err, "at most 1034", "what the best columns hold")
}
