package xmlsig

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// startTag reads a start tag or an empty element.
func (s *scanner) startTag() error {
	src, at := s.src, s.pos
	i := at + 1
	if i >= len(src) || !nameStart[src[i]] || len(s.open) == 0 || len(s.open) >= s.limits.depth {
		return s.wholeStartTag()
	}
	for i < len(src) && namePart[src[i]] {
		i++
	}
	d := s.doc
	if s.part != "" && len(s.open) == partDepth && src[at+1:i] == s.part {
		return errPart
	}
	if i >= len(src) || src[i] != '>' || i-at > s.limits.name || d.nodes() >= s.nodes {
		return s.wholeStartTag()
	}
	// <Name> is already canonical, and has the namespaces of its parent.
	outer := s.open[len(s.open)-1]
	parent := &d.elements[outer]
	space := parent.space
	if parent.prefixLen > 0 {
		space = d.bindingOf(parent.scope, "")
	}
	start, length := s.canonLen(), int32(i-at-1) //nolint:gosec // the size is bounded
	attrs := len32(d.attrs)
	s.pos = i + 1
	s.open = append(s.open, len32(d.elements))
	d.elements = append(room(s, d.elements), element{
		src: int32(at), name: int32(at + 1), nameLen: length, //nolint:gosec // as above
		start: start, tagEnd: start + length + 2, attrs: attrs, attrsEnd: attrs,
		parent: outer, scope: parent.scope, space: space,
	})
	return nil
}

// push opens an element whose tag begins at that offset of the source.
func (s *scanner) push(at int, e *element) error {
	d := s.doc
	e.src, e.parent = int32(at), -1 //nolint:gosec // the size is bounded
	if len(s.open) > 0 {
		e.parent = s.open[len(s.open)-1]
	}
	if len(s.open) >= s.limits.depth {
		return fmt.Errorf("%w: at byte %d: depth %d", ErrLimit, at, len(s.open)+1)
	}
	if err := s.crowded(); err != nil {
		return err
	}
	s.open = append(s.open, len32(d.elements))
	d.elements = append(room(s, d.elements), *e)
	return nil
}

func len32[T any](list []T) int32 { return int32(len(list)) } //nolint:gosec // no list is longer than the document

// tagFactor is how much longer a canonical start tag can be if all its values are
// quotation marks.
const tagFactor = len("&quot;")

// outerScope returns the innermost binding around the next element.
func (s *scanner) outerScope() int32 {
	if n := len(s.open); n > 0 {
		return s.doc.elements[s.open[n-1]].scope
	}
	return int32(s.doc.around.scope) //nolint:gosec // as above
}

// wholeStartTag reads a start tag of any form.
func (s *scanner) wholeStartTag() error {
	s.flush()
	at, d := s.pos, s.doc
	s.pos++
	e := element{start: s.canonLen() - 1, attrs: len32(d.attrs), scope: s.outerScope()}
	e.name = int32(s.pos) //nolint:gosec // the size is bounded
	prefix, local, err := s.qName()
	if err != nil {
		return err
	}
	if s.part == local && len(s.open) == partDepth {
		s.pos = at
		return errPart
	}
	if e.nameLen = int32(len(local)); prefix != "" { //nolint:gosec // bounded by ncName
		e.prefixLen = int32(len(prefix) + 1) //nolint:gosec // as above
		e.nameLen += e.prefixLen
	}
	outer := e.scope
	if err := s.attributes(&e); err != nil {
		return err
	}
	if err := s.resolve(&e); err != nil {
		return err
	}
	attrs := d.attrs[e.attrs:e.attrsEnd]
	sortAttributes(attrs)
	for i := 1; i < len(attrs); i++ {
		if attrs[i].uri == attrs[i-1].uri && attrs[i].local == attrs[i-1].local {
			return s.fail("attribute %s appears twice", attrs[i].local)
		}
	}
	if prefix != "" || e.scope != outer || usesPrefix(attrs) {
		for i := len(s.open) - 1; i >= 0 && !d.elements[s.open[i]].mixed; i-- {
			d.elements[s.open[i]].mixed = true
		}
	}
	s.reserve(tagFactor * (s.pos - at))
	d.canon = d.appendStartTag(d.canon, &e, d.newBindings(int(e.scope), int(outer)), attrs)
	e.tagEnd = len32(d.canon)

	index := len(d.elements)
	if err := s.push(at, &e); err != nil {
		return err
	}
	if err := s.noteID(index, attrs); err != nil {
		return err
	}
	if local == signatureName && d.uri(&e) == nsDSig {
		d.signatures = append(d.signatures, index)
	}
	if s.skip("/>") {
		s.mark = s.pos
		d.canon = append(appendName(append(d.canon, "</"...), prefix, local), '>')
		s.closeElement()
		return nil
	}
	s.pos++ // ">", which attributes has seen
	s.mark = s.pos
	return nil
}

