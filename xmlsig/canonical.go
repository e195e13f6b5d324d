package xmlsig

import (
	"cmp"
	"slices"
)

// appendStartTag appends a start tag in canonical form: namespaces by prefix,
// then attributes by namespace and name.
func (d *Document) appendStartTag(b []byte, e *element, namespaces []binding, attrs []attribute) []byte {
	b = appendName(append(b, '<'), e.prefix, e.local)
	slices.SortFunc(namespaces, func(x, y binding) int { return cmp.Compare(x.prefix, y.prefix) })
	for _, ns := range namespaces {
		b = append(b, " xmlns"...)
		if ns.prefix != "" {
			b = append(append(b, ':'), ns.prefix...)
		}
		b = appendValue(append(b, '=', '"'), ns.uri)
		b = append(b, '"')
	}
	for i := range attrs {
		b = appendName(append(b, ' '), attrs[i].prefix, attrs[i].local)
		b = appendValue(append(b, '=', '"'), attrs[i].value)
		b = append(b, '"')
	}
	return append(b, '>')
}

func sortAttributes(attrs []attribute) {
	if len(attrs) < 2 {
		return
	}
	slices.SortFunc(attrs, func(x, y attribute) int {
		return cmp.Or(cmp.Compare(x.uri, y.uri), cmp.Compare(x.local, y.local))
	})
}

func appendName(b []byte, prefix, local string) []byte {
	if prefix != "" {
		b = append(append(b, prefix...), ':')
	}
	return append(b, local...)
}

// appendValue appends the value of an attribute with the escapes of Canonical
// XML 1.0, 2.3.
func appendValue(b []byte, s string) []byte {
	for i := range len(s) {
		switch c := s[i]; c {
		case '&':
			b = append(b, "&amp;"...)
		case '<':
			b = append(b, "&lt;"...)
		case '"':
			b = append(b, "&quot;"...)
		case '\t':
			b = append(b, "&#x9;"...)
		case '\n':
			b = append(b, "&#xA;"...)
		case '\r':
			b = append(b, "&#xD;"...)
		default:
			b = append(b, c)
		}
	}
	return b
}

// appendText appends text with the escapes of Canonical XML 1.0, 2.3.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		switch c := s[i]; c {
		case '&':
			b = append(b, "&amp;"...)
		case '<':
			b = append(b, "&lt;"...)
		case '>':
			b = append(b, "&gt;"...)
		case '\r':
			b = append(b, "&#xD;"...)
		default:
			b = append(b, c)
		}
	}
	return b
}
