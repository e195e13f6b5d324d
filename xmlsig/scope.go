package xmlsig

import "slices"

const (
	nsXML   = "http://www.w3.org/XML/1998/namespace"
	nsXMLNS = "http://www.w3.org/2000/xmlns/"
)

// bind adds a declaration to a list and returns the list.
func (d *Document) bind(outer int, prefix, uri string) int {
	count := 1
	if outer >= 0 {
		count += d.scopes[outer].count
	}
	d.scopes = append(d.scopes, binding{prefix: prefix, uri: uri, outer: outer, count: count})
	return len(d.scopes) - 1
}

// bindAround brings namespaces into scope around the document.
func (d *Document) bindAround(namespaces []binding) {
	for _, b := range namespaces {
		d.around.scope = d.bind(d.around.scope, b.prefix, b.uri)
	}
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

// bindingOf returns which declaration binds the prefix, or -1.
func (d *Document) bindingOf(scope int32, prefix string) int32 {
	for i := int(scope); i >= 0; i = d.scopes[i].outer {
		if d.scopes[i].prefix == prefix {
			return int32(i) //nolint:gosec // no more than bytes in the document
		}
	}
	return -1
}

// visible returns the namespaces that a list brings into scope, without those
// behind stop.
func (d *Document) visible(scope, stop int) []binding {
	var found []binding
	for i := scope; i != stop; i = d.scopes[i].outer {
		if b := d.scopes[i]; !slices.ContainsFunc(found, func(f binding) bool { return f.prefix == b.prefix }) {
			found = append(found, b)
		}
	}
	return found
}

// shown leaves out xmlns="", which at the top is no declaration.
func shown(bindings []binding) []binding {
	return slices.DeleteFunc(bindings, func(b binding) bool { return b.uri == "" })
}

// subset returns the canonical form of an element. Apart from its own start
// tag, which shows what it inherits, it is a part of the document's canonical
// form.
func (d *Document) subset(i int) []byte {
	content := d.canon[d.elements[i].tagEnd:d.elements[i].end]
	return append(d.startTag(i, len(content)), content...)
}

// startTagAt returns the start tag of an element as the first one of a
// canonical form.
func (d *Document) startTagAt(i int) []byte { return d.startTag(i, 0) }

// startTag returns it with room for what follows.
func (d *Document) startTag(i, room int) []byte {
	e := &d.elements[i]
	bindings := shown(d.visible(int(e.scope), -1))
	size := int(e.tagEnd-e.start) + room
	for _, b := range bindings {
		size += len(` xmlns:=""`) + len(b.prefix) + len(b.uri)
	}
	return d.appendStartTag(make([]byte, 0, size), e, bindings, d.withInherited(i, -1))
}

// withInherited returns the attributes of an element and the attributes xml:*
// that it inherits (Canonical XML 1.0, 2.4) from the elements around it, up to
// the outermost. With -1 it inherits from all of them.
func (d *Document) withInherited(i, outermost int) []attribute {
	e := &d.elements[i]
	attrs := slices.Clone(d.attrs[e.attrs:e.attrsEnd]) // sorting must not change the shared list
	own := len(attrs)
	inherit := func(outer []attribute) {
		for _, a := range outer {
			if a.prefix == "xml" && !slices.ContainsFunc(attrs, func(b attribute) bool { return b.prefix == "xml" && b.local == a.local }) {
				attrs = append(attrs, a)
			}
		}
	}
	for p := int(e.parent); p >= max(outermost, 0); p = int(d.elements[p].parent) {
		inherit(d.attrs[d.elements[p].attrs:d.elements[p].attrsEnd])
	}
	if outermost < 0 {
		inherit(d.around.xml)
	}
	if len(attrs) > own {
		sortAttributes(attrs)
	}
	return attrs
}

// onlyXML returns only the attributes xml:*.
func onlyXML(attrs []attribute) []attribute {
	return slices.DeleteFunc(attrs, func(a attribute) bool { return a.prefix != "xml" })
}
