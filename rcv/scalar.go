package rcv

import (
	"bytes"
	"encoding/json"

	"github.com/ofitec/chile"
)

// scalar is a JSON value that encoding/json found well formed.
type scalar []byte

func (s scalar) isNull() bool   { return len(s) == 0 || s[0] == 'n' }
func (s scalar) isNumber() bool { return len(s) > 0 && (s[0] == '-' || s[0] >= '0' && s[0] <= '9') }

// parseScalar returns the trimmed text of a value: the content of a string, the
// digits of a number. A number with a fraction or an exponent becomes digits if
// it is whole (1.0E3), and stays unchanged otherwise. A string is never
// converted so, because the point in 1.000 may be a thousands separator. Null
// is empty text.
func parseScalar(s scalar) ([]byte, error) {
	switch {
	case s.isNull():
		return nil, nil
	case s[0] == '"':
		text, err := unquote(s)
		return bytes.TrimSpace(text), err
	case s.isNumber():
		return wholeNumber(s), nil
	case s[0] == 't' || s[0] == 'f':
		return s, nil
	default:
		return nil, chile.ErrSyntax // a list or an object
	}
}

// unquote returns the content of a JSON string, without a copy if it has no
// escapes. Bytes that are not UTF-8 are read as ISO-8859-1, which sister
// applications of the facade send as UTF-8.
func unquote(s scalar) ([]byte, error) {
	inner := toUTF8(s[1:len(s)-1], nil)
	if bytes.IndexByte(inner, '\\') < 0 {
		return inner, nil
	}
	quoted := append(append(make([]byte, 0, len(inner)+2), '"'), inner...)
	var text string
	if err := json.Unmarshal(append(quoted, '"'), &text); err != nil {
		return nil, err
	}
	return []byte(text), nil
}

// wholeNumber writes a whole JSON number without fraction and exponent.
func wholeNumber(s scalar) []byte {
	if !bytes.ContainsAny(s, ".eE") {
		return s
	}
	mantissa, exponent := []byte(s), 0
	if i := bytes.IndexAny(s, "eE"); i >= 0 {
		sign, text := 1, s[i+1:]
		switch text[0] {
		case '-':
			sign, text = -1, text[1:]
		case '+':
			text = text[1:]
		}
		n, err := parseDigits(text, 3)
		if err != nil {
			return s
		}
		mantissa, exponent = mantissa[:i], sign*int(n)
	}
	whole, decimals, _ := bytes.Cut(mantissa, []byte{'.'})
	digits := append(bytes.Clone(whole), decimals...)
	point := len(whole) + exponent // the position of the decimal point
	const maxDigits = 40
	if point < 0 || point > maxDigits {
		return s
	}
	for len(digits) < point {
		digits = append(digits, '0')
	}
	if len(bytes.Trim(digits[point:], "0")) > 0 {
		return s
	}
	digits = digits[:point]
	if len(digits) == 0 || string(digits) == "-" {
		return []byte{'0'}
	}
	return trimZeros(digits)
}

// trimZeros removes leading zeros, except a final one.
func trimZeros(digits []byte) []byte {
	body, negative := bytes.CutPrefix(digits, []byte{'-'})
	body = bytes.TrimLeft(body[:len(body)-1], "0")
	body = append(body[:len(body):len(body)], digits[len(digits)-1])
	if negative {
		body = append([]byte{'-'}, body...)
	}
	return body
}

// members calls each for every member of a well-formed JSON object. The bytes
// belong to the object.
func members(object []byte, each func(name []byte, value scalar) error) error {
	rest := skipSpace(object[1:])
	for rest[0] != '}' {
		end := valueEnd(rest)
		name, err := unquote(scalar(rest[:end]))
		if err != nil {
			return err
		}
		rest = skipSpace(rest[end:])
		rest = skipSpace(rest[1:]) // the colon
		end = valueEnd(rest)
		if err := each(name, scalar(rest[:end])); err != nil {
			return err
		}
		rest = skipSpace(rest[end:])
		if rest[0] == ',' {
			rest = skipSpace(rest[1:])
		}
	}
	return nil
}

func skipSpace(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\n' || b[0] == '\t' || b[0] == '\r') {
		b = b[1:]
	}
	return b
}

// valueEnd returns the end of the value at the start of b.
func valueEnd(b []byte) int {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			for i++; b[i] != '"'; i++ {
				if b[i] == '\\' {
					i++
				}
			}
			if depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ':', ' ', '\n', '\t', '\r':
			if depth == 0 {
				return i
			}
		}
	}
	return len(b)
}
