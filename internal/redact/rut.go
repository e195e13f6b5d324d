package redact

import "regexp"

// rut is a RUT as the SII and people write it, with a check digit. Of the digits in
// its first group three are left; the second group is the rest.
var rut = regexp.MustCompile(`\b\d{1,3}(?:\.\d{3}|\d{3})?(?:\.?)(\d{3}-[\dkK])\b`)

// RUTs shortens the RUTs of a text to their end. A person who knows them can still
// recognise them.
func RUTs(text string) string { return rut.ReplaceAllString(text, "…$1") }
