package codec

import "reflect"

// Later returns the name of an element in the struct that ptr points to that
// would be written and belongs to a later format (tag since); "" if there is
// none.
func Later(ptr any) string {
	v := reflect.ValueOf(ptr).Elem()
	return later(v, planOf(v.Type()))
}

func later(v reflect.Value, p *plan) string {
	if !p.later {
		return ""
	}
	for i := range p.fields {
		f := &p.fields[i]
		value := v.FieldByIndex(f.index)
		switch {
		case f.later && !value.IsZero():
			return f.name
		case f.inner == nil || !f.inner.later:
			continue
		}
		values := []reflect.Value{value}
		if f.many {
			values = values[:0]
			for i := range value.Len() {
				values = append(values, value.Index(i))
			}
		}
		for _, one := range values {
			if f.pointer {
				one = one.Elem()
			}
			if !one.IsValid() {
				continue
			}
			if name := later(one, f.inner); name != "" {
				return name
			}
		}
	}
	return ""
}
