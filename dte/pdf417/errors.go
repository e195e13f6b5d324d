package pdf417

import "errors"

// What is refused. Texts say the numbers.
var (
	ErrEmpty   = errors.New("pdf417: no data")
	ErrColumns = errors.New("pdf417: columns are 1 to 30")
	ErrLevel   = errors.New("pdf417: levels of error correction are 1 to 8")

	// ErrTooLong is of data that no symbol of these columns and this level holds. More
	// columns, up to 16, may; [Capacity] says how much.
	ErrTooLong = errors.New("pdf417: too much data for a symbol")

	// ErrFrame is of a symbol that cannot be printed in a [Frame] by the SII's rules: its
	// modules would be too small, or the symbol smaller than the frame's least size.
	ErrFrame = errors.New("pdf417: the symbol does not fit")
)
