package schema

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/ofitec/chile/xmlsig"
)

const (
	nsSII  = "http://www.sii.cl/SiiDte"
	nsDSig = "http://www.w3.org/2000/09/xmldsig#"
	nsXSI  = "http://www.w3.org/2001/XMLSchema-instance"
)

// Set selects a version of the schemas that have a newer and an older one.
type Set int

// The sets. Other kinds of files have the same schema in both.
const (
	Newer Set = 1
	Older Set = 2
)

// Rule says which rule a violation breaks.
type Rule int

// The rules.
const (
	UnknownRoot     Rule = iota + 1 // no schema begins with that element
	Unexpected                      // the element does not belong here
	Missing                         // an element is missing
	Text                            // text where only elements are allowed
	NoElements                      // elements where only text is allowed
	NotOfType                       // the value is not of the built-in type
	NotListed                       // the value is not in the enumeration
	NotOfPattern                    // the value does not match the pattern
	WrongLength                     // the value is too long or too short
	OutOfRange                      // the value is too large or too small
	TooManyDigits                   // the number has too many digits
	TooManyDecimals                 // the number has too many decimals
	NotFixed                        // the value is not the fixed one
	MissingAttribute
	UnknownAttribute
	TooMany    // more elements of a kind than allowed
	Unverified // the element is accepted, although no available schema has it
)

// Violation is one violation of the schema.
type Violation struct {
	Path string // of the element; of an attribute with /@ and its name
	Rule Rule
	Got  string // the value, or the name of the element
	Want string // what the rule asks for

	// Needed is the element that must stand there, of Unexpected and Missing; empty
	// if those that may stand there need not.
	Needed string
}

// Check returns the violations of the root element's schema, up to limit. After
// a misplaced element, its later siblings are not checked against each other.
func Check(e xmlsig.Element, set Set, limit int) []Violation {
	return check(e, set, checker{limit: limit})
}

// CheckAround checks a file without looking into some of its elements: it checks
// only their positions.
func CheckAround(apart func(xmlsig.Element) bool, e xmlsig.Element, set Set, limit int) []Violation {
	return check(e, set, checker{limit: limit, apart: apart})
}

// CheckIn checks an element of a file with that root, against the declaration of
// its name in the root's schema.
func CheckIn(rootName string, e xmlsig.Element, set Set, limit int) []Violation {
	for i := range roots {
		r := &roots[i]
		if d := &elements[r.element]; (r.set == 0 || r.set == set) && d.name == rootName {
			if inner := find(d, e.Name(), e.Namespace()); inner != nil {
				c := checker{limit: limit}
				c.element(e, inner)
				return c.found
			}
		}
	}
	return []Violation{{Path: e.Path(), Rule: UnknownRoot, Got: e.Name()}}
}

// find returns the first element of that name inside another.
func find(in *element, name, namespace string) *element {
	if in.name == name && in.namespace == namespace {
		return in
	}
	if in.typ < 0 || complexTypes[in.typ].content < 0 {
		return nil
	}
	var search func(p *particle) *element
	search = func(p *particle) *element {
		if p.kind == one {
			return find(&elements[p.of[0]], name, namespace)
		}
		for _, i := range p.of {
			if found := search(&particles[i]); found != nil {
				return found
			}
		}
		return nil
	}
	return search(&particles[complexTypes[in.typ].content])
}

// CheckWithout checks a file after count elements of a name were removed. They
// count as present and valid.
func CheckWithout(name string, count int, e xmlsig.Element, set Set, limit int) []Violation {
	return check(e, set, checker{limit: limit, taken: name, count: count})
}

func check(e xmlsig.Element, set Set, c checker) []Violation {
	if c.isApart(e) {
		return nil
	}
	for i := range roots {
		r := &roots[i]
		if d := &elements[r.element]; (r.set == 0 || r.set == set) && d.name == e.Name() && d.namespace == e.Namespace() {
			c.element(e, d)
			return c.found
		}
	}
	return []Violation{{Path: e.Path(), Rule: UnknownRoot, Got: e.Name()}}
}

