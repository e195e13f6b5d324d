package xmlsig

import (
	"iter"
	"slices"
	"strings"
)

// Element is an element of a parsed document. It is a cursor and cheap to copy.
// Like its Document, it is safe for concurrent use.
//
// An element shows what a document says, signed or not. Use Verified.Signed, or
// Verdict.Signed for a graded signature, for what a signature vouches for.
type Element struct {
	doc   *Document
	index int
}

// Attribute is an attribute of an element, its value normalised.
type Attribute struct {
	Namespace, Name, Value string
}

// Unverified returns the root of the document as it was parsed. No signature
// vouches for it.
func (d *Document) Unverified() Element { return Element{d, 0} }

// Encoding returns the name of the encoding that the document was read in:
// UTF-8, US-ASCII, ISO-8859-1 or windows-1252.
func (d *Document) Encoding() string { return string(d.charset) }

func (e Element) self() *element { return &e.doc.elements[e.index] }

// Exists reports whether there is an element.
func (e Element) Exists() bool { return e.doc != nil }

// Name returns the local name.
func (e Element) Name() string { return e.doc.local(e.self()) }

// Namespace returns the namespace, or "" for none.
func (e Element) Namespace() string { return e.doc.uri(e.self()) }

// Attribute returns the value of an attribute without namespace.
func (e Element) Attribute(name string) (value string, ok bool) {
	for a := range e.Attributes() {
		if a.Namespace == "" && a.Name == name {
			return a.Value, true
		}
	}
	return "", false
}

// Attributes returns the attributes in canonical order, without namespace
// declarations.
func (e Element) Attributes() iter.Seq[Attribute] {
	return func(yield func(Attribute) bool) {
		for _, a := range e.doc.attrs[e.self().attrs:e.self().attrsEnd] {
			if !yield(Attribute{Namespace: a.uri, Name: a.local, Value: a.value}) {
				return
			}
		}
	}
}

// Children returns the child elements in order.
func (e Element) Children() iter.Seq[Element] {
	return func(yield func(Element) bool) {
		for i := e.index + 1; i < int(e.self().after); i = int(e.doc.elements[i].after) {
			if !yield(Element{e.doc, i}) {
				return
			}
		}
	}
}

// Child returns the first child of that name in any namespace, or the zero
// Element.
func (e Element) Child(name string) Element {
	for c := range e.Children() {
		if c.Name() == name {
			return c
		}
	}
	return Element{}
}

// Parent returns the element around the element, or the zero Element.
func (e Element) Parent() Element {
	if p := e.self().parent; p >= 0 {
		return Element{e.doc, int(p)}
	}
	return Element{}
}

// Text returns the text directly inside the element, with references resolved
// and without comments and processing instructions.
func (e Element) Text() string {
	self := e.self()
	if int(self.after) == e.index+1 {
		if text := e.doc.content(e.index); !slices.ContainsFunc(text, func(c byte) bool { return c == '&' || c == '<' }) {
			return string(text)
		}
	}
	return string(e.AppendText(nil))
}

// AppendText appends what Text returns.
func (e Element) AppendText(b []byte) []byte {
	text := e.doc.content(e.index)
	pos := e.self().tagEnd
	end := pos + len32(text)
	for c := range e.Children() {
		b = appendPlain(b, string(e.doc.canon[pos:c.self().start]))
		pos = c.self().end
	}
	return appendPlain(b, string(e.doc.canon[pos:end]))
}

// Canonical returns the canonical form (inclusive, without comments) of the
// element in its place.
func (e Element) Canonical() []byte { return e.doc.subset(e.index) }

// Source returns the bytes of the element in the source, unchanged.
func (e Element) Source() []byte {
	return e.doc.charset.encode(e.doc.text[e.self().src:e.self().srcEnd])
}

// Len returns the length of the element in UTF-8 bytes, as written.
func (e Element) Len() int { return int(e.self().srcEnd - e.self().src) }

// Line returns the line where the element begins, from 1.
func (e Element) Line() int {
	return 1 + e.doc.around.line + strings.Count(e.doc.text[:e.self().src], "\n")
}

// Path returns the path of the element, such as
// /EnvioDTE/SetDTE/DTE[2]/Documento. The number counts elements of the same
// name and is omitted if there is only one.
func (e Element) Path() string { return e.doc.path(e.index) }
