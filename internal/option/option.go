// Package option has the options of a constructor change its settings. Each option
// of the SDK is a function that may refuse.
package option

import (
	"errors"
	"fmt"
)

// Apply has the options change the settings, in their order, up to the first that
// cannot be followed. Its error follows the name of the package, or of what else is
// made. A nil option is one that cannot be followed.
func Apply[T any, O ~func(*T) error](name string, settings *T, opts []O) error {
	for _, opt := range opts {
		err := errors.New("nil option")
		if opt != nil {
			err = opt(settings)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// NotNegative refuses negative numbers, of an option or of settings, with an error
// that wraps the kind. Zero is the default everywhere, and a negative number never
// has a meaning.
func NotNegative[T ~int | ~int64 | ~float64](name string, kind error, values ...T) error {
	for _, value := range values {
		if value < 0 {
			return fmt.Errorf("%s: %w: %v is negative", name, kind, value)
		}
	}
	return nil
}
