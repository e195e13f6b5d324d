package xmlsig

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	nsXML   = "http://www.w3.org/XML/1998/namespace"
	nsXMLNS = "http://www.w3.org/2000/xmlns/"
)

// startTag reads a start tag or an empty element.
func (s *scanner) startTag() error {
	tagPos := s.pos
	if !s.skip("<") {
		return s.fail("an element is missing")
	}
	d := s.doc
	e := element{parent: -1, scope: -1, start: len(d.canon), attrs: len(d.attrs), depth: len(s.open) + 1}
	if len(s.open) > 0 {
		e.parent = s.open[len(s.open)-1]
		e.scope = d.elements[e.parent].scope
	}
	if e.depth > s.limits.depth || len(d.elements) >= s.limits.elements {
		return fmt.Errorf("%w: at byte %d: depth %d, %d elements", ErrLimit, tagPos, e.depth, len(d.elements))
	}
	var err error
	if e.prefix, e.local, err = s.qName(); err != nil {
		return err
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
			return s.fail("attribute %s stands twice", attrs[i].local)
		}
	}
	d.canon = d.appendStartTag(d.canon, &e, d.newBindings(e.scope, outer), attrs)
	e.tagEnd = len(d.canon)

	index := len(d.elements)
	d.elements = append(d.elements, e)
	if err := s.noteID(index, attrs); err != nil {
		return err
	}
	s.open = append(s.open, index)
	emptyPos := s.pos
	if s.skip("/>") {
		s.close(emptyPos)
		return nil
	}
	s.pos++ // ">", which attributes has seen
	return nil
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
			e.attrsEnd = len(d.attrs)
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
			d.attrs = append(d.attrs, attribute{prefix: prefix, local: local, value: value})
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
	end := s.pos
	s.pos -= len(raw) + 1
	if err := s.checkChars(raw); err != nil {
		return "", err
	}
	if strings.IndexByte(raw, '<') >= 0 {
		return "", s.fail("< in an attribute value")
	}
	if !strings.ContainsAny(raw, "&\t\n\r") {
		s.pos = end
		return raw, nil
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

// declare notes a namespace declaration of the element. Its own declarations
// are those before own in the list.
func (s *scanner) declare(e *element, own int, prefix, uri string) error {
	switch {
	case prefix == "xmlns", uri == nsXMLNS:
		return s.fail("the namespace xmlns cannot be declared")
	case (prefix == "xml") != (uri == nsXML):
		return s.fail("the prefix xml cannot be declared otherwise")
	case prefix != "" && uri == "":
		return s.fail("the prefix %s cannot be undeclared", prefix)
	}
	for i := e.scope; i != own; i = s.doc.scopes[i].outer {
		if s.doc.scopes[i].prefix == prefix {
			return s.fail("namespace prefix %q is declared twice", prefix)
		}
	}
	if prefix == "xml" {
		return nil // is bound everywhere and never shown
	}
	count := 1
	if e.scope >= 0 {
		count += s.doc.scopes[e.scope].count
	}
	if count > s.limits.namespaces {
		return fmt.Errorf("%w: at byte %d: more than %d namespaces in scope", ErrLimit, s.pos, s.limits.namespaces)
	}
	s.doc.scopes = append(s.doc.scopes, binding{prefix: prefix, uri: uri, outer: e.scope, count: count})
	e.scope = len(s.doc.scopes) - 1
	return nil
}

// newBindings returns the declarations between two points of the list that
// change what is in scope outside.
func (d *Document) newBindings(inner, outer int) []binding {
	var found []binding
	for i := inner; i != outer; i = d.scopes[i].outer {
		b := d.scopes[i]
		if uri, _ := d.lookup(outer, b.prefix); uri != b.uri {
			found = append(found, b)
		}
	}
	return found
}

// lookup returns the namespace of a prefix.
func (d *Document) lookup(scope int, prefix string) (uri string, ok bool) {
	if prefix == "xml" {
		return nsXML, true
	}
	for i := scope; i >= 0; i = d.scopes[i].outer {
		if d.scopes[i].prefix == prefix {
			return d.scopes[i].uri, true
		}
	}
	return "", prefix == ""
}

// resolve finds the namespaces of the element's names.
func (s *scanner) resolve(e *element) error {
	var ok bool
	if e.uri, ok = s.doc.lookup(e.scope, e.prefix); !ok || e.prefix == "xmlns" {
		return s.fail("prefix %s is not declared", e.prefix)
	}
	attrs := s.doc.attrs[e.attrs:e.attrsEnd]
	for i := range attrs {
		a := &attrs[i]
		if a.prefix == "" {
			continue // an attribute without prefix has no namespace
		}
		if a.uri, ok = s.doc.lookup(e.scope, a.prefix); !ok {
			return s.fail("prefix %s is not declared", a.prefix)
		}
	}
	return nil
}

// noteID notes the element's ID. IDs are what signatures refer to, so one that
// stands twice is refused.
func (s *scanner) noteID(index int, attrs []attribute) error {
	for i := range attrs {
		if a := &attrs[i]; a.prefix == "" && a.local == "ID" {
			if _, taken := s.doc.ids[a.value]; taken {
				return s.fail("ID %.40q stands twice", a.value)
			}
			s.doc.ids[a.value] = index
		}
	}
	return nil
}

// endTag reads the end tag of the innermost open element.
func (s *scanner) endTag() error {
	pos := s.pos
	s.pos += len("</")
	prefix, local, err := s.qName()
	if err != nil {
		return err
	}
	e := &s.doc.elements[s.open[len(s.open)-1]]
	if prefix != e.prefix || local != e.local {
		return s.fail("end tag %s of the element %s", local, e.local)
	}
	s.space()
	if !s.skip(">") {
		return s.fail("unfinished end tag")
	}
	s.close(pos)
	return nil
}

// close ends the innermost open element, whose end is written at that position.
func (s *scanner) close(pos int) {
	last := len(s.open) - 1
	e := &s.doc.elements[s.open[last]]
	s.doc.canon = append(appendName(append(s.doc.canon, "</"...), e.prefix, e.local), '>')
	e.end = len(s.doc.canon)
	s.open = s.open[:last]
	if last == 0 {
		s.doc.rootEnd = pos
	}
}
