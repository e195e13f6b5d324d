package issue

import (
	"strings"
	"unicode/utf8"
)

// maxLine bounds the lines of files. The SII's parser stops at about 4,090 characters,
// as was observed.
const maxLine = 4000

// escaped escapes a text as in files.
var escaped = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#13;")

// longestLine returns the length of the longest line of an element with that text. Lines
// are broken before and after the element.
func longestLine(name, text string) (longest int) {
	for line := range strings.SplitSeq("<"+name+">"+escaped.Replace(text)+"</"+name+">", "\n") {
		longest = max(longest, utf8.RuneCountInString(line))
	}
	return longest
}

// unwritable returns the first character of a text that a document cannot contain.
func unwritable(text string) (string, bool) {
	for i, r := range text {
		if !writable(r) {
			_, n := utf8.DecodeRuneInString(text[i:])
			return text[i : i+n], true
		}
	}
	return "", false
}

// writable reports whether a document can contain a character. ISO-8859-1 and XML must
// have it. It must be no control character: programs that read windows-1252 show another
// character instead. Invalid UTF-8 is not writable.
func writable(r rune) bool {
	switch {
	case r == '\t' || r == '\n' || r == '\r':
		return true
	case r < ' ' || r > 0xFF:
		return false
	}
	return r < 0x7F || r > 0x9F
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
