package xmlsig

import "unicode/utf8"

// Character classes of XML 1.0, fifth edition, productions 2, 4 and 4a, and
// white space, production 3.

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func isChar(r rune) bool {
	return r >= 0x20 && r <= 0xD7FF || r == '\t' || r == '\n' || r == '\r' ||
		r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}

func isNameStart(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_'
	case r <= 0x2FF:
		return r >= 0xC0 && r != 0xD7 && r != 0xF7
	default:
		return r >= 0x370 && r <= 0x37D || r >= 0x37F && r <= 0x1FFF ||
			r == 0x200C || r == 0x200D || r >= 0x2070 && r <= 0x218F ||
			r >= 0x2C00 && r <= 0x2FEF || r >= 0x3001 && r <= 0xD7FF ||
			r >= 0xF900 && r <= 0xFDCF || r >= 0xFDF0 && r <= 0xFFFD ||
			r >= 0x10000 && r <= 0xEFFFF
	}
}

func isNamePart(r rune) bool {
	return isNameStart(r) || r >= '0' && r <= '9' || r == '-' || r == '.' || r == 0xB7 ||
		r >= 0x300 && r <= 0x36F || r == 0x203F || r == 0x2040
}

// Tables of the common bytes: bytes of valid UTF-8 that the canonical form keeps
// unchanged in text and in attribute values, and ASCII characters of names.
// U+FFFE and U+FFFF are not allowed in XML and begin with 0xEF, so that byte is
// always checked.
var (
	plainText  = table(func(c byte) bool { return plain(c) && c != '<' && c != '&' && c != '>' })
	plainValue = table(func(c byte) bool { return plain(c) && c != '<' && c != '&' && c != '\t' && c != '\n' && c != '"' })
	nameStart  = table(func(c byte) bool { return c < utf8.RuneSelf && isNameStart(rune(c)) })
	namePart   = table(func(c byte) bool { return c < utf8.RuneSelf && isNamePart(rune(c)) })
)

func plain(c byte) bool { return c >= 0x20 && c != 0xEF || c == '\t' || c == '\n' }

func table(in func(c byte) bool) (t [256]bool) {
	for c := range t {
		t[c] = in(byte(c))
	}
	return t
}
