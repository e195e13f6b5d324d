package xmlsig

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Documents come in UTF-8, ISO-8859-1 and windows-1252. In the last two every
// byte is one character, so that offsets can be told from the number of runes.

// windows1252 are the characters of the bytes 0x80 to 0x9F; 0 has none.
var windows1252 = [32]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}

// decode returns the document in UTF-8 without byte order mark, and whether
// each byte of src is one character.
func decode(src []byte) (text string, singleByte bool, err error) {
	body, marked := bytes.CutPrefix(src, []byte("\xef\xbb\xbf"))
	encoding := strings.ToLower(declaredEncoding(body))
	switch encoding {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
		if !utf8.Valid(body) {
			return "", false, fmt.Errorf("%w: not UTF-8", ErrMalformed)
		}
		if strings.HasSuffix(encoding, "ascii") && bytes.ContainsFunc(body, func(r rune) bool { return r >= utf8.RuneSelf }) {
			return "", false, fmt.Errorf("%w: not ASCII", ErrMalformed)
		}
		return string(body), false, nil
	case "iso-8859-1", "iso8859-1", "latin1", "windows-1252", "cp1252":
	default:
		return "", false, fmt.Errorf("%w: encoding %.20q", ErrMalformed, encoding)
	}
	if marked {
		return "", false, fmt.Errorf("%w: byte order mark of UTF-8 on %s", ErrMalformed, encoding)
	}
	var b strings.Builder
	b.Grow(len(body) + len(body)/16)
	for _, c := range body {
		r := rune(c)
		if c >= 0x80 && c < 0xA0 && strings.HasSuffix(encoding, "1252") {
			if r = windows1252[c-0x80]; r == 0 {
				return "", false, fmt.Errorf("%w: byte %#x in windows-1252", ErrMalformed, c)
			}
		}
		b.WriteRune(r)
	}
	return b.String(), true, nil
}

// maxDeclaration bounds the XML declaration. The scanner refuses a longer one,
// whose encoding was not looked for.
const maxDeclaration = 256

// declaredEncoding returns the encoding of the XML declaration, if there is one.
// That the declaration is well formed is checked by the scanner.
func declaredEncoding(src []byte) string {
	if !bytes.HasPrefix(src, []byte("<?xml")) || len(src) == len("<?xml") || !isSpace(src[len("<?xml")]) {
		return "" // none, or an instruction such as <?xml-stylesheet
	}
	declaration, _, ok := bytes.Cut(src[:min(len(src), maxDeclaration)], []byte("?>"))
	if !ok {
		return ""
	}
	_, rest, ok := bytes.Cut(declaration, []byte("encoding"))
	if !ok {
		return ""
	}
	rest = bytes.TrimLeft(rest, " \t\r\n=")
	if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
		return ""
	}
	value, _, _ := bytes.Cut(rest[1:], rest[:1])
	return string(value)
}
