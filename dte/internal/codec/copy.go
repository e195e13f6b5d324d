package codec

import (
	"reflect"
	"slices"
	"strconv"
)

// Copy copies all elements from the struct that from points to into the struct of
// the same type that to points to. They share nothing. Unknown elements are not
// copied; Copy returns their paths.
func Copy(to, from any) (unknown []string) {
	v := reflect.ValueOf(from).Elem()
	c := copier{}
	c.elements(reflect.ValueOf(to).Elem(), v, planOf(v.Type()), "")
	return c.unknown
}

type copier struct{ unknown []string }

func (c *copier) elements(to, from reflect.Value, p *plan, path string) {
	if p.unknown != nil {
		for _, u := range unknownIn(from.FieldByIndex(p.unknown)) {
			c.unknown = append(c.unknown, path+u.Name)
		}
	}
	for _, fields := range [][]field{p.attrs, p.fields} {
		for i := range fields {
			f := &fields[i]
			c.field(to.FieldByIndex(f.index), from.FieldByIndex(f.index), f, path+f.name)
		}
	}
	if p.text != nil {
		to.FieldByIndex(p.text).Set(from.FieldByIndex(p.text))
	}
}

func (c *copier) field(to, from reflect.Value, f *field, path string) {
	if !f.many {
		c.one(to, from, f, path+"/")
		return
	}
	if from.IsNil() {
		return
	}
	to.Set(reflect.MakeSlice(from.Type(), from.Len(), from.Len()))
	for i := range from.Len() {
		c.one(to.Index(i), from.Index(i), f, path+"["+strconv.Itoa(i+1)+"]/")
	}
}

func (c *copier) one(to, from reflect.Value, f *field, path string) {
	if f.pointer {
		if from.IsNil() {
			return
		}
		to.Set(reflect.New(f.elem))
		to, from = to.Elem(), from.Elem()
	}
	switch {
	case f.leaf == nil:
		c.elements(to, from, f.inner, path)
	case f.elem.Kind() == reflect.Slice:
		to.SetBytes(slices.Clone(from.Bytes()))
	default:
		to.Set(from)
	}
}
