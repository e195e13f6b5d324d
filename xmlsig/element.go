package xmlsig

import (
	"iter"
	"strings"
)

// Element is an element of a parsed document: a cursor, cheap to copy. The zero
// value is no element. Like its Document it may be used from many goroutines.
//
// An element shows what a document says, signed or not. What a signature
// vouches for is in Verdict.Signed and Verified.Signed alone.
type Element struct {
	doc   *Document
	index int
}

// Attribute is an attribute of an element, its value normalised.
type Attribute struct {
	Namespace, Name, Value string
}

// Unverified returns the root of the document as it was parsed. Nothing of it
// is proved by any signature.
func (d *Document) Unverified() Element { return Element{d, 0} }

// Exists reports whether there is an element.
func (e Element) Exists() bool { return e.doc != nil }

// Name returns the local name.
func (e Element) Name() string { return e.doc.elements[e.index].local }

// Namespace returns the namespace, or "" for none.
func (e Element) Namespace() string { return e.doc.elements[e.index].uri }

// Attribute returns the value of an attribute without namespace.
func (e Element) Attribute(name string) (value string, ok bool) {
	for a := range e.Attributes() {
		if a.Namespace == "" && a.Name == name {
			return a.Value, true
		}
	}
	return "", false
}

// Attributes returns the attributes in canonical order, namespace declarations
// not among them.
func (e Element) Attributes() iter.Seq[Attribute] {
	return func(yield func(Attribute) bool) {
		self := &e.doc.elements[e.index]
		for _, a := range e.doc.attrs[self.attrs:self.attrsEnd] {
			if !yield(Attribute{Namespace: a.uri, Name: a.local, Value: a.value}) {
				return
			}
		}
	}
}

// Children returns the elements in the element, in order.
func (e Element) Children() iter.Seq[Element] {
	return func(yield func(Element) bool) {
		for _, i := range e.doc.children(e.index) {
			if !yield(Element{e.doc, i}) {
				return
			}
		}
	}
}

// Child returns the first child of that name, whatever its namespace, or the
// zero Element.
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
	if p := e.doc.elements[e.index].parent; p >= 0 {
		return Element{e.doc, p}
	}
	return Element{}
}

// Text returns the text that stands directly in the element, references
// resolved, without comments and processing instructions.
func (e Element) Text() string { return string(e.AppendText(nil)) }

// AppendText appends what Text returns.
func (e Element) AppendText(b []byte) []byte {
	self := &e.doc.elements[e.index]
	pos, end := self.tagEnd, self.end-len("</>")-nameLen(self)
	for _, c := range e.doc.children(e.index) {
		b = appendPlain(b, string(e.doc.canon[pos:e.doc.elements[c].start]))
		pos = e.doc.elements[c].end
	}
	return appendPlain(b, string(e.doc.canon[pos:end]))
}

// appendPlain appends canonical text as plain text.
func appendPlain(b []byte, s string) []byte {
	for s != "" {
		i := strings.IndexAny(s, "&<")
		if i < 0 {
			return append(b, s...)
		}
		b = append(b, s[:i]...)
		s = s[i:]
		if s[0] == '<' { // a processing instruction
			_, s, _ = strings.Cut(s, "?>")
			continue
		}
		for _, escape := range [...]struct{ text, char string }{{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&#xD;", "\r"}} {
			if rest, ok := strings.CutPrefix(s, escape.text); ok {
				b, s = append(b, escape.char...), rest
				break
			}
		}
	}
	return b
}

// Canonical returns the canonical form (inclusive, without comments) of the
// element where it stands.
func (e Element) Canonical() []byte { return e.doc.subset(e.index) }

// Path returns where the element stands, as /EnvioDTE/SetDTE/DTE[2]/Documento:
// the number counts elements of one name and is left out where there is one.
func (e Element) Path() string { return e.doc.path(e.index) }
