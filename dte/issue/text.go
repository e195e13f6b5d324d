package issue

import "unicode/utf8"

// unwritable returns the first character that a document cannot have: one that
// ISO-8859-1 or XML does not have, or a control character, in whose place programs
// that read windows-1252 see another.
func unwritable(text string) (string, bool) {
	for i, r := range text {
		switch {
		case r > 0xFF || r >= 0x7F && r <= 0x9F || r < ' ' && r != '\t' && r != '\n' && r != '\r':
			_, n := utf8.DecodeRuneInString(text[i:])
			return text[i : i+n], true
		}
	}
	return "", false
}

// first returns the first characters of a text.
func first(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}
