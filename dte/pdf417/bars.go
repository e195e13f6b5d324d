package pdf417

import "iter"

// Bar is a black rectangle of a symbol, from the left and from the top: X and Width in
// modules, Row and Rows in rows.
type Bar struct {
	X, Row, Width, Rows int
}

// Bars yields the black modules, each once, as few rectangles: equal bars in successive
// rows are one. They are in the order of their first row, then from the left.
func (s *Symbol) Bars() iter.Seq[Bar] {
	return func(yield func(Bar) bool) {
		for y := range s.Rows() {
			for x := 0; x < s.Width(); x++ {
				width := s.run(x, y)
				if width > 0 && !s.has(x, y-1, width) && !yield(Bar{X: x, Row: y, Width: width, Rows: s.same(x, y, width)}) {
					return
				}
				x += width
			}
		}
	}
}

// run returns the number of black modules from x on.
func (s *Symbol) run(x, y int) (width int) {
	for s.Dark(x+width, y) {
		width++
	}
	return width
}

// has reports whether a row has exactly this bar.
func (s *Symbol) has(x, y, width int) bool {
	return !s.Dark(x-1, y) && s.run(x, y) == width
}

// same returns how many rows from y on have exactly this bar.
func (s *Symbol) same(x, y, width int) (rows int) {
	for s.has(x, y+rows, width) {
		rows++
	}
	return rows
}
