// Package option applies the options of a constructor to its settings. Each option of
// the SDK is a function that may fail.
package option

import (
	"errors"
	"fmt"
)

// Apply applies the options to the settings, in their order, up to the first that
// fails. Its error follows the name of the package, or of what else is made. A nil
// option fails.
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

// NotNegative refuses negative numbers in options and settings. Its error wraps the
// kind. Zero is the default everywhere, and a negative number never has a meaning.
func NotNegative[T ~int | ~int64 | ~float64](name string, kind error, values ...T) error {
	for _, value := range values {
		if value < 0 {
			return fmt.Errorf("%s: %w: %v is negative", name, kind, value)
		}
	}
	return nil
}