func usesPrefix(attrs []attribute) bool {
	for i := range attrs {
		if attrs[i].prefix != "" {
			return true
		}
	}
	return false
}

// attributes reads attributes and namespace declarations up to the end of the
// tag.
func (s *scanner) attributes(e *element) error {
	d := s.doc
	count := 0
	own := e.scope
	for {
		spaced := s.space()
		switch {
		case s.pos >= len(s.src):
			return s.fail("unfinished tag")
		case s.src[s.pos] == '>', s.at("/>"):
			e.attrsEnd = len32(d.attrs)
			return nil
		case !spaced:
			return s.fail("a space is missing before an attribute")
		}
		if count++; count > s.limits.attrs {
			return fmt.Errorf("%w: more than %d attributes", ErrLimit, s.limits.attrs)
		}
		prefix, local, err := s.qName()
		if err != nil {
			return err
		}
		s.space()
		if !s.skip("=") {
			return s.fail("attribute %s without value", local)
		}
		s.space()
		value, err := s.attributeValue()
		if err != nil {
			return err
		}
		switch {
		case prefix == "" && local == "xmlns":
			err = s.declare(e, own, "", value)
		case prefix == "xmlns":
			err = s.declare(e, own, local, value)
		default:
			d.attrs = append(room(s, d.attrs), attribute{prefix: prefix, local: local, value: value})
		}
		if err == nil {
			err = s.crowded()
		}
		if err != nil {
			return err
		}
	}
}

// attributeValue reads a quoted value and normalises its white space (XML 1.0,
// 3.3.3, for attributes of type CDATA).
func (s *scanner) attributeValue() (string, error) {
	raw, ok := s.quoted()
	if !ok {
		return "", s.fail("attribute value without quotes")
	}
	i := 0
	for i < len(raw) && plainValue[raw[i]] {
		i++
	}
	if i == len(raw) {
		return raw, nil
	}
	end := s.pos
	s.pos -= len(raw) + 1
	if err := s.checkChars(raw); err != nil {
		return "", err
	}
	if strings.IndexByte(raw, '<') >= 0 {
		return "", s.fail("< in an attribute value")
	}
	var b strings.Builder
	for raw != "" {
		r, n := rune(raw[0]), 1
		switch {
		case r == '&':
			var err error
			if r, n, err = s.reference(raw); err != nil {
				return "", err
			}
		case strings.HasPrefix(raw, "\r\n"):
			r, n = ' ', 2
		case r == '\r' || r == '\n' || r == '\t':
			r = ' '
		case r >= utf8.RuneSelf:
			r, n = utf8.DecodeRuneInString(raw)
		}
		b.WriteRune(r)
		raw = raw[n:]
	}
	s.pos = end
	return b.String(), nil
}

