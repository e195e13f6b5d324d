package codec

import (
	"bytes"
	"reflect"

	"github.com/ofitec/chile/xmlsig"
)

const (
	nsSII  = "http://www.sii.cl/SiiDte"
	nsDSig = "http://www.w3.org/2000/09/xmldsig#"
)

// Decode reads an element into the struct that ptr points to. Elements are known
// by their local names in the SII's namespace or in none; signatures are passed
// over, others go to the field of unknown ones. Values that cannot be read are
// told by a *ValuesError; all others are read.
func Decode(e xmlsig.Element, ptr any) error {
	d := decoder{}
	d.element(e, reflect.ValueOf(ptr).Elem(), planOf(reflect.TypeOf(ptr).Elem()))
	if len(d.wrong.Fields) > 0 {
		return &d.wrong
	}
	return nil
}

type decoder struct {
	text  []byte
	wrong ValuesError
}

// maxPlanned bounds the fields of a struct.
const maxPlanned = 64

func (d *decoder) element(e xmlsig.Element, v reflect.Value, p *plan) {
	d.attributes(e, v, p)
	if p.text != nil {
		v.FieldByIndex(p.text).SetString(e.Text())
		return
	}
	var seen [maxPlanned]bool
	last, next := "", 0 // the element before, and the field expected next
	for child := range e.Children() {
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
		seen[i] = true
		d.field(child, v.FieldByIndex(f.index), f)
	}
}

// find returns the field of an element: most often that of the element before or
// one soon behind it.
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
	list.Set(reflect.Append(list, reflect.ValueOf(Unknown{Name: name, After: after, XML: string(e.Canonical())})))
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
	if f.many {
		n := v.Len()
		if n == v.Cap() {
			v.Grow(max(1, n))
		}
		v.SetLen(n + 1)
		v = v.Index(n)
		v.SetZero()
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
