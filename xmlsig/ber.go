package xmlsig

import (
	"errors"
	"fmt"
)

// Older programs write PKCS#12 files in BER, with elements of indefinite length
// and strings in pieces. The decoder reads only DER, so toDER rewrites them. It
// leaves octet strings unchanged, so the MAC over their content still matches.

const (
	maxBERDepth = 64
	tagEOC      = 0x00
	tagOctets   = 0x04
	tagSequence = 0x30
	tagImplicit = 0x80 // [0]
	constructed = 0x20
	lengthForm  = 0x80 // a length octet with this bit alone: indefinite
)

var errBER = errors.New("not BER")

// toDER returns the first BER element of data in DER. Bytes after it are cut
// off, because some files are padded. Data in DER is returned as it is.
func toDER(data []byte) ([]byte, error) {
	if len(data) == 0 || data[0] != tagSequence {
		return nil, fmt.Errorf("%w: no sequence", errBER)
	}
	out, _, err := appendDER(make([]byte, 0, len(data)), data, 0)
	return out, err
}

// appendDER appends the element at the start of src, and returns what follows
// the element.
func appendDER(dst, src []byte, depth int) (out, rest []byte, err error) {
	tag, _, _, _, err := splitBER(src)
	if err != nil {
		return nil, nil, err
	}
	if tag[0] == tagOctets|constructed {
		return appendPieces(dst, src, tagOctets, depth)
	}
	return appendElement(dst, src, depth)
}

// appendElement appends an element other than a string in pieces.
func appendElement(dst, src []byte, depth int) (out, rest []byte, err error) {
	if depth > maxBERDepth {
		return nil, nil, fmt.Errorf("%w: BER deeper than %d", ErrLimit, maxBERDepth)
	}
	tag, content, rest, indefinite, err := splitBER(src)
	if err != nil {
		return nil, nil, err
	}
	if tag[0]&constructed == 0 {
		if indefinite {
			return nil, nil, errBER
		}
		return appendTLV(dst, tag, content), rest, nil
	}
	var body []byte
	var before byte // tag of the child before
	for {
		if end, after := endOf(content, indefinite); end {
			if indefinite {
				rest = after
			}
			break
		}
		if len(content) == 0 {
			return nil, nil, errBER // cut off before the end of its content
		}
		first := content[0]
		// In an EncryptedContentInfo the content follows the algorithm, a sequence,
		// as [0] IMPLICIT OCTET STRING. Elsewhere [0] follows an OID and is EXPLICIT.
		if first == tagImplicit|constructed && before == tagSequence {
			body, content, err = appendPieces(body, content, tagImplicit, depth+1)
		} else {
			body, content, err = appendDER(body, content, depth+1)
		}
		if err != nil {
			return nil, nil, err
		}
		before = first
	}
	return appendTLV(dst, tag, body), rest, nil
}

// appendPieces appends a string that is written in pieces as one piece with that
// tag.
func appendPieces(dst, src []byte, tag byte, depth int) (out, rest []byte, err error) {
	if depth > maxBERDepth {
		return nil, nil, fmt.Errorf("%w: BER deeper than %d", ErrLimit, maxBERDepth)
	}
	_, content, rest, indefinite, err := splitBER(src)
	if err != nil {
		return nil, nil, err
	}
	var body []byte
	for {
		if end, after := endOf(content, indefinite); end {
			if indefinite {
				rest = after
			}
			return appendTLV(dst, []byte{tag}, body), rest, nil
		}
		piece, after, err := appendDER(nil, content, depth+1)
		if err != nil {
			return nil, nil, err
		}
		pieceTag, bytes, _, _, err := splitBER(piece)
		if err != nil || pieceTag[0] != tagOctets {
			return nil, nil, errBER
		}
		body, content = append(body, bytes...), after
	}
}

// endOf reports whether the content of an element ends here. If its length is
// indefinite, endOf also returns what follows the element.
func endOf(content []byte, indefinite bool) (end bool, after []byte) {
	if !indefinite {
		return len(content) == 0, nil
	}
	if len(content) >= 2 && content[0] == tagEOC && content[1] == 0 {
		return true, content[2:]
	}
	return false, nil
}

// splitBER cuts the element at the start of src. If the length is indefinite,
// content is everything after the header.
func splitBER(src []byte) (tag, content, rest []byte, indefinite bool, err error) {
	n := 1
	if len(src) < 2 {
		return nil, nil, nil, false, errBER
	}
	if src[0]&0x1f == 0x1f { // a long tag
		for n < len(src) && n < 6 && src[n]&0x80 != 0 {
			n++
		}
		n++
	}
	if n >= len(src) {
		return nil, nil, nil, false, errBER
	}
	tag, src = src[:n], src[n:]
	first := src[0]
	src = src[1:]
	switch {
	case first == lengthForm:
		return tag, src, nil, true, nil
	case first < lengthForm:
		if int(first) > len(src) {
			return nil, nil, nil, false, errBER
		}
		return tag, src[:first], src[first:], false, nil
	}
	octets := int(first &^ lengthForm)
	if octets > 4 || octets > len(src) {
		return nil, nil, nil, false, errBER
	}
	length := 0
	for _, b := range src[:octets] {
		length = length<<8 | int(b)
	}
	src = src[octets:]
	if length < 0 || length > len(src) {
		return nil, nil, nil, false, errBER
	}
	return tag, src[:length], src[length:], false, nil
}

// appendTLV appends an element with a definite length in its shortest form.
func appendTLV(dst, tag, content []byte) []byte {
	dst = append(dst, tag...)
	n := len(content)
	switch {
	case n < 0x80:
		dst = append(dst, byte(n))
	case n < 1<<8:
		dst = append(dst, 0x81, byte(n))
	case n < 1<<16:
		dst = append(dst, 0x82, byte(n>>8), byte(n))
	case n < 1<<24:
		dst = append(dst, 0x83, byte(n>>16), byte(n>>8), byte(n))
	default:
		dst = append(dst, 0x84, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	return append(dst, content...)
}
