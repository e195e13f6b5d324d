package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/ofitec/chile/xmlsig"
)

const nsSchema = "http://www.w3.org/2001/XMLSchema"

// file is one schema with all that it includes and imports.
type file struct {
	tables *tables
	loaded map[string]bool
	types  map[name]declared
	global map[name]declared
	own    []name // global elements of the file itself
	added  []addition
	path   string // of the current element
	busy   map[name]int
	done   map[name]int
}

type name struct{ namespace, local string }

// declared is a declaration and its document.
type declared struct {
	element xmlsig.Element
	of      *document
}

type document struct {
	target   string            // namespace
	prefixes map[string]string // of its root
}

func newFile(t *tables) *file {
	return &file{tables: t, loaded: map[string]bool{}, types: map[name]declared{}, global: map[name]declared{}, busy: map[name]int{}, done: map[name]int{}}
}

// load reads a file and the files it refers to, which may be in the parent
// folder.
func (f *file) load(folder, file string) error {
	if f.loaded[path.Base(file)] {
		return nil
	}
	first := len(f.loaded) == 0
	f.loaded[path.Base(file)] = true
	src, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(file))) //nolint:gosec // the caller's
	if errors.Is(err, fs.ErrNotExist) && path.Dir(file) != "." {
		file = path.Base(file)
		src, err = os.ReadFile(filepath.Join(folder, file)) //nolint:gosec // as above
	}
	if err != nil {
		return err
	}
	f.tables.read[file] = fmt.Sprintf("%x", sha256.Sum256(src))
	doc, err := xmlsig.Parse(src)
	if err != nil {
		return err
	}
	root := doc.Unverified()
	target, _ := root.Attribute("targetNamespace")
	d := &document{target: target, prefixes: prefixesOf(string(root.Canonical()))}
	if form, _ := root.Attribute("elementFormDefault"); form != "qualified" {
		return fmt.Errorf("elementFormDefault %q", form)
	}
	if form, ok := root.Attribute("attributeFormDefault"); ok && form != "unqualified" {
		return fmt.Errorf("attributeFormDefault %q", form)
	}
	for e := range root.Children() {
		if e.Namespace() != nsSchema {
			return fmt.Errorf("element %s of another namespace", e.Name())
		}
		local, _ := e.Attribute("name")
		key := name{target, local}
		switch e.Name() {
		case "annotation", "attribute": // no global attribute is referred to: see attributes
		case "include", "import":
			if location, ok := e.Attribute("schemaLocation"); ok {
				err = f.load(folder, path.Join(path.Dir(file), location))
			}
		case "simpleType", "complexType":
			f.types[key] = declared{e, d}
		case "element":
			f.global[key] = declared{e, d}
			if first {
				f.own = append(f.own, key)
			}
		default:
			err = fmt.Errorf("%s at the top", e.Name())
		}
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}

// prefixesOf returns the namespaces that the root's canonical form declares.
func prefixesOf(canonical string) map[string]string {
	found := map[string]string{}
	tag := canonical[:strings.IndexByte(canonical, '>')]
	for {
		_, rest, ok := strings.Cut(tag, " xmlns")
		if !ok {
			return found
		}
		before, rest, _ := strings.Cut(rest, `="`)
		uri, rest, _ := strings.Cut(rest, `"`)
		found[strings.TrimPrefix(before, ":")] = uri
		tag = rest
	}
}

// resolve returns the name that a QName means in a document.
func (d *document) resolve(qname string) name {
	prefix, local, ok := strings.Cut(qname, ":")
	if !ok {
		prefix, local = "", qname
	}
	uri, declaredHere := d.prefixes[prefix]
	if !declaredHere && prefix == "" {
		uri = d.target
	}
	return name{uri, local}
}

// roots adds the file's own global elements.
func (f *file) roots(file string, set int) error {
	slices.SortFunc(f.own, func(a, b name) int { return strings.Compare(a.local, b.local) })
	for _, key := range f.own {
		index, err := f.globalElement(key)
		if err != nil {
			return fmt.Errorf("%s: %w", key.local, err)
		}
		f.tables.roots = append(f.tables.roots, rootEntry{set: set, element: index, file: file})
	}
	return nil
}

func (f *file) globalElement(key name) (int, error) {
	d, ok := f.global[key]
	if !ok {
		return 0, fmt.Errorf("no element %s", key.local)
	}
	return f.element(d)
}

// element adds an element.
func (f *file) element(d declared) (int, error) {
	if err := only(d.element, []string{"name", "type", "minOccurs", "maxOccurs", "fixed"}, []string{"annotation", "simpleType", "complexType"}); err != nil {
		return 0, err
	}
	local, _ := d.element.Attribute("name")
	fixed, _ := d.element.Attribute("fixed")
	around := f.path
	f.path += "/" + local
	typ, err := f.typeOf(d)
	f.path = around
	if err != nil {
		return 0, fmt.Errorf("%s: %w", local, err)
	}
	return f.tables.element(elementEntry{name: local, namespace: d.of.target, typ: typ, fixed: fixed}), nil
}

