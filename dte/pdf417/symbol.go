package pdf417

import "slices"

const (
	codewordWidth = 17 // modules

	start, startWidth = 0b11111111010101000, 17
	stop, stopWidth   = 0b111111101000101001, 18
)

// Symbol is a PDF417 symbol: rows of black and white modules, without white margin and
// without a size on paper. It does not change. Make it with [Encode] or [Fit]; the zero
// value has no rows.
type Symbol struct {
	shape  shape
	stride int    // bytes of a row
	bits   []byte // all rows
}

// Encode makes the symbol of data, with the Columns and Level of the options and as few
// rows as possible. Errors: ErrEmpty, ErrColumns, ErrLevel, ErrTooLong.
func Encode(data []byte, o *Options) (*Symbol, error) {
	shape, err := shapeOf(len(data), o)
	if err != nil {
		return nil, err
	}
	stride := (shape.width() + 7) / 8
	s := &Symbol{shape: shape, stride: stride, bits: make([]byte, stride*shape.rows)}
	words := codewords(data, shape)
	for y := range shape.rows {
		s.draw(y, words[y*shape.columns:][:shape.columns])
	}
	return s, nil
}

// draw writes the patterns of one row.
func (s *Symbol) draw(y int, words []uint16) {
	p := pen{row: s.bits[y*s.stride:][:s.stride]}
	cluster := &clusters[y%3]
	left, right := s.shape.indicators(y)
	p.write(start, startWidth)
	p.write(cluster[left], codewordWidth)
	for _, word := range words {
		p.write(cluster[word], codewordWidth)
	}
	p.write(cluster[right], codewordWidth)
	p.write(stop, stopWidth)
}

// pen writes modules into a row, from the left.
type pen struct {
	row []byte
	x   int
}

func (p *pen) write(pattern uint32, width int) {
	for bit := width - 1; bit >= 0; bit-- {
		p.row[p.x/8] |= byte(pattern>>bit&1) << (7 - p.x%8)
		p.x++
	}
}

// Columns of codewords.
func (s *Symbol) Columns() int { return s.shape.columns }

// Rows returns the height in rows.
func (s *Symbol) Rows() int { return s.shape.rows }

// Width returns the width in modules.
func (s *Symbol) Width() int {
	if s.shape.rows == 0 {
		return 0
	}
	return s.shape.width()
}

// Dark reports whether the module is black. Outside of the symbol all is white.
func (s *Symbol) Dark(x, row int) bool {
	if row < 0 || row >= s.Rows() || x < 0 || x >= s.Width() {
		return false
	}
	return s.bits[row*s.stride+x/8]>>(7-x%8)&1 == 1
}

// Row returns a copy of a row in the form that printers take: one bit for each module,
// black is 1, the first module is the highest bit of the first byte. Bits after the last
// module are 0. It is nil outside of the symbol.
func (s *Symbol) Row(row int) []byte {
	if row < 0 || row >= s.Rows() {
		return nil
	}
	return slices.Clone(s.bits[row*s.stride:][:s.stride])
}
