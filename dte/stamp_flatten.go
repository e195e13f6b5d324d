package dte

import "bytes"

// flatten returns XML as the SII flattens it before it signs or verifies DD and
// DA: without white space between two tags, and without namespace declarations.
// White space inside a text stays.
//
// Source: the SII's instructions for the stamp say "aplanado". Six stamps of 2003
// to 2026 show that it means this, and nothing else verifies.
//
// The input may be anything. The caller must check that the output still says
// what the input says.
func flatten(src []byte) []byte {
	dst := make([]byte, 0, len(src))
	for i := 0; i < len(src); {
		switch {
		case src[i] == '<' && i+1 < len(src) && isNameByte(src[i+1]):
			end := tagEnd(src, i)
			dst = appendTag(dst, src[i:end])
			i = end
		case isSpace(src[i]) && len(dst) > 0 && dst[len(dst)-1] == '>':
			end := i
			for end < len(src) && isSpace(src[end]) {
				end++
			}
			if end == len(src) || src[end] != '<' {
				dst = append(dst, src[i:end]...)
			}
			i = end
		default:
			dst = append(dst, src[i])
			i++
		}
	}
	return dst
}

// tagEnd returns where the tag that begins at start ends, after its '>'. A '>'
// inside quotes does not end it.
func tagEnd(src []byte, start int) int {
	var quote byte
	for i := start; i < len(src); i++ {
		switch c := src[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return len(src)
}

// appendTag appends a start tag without its namespace declarations.
func appendTag(dst, tag []byte) []byte {
	var quote byte
	for i := 0; i < len(tag); i++ {
		c := tag[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case isSpace(c):
			if n := declarationLen(tag[i:]); n > 0 {
				i += n - 1
				continue
			}
		}
		dst = append(dst, c)
	}
	return dst
}

// declarationLen returns the length of the namespace declaration at the start
// of s, including the white space before it; 0 if there is none.
func declarationLen(s []byte) int {
	rest := bytes.TrimLeft(s, whiteSpace)
	if !bytes.HasPrefix(rest, []byte("xmlns")) {
		return 0
	}
	end := bytes.IndexAny(rest, "=\"'>")
	if end < 0 || rest[end] != '=' {
		return 0
	}
	name := bytes.TrimRight(rest[:end], whiteSpace)
	if len(name) > len("xmlns") && name[len("xmlns")] != ':' {
		return 0
	}
	value := bytes.TrimLeft(rest[end+1:], whiteSpace)
	if len(value) == 0 || value[0] != '"' && value[0] != '\'' {
		return 0
	}
	closing := bytes.IndexByte(value[1:], value[0])
	if closing < 0 {
		return 0
	}
	return len(s) - len(value) + closing + 2
}

const whiteSpace = " \t\r\n"

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// isNameByte reports whether a tag's name may begin with c.
func isNameByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c >= 0x80
}
