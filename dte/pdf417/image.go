package pdf417

import (
	"image"
	"image/color"
)

// Image returns the symbol in black and white. The arguments are in pixels: the width of
// a module, the height of a row (the SII requires at least three modules) and the white
// margin. The image is a view that takes no memory. A width or height below 1, or a quiet
// zone below 0, makes it empty.
func (s *Symbol) Image(module, row, quiet int) image.PalettedImage {
	v := view{symbol: s, module: module, row: row, quiet: quiet}
	if module >= 1 && row >= 1 && quiet >= 0 {
		v.bounds = image.Rect(0, 0, s.Width()*module+2*quiet, s.Rows()*row+2*quiet)
	}
	return v
}

type view struct {
	symbol             *Symbol
	module, row, quiet int
	bounds             image.Rectangle
}

// ink is the palette of a view: 0 is white.
var ink = color.Palette{color.White, color.Black}

func (v view) ColorModel() color.Model { return ink }
func (v view) Bounds() image.Rectangle { return v.bounds }
func (v view) At(x, y int) color.Color { return ink[v.ColorIndexAt(x, y)] }

func (v view) ColorIndexAt(x, y int) uint8 {
	x, y = x-v.quiet, y-v.quiet
	if x < 0 || y < 0 || v.bounds.Empty() || !v.symbol.Dark(x/v.module, y/v.row) {
		return 0
	}
	return 1
}
