package xmlsig

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Documents come in UTF-8, ISO-8859-1 and windows-1252. In the last two every
// byte is one character, so an offset follows from the number of runes.

// windows1252 are the characters of the bytes 0x80 to 0x9F; 0 has none.
var windows1252 = [32]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}

// charset is how a document is encoded.
type charset string

const (
	utf8Charset charset = "UTF-8"
	ascii       charset = "US-ASCII"
	latin1      charset = "ISO-8859-1"
	cp1252      charset = "windows-1252"
)

// decode returns the document in UTF-8 without a byte order mark.
func decode(src []byte) (text string, c charset, err error) {
	body, c, err := charsetOf(src)
	if err != nil {
		return "", "", err
	}
	text, err = c.decode("", body)
	return text, c, err
}

// charsetOf returns the encoding of a document, and the document without its
// byte order mark.
func charsetOf(src []byte) (body []byte, c charset, err error) {
	body, marked := bytes.CutPrefix(src, []byte("\xef\xbb\xbf"))
	switch encoding := strings.ToLower(declaredEncoding(body)); encoding {
	case "", "utf-8", "utf8":
		return body, utf8Charset, nil
	case "us-ascii", "ascii":
		return body, ascii, nil
	case "iso-8859-1", "iso8859-1", "latin1":
		c = latin1
	case "windows-1252", "cp1252":
		c = cp1252
	default:
		return nil, "", fmt.Errorf("%w: encoding %.20q", ErrMalformed, encoding)
	}
	if marked {
		return nil, "", fmt.Errorf("%w: byte order mark of UTF-8 on %s", ErrMalformed, c)
	}
	return body, c, nil
}

// decode returns a text, and in UTF-8 what follows it.
func (c charset) decode(before string, body []byte) (string, error) {
	high := firstHigh(body)
	var b strings.Builder
	switch {
	case high == len(body), c == utf8Charset && utf8.Valid(body):
		b.Grow(len(before) + len(body))
		b.WriteString(before)
		b.Write(body)
		return b.String(), nil
	case c == utf8Charset, c == ascii:
		return "", fmt.Errorf("%w: not %s", ErrMalformed, c)
	}
	b.Grow(len(before) + len(body) + len(body)/16 + 16)
	b.WriteString(before)
	for len(body) > 0 {
		b.Write(body[:high])
		if body = body[high:]; len(body) == 0 {
			break
		}
		r := rune(body[0])
		if r < 0xA0 && c == cp1252 {
			if r = windows1252[r-0x80]; r == 0 {
				return "", fmt.Errorf("%w: byte %#x in windows-1252", ErrMalformed, body[0])
			}
		}
		b.WriteRune(r)
		body = body[1:]
		high = firstHigh(body)
	}
	return b.String(), nil
}

// firstHigh returns where the first byte beyond ASCII stands.
func firstHigh(b []byte) int {
	i := 0
	for ; i+8 <= len(b); i += 8 {
		if binary.LittleEndian.Uint64(b[i:])&0x8080808080808080 != 0 {
			break
		}
	}
	for i < len(b) && b[i] < utf8.RuneSelf {
		i++
	}
	return i
}

// encode converts decoded text back to the bytes of the source.
func (c charset) encode(text string) []byte {
	if c == utf8Charset || c == ascii {
		return []byte(text)
	}
	b := make([]byte, 0, len(text))
	for done := 0; done < len(text); {
		high := done
		for high < len(text) && text[high] < utf8.RuneSelf {
			high++
		}
		b = append(b, text[done:high]...)
		if done = high; done == len(text) {
			break
		}
		r, n := utf8.DecodeRuneInString(text[done:])
		if r > 0xFF {
			b = append(b, 0x80+byte(slices.Index(windows1252[:], r)))
		} else {
			b = append(b, byte(r))
		}
		done += n
	}
	return b
}

// maxDeclaration bounds the XML declaration. The scanner refuses a longer one,
// because its encoding was not read.
const maxDeclaration = 256

// declaredEncoding returns the encoding in the XML declaration, if there is one.
// The scanner checks later that the declaration is well formed.
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
