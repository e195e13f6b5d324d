package xmlsig

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // see digest
	"fmt"
	"slices"
)

// Context says which namespaces were assumed in scope around the signed unit (the
// parent of the Signature) when a digest matched. The SII signs and checks a DTE,
// a Recibo or a Cesion as a separate text and puts it into an envelope
// afterwards. There strict XML-DSig sees other namespaces. All contexts cover the
// same content; only the namespace declarations of one start tag differ.
//
// Of thirteen real signatures, four are valid in place and all thirteen in one
// of these contexts (DTE format notes, 5.3).
type Context int

const (
	// InPlace is the context of strict XML-DSig: the namespaces in scope at that
	// place.
	InPlace Context = iota + 1

	// CutOut treats the unit as a separate document, with its own declarations.
	CutOut

	// OnlySII treats the unit as if its start tag declared only
	// xmlns="http://www.sii.cl/SiiDte".
	OnlySII

	// NoNamespace treats the unit as if its start tag declared no namespace.
	NoNamespace
)

const contexts = int(NoNamespace)

// nsSII is the namespace of every document of the SII (SiiTypes_v10.xsd).
const nsSII = "http://www.sii.cl/SiiDte"

// String returns the context in words.
func (c Context) String() string {
	switch c {
	case 0:
		return "none"
	case InPlace:
		return "in place"
	case CutOut:
		return "cut out"
	case OnlySII:
		return "SiiDte only"
	case NoNamespace:
		return "no namespace"
	default:
		return fmt.Sprintf("context %d", int(c))
	}
}

// form is the canonical form of an element in a context: its start tag and the
// rest.
type form struct {
	context Context
	parts   [2][]byte
	sum     *[sha1.Size]byte // the digest, if the bytes were not kept
}

func (f *form) digest() (sum [sha1.Size]byte) {
	if f.sum != nil {
		return *f.sum
	}
	h := newDigest()
	h.Write(f.parts[0])
	h.Write(f.parts[1])
	h.Sum(sum[:0])
	return sum
}

func (f *form) size() int { return len(f.parts[0]) + len(f.parts[1]) }

func (f *form) bytes() []byte { return slices.Concat(f.parts[0], f.parts[1]) }

// formIn returns the canonical form of an element in a context. There is none
// if, in that context, the element has names in a namespace other than the
// SII's. Without the declaration the signature would vouch for names that it
// does not cover.
func (d *Document) formIn(c Context, unit, i int) (f form, ok bool) {
	e := &d.elements[i]
	f = form{context: c}
	if d.split != nil && d.split.container == i {
		f.sum = &d.split.sum
		return f, c == InPlace
	}
	if c == InPlace {
		f.parts = [2][]byte{d.startTagAt(i), d.canon[e.tagEnd:e.end]}
		return f, true
	}
	if uri := d.uri(e); uri != nsSII && uri != "" && uri != nsDSig {
		return f, false
	}
	if !e.mixed {
		tag := make([]byte, 0, e.tagEnd-e.start+128)
		tag = d.appendStartTag(tag, e, d.visibleIn(c, unit, int(e.scope)), d.withInherited(i, unit))
		f.parts = [2][]byte{tag, d.canon[e.tagEnd:e.end]}
		return f, true
	}
	// Inner declarations may be redundant in place but needed here.
	part, err := d.fragment(d.text[e.src:e.srcEnd], d.visibleIn(c, unit, int(d.elements[e.parent].scope)), onlyXML(d.withInherited(int(e.parent), unit)))
	if err != nil {
		return f, false
	}
	f.parts[0] = part.subset(0)
	return f, true
}

// visibleIn returns the namespaces that a list of bindings of an element in the
// unit brings into scope in a context.
func (d *Document) visibleIn(c Context, unit, scope int) []binding {
	if c == CutOut {
		return shown(d.visible(scope, d.scopeAround(unit)))
	}
	found := d.visible(scope, int(d.elements[unit].scope))
	if c == OnlySII && !slices.ContainsFunc(found, func(b binding) bool { return b.prefix == "" }) {
		found = append(found, binding{uri: nsSII})
	}
	return shown(found)
}

func (d *Document) scopeAround(i int) int {
	if p := d.elements[i].parent; p >= 0 {
		return int(d.elements[p].scope)
	}
	return d.around.scope
}

// fragment parses an element of a document with other namespaces around it.
func (d *Document) fragment(text string, namespaces []binding, xml []attribute) (*Document, error) {
	s := newScanner(text, defaultLimits)
	s.doc.bindAround(namespaces)
	s.doc.around.xml = xml
	if err := s.tree(); err != nil {
		return nil, err
	}
	s.flush()
	return s.doc, nil
}

// matching returns the first form of an element, in some context, that fits.
// The guess is only tried first; it does not change which context is found.
func (d *Document) matching(unit, i int, guess Context, fits func(*form) bool) (form, bool) {
	if d.elements[i].mixed {
		guess = 0 // other contexts than in place cost a parse
	}
	var seen [contexts + 1][]byte
	try := func(c Context) (form, bool) {
		f, ok := d.formIn(c, unit, i)
		if !ok {
			return f, false
		}
		for _, tag := range seen {
			if tag != nil && bytes.Equal(tag, f.parts[0]) && f.parts[1] != nil {
				return f, false // tried under another name
			}
		}
		seen[c] = f.parts[0]
		return f, fits(&f)
	}
	if guess > InPlace {
		if f, ok := try(guess); ok {
			f.context = d.sameAs(guess, unit, i, f.parts)
			return f, true
		}
	}
	for c := InPlace; c <= NoNamespace; c++ {
		if c == guess && guess > InPlace {
			continue
		}
		if f, ok := try(c); ok {
			return f, true
		}
	}
	return form{}, false
}

// sameAs returns the first context in which an element has that form.
func (d *Document) sameAs(c Context, unit, i int, parts [2][]byte) Context {
	for first := InPlace; first < c; first++ {
		if f, ok := d.formIn(first, unit, i); ok && bytes.Equal(f.parts[0], parts[0]) && len(f.parts[1]) == len(parts[1]) {
			return first
		}
	}
	return c
}