// typeOf adds the type of an element: a complex one or, negated, a simple one.
func (f *file) typeOf(d declared) (int, error) {
	if qname, ok := d.element.Attribute("type"); ok {
		key := d.of.resolve(qname)
		t, named := f.types[key]
		if named && t.element.Name() == "complexType" {
			return f.namedComplex(key, t)
		}
		simple, err := f.namedSimple(key)
		return ^simple, err
	}
	for e := range d.element.Children() {
		switch e.Name() {
		case "complexType":
			return f.complexType(declared{e, d.of})
		case "simpleType":
			simple, err := f.simpleType(declared{e, d.of})
			return ^simple, err
		}
	}
	return f.tables.complex(complexEntry{content: anything, simple: -1}), nil
}

// anything is the content of an element without type.
const anything = -2

func (f *file) namedComplex(key name, d declared) (int, error) {
	if index, ok := f.done[key]; ok {
		return index, nil
	}
	if f.busy[key] > 0 {
		return 0, fmt.Errorf("type %s is recursive", key.local)
	}
	f.busy[key]++
	index, err := f.complexType(d)
	f.busy[key]--
	f.done[key] = index
	return index, err
}

func (f *file) complexType(d declared) (int, error) {
	if err := only(d.element, []string{"name"}, []string{"annotation", "sequence", "choice", "simpleContent", "attribute"}); err != nil {
		return 0, err
	}
	entry := complexEntry{content: -1, simple: -1}
	for e := range d.element.Children() {
		var err error
		switch e.Name() {
		case "sequence", "choice":
			entry.content, err = f.particle(declared{e, d.of})
		case "simpleContent":
			err = f.simpleContent(declared{e, d.of}, &entry)
		case "attribute":
			err = f.attribute(declared{e, d.of}, &entry)
		}
		if err != nil {
			return 0, err
		}
	}
	return f.tables.complex(entry), nil
}

func (f *file) simpleContent(d declared, entry *complexEntry) error {
	extension := d.element.Child("extension")
	if !extension.Exists() {
		return errors.New("simpleContent without extension")
	}
	if err := only(extension, []string{"base"}, []string{"attribute"}); err != nil {
		return err
	}
	base, _ := extension.Attribute("base")
	var err error
	if entry.simple, err = f.namedSimple(d.of.resolve(base)); err != nil {
		return err
	}
	for e := range extension.Children() {
		if err := f.attribute(declared{e, d.of}, entry); err != nil {
			return err
		}
	}
	return nil
}

func (f *file) attribute(d declared, entry *complexEntry) error {
	if err := only(d.element, []string{"name", "type", "use", "fixed"}, []string{"annotation", "simpleType"}); err != nil {
		return err
	}
	a := attributeEntry{}
	a.name, _ = d.element.Attribute("name")
	a.fixed, _ = d.element.Attribute("fixed")
	switch use, ok := d.element.Attribute("use"); {
	case use == "required":
		a.required = true
	case ok && use != "optional":
		return fmt.Errorf("attribute use %q", use)
	}
	var err error
	if qname, ok := d.element.Attribute("type"); ok {
		a.simple, err = f.namedSimple(d.of.resolve(qname))
	} else if inline := d.element.Child("simpleType"); inline.Exists() {
		a.simple, err = f.simpleType(declared{inline, d.of})
	} else {
		a.simple = f.tables.simple(simpleEntry{base: "anySimple"})
	}
	entry.attributes = append(entry.attributes, a)
	return err
}

// particle adds a sequence, choice or element.
func (f *file) particle(d declared) (int, error) {
	entry := particleEntry{kind: d.element.Name()}
	var err error
	if entry.min, entry.max, err = occurs(d.element); err != nil {
		return 0, err
	}
	if entry.kind == "element" {
		entry.kind = "one"
		index, err := 0, error(nil)
		if ref, ok := d.element.Attribute("ref"); ok {
			if err := only(d.element, []string{"ref", "minOccurs", "maxOccurs"}, []string{"annotation"}); err != nil {
				return 0, err
			}
			index, err = f.globalElement(d.of.resolve(ref))
		} else {
			index, err = f.element(d)
		}
		if err != nil {
			return 0, err
		}
		entry.of = []int{index}
		return f.tables.particle(entry), nil
	}
	if err := only(d.element, []string{"minOccurs", "maxOccurs"}, []string{"annotation", "sequence", "choice", "element"}); err != nil {
		return 0, err
	}
	for e := range d.element.Children() {
		if e.Name() == "annotation" {
			continue
		}
		index, err := f.particle(declared{e, d.of})
		if err != nil {
			return 0, err
		}
		entry.of = append(entry.of, index)
		local, _ := e.Attribute("name")
		entry.of = append(entry.of, f.behind(local, d.of.target)...)
	}
	return f.tables.particle(entry), nil
}

