package issue

import (
	"reflect"
	"strings"
	"sync"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/internal/schema"
)

// scope is a struct of the model as an element of one kind of document: what the
// schema and the table of required elements say about its elements. Sets of elements
// are bit sets, by index in fields.
type scope struct {
	fields  []field
	unknown int // index of the struct's field of unknown elements

	required uint64 // the schema requires them
	strange  uint64 // the schema does not have them
	later    uint64 // of format 2.5
	starred  uint64 // without them a document is not validly issued

	always [columns]uint64 // 1 in the table
	never  [columns]uint64 // 0 in the table
}

// field is an element in a scope.
type field struct {
	name    string
	index   int // of the struct's field
	holds   holding
	many    bool
	pointer bool
	filled  bool // also written if zero
	most    int  // how many the schema allows, -1 for any number
	values  *schema.Values
	inner   *scope // of elements that hold elements
}

// holding says how a field holds its value.
type holding int

const (
	holdsElements holding = iota
	holdsText
	holdsWhole
	holdsDecimal
	holdsDate
	holdsRUT
	holdsOther // a value that encodes itself
)

// scopes are the plans by column of the table, made once from the model's
// types, the schemas and the table.
var scopes = sync.OnceValue(func() (plans [columns]*scope) {
	peso, export := reflect.TypeFor[dte.Document](), reflect.TypeFor[dte.Export]()
	document := planRoot(peso, "DTE", "Documento")
	settlement := planRoot(peso, "DTE", "Liquidacion")
	exports := planRoot(export, "DTE", "Exportaciones")
	boleta := planRoot(peso, "EnvioBOLETA", "Documento")
	for i, t := range columnTypes {
		switch {
		case t == 43:
			plans[i] = settlement
		case isExport(t):
			plans[i] = exports
		case isBoleta(t):
			plans[i] = boleta
		default:
			plans[i] = document
		}
		for _, row := range obligations() {
			plans[i].oblige(strings.Split(row.path, "/"), row, i)
		}
	}
	return plans
})

// planRoot plans a kind of document. Stamp and signature come later and are not
// planned.
func planRoot(t reflect.Type, root, name string) *scope {
	node, ok := schema.Lookup(root, name)
	if !ok {
		return &scope{unknown: -1}
	}
	s := plan(t, &node)
	for i := range s.fields {
		if f := &s.fields[i]; f.name == "Encabezado" {
			identification := f.inner.find("IdDoc").inner
			identification.required &^= identification.bit("Folio")
		}
	}
	return s
}

// notDrafted are the elements that come with folio and certificate.
var notDrafted = map[string]bool{"TED": true, "TmstFirma": true}

// plan plans a struct as an element of the schema.
func plan(t reflect.Type, node *schema.Node) *scope {
	nodes := map[string]schema.Node{}
	for _, n := range node.Nodes() {
		nodes[n.Name] = n
	}
	s := &scope{unknown: -1}
	for i := range t.NumField() {
		structField := t.Field(i)
		name, options, _ := strings.Cut(structField.Tag.Get("xml"), ",")
		switch {
		case options == "any":
			s.unknown = i
			continue
		case name == "" || options == "attr" || strings.HasPrefix(options, "attr,") || notDrafted[name]:
			continue
		}
		f := field{name: name, index: i, most: -1}
		inner := f.read(structField.Type, strings.Contains(options, "omitempty"))
		bit := uint64(1) << len(s.fields)
		if declared, ok := nodes[name]; ok {
			if declared.Min > 0 {
				s.required |= bit
			}
			if declared.Unverified {
				s.later |= bit
			}
			f.most, f.values = declared.Max, declared.Values()
			if f.holds == holdsElements {
				f.inner = plan(inner, &declared)
			}
		} else {
			s.strange |= bit
			f.holds = holdsOther
		}
		s.fields = append(s.fields, f)
	}
	return s
}

// read records how a struct's field holds values, and returns the type of one
// value.
func (f *field) read(t reflect.Type, optional bool) reflect.Type {
	if t.Kind() == reflect.Slice {
		f.many, t = true, t.Elem()
	}
	if t.Kind() == reflect.Pointer {
		f.pointer, t = true, t.Elem()
	}
	switch {
	case t == reflect.TypeFor[dte.Decimal]():
		f.holds = holdsDecimal
	case t == reflect.TypeFor[chile.Date]():
		f.holds = holdsDate
	case t == reflect.TypeFor[chile.RUT]():
		f.holds = holdsRUT
	case t.Kind() == reflect.String:
		f.holds = holdsText
		f.filled = !optional && !f.many
	case t.Kind() == reflect.Int, t.Kind() == reflect.Int64:
		f.holds = holdsWhole
		f.filled = f.many || f.pointer || !optional && f.name != "Folio" && f.name != "TipoDTE"
	case reflect.PointerTo(t).Implements(reflect.TypeFor[interface{ UnmarshalText([]byte) error }]()):
		f.holds = holdsOther
	default:
		f.holds = holdsElements
	}
	return t
}

func (s *scope) find(name string) *field {
	for i := range s.fields {
		if s.fields[i].name == name {
			return &s.fields[i]
		}
	}
	return nil
}

func (s *scope) bit(name string) uint64 {
	for i := range s.fields {
		if s.fields[i].name == name {
			return 1 << i
		}
	}
	return 0
}

// oblige records a row of the table for a type. Elements that the type's schema
// does not have are skipped: the schema judges them.
func (s *scope) oblige(path []string, row obligation, column int) {
	bit := s.bit(path[0])
	if bit == 0 || s.strange&bit != 0 {
		return
	}
	if len(path) > 1 {
		if inner := s.find(path[0]).inner; inner != nil {
			inner.oblige(path[1:], row, column)
		}
		return
	}
	if row.starred {
		s.starred |= bit
	}
	switch row.of[column] {
	case '1':
		s.always[column] |= bit
	case '0':
		s.never[column] |= bit
	}
}
