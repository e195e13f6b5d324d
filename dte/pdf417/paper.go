package pdf417

import (
	"fmt"
	"math"
)

// The SII's rules of a printed stamp, in millimetres. Source: its technical guide, annex
// A.2.5, as two independent issuers quote it.
const (
	MinModule  = 6.7 * 0.0254 // 6.7 mil, the narrowest bar
	QuietZone  = 6.35         // 0.25 inches, white on each side; not part of a Size or a Frame
	rowModules = 3            // a row is at least so many modules high
)

// Frame is which sizes of a symbol are right, in millimetres, without the quiet zone.
// [OnPage] and [OnTicket] are the SII's; whoever has less room lowers MaxWidth or
// MaxHeight. In the zero value nothing fits.
type Frame struct {
	MinWidth, MaxWidth, MinHeight, MaxHeight float64
}

// OnPage is 5 to 9 cm wide and 2 to 4 cm high. Source: Manual de muestras impresas v3.0.
func OnPage() Frame { return Frame{MinWidth: 50, MaxWidth: 90, MinHeight: 20, MaxHeight: 40} }

// OnTicket is the frame of boletas, which may be as narrow as 4.5 cm. Source: Res. Ex. SII
// 74 of 2020; the greatest size is that of other documents.
func OnTicket() Frame { return Frame{MinWidth: 45, MaxWidth: 90, MinHeight: 20, MaxHeight: 40} }

// Size is how large a symbol is printed, in millimetres, without the quiet zone.
type Size struct {
	Module float64 // width of a module
	Row    float64 // height of a row
	Width  float64 // of the symbol
	Height float64
}

// Fit makes the symbol of data whose modules are widest in the frame, which is what scans
// best, and says how large it is to be printed. Columns are chosen unless Options say
// them. Errors: those of [Encode], and ErrFrame.
func Fit(data []byte, f Frame, o *Options) (*Symbol, Size, error) {
	var chosen Options
	if o != nil {
		chosen = *o
	}
	if chosen.Columns == 0 {
		chosen.Columns = f.columns(len(data), chosen.Level)
	}
	s, err := Encode(data, &chosen)
	if err != nil {
		return nil, Size{}, err
	}
	size, err := s.Size(f)
	if err != nil {
		return nil, Size{}, err
	}
	return s, size, nil
}

// columns is how many give the widest modules; those that fit come before those that do
// not, of which the error then tells.
func (f Frame) columns(bytes, level int) int {
	best, widest, found := roomiest, -1.0, false
	for columns := 1; columns <= maxColumns; columns++ {
		shape, err := shapeOf(bytes, &Options{Columns: columns, Level: level})
		if err != nil {
			continue
		}
		size := f.size(shape)
		fits := f.check(size, shape) == nil
		if fits && !found || fits == found && size.Module > widest {
			best, widest, found = columns, size.Module, fits
		}
	}
	return best
}

// Size is how large the symbol is printed in the frame by the SII's rules: with the widest
// modules that there is room for, rows of three modules, and higher rows where the symbol
// would be too low. Errors: ErrFrame; ErrEmpty of the zero Symbol.
func (s *Symbol) Size(f Frame) (Size, error) {
	if s.Rows() == 0 {
		return Size{}, ErrEmpty
	}
	size := f.size(s.shape)
	if err := f.check(size, s.shape); err != nil {
		return Size{}, err
	}
	return size, nil
}

func (f Frame) size(s shape) Size {
	width, rows := float64(s.width()), float64(s.rows)
	module := min(f.MaxWidth/width, f.MaxHeight/(rowModules*rows))
	row := max(rowModules*module, f.MinHeight/rows)
	return Size{Module: module, Row: row, Width: module * width, Height: row * rows}
}

// check refuses what breaks a rule, and what is no number.
func (f Frame) check(size Size, s shape) error {
	const slack = 1e-9 // of the floating point
	atLeast := func(a, b float64) bool { return a >= b-slack }
	switch {
	case !atLeast(size.Module, MinModule) || math.IsInf(size.Module, 0):
		return fmt.Errorf("%w: modules of %.3f mm with %d columns and %d rows, at least %.3f", ErrFrame, size.Module, s.columns, s.rows, MinModule)
	case !atLeast(size.Width, f.MinWidth):
		return fmt.Errorf("%w: %.1f mm wide with %d columns and %d rows, at least %.1f", ErrFrame, size.Width, s.columns, s.rows, f.MinWidth)
	case !atLeast(f.MaxHeight, size.Height):
		return fmt.Errorf("%w: %.1f mm high, at most %.1f", ErrFrame, size.Height, f.MaxHeight)
	}
	return nil
}