type checker struct {
	limit int
	apart func(xmlsig.Element) bool // elements to skip, or nil
	taken string                    // name and number of the removed elements
	count int
	found []Violation
	kids  []xmlsig.Element // of the elements around, the innermost last
	text  []byte
}

func (c *checker) isApart(e xmlsig.Element) bool { return c.apart != nil && c.apart(e) }

func (c *checker) full() bool { return len(c.found) >= c.limit }

func (c *checker) add(e xmlsig.Element, rule Rule, got, want string) {
	c.addNeeding(e, rule, got, want, "")
}

// addNeeding is add with the element that must stand there.
func (c *checker) addNeeding(e xmlsig.Element, rule Rule, got, want, needed string) {
	if !c.full() {
		c.found = append(c.found, Violation{Path: e.Path(), Rule: rule, Got: got, Want: want, Needed: needed})
	}
}

// element checks an element against its declaration.
func (c *checker) element(e xmlsig.Element, d *element) {
	if c.full() || c.isApart(e) {
		return
	}
	if d.unverified {
		c.add(e, Unverified, d.name, "")
	}
	if d.typ < 0 {
		c.attributes(e, nil)
		c.simple(e, &simpleTypes[^d.typ], d.fixed)
		return
	}
	t := &complexTypes[d.typ]
	if t.content == anything {
		return
	}
	c.attributes(e, t.attributes)
	if t.simple >= 0 {
		c.simple(e, &simpleTypes[t.simple], d.fixed)
		return
	}
	c.elements(e, t)
}

// simple checks an element that holds only text.
func (c *checker) simple(e xmlsig.Element, t *simpleType, fixed string) {
	for child := range e.Children() {
		c.add(child, NoElements, child.Name(), "")
		return
	}
	c.text = e.AppendText(c.text[:0])
	value := t.normalised(string(c.text))
	if fixed != "" && value == "" {
		return // an empty element has the fixed value
	}
	if rule, want := t.check(value); rule != 0 {
		c.add(e, rule, value, want)
		return
	}
	if fixed != "" && !t.equal(value, fixed) {
		c.add(e, NotFixed, value, fixed)
	}
}

// elements checks an element that holds elements, or nothing.
func (c *checker) elements(e xmlsig.Element, t *complexType) {
	c.text = e.AppendText(c.text[:0])
	if len(bytes.Trim(c.text, " \t\r\n")) > 0 || t.content == nothing && len(c.text) > 0 {
		c.add(e, Text, string(c.text), "")
	}
	first := len(c.kids)
	for child := range e.Children() {
		if len(c.kids) == cap(c.kids) {
			c.kids = slices.Grow(c.kids, max(64, len(c.kids)))
		}
		c.kids = append(c.kids, child)
	}
	last := len(c.kids)
	m := matcher{c: c, parent: e, at: first, end: last}
	ok := t.content == nothing || m.particle(&particles[t.content])
	switch {
	case ok && m.at < last:
		c.add(c.kids[m.at], Unexpected, c.kids[m.at].Name(), strings.Join(m.expected, ", "))
	case !ok && m.at < last:
		c.addNeeding(c.kids[m.at], Unexpected, c.kids[m.at].Name(), strings.Join(m.expected, ", "), m.needed)
	case !ok:
		c.addNeeding(e, Missing, "", strings.Join(m.expected, ", "), m.needed)
	}
	c.kids = c.kids[:first]
}

// matcher follows a content model. The SII's models are deterministic: the
// first particle that can take an element takes it.
type matcher struct {
	c        *checker
	parent   xmlsig.Element
	at, end  int      // of c.kids
	expected []string // elements allowed where one does not fit
	from     int      // the position of that element
	needed   string   // the last of expected, if it must stand there
}

// is reports whether the next element is the declared one.
func (m *matcher) is(d *element) bool {
	if m.at >= m.end {
		return false
	}
	e := m.c.kids[m.at]
	return e.Name() == d.name && e.Namespace() == d.namespace
}

