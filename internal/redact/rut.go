package redact

import "regexp"

// rut is a RUT as the SII and people write it, with a check digit. Its first group
// are the digits of which three are left, the second is the rest.
var rut = regexp.MustCompile(`\b\d{1,3}(?:\.\d{3}|\d{3})?(?:\.?)(\d{3}-[\dkK])\b`)

// RUTs shortens the RUTs of a text to their end: enough for who knows them.
func RUTs(text string) string { return rut.ReplaceAllString(text, "…$1") }
