package redact

import (
	"bytes"
	"html"
	"strconv"
	"unicode/utf8"
)

// view is a text and where in its source each of its bytes comes from.
type view struct {
	text     []byte
	from, to []int // of each byte
}

func viewOf(source []byte) view {
	v := view{text: source, from: make([]int, len(source)), to: make([]int, len(source))}
	for i := range source {
		v.from[i], v.to[i] = i, i+1
	}
	return v
}

func (v *view) add(decoded []byte, from, to int) {
	for _, c := range decoded {
		v.text = append(v.text, c)
		v.from = append(v.from, from)
		v.to = append(v.to, to)
	}
}

// decode takes one encoding away: percent signs of URL and forms, escapes of JSON
// and JavaScript, references of XML and HTML, the zeros of UTF-16.
func (v view) decode() (decoded view, changed bool) {
	for i := 0; i < len(v.text); {
		n, plain := escape(v.text[i:])
		if n == 0 {
			n, plain = 1, v.text[i:i+1]
		} else {
			changed = true
		}
		decoded.add(plain, v.from[i], v.to[i+n-1])
		i += n
	}
	return decoded, changed
}

// escape returns the length of the escape at the beginning of the text, and what
// it stands for; 0 if there is none.
func escape(text []byte) (n int, plain []byte) {
	switch text[0] {
	case 0:
		return 1, nil
	case '%':
		if c, ok := hexNumber(text, 1, 2); ok {
			return 3, []byte{byte(c)}
		}
		if c, ok := hexNumber(text, 2, 4); ok && (text[1] == 'u' || text[1] == 'U') {
			return 6, runeBytes(c)
		}
	case '\\':
		return backslash(text)
	case '&':
		return reference(text)
	}
	return 0, nil
}

// hexNumber reads so many hexadecimal digits from a place.
func hexNumber(text []byte, at, digits int) (uint64, bool) {
	if len(text) < at+digits {
		return 0, false
	}
	for _, c := range text[at : at+digits] {
		if !isHex(c) {
			return 0, false
		}
	}
	c, err := strconv.ParseUint(string(text[at:at+digits]), 16, 32)
	return c, err == nil
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func runeBytes(c uint64) []byte { return utf8.AppendRune(nil, rune(c&0x7fffffff)) }

func backslash(text []byte) (int, []byte) {
	if len(text) < 2 {
		return 0, nil
	}
	switch text[1] {
	case 'u':
		if c, ok := hexNumber(text, 2, 4); ok {
			return 6, runeBytes(c)
		}
		return braced(text)
	case 'x':
		if c, ok := hexNumber(text, 2, 2); ok {
			return 4, runeBytes(c)
		}
	case '\\', '/', '"', '\'':
		return 2, text[1:2]
	case '0', '1', '2', '3':
		return octal(text)
	case 'n', 'r', 't':
		return 2, []byte{"\n\r\t"[bytes.IndexByte([]byte("nrt"), text[1])]}
	}
	return 0, nil
}

// braced reads \u{41}, as newer JavaScript writes it.
func braced(text []byte) (int, []byte) {
	end := bytes.IndexByte(text[:min(len(text), len(`\u{10ffff}`))], '}')
	if end < 4 || text[2] != '{' {
		return 0, nil
	}
	c, ok := hexNumber(text, 3, end-3)
	if !ok {
		return 0, nil
	}
	return end + 1, runeBytes(c)
}

// octal reads \101, as C and older JavaScript write it.
func octal(text []byte) (int, []byte) {
	if len(text) < 4 {
		return 0, nil
	}
	c, err := strconv.ParseUint(string(text[1:4]), 8, 8)
	if err != nil {
		return 0, nil
	}
	return 4, []byte{byte(c)}
}

const maxReference = 34 // bytes: the longest name that HTML has

// reference reads a reference of XML or HTML, by number or by name.
func reference(text []byte) (int, []byte) {
	end := 1
	for end < len(text) && end < maxReference && isReferenceByte(text[end]) {
		end++
	}
	if end < len(text) && text[end] == ';' {
		end++
	}
	whole := string(text[:end])
	plain := html.UnescapeString(whole)
	if plain == whole {
		return 0, nil
	}
	if plain == "\uFFFD" { // a zero, of UTF-16
		plain = ""
	}
	return end, []byte(plain)
}

func isReferenceByte(c byte) bool {
	return c == '#' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