// expect records an element that is allowed here.
func (m *matcher) expect(d *element) {
	if m.from != m.at {
		m.from, m.expected = m.at, m.expected[:0]
	}
	const most = 8
	if len(m.expected) < most && !slices.Contains(m.expected, d.name) {
		m.expected = append(m.expected, d.name)
	}
}

// particle consumes the elements that a particle takes, and reports whether they
// are sufficient.
func (m *matcher) particle(p *particle) bool {
	n := 0
	if m.c.taken != "" && p.kind == one && elements[p.of[0]].name == m.c.taken {
		n = m.c.count
		if p.max >= 0 && n > p.max {
			m.c.add(m.parent, TooMany, strconv.Itoa(n), "≤ "+strconv.Itoa(p.max))
			return true
		}
	}
	for ; p.max < 0 || n < p.max; n++ {
		before := m.at
		if n >= p.min && !m.starts(p) {
			return true
		}
		if !m.once(p) {
			return false
		}
		if m.at == before {
			return true // an empty one may repeat as often as needed
		}
	}
	return true
}

func (m *matcher) once(p *particle) bool {
	switch p.kind {
	case one:
		d := &elements[p.of[0]]
		if !m.is(d) {
			m.expect(d)
			m.needed = d.name
			return false
		}
		e := m.c.kids[m.at]
		m.at++
		m.c.element(e, d)
		return true
	case sequence:
		for _, i := range p.of {
			if !m.particle(&particles[i]) {
				return false
			}
		}
		return true
	default: // choice
		for _, i := range p.of {
			if m.starts(&particles[i]) {
				return m.particle(&particles[i])
			}
		}
		return slices.ContainsFunc(p.of, func(i int) bool { return mayBeEmpty(&particles[i]) })
	}
}

// starts reports whether the next element begins a particle.
func (m *matcher) starts(p *particle) bool {
	switch p.kind {
	case one:
		d := &elements[p.of[0]]
		if m.is(d) {
			return true
		}
		m.expect(d)
		return false
	case sequence:
		for _, i := range p.of {
			if m.starts(&particles[i]) {
				return true
			}
			if !mayBeEmpty(&particles[i]) {
				return false
			}
		}
		return false
	default:
		return slices.ContainsFunc(p.of, func(i int) bool { return m.starts(&particles[i]) })
	}
}

// mayBeEmpty reports whether a particle may match no element.
func mayBeEmpty(p *particle) bool {
	if p.min == 0 {
		return true
	}
	empty := func(i int) bool { return mayBeEmpty(&particles[i]) }
	switch p.kind {
	case one:
		return false
	case sequence:
		return !slices.ContainsFunc(p.of, func(i int) bool { return !empty(i) })
	default:
		return slices.ContainsFunc(p.of, empty)
	}
}

// attributes checks the attributes of an element.
func (c *checker) attributes(e xmlsig.Element, declared []attribute) {
	for a := range e.Attributes() {
		switch {
		case a.Namespace == nsXSI && (a.Name == "schemaLocation" || a.Name == "noNamespaceSchemaLocation"):
			continue
		case a.Namespace == "" && slices.ContainsFunc(declared, func(d attribute) bool { return d.name == a.Name }):
			continue
		}
		c.addAttribute(e, UnknownAttribute, a.Name, "", "")
	}
	for i := range declared {
		d := &declared[i]
		value, ok := e.Attribute(d.name)
		if !ok {
			if d.required {
				c.addAttribute(e, MissingAttribute, d.name, "", "")
			}
			continue
		}
		t := &simpleTypes[d.simple]
		value = t.normalised(value)
		if rule, want := t.check(value); rule != 0 {
			c.addAttribute(e, rule, d.name, value, want)
		} else if d.fixed != "" && !t.equal(value, d.fixed) {
			c.addAttribute(e, NotFixed, d.name, value, d.fixed)
		}
	}
}

func (c *checker) addAttribute(e xmlsig.Element, rule Rule, name, got, want string) {
	if !c.full() {
		c.found = append(c.found, Violation{Path: e.Path() + "/@" + name, Rule: rule, Got: got, Want: want})
	}
}
