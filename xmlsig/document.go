package xmlsig

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/ofitec/chile/internal/option"
)

// Document is a parsed XML document in its canonical form. Parsing proves only
// that it is well formed. Verify says which parts were signed, and by whom.
//
// A Document does not change and may be used from many goroutines at once.
type Document struct {
	text    string // the source in UTF-8
	charset charset

	canon      []byte // canonical form (inclusive, without comments) of the whole document
	elements   []element
	attrs      []attribute
	scopes     []binding
	ids        map[string]int // element by its ID
	signatures []int          // elements Signature of XML-DSig, in document order

	around surroundings
	split  *split // what was left out, nil for nothing

	crowds crowds
}

// surroundings are what a part inherits from the larger document.
type surroundings struct {
	path  string      // of the part, "" for a document of its own
	scope int         // innermost binding in scopes, -1 for none
	xml   []attribute // xml:* of the elements around, innermost only
	line  int         // line breaks before the part
}

// element is an element in document order: start, tagEnd and end are offsets
// into canon; src, srcEnd and name into text.
type element struct {
	src, srcEnd        int32
	name               int32
	nameLen, prefixLen int32 // of prefix:local, and of "prefix:"
	start, tagEnd, end int32 // start tag, what follows it, what follows the element
	attrs, attrsEnd    int32 // into Document.attrs, in canonical order
	parent             int32 // -1 for the root
	after              int32 // first element that is not in this one
	scope              int32 // innermost binding in Document.scopes, -1 for none
	space              int32 // binding of the namespace of its name, -1 for none
	mixed              bool  // an element within declares a namespace or uses a prefix
}

type attribute struct {
	prefix, local, uri, value string
}

// binding is a namespace declaration. Bindings form lists, from the innermost
// outward.
type binding struct {
	prefix, uri string
	outer       int // -1 for none
	count       int // length of the list from here out
}

// limits bound what a document may cost. Real envelopes have up to 2,000
// documents and some 20 MB.
type limits struct {
	size, depth, elements, attrs int
	namespaces                   int // declarations in scope, which each use of a prefix looks through
	name                         int // length of a name
}

var defaultLimits = limits{size: 64 << 20, depth: 256, elements: 2_000_000, attrs: 256, namespaces: 256, name: 1 << 10}

// Option changes how Parse and a Splitter read. An option that cannot be followed
// is the error of Parse, and of Splitter.Next.
type Option func(*limits) error

// WithMaxSize bounds the size of the document in bytes. The default, also for 0, is
// 64 MiB, and the maximum is 512 MiB. A negative size is ErrLimit.
func WithMaxSize(bytes int) Option {
	return func(l *limits) error {
		l.size = min(cmp.Or(bytes, l.size), math.MaxInt32/4)
		return option.NotNegative("WithMaxSize", ErrLimit, bytes)
	}
}

// Parse reads a document in UTF-8, ISO-8859-1 or windows-1252. It must be well
// formed, also as XML with namespaces, and have no DOCTYPE. The errors are
// ErrMalformed and ErrLimit. Parsing is not verifying.
//
// Parse allocates at most 20 times the size in total: beyond the first 10,000
// elements and attributes, a document may have one per 16 bytes.
//
// The document keeps no reference to src.
func Parse(src []byte, opts ...Option) (*Document, error) {
	bounds := defaultLimits
	if err := option.Apply("xmlsig", &bounds, opts); err != nil {
		return nil, err
	}
	text, charset, err := bounded(src, bounds)
	if err != nil {
		return nil, err
	}
	s := newScanner(text, bounds)
	s.doc.charset = charset
	if err := s.document(); err != nil {
		return nil, err
	}
	return s.doc, nil
}

// bounded returns a document in UTF-8, if it is not too large.
func bounded(src []byte, bounds limits) (text string, c charset, err error) {
	if len(src) > bounds.size {
		return "", "", fmt.Errorf("%w: %d bytes", ErrLimit, len(src))
	}
	return decode(src)
}

// Canonical returns the canonical form (Canonical XML 1.0, inclusive, without
// comments) of the whole document.
func (d *Document) Canonical() []byte { return slices.Clone(d.canon) }

// CanonicalID returns the canonical form of the element with that attribute ID.
func (d *Document) CanonicalID(id string) ([]byte, bool) {
	i, ok := d.ids[id]
	if !ok {
		return nil, false
	}
	return d.subset(i), true
}

func (d *Document) prefix(e *element) string {
	if e.prefixLen == 0 {
		return ""
	}
	return d.text[e.name : e.name+e.prefixLen-1]
}

func (d *Document) local(e *element) string {
	return d.text[e.name+e.prefixLen : e.name+e.nameLen]
}

func (d *Document) uri(e *element) string {
	if e.space < 0 {
		return ""
	}
	return d.scopes[e.space].uri
}

// content returns the canonical bytes between the tags of an element.
func (d *Document) content(i int) []byte {
	e := &d.elements[i]
	return d.canon[e.tagEnd : e.end-e.nameLen-int32(len("</>"))]
}

// children returns the elements in an element.
func (d *Document) children(i int) []int {
	var found []int
	for j := i + 1; j < int(d.elements[i].after); j = int(d.elements[j].after) {
		found = append(found, j)
	}
	return found
}

// path returns the path of an element, such as
// /EnvioDTE/SetDTE/DTE[2]/Documento.
func (d *Document) path(i int) string {
	e := &d.elements[i]
	switch {
	case e.parent < 0 && d.around.path != "":
		return d.around.path
	case e.parent < 0:
		return "/" + d.local(e)
	}
	path := d.path(int(e.parent)) + "/" + d.local(e)
	if number, all := d.crowds.count(d, i); all > 1 {
		path += "[" + strconv.Itoa(number) + "]"
	}
	return path
}
