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
	rowModules = 3            // the least height of a row, in modules
)

// Frame is the allowed size of a symbol, in millimetres, without the quiet zone.
// [OnPage] and [OnTicket] are the SII's. If there is less room, lower MaxWidth or
// MaxHeight. Nothing fits in the zero value.
type Frame struct {
	MinWidth, MaxWidth, MinHeight, MaxHeight float64
}

// OnPage returns the frame of a page: 5 to 9 cm wide and 2 to 4 cm high. Source: Manual de
// muestras impresas v3.0.
func OnPage() Frame { return Frame{MinWidth: 50, MaxWidth: 90, MinHeight: 20, MaxHeight: 40} }

// OnTicket returns the frame of boletas, which may be 4.5 cm narrow. Source: Res. Ex. SII
// 74 of 2020; the greatest size is that of other documents.
func OnTicket() Frame { return Frame{MinWidth: 45, MaxWidth: 90, MinHeight: 20, MaxHeight: 40} }

// Size is the printed size of a symbol, in millimetres, without the quiet zone.
type Size struct {
	Module float64 // width of a module
	Row    float64 // height of a row
	Width  float64 // of the symbol
	Height float64
}

// Fit makes the symbol of data with the widest modules in the frame, because it scans
// best, and returns its printed size. It selects the columns unless Options set them.
// Errors: those of [Encode], and ErrFrame.
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

// columns returns the number of columns with the widest modules. Numbers that fit come
// first; if none fits, the error is about the one returned.
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

// Size returns the printed size of the symbol in the frame by the SII's rules: the widest
// modules that fit, and rows of three modules, or higher ones if the symbol would be too
// low. Errors: ErrFrame, and ErrEmpty for the zero Symbol.
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

// check refuses a size that breaks a rule or is not a number.
func (f Frame) check(size Size, s shape) error {
	const slack = 1e-9 // for floating point
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
