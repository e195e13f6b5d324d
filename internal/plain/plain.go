// Package plain makes texts that people wrote comparable.
package plain

import "strings"

var withoutAccents = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ü", "u", "ñ", "n")

// Text returns the text in lower case, without the accents of Spanish and with
// single spaces.
func Text(text string) string {
	return withoutAccents.Replace(strings.ToLower(strings.Join(strings.Fields(text), " ")))
}
