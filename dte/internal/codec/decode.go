package codec

import (
	"bytes"
	"fmt"
	"reflect"

	"github.com/ofitec/chile/xmlsig"
)

const (
	nsSII  = "http://www.sii.cl/SiiDte"
	nsDSig = "http://www.w3.org/2000/09/xmldsig#"
)

// Decode reads an element into the struct that ptr points to. It matches
// elements by local name, in the SII's namespace or in none. Signatures are
// skipped; other elements go to the field for unknown ones. Values that cannot
// be read are in the Faults; all others are read. Input that would take far more
// memory than the element has bytes is refused with ErrLimit of xmlsig.
func Decode(e xmlsig.Element, ptr any) (Faults, error) {
	d := decoder{budget: maxFactor*e.Len() + maxSmall}
	d.element(e, reflect.ValueOf(ptr).Elem(), planOf(reflect.TypeOf(ptr).Elem()))
	if d.budget < 0 {
		return Faults{}, fmt.Errorf("%w: values of more than %d times the size of the document", xmlsig.ErrLimit, maxFactor)
	}
	return d.wrong, nil
}

type decoder struct {
	text   []byte
	wrong  Faults
	budget int // bytes that may still be allocated; below 0 if that was too much
}

// Bounds of allocation: an empty line has ten bytes and takes hundreds; real
// documents take less than ten times their size.
const (
	maxFactor = 14
	maxSmall  = 64 << 10
)

// maxPlanned bounds the fields of a struct.
const maxPlanned = 64

func (d *decoder) element(e xmlsig.Element, v reflect.Value, p *plan) {
	d.attributes(e, v, p)
	if p.text != nil {
		v.FieldByIndex(p.text).SetString(e.Text())
		return
	}
	var seen [maxPlanned]bool
	last, next := "", 0 // the previous element, and the field expected next
	for child := range e.Children() {
		if d.budget < 0 {
			return
		}
		name := child.Name()
		i, known := p.find(name, next)
		if uri := child.Namespace(); uri != nsSII && uri != "" {
			if uri == nsDSig {
				continue
			}
			known = false
		}
		if !known {
			d.unknown(child, name, last, v, p)
			continue
		}
		f := &p.fields[i]
		next, last = i, name
		if seen[i] && !f.many {
			d.wrong.add(child.Path(), "", ErrTwice)
			continue
		}
		if f.many && !seen[i] && !d.grow(v.FieldByIndex(f.index), countNamed(e, name)) {
			return
		}
		seen[i] = true
		d.field(child, v.FieldByIndex(f.index), f)
	}
}

// find returns the field of an element: usually the field of the previous
// element or one shortly after it.
func (p *plan) find(name string, from int) (int, bool) {
	for i := from; i < len(p.fields) && i < from+4; i++ {
		if p.fields[i].name == name {
			return i, true
		}
	}
	i, ok := p.byName[name]
	return i, ok
}

func (d *decoder) unknown(e xmlsig.Element, name, after string, v reflect.Value, p *plan) {
	if p.unknown == nil {
		return
	}
	list := v.FieldByIndex(p.unknown)
	text := e.Canonical() // it repeats the namespaces in scope
	if d.budget -= 2 * len(text); d.budget < 0 {
		return
	}
	if n := list.Len(); n == list.Cap() && !d.grow(list, max(1, n)) {
		return
	}
	unknown := reflect.ValueOf(Unknown{Name: name, After: after, XML: string(text)})
	extend(list).Set(unknown.Convert(list.Type().Elem()))
}

// grow makes room for more items in a list, if that may be allocated.
func (d *decoder) grow(list reflect.Value, more int) bool {
	if d.budget -= (list.Len() + more) * int(list.Type().Elem().Size()); d.budget < 0 {
		return false
	}
	list.Grow(more)
	return true
}

// countNamed returns how many children have the name, for the size of a list.
func countNamed(e xmlsig.Element, name string) (n int) {
	for child := range e.Children() {
		if child.Name() == name {
			n++
		}
	}
	return n
}

// extend adds a zero value to a list that has room for it, and returns it.
func extend(list reflect.Value) reflect.Value {
	n := list.Len()
	list.SetLen(n + 1)
	list.Index(n).SetZero()
	return list.Index(n)
}

func (d *decoder) attributes(e xmlsig.Element, v reflect.Value, p *plan) {
	for i := range p.attrs {
		f := &p.attrs[i]
		value, ok := e.Attribute(f.name)
		if !ok {
			continue
		}
		if err := f.leaf.read(v.FieldByIndex(f.index), []byte(value)); err != nil {
			d.wrong.add(e.Path()+"/@"+f.name, value, err)
		}
	}
}

// field reads an element into a field.
func (d *decoder) field(e xmlsig.Element, v reflect.Value, f *field) {
	if f.pointer {
		if d.budget -= int(f.elem.Size()); d.budget < 0 {
			return
		}
	}
	if f.many {
		v = extend(v)
	}
	if f.pointer {
		v.Set(reflect.New(f.elem))
		v = v.Elem()
	}
	if f.leaf == nil {
		d.element(e, v, f.inner)
		return
	}
	d.text = e.AppendText(d.text[:0])
	text := d.text
	if !f.leaf.verbatim {
		text = bytes.Trim(text, " \t\r\n")
	}
	if err := f.leaf.read(v, text); err != nil {
		d.wrong.add(e.Path(), string(d.text), err)
		v.SetZero()
	}
}
