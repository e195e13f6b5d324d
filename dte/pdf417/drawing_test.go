package pdf417_test

import (
	"image"
	"image/color"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte/pdf417"
)

// blot is an image of 2 × 6 pixels a module with a hole of three columns and eight rows,
// 24 codewords.
type blot struct{ image.PalettedImage }

func (b blot) ColorIndexAt(x, y int) uint8 {
	const left, top = 20 + 17*7*2, 20 + 20*6
	if x >= left && x < left+3*17*2 && y >= top && y < top+8*6 {
		return 0
	}
	return b.PalettedImage.ColorIndexAt(x, y)
}

func (b blot) At(x, y int) color.Color {
	return b.ColorModel().(color.Palette)[b.ColorIndexAt(x, y)]
}

// TestBarsAreTheBlackModules: each once, and none but them.
func TestBarsAreTheBlackModules(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 8))
	for _, n := range []int{1, 40, 780} {
		s := requireSymbol(t, noise(random, n), nil)
		painted := make([][]int, s.Rows())
		for y := range painted {
			painted[y] = make([]int, s.Width())
		}
		var last pdf417.Bar
		for bar := range s.Bars() {
			assert.False(t, bar.Row < last.Row || bar.Row == last.Row && bar.X < last.X, "%+v after %+v", bar, last)
			last = bar
			for y := bar.Row; y < bar.Row+bar.Rows; y++ {
				for x := bar.X; x < bar.X+bar.Width; x++ {
					painted[y][x]++
				}
			}
		}
		for y, row := range painted {
			for x, times := range row {
				want := 0
				if s.Dark(x, y) {
					want = 1
				}
				require.Equal(t, want, times, "module %d of row %d", x, y)
			}
		}
	}
}

// TestBarsAreFew: the bars at both ends are as high as the symbol, and a drawing may
// stop early.
func TestBarsAreFew(t *testing.T) {
	s := requireSymbol(t, noise(rand.New(rand.NewPCG(9, 9)), 777), nil)
	for bar := range s.Bars() {
		assert.Equal(t, pdf417.Bar{X: 0, Row: 0, Width: 8, Rows: s.Rows()}, bar)
		break
	}
	var right pdf417.Bar
	for bar := range s.Bars() {
		if bar.X+bar.Width == s.Width() {
			right = bar
		}
	}
	assert.Equal(t, pdf417.Bar{X: s.Width() - 1, Row: 0, Width: 1, Rows: s.Rows()}, right)
}

func TestOutsideOfTheSymbolAllIsWhite(t *testing.T) {
	s := requireSymbol(t, []byte("Ñ"), nil)
	assert.True(t, s.Dark(0, 0))
	assert.True(t, s.Dark(s.Width()-1, s.Rows()-1))
	for _, at := range [][2]int{{-1, 0}, {0, -1}, {s.Width(), 0}, {0, s.Rows()}} {
		assert.False(t, s.Dark(at[0], at[1]), "%v", at)
	}
	assert.Nil(t, s.Row(-1))
	assert.Nil(t, s.Row(s.Rows()))

	row := s.Row(0)
	clear(row)
	assert.True(t, s.Dark(0, 0), "a row is a copy")
}

// TestZeroSymbol is no symbol, and says so.
func TestZeroSymbol(t *testing.T) {
	var s pdf417.Symbol
	assert.Zero(t, s.Rows())
	assert.Zero(t, s.Width())
	assert.False(t, s.Dark(0, 0))
	assert.Nil(t, s.Row(0))
	for range s.Bars() {
		t.Error("a bar of nothing")
	}
	assert.True(t, s.Image(1, 3, 0).Bounds().Empty())
	_, err := s.Size(pdf417.OnPage())
	assert.ErrorIs(t, err, pdf417.ErrEmpty)
}

func TestImage(t *testing.T) {
	s := requireSymbol(t, []byte("\xd1and\xfa"), nil)
	img := s.Image(2, 7, 5)
	assert.Equal(t, image.Rect(0, 0, 2*s.Width()+10, 7*s.Rows()+10), img.Bounds())
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			dark := x >= 5 && y >= 5 && s.Dark((x-5)/2, (y-5)/7)
			want := color.Color(color.White)
			if dark {
				want = color.Black
			}
			require.Equal(t, want, img.At(x, y), "%d %d", x, y)
		}
	}
	for _, empty := range []image.PalettedImage{s.Image(0, 3, 0), s.Image(1, 0, 0), s.Image(1, 3, -1)} {
		assert.True(t, empty.Bounds().Empty())
		assert.Equal(t, color.White, empty.At(0, 0))
	}
}
