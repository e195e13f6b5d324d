package pdf417

import "iter"

// Bar is a black rectangle of a symbol, from the left and from the top: X and Width in
// modules, Row and Rows in rows.
type Bar struct {
	X, Row, Width, Rows int
}

// Bars are all that is black, each module once, as few rectangles for a drawing: what is
// the same in rows that follow each other is one. They come by the row in which they
// begin, then from the left.
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

// run is how many black modules begin at x.
func (s *Symbol) run(x, y int) (width int) {
	for s.Dark(x+width, y) {
		width++
	}
	return width
}

// has tells whether a row has this very bar.
func (s *Symbol) has(x, y, width int) bool {
	return !s.Dark(x-1, y) && s.run(x, y) == width
}

// same is how many rows from y on have this very bar.
func (s *Symbol) same(x, y, width int) (rows int) {
	for s.has(x, y+rows, width) {
		rows++
	}
	return rows
}
