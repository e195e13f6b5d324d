package issue

import (
	"strings"
	"unicode/utf8"
)

// maxLine bounds lines of files. The SII's parser was seen to stop at about 4,090
// characters.
const maxLine = 4000

// escaped writes a text as files have it.
var escaped = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#13;")

// longestLine returns the length of the longest line of an element that has that
// text: lines are broken before and behind it.
func longestLine(name, text string) (longest int) {
	for line := range strings.SplitSeq("<"+name+">"+escaped.Replace(text)+"</"+name+">", "\n") {
		longest = max(longest, utf8.RuneCountInString(line))
	}
	return longest
}

// unwritable returns the first character of a text that a document cannot have.
func unwritable(text string) (string, bool) {
	for i, r := range text {
		if !writable(r) {
			_, n := utf8.DecodeRuneInString(text[i:])
			return text[i : i+n], true
		}
	}
	return "", false
}

// writable reports whether a document can have a character: whether ISO-8859-1 and
// XML have it, and it is no control character, in whose place programs that read
// windows-1252 see another. What is no UTF-8 is none.
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
