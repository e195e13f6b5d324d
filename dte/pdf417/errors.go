package pdf417

import "errors"

// The errors. Their texts have the numbers.
var (
	ErrEmpty   = errors.New("pdf417: no data")
	ErrColumns = errors.New("pdf417: columns are 1 to 30")
	ErrLevel   = errors.New("pdf417: levels of error correction are 1 to 8")

	// ErrTooLong says that no symbol of these columns and this level holds the data. More
	// columns, up to 16, may hold it; [Capacity] returns how much fits.
	ErrTooLong = errors.New("pdf417: too much data for a symbol")

	// ErrFrame says that a symbol cannot be printed in a [Frame] by the SII's rules: its
	// modules would be too small, or the symbol smaller than the frame's least size.
	ErrFrame = errors.New("pdf417: the symbol does not fit")
)
