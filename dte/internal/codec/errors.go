package codec

import "errors"

// ErrTwice says that an element appears twice where only one is allowed.
var ErrTwice = errors.New("appears twice")

// Fault says what is wrong with one value.
type Fault struct {
	Path  string // of the element, or of the attribute after @
	Value string // cut if long
	Err   error
}

// Faults lists the values that cannot be read. The zero value has no faults.
type Faults struct {
	List []Fault // at most 100
	More int     // number of further faults
}

const maxFaults = 100

func (f *Faults) add(path, value string, err error) {
	if len(f.List) >= maxFaults {
		f.More++
		return
	}
	const maxValue = 80
	if len(value) > maxValue {
		value = value[:maxValue]
	}
	f.List = append(f.List, Fault{Path: path, Value: value, Err: err})
}