// declare adds a namespace declaration of the element. Its own declarations are
// those before own in the list.
func (s *scanner) declare(e *element, own int32, prefix, uri string) error {
	switch {
	case prefix == "xmlns", uri == nsXMLNS:
		return s.fail("the namespace xmlns cannot be declared")
	case (prefix == "xml") != (uri == nsXML):
		return s.fail("the prefix xml cannot be declared otherwise")
	case prefix != "" && uri == "":
		return s.fail("the prefix %s cannot be undeclared", prefix)
	}
	for i := int(e.scope); i != int(own); i = s.doc.scopes[i].outer {
		if s.doc.scopes[i].prefix == prefix {
			return s.fail("namespace prefix %q is declared twice", prefix)
		}
	}
	if prefix == "xml" {
		return nil // is bound everywhere and never shown
	}
	s.doc.scopes = room(s, s.doc.scopes)
	scope := s.doc.bind(int(e.scope), prefix, uri)
	if n := s.doc.scopes[scope].count; n > s.limits.namespaces {
		return fmt.Errorf("%w: at byte %d: more than %d namespaces in scope", ErrLimit, s.pos, s.limits.namespaces)
	}
	e.scope = int32(scope) //nolint:gosec // no more than bytes in the document
	return nil
}

// resolve finds the namespaces of the element's names.
func (s *scanner) resolve(e *element) error {
	prefix := s.doc.prefix(e)
	if prefix == "xmlns" || prefix == "xml" {
		return s.fail("an element with the prefix %s", prefix)
	}
	if e.space = s.doc.bindingOf(e.scope, prefix); e.space < 0 && prefix != "" {
		return s.fail("prefix %s is not declared", prefix)
	}
	attrs := s.doc.attrs[e.attrs:e.attrsEnd]
	for i := range attrs {
		a := &attrs[i]
		if a.prefix == "" {
			continue // an attribute without prefix has no namespace
		}
		var ok bool
		if a.uri, ok = s.doc.lookup(int(e.scope), a.prefix); !ok {
			return s.fail("prefix %s is not declared", a.prefix)
		}
	}
	return nil
}

// noteID records the element's ID. Signatures refer to IDs, so a repeated ID is
// refused.
func (s *scanner) noteID(index int, attrs []attribute) error {
	for i := range attrs {
		if a := &attrs[i]; a.prefix == "" && a.local == "ID" {
			if _, taken := s.doc.ids[a.value]; taken {
				return s.fail("ID %.40q appears twice", a.value)
			}
			if s.doc.ids == nil {
				s.doc.ids = make(map[string]int)
			}
			s.doc.ids[a.value] = index
		}
	}
	return nil
}

// endTag reads the end tag of the innermost open element.
func (s *scanner) endTag() error {
	e := &s.doc.elements[s.open[len(s.open)-1]]
	name := s.src[e.name : e.name+e.nameLen]
	if rest := s.src[s.pos+2:]; len(rest) > len(name) && rest[len(name)] == '>' && rest[:len(name)] == name {
		s.pos += len("</>") + len(name) // canonical as it stands
		s.closeElement()
		return nil
	}
	s.flush()
	s.pos += len("</")
	prefix, local, err := s.qName()
	if err != nil {
		return err
	}
	if prefix != s.doc.prefix(e) || local != s.doc.local(e) {
		return s.fail("end tag %s of the element %s", local, s.doc.local(e))
	}
	s.space()
	if !s.skip(">") {
		return s.fail("unfinished end tag")
	}
	s.mark = s.pos
	s.doc.canon = append(appendName(append(s.doc.canon, "</"...), prefix, local), '>')
	s.closeElement()
	return nil
}

// closeElement ends the innermost open element at the current position.
func (s *scanner) closeElement() {
	last := len(s.open) - 1
	e := &s.doc.elements[s.open[last]]
	e.srcEnd = int32(s.pos) //nolint:gosec // the size is bounded
	e.end = s.canonLen()
	e.after = len32(s.doc.elements)
	s.open = s.open[:last]
}