func occurs(e xmlsig.Element) (low, high int, err error) {
	low, high = 1, 1
	if text, ok := e.Attribute("minOccurs"); ok {
		if low, err = strconv.Atoi(text); err != nil {
			return 0, 0, err
		}
	}
	if text, ok := e.Attribute("maxOccurs"); ok {
		if text == "unbounded" {
			return low, -1, nil
		}
		high, err = strconv.Atoi(text)
	}
	return low, high, err
}

// builtins are the built-in types that the checker supports.
var builtins = map[string]string{
	"string": "str", "base64Binary": "base64Binary", "date": "date", "dateTime": "dateTime", "decimal": "decimal", "integer": "integer",
	"negativeInteger": "negativeInteger", "nonNegativeInteger": "nonNegativeInteger", "positiveInteger": "positiveInteger",
	"long": "long", "unsignedLong": "unsignedLong", "ID": "id", "anyURI": "anyURI", "gYear": "gYear", "gYearMonth": "gYearMonth",
}

func (f *file) namedSimple(key name) (int, error) {
	entry, err := f.simpleEntry(key)
	if err != nil {
		return 0, err
	}
	return f.tables.simple(entry), nil
}

func (f *file) simpleEntry(key name) (simpleEntry, error) {
	if key.namespace == nsSchema {
		base, ok := builtins[key.local]
		if !ok {
			return simpleEntry{}, fmt.Errorf("built-in type %s", key.local)
		}
		return simpleEntry{base: base}, nil
	}
	d, ok := f.types[key]
	if !ok || d.element.Name() != "simpleType" {
		return simpleEntry{}, fmt.Errorf("no simple type %s", key.local)
	}
	return f.restricted(d)
}

func (f *file) simpleType(d declared) (int, error) {
	entry, err := f.restricted(d)
	if err != nil {
		return 0, err
	}
	return f.tables.simple(entry), nil
}

// facetNames are the facets that the checker supports.
var facetNames = []string{"length", "minLength", "maxLength", "minInclusive", "maxInclusive", "totalDigits", "fractionDigits"}

// restricted returns the simple type of a restriction: the facets of its base and
// its own.
func (f *file) restricted(d declared) (simpleEntry, error) {
	if err := only(d.element, []string{"name"}, []string{"annotation", "restriction"}); err != nil {
		return simpleEntry{}, err
	}
	restriction := d.element.Child("restriction")
	qname, _ := restriction.Attribute("base")
	if err := only(restriction, []string{"base"}, append([]string{"annotation", "enumeration", "pattern"}, facetNames...)); err != nil {
		return simpleEntry{}, err
	}
	base, err := f.simpleEntry(d.of.resolve(qname))
	if err != nil {
		return simpleEntry{}, err
	}
	entry := simpleEntry{base: base.base, facets: slices.Clone(base.facets)}
	var values, patterns []string
	for e := range restriction.Children() {
		value, _ := e.Attribute("value")
		switch e.Name() {
		case "annotation":
		case "enumeration":
			values = append(values, value)
		case "pattern":
			if strings.ContainsAny(value, `\^$.{}-?`) && value != "[0-9]+-([0-9]|K)" {
				return simpleEntry{}, fmt.Errorf("pattern %q: see that it means the same in Go", value)
			}
			patterns = append(patterns, value)
		default:
			entry.facets = append(entry.facets, facetEntry{kind: e.Name(), value: value})
		}
	}
	if len(values) > 0 {
		entry.facets = append(entry.facets, facetEntry{kind: "enumeration", list: values})
	}
	if len(patterns) > 0 {
		entry.facets = append(entry.facets, facetEntry{kind: "pattern", value: "^(?:" + strings.Join(patterns, "|") + ")$"})
	}
	return entry, nil
}

// only refuses attributes and elements that the generator does not support. id
// and final do not affect documents.
func only(e xmlsig.Element, attributes, children []string) error {
	for a := range e.Attributes() {
		if !slices.Contains(attributes, a.Name) && a.Name != "id" && a.Name != "final" {
			return fmt.Errorf("%s: attribute %s is not understood", e.Path(), a.Name)
		}
	}
	for c := range e.Children() {
		if !slices.Contains(children, c.Name()) {
			return fmt.Errorf("%s: %s is not understood", e.Path(), c.Name())
		}
	}
	return nil
}

// files returns the files that were read, in order.
func (t *tables) files() []string { return slices.Sorted(maps.Keys(t.read)) }
