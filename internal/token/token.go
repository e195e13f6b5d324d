// Package token says which texts can be tokens of the SII. A token goes into a cookie.
package token

import "strings"

// The portal deletes a cookie with a word of seven letters; a token has 13 letters
// and digits today, and may have more tomorrow.
const (
	shortest = 8
	longest  = 512
)

// Valid reports whether a text can be a token: 8 to 512 characters that are allowed
// in a cookie.
func Valid(value string) bool {
	if len(value) < shortest || len(value) > longest {
		return false
	}
	for i := range len(value) {
		if c := value[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`";,\`, c) >= 0 {
			return false
		}
	}
	return true
}
