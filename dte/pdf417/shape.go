package pdf417

import "fmt"

// The defaults of Options.
const (
	DefaultColumns = 14 // a TED of 777 bytes becomes 51 rows and 307 modules
	DefaultLevel   = 5  // the SII's
)

// Limits of ISO/IEC 15438.
const (
	maxColumns   = 30
	roomiest     = 16 // columns; 58 rows of them have the most codewords allowed
	minRows      = 3
	maxRows      = 90
	maxCodewords = 928
	maxLevel     = 8
)

// Options are the free choices of a symbol. Nil and the zero value are the defaults.
type Options struct {
	// Columns of codewords, 1 to 30. 0 means DefaultColumns in Encode, and the number that
	// scans best in Fit.
	Columns int
	// Level of error correction, 1 to 8. 0 means DefaultLevel. The standard's level 0
	// corrects nothing and is not available.
	Level int
}

// Capacity returns the most bytes that a symbol with these options holds: 1,029 by
// default. It is 0 if not even one fits. Errors: ErrColumns, ErrLevel.
func Capacity(o *Options) (int, error) {
	columns, level, err := o.values()
	if err != nil {
		return 0, err
	}
	words := min(maxRows, maxCodewords/columns)*columns - corrections(level) - 2 // the descriptor and the latch
	if words < 1 {
		return 0, nil
	}
	return words/5*6 + words%5, nil
}

func (o *Options) values() (columns, level int, err error) {
	columns, level = DefaultColumns, DefaultLevel
	if o != nil && o.Columns != 0 {
		columns = o.Columns
	}
	if o != nil && o.Level != 0 {
		level = o.Level
	}
	if columns < 1 || columns > maxColumns {
		return 0, 0, fmt.Errorf("%w: not %d", ErrColumns, columns)
	}
	if level < 1 || level > maxLevel {
		return 0, 0, fmt.Errorf("%w: not %d", ErrLevel, level)
	}
	return columns, level, nil
}

// shape is the form of a symbol without its codewords.
type shape struct {
	columns, rows, level int
}

// shapeOf returns the smallest shape that holds the given number of bytes.
func shapeOf(bytes int, o *Options) (shape, error) {
	capacity, err := Capacity(o)
	switch {
	case err != nil:
		return shape{}, err
	case bytes == 0:
		return shape{}, ErrEmpty
	case bytes > capacity:
		return shape{}, fmt.Errorf("%w: %d bytes, at most %d", ErrTooLong, bytes, capacity)
	}
	columns, level, _ := o.values()
	words := 1 + compacted(bytes) + corrections(level)
	return shape{columns: columns, rows: max(minRows, (words+columns-1)/columns), level: level}, nil
}

// width in modules: start, left indicator, codewords, right indicator, and the stop of
// one module more.
func (s shape) width() int {
	return codewordWidth*(s.columns+4) + 1
}

// indicators returns the codewords on the left and right of a row. They tell a reader the
// row and the shape: each has one of rows, columns and level, in turn.
func (s shape) indicators(row int) (left, right uint16) {
	facts := [3]int{(s.rows - 1) / 3, 3*s.level + (s.rows-1)%3, s.columns - 1}
	base, turn := 30*(row/3), row%3
	return uint16(base + facts[turn]), uint16(base + facts[(turn+2)%3]) //nolint:gosec // below 900
}
