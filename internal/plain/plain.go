// Package plain makes texts of people comparable, or short.
package plain

import "strings"

var withoutAccents = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ü", "u", "ñ", "n")

// Text returns the text in lower case, without the accents of Spanish and with
// single spaces.
func Text(text string) string {
	return withoutAccents.Replace(strings.ToLower(strings.Join(strings.Fields(text), " ")))
}

// Cut returns at most so many bytes of a text, and an ellipsis if there were more. It
// hides no secrets: package redact does.
func Cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
