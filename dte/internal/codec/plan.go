package codec

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/ofitec/chile"
)

// Unknown is an element that has no field. A struct that keeps such elements has a
// slice of a type with these fields.
type Unknown struct {
	Name  string // local name
	After string // name of the element before it; empty at the beginning
	XML   string // canonical form, in UTF-8
}

// plan says how a struct type is read and written.
type plan struct {
	fields  []field        // elements, in the order of the schema
	byName  map[string]int // of elements
	attrs   []field
	text    []int // index of the field with the text
	unknown []int // index of the field with the unknown elements
	source  []int // index of the field with the element as it is to be written, if that is not empty
	other   *order
	later   bool // it or an inner struct has fields of a later format
}

// order is another order of writing fields, used if an element has one of some
// values.
type order struct {
	element int // the deciding element, in fields
	values  []string
	fields  []int
}

// field is an element or attribute of a struct.
type field struct {
	name     string
	index    []int
	optional bool
	many     bool         // a slice
	pointer  bool         // to what it holds
	elem     reflect.Type // of one value
	leaf     *leaf        // nil for a struct with elements
	inner    *plan
	later    bool // of a later format
}

var plans sync.Map // of reflect.Type to *plan

// planOf returns the plan of a struct type. The types are those of package dte;
// planOf panics for a type that it cannot plan.
func planOf(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan) //nolint:errcheck,forcetypeassert // nothing else is stored
	}
	p := &plan{byName: make(map[string]int)}
	var moved []reflect.StructField
	for f := range fieldsOf(t) {
		name, options, _ := strings.Cut(f.Tag.Get("xml"), ",")
		switch {
		case f.Tag.Get("codec") == "source":
			p.source = f.Index
		case name == "-":
		case options == "any":
			p.unknown = f.Index
		case options == "chardata":
			p.text = f.Index
		case strings.HasPrefix(options, "attr"):
			p.attrs = append(p.attrs, planField(name, options, f))
		default:
			p.byName[name] = len(p.fields)
			field := planField(name, options, f)
			p.fields = append(p.fields, field)
			p.later = p.later || field.later || field.inner != nil && field.inner.later
			if f.Tag.Get("behind") != "" {
				moved = append(moved, f)
			}
		}
	}
	for _, f := range moved {
		p.move(f)
	}
	stored, _ := plans.LoadOrStore(t, p)
	return stored.(*plan) //nolint:errcheck,forcetypeassert // as above
}

// move records that a field is written after another if an element has one of
// some values, as its tags say: behind:"Other" if:"Element value value".
func (p *plan) move(f reflect.StructField) {
	name, _, _ := strings.Cut(f.Tag.Get("xml"), ",")
	values := strings.Fields(f.Tag.Get("if"))
	p.other = &order{element: p.byName[values[0]], values: values[1:]}
	for i := range p.fields {
		if p.fields[i].name != name {
			p.other.fields = append(p.other.fields, i)
		}
		if p.fields[i].name == f.Tag.Get("behind") {
			p.other.fields = append(p.other.fields, p.byName[name])
		}
	}
}

// at returns the n-th field to write of a value.
func (p *plan) at(n int, other bool) *field {
	if other {
		n = p.other.fields[n]
	}
	return &p.fields[n]
}

// isOther reports whether a value is written in the other order.
func (p *plan) isOther(v reflect.Value) bool {
	if p.other == nil {
		return false
	}
	f := &p.fields[p.other.element]
	return slices.Contains(p.other.values, string(f.leaf.write(nil, v.FieldByIndex(f.index))))
}

func fieldsOf(t reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if f := t.Field(i); (f.IsExported() || f.Tag.Get("codec") == "source") && !yield(f) {
				return
			}
		}
	}
}

func planField(name, options string, f reflect.StructField) field {
	p := field{name: name, index: f.Index, elem: f.Type, optional: strings.Contains(options, "omitempty"), later: f.Tag.Get("since") != ""}
	if p.elem.Kind() == reflect.Slice && p.elem.Elem().Kind() != reflect.Uint8 {
		p.many, p.elem = true, p.elem.Elem()
	}
	if p.elem.Kind() == reflect.Pointer {
		p.pointer, p.elem = true, p.elem.Elem()
	}
	if p.leaf = leafOf(p.elem); p.leaf == nil {
		p.inner = planOf(p.elem)
	}
	return p
}

// leaf says how a value is read from text and written.
type leaf struct {
	read  func(v reflect.Value, text []byte) error
	write func(b []byte, v reflect.Value) []byte

	verbatim bool // surrounding white space is part of the value
	zero     bool // the zero value can be written
}

var (
	textReader = reflect.TypeFor[encoding.TextUnmarshaler]()
	textWriter = reflect.TypeFor[encoding.TextMarshaler]()
)

// leafOf returns how values of a type are read, or nil for a struct of elements.
func leafOf(t reflect.Type) *leaf {
	switch {
	case t == reflect.TypeFor[chile.RUT]():
		return &leaf{read: readRUT, write: writeText}
	case reflect.PointerTo(t).Implements(textReader) && t.Implements(textWriter):
		return &leaf{read: readText, write: writeText}
	case t.Kind() == reflect.String:
		return &leaf{read: readString, write: writeString, verbatim: true, zero: true}
	case t.Kind() == reflect.Int, t.Kind() == reflect.Int64:
		return &leaf{read: readInt, write: writeInt, zero: true}
	case t.Kind() == reflect.Slice:
		return &leaf{read: readBase64, write: writeBase64}
	case t.Kind() == reflect.Struct:
		return nil
	default:
		panic(fmt.Sprintf("codec: no leaf for %s", t)) //nolint:forbidigo // an error of the program
	}
}
