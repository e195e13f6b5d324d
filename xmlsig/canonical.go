package xmlsig

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ofitec/chile/internal/escape"
)

// appendStartTag appends a start tag in canonical form: namespaces by prefix,
// then attributes by namespace and name.
func (d *Document) appendStartTag(b []byte, e *element, namespaces []binding, attrs []attribute) []byte {
	b = append(append(b, '<'), d.text[e.name:e.name+e.nameLen]...)
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

// The escapes of Canonical XML 1.0, 2.3, in attributes and in text.
var (
	valueEscapes = [...]string{'&': "&amp;", '<': "&lt;", '"': "&quot;", '\t': "&#x9;", '\n': "&#xA;", '\r': "&#xD;"}
	textEscapes  = [...]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '\r': "&#xD;"}
)

func appendValue(b []byte, s string) []byte { return escape.Append(b, s, valueEscapes[:]) }

func appendText(b []byte, s string) []byte { return escape.Append(b, s, textEscapes[:]) }

// appendPlain appends canonical text as plain text. Processing instructions are
// left out.
func appendPlain(b []byte, s string) []byte {
	for s != "" {
		i := strings.IndexAny(s, "&<")
		if i < 0 {
			return append(b, s...)
		}
		b, s = append(b, s[:i]...), s[i:]
		if s[0] == '<' {
			_, s, _ = strings.Cut(s, "?>")
			continue
		}
		for c, escape := range textEscapes {
			if rest, ok := strings.CutPrefix(s, escape); ok && escape != "" {
				b, s = append(b, byte(c)), rest
				break
			}
		}
	}
	return b
}
