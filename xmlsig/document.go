package xmlsig

import (
	"fmt"
	"slices"
	"strings"
)

// Document is a parsed XML document in its canonical form. Parsing proves only
// that it is well formed: what of it was signed, and by whom, is for Verify.
//
// A Document does not change and may be used from many goroutines at once.
type Document struct {
	canon    []byte // canonical form (inclusive, without comments) of the whole document
	elements []element
	attrs    []attribute
	scopes   []binding
	ids      map[string]int // element by its ID

	text       string // the source in UTF-8
	rootEnd    int    // offset in text of the root's end tag, or of its "/>"
	singleByte bool   // each byte of the source is one character
}

// element is an element in document order. The offsets are into canon.
type element struct {
	prefix, local, uri string
	parent             int // -1 for the root
	depth              int
	start, tagEnd, end int // start tag, what follows it, what follows the element
	attrs, attrsEnd    int // into Document.attrs, in canonical order
	scope              int // innermost binding in Document.scopes, -1 for none
}

type attribute struct {
	prefix, local, uri, value string
}

// binding is a namespace declaration. Bindings form lists, from the innermost
// out.
type binding struct {
	prefix, uri string
	outer       int // -1 for none
	count       int // length of the list from here out
}

// limits bound what a document may cost. Real envelopes have up to 2,000
// documents and 10 MB.
type limits struct {
	size, depth, elements, attrs int
	namespaces                   int // declarations in scope, which each use of a prefix looks through
}

var defaultLimits = limits{size: 64 << 20, depth: 256, elements: 1_000_000, attrs: 256, namespaces: 256}

// Option changes how Parse reads.
type Option func(*limits)

// WithMaxSize bounds the size of the document in bytes. The default is 64 MiB.
func WithMaxSize(bytes int) Option {
	return func(l *limits) { l.size = bytes }
}

// Parse reads a document in UTF-8, ISO-8859-1 or windows-1252. It must be well
// formed, also as XML with namespaces, and have no DOCTYPE: the error is
// ErrMalformed or ErrLimit. Parsing is not verifying.
func Parse(src []byte, opts ...Option) (*Document, error) {
	bounds := defaultLimits
	for _, opt := range opts {
		opt(&bounds)
	}
	if len(src) > bounds.size {
		return nil, fmt.Errorf("%w: %d bytes", ErrLimit, len(src))
	}
	text, singleByte, err := decode(src)
	if err != nil {
		return nil, err
	}
	s := &scanner{limits: bounds, src: text, doc: &Document{
		text: text, singleByte: singleByte, ids: map[string]int{}, canon: make([]byte, 0, len(text)),
	}}
	if err := s.document(); err != nil {
		return nil, err
	}
	return s.doc, nil
}

// Canonical returns the canonical form (Canonical XML 1.0, inclusive, without
// comments) of the whole document.
func (d *Document) Canonical() []byte { return append([]byte(nil), d.canon...) }

// CanonicalID returns the canonical form of the element with that attribute ID.
func (d *Document) CanonicalID(id string) ([]byte, bool) {
	i, ok := d.ids[id]
	if !ok {
		return nil, false
	}
	return d.subset(i), true
}

// subset returns the canonical form of an element. Apart from its own start
// tag, which shows what it inherits, it is a part of the document's.
func (d *Document) subset(i int) []byte {
	e := &d.elements[i]
	b := make([]byte, 0, e.end-e.start+256)
	b = d.appendStartTag(b, e, d.inScope(e), d.withInherited(i))
	return append(b, d.canon[e.tagEnd:e.end]...)
}

// inScope returns all namespaces in scope of an element.
func (d *Document) inScope(e *element) []binding {
	var found []binding
	for i := e.scope; i >= 0; i = d.scopes[i].outer {
		b := d.scopes[i]
		if !declares(found, b.prefix) {
			found = append(found, b)
		}
	}
	kept := found[:0]
	for _, b := range found {
		if b.uri != "" { // xmlns="" at the top is no declaration
			kept = append(kept, b)
		}
	}
	return kept
}

func declares(bindings []binding, prefix string) bool {
	for _, b := range bindings {
		if b.prefix == prefix {
			return true
		}
	}
	return false
}

// withInherited returns the attributes of an element and the attributes xml:*
// that it inherits (Canonical XML 1.0, 2.4).
func (d *Document) withInherited(i int) []attribute {
	e := &d.elements[i]
	attrs := slices.Clone(d.attrs[e.attrs:e.attrsEnd]) // sorting must not write to what others read
	for p := e.parent; p >= 0; p = d.elements[p].parent {
		for _, a := range d.attrs[d.elements[p].attrs:d.elements[p].attrsEnd] {
			if a.prefix == "xml" && !hasXML(attrs, a.local) {
				attrs = append(attrs, a)
			}
		}
	}
	sortAttributes(attrs)
	return attrs
}

func hasXML(attrs []attribute, local string) bool {
	for _, a := range attrs {
		if a.prefix == "xml" && a.local == local {
			return true
		}
	}
	return false
}

// children returns the elements in an element.
func (d *Document) children(i int) []int {
	var found []int
	for j := i + 1; j < len(d.elements) && d.elements[j].start < d.elements[i].end; j++ {
		if d.elements[j].parent == i {
			found = append(found, j)
		}
	}
	return found
}

// content returns the canonical bytes between the tags of an element.
func (d *Document) content(i int) []byte {
	e := &d.elements[i]
	return d.canon[e.tagEnd : e.end-len("</>")-nameLen(e)]
}

func nameLen(e *element) int {
	if e.prefix == "" {
		return len(e.local)
	}
	return len(e.prefix) + 1 + len(e.local)
}

// path returns where an element stands, as /AEC/DocumentoAEC/Cesiones.
func (d *Document) path(i int) string {
	var names []string
	for ; i >= 0; i = d.elements[i].parent {
		names = append(names, d.elements[i].local)
	}
	var b strings.Builder
	for j := len(names) - 1; j >= 0; j-- {
		b.WriteString("/" + names[j])
	}
	return b.String()
}
