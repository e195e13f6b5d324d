package codec

import (
	"reflect"
	"strings"

	"github.com/ofitec/chile/internal/escape"
)

// Append appends an element of that name with the values of the struct that ptr
// points to, in UTF-8 and in the SII's namespace. Optional fields that are zero
// are omitted.
func Append(b []byte, name string, ptr any) []byte {
	v := reflect.ValueOf(ptr).Elem()
	b = append(append(b, '<'), name...)
	b = append(b, ` xmlns="`+nsSII+`"`...)
	return appendRest(b, name, v, planOf(v.Type()))
}

// appendRest appends attributes, content and end of an element.
func appendRest(b []byte, name string, v reflect.Value, p *plan) []byte {
	for i := range p.attrs {
		f := &p.attrs[i]
		value := v.Field(f.index[0])
		if f.optional && value.IsZero() {
			continue
		}
		b = append(append(b, ' '), f.name...)
		b = append(b, `="`...)
		b = escape.Append(b, string(f.leaf.write(nil, value)), attributeEscapes[:])
		b = append(b, '"')
	}
	b = append(b, '>')
	if p.text != nil {
		b = escape.Append(b, v.Field(p.text[0]).String(), textEscapes[:])
	}
	var unknown []Unknown
	if p.unknown != nil {
		unknown = unknownIn(v.Field(p.unknown[0]))
	}
	b = appendUnknown(b, unknown, "")
	other := p.isOther(v)
	for n := range p.fields {
		f := p.at(n, other)
		b = appendField(b, v.Field(f.index[0]), f)
		b = appendUnknown(b, unknown, f.name)
	}
	b = append(append(b, "</"...), name...)
	return append(b, '>')
}

func appendField(b []byte, v reflect.Value, f *field) []byte {
	if f.many {
		for i := range v.Len() {
			b = appendOne(b, v.Index(i), f)
		}
		return b
	}
	if v.IsZero() && (f.optional || f.leaf != nil && !f.leaf.zero) {
		return b
	}
	return appendOne(b, v, f)
}

func appendOne(b []byte, v reflect.Value, f *field) []byte {
	if f.pointer {
		if v = v.Elem(); !v.IsValid() {
			return b
		}
	}
	if f.leaf == nil && f.inner.source != nil {
		if source := v.Field(f.inner.source[0]).String(); source != "" {
			return append(b, source...)
		}
	}
	b = append(append(b, '<'), f.name...)
	if f.leaf == nil {
		return appendRest(b, f.name, v, f.inner)
	}
	b = append(b, '>')
	if f.leaf.verbatim {
		b = escape.Append(b, v.String(), textEscapes[:])
	} else {
		b = f.leaf.write(b, v) // numbers, dates and the like have nothing to escape
	}
	b = append(append(b, "</"...), f.name...)
	return append(b, '>')
}

// unknownIn returns the unknown elements of a field.
func unknownIn(list reflect.Value) []Unknown {
	var unknown []Unknown
	for i := range list.Len() {
		u, _ := list.Index(i).Convert(reflect.TypeFor[Unknown]()).Interface().(Unknown)
		unknown = append(unknown, u)
	}
	return unknown
}

// appendUnknown appends the unknown elements that followed an element.
func appendUnknown(b []byte, unknown []Unknown, after string) []byte {
	for i := range unknown {
		if unknown[i].After == after {
			b = append(b, outOfNamespace(unknown[i].XML)...)
		}
	}
	return b
}

// outOfNamespace undeclares the surrounding namespace for an element that has
// none.
func outOfNamespace(xml string) string {
	end := strings.IndexByte(xml, '>')
	if end < 0 || strings.Contains(xml[:end], ` xmlns="`) || strings.Contains(xml[:strings.IndexAny(xml, " >")], ":") {
		return xml
	}
	at := strings.IndexAny(xml, " >")
	return xml[:at] + ` xmlns=""` + xml[at:]
}

// White space that readers would normalise is written as references.
var (
	textEscapes      = [...]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '\r': "&#13;"}
	attributeEscapes = [...]string{'&': "&amp;", '<': "&lt;", '"': "&quot;", '\r': "&#13;", '\n': "&#10;", '\t': "&#9;"}
)
