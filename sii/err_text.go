package sii

import (
	"strings"
	"unicode/utf8"
)

// maxGlosa bounds the SII's words in an Error.
const maxGlosa = 500

func cutGlosa(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= maxGlosa {
		return s
	}
	return strings.ToValidUTF8(s[:maxGlosa], "") + "…"
}

func cutTo(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "")
}

// printable replaces control characters, so the text can be shown anywhere.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f {
			return '\ufffd'
		}
		return r
	}, text)
}

// headText returns the beginning of an answer as text. It may end inside a
// character.
func headText(first []byte) string {
	for cut := range min(utf8.UTFMax, len(first)+1) {
		if utf8.Valid(first[:len(first)-cut]) {
			return string(first[:len(first)-cut])
		}
	}
	return toUTF8(first)
}

// toUTF8 returns the bytes as text. Some answers announce UTF-8 but are
// ISO-8859-1, where every byte is the character with that number.
func toUTF8(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	var s strings.Builder
	s.Grow(len(b) + len(b)/8)
	for _, c := range b {
		s.WriteRune(rune(c))
	}
	return s.String()
}

// trim removes white space and the carriage returns of the SII's answers.
func trim(s string) string { return strings.Trim(s, " \t\r\n\u00a0") }

// maxEstado bounds the SII's code in an Error.
const maxEstado = 100
