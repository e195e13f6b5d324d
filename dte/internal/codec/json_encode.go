package codec

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"unicode/utf8"
)

// Values that JSON cannot express.
var (
	errUnknown = errors.New("an element that no schema has cannot be written as JSON")
	errText    = errors.New("text that is not UTF-8")
)

// AppendJSON appends the struct that ptr points to as an object, with the names of
// the elements as keys, as DecodeJSON reads it. Zero values are omitted. It returns a
// Fault if there are unknown elements or text that is not UTF-8.
func AppendJSON(b []byte, ptr any) ([]byte, *Fault) {
	v := reflect.ValueOf(ptr).Elem()
	return appendObject(b, "", v, planOf(v.Type()))
}

func appendObject(b []byte, path string, v reflect.Value, p *plan) ([]byte, *Fault) {
	if p.unknown != nil && v.FieldByIndex(p.unknown).Len() > 0 {
		return nil, &Fault{Path: path, Err: errUnknown}
	}
	b = append(b, '{')
	start := len(b)
	for i := range p.fields {
		f := &p.fields[i]
		value := v.FieldByIndex(f.index)
		if value.IsZero() || f.many && value.Len() == 0 {
			continue
		}
		if len(b) > start {
			b = append(b, ',')
		}
		at := f.name
		if path != "" {
			at = path + "/" + at
		}
		b = append(append(append(b, '"'), f.name...), `":`...)
		var fault *Fault
		if b, fault = appendJSONField(b, at, value, f); fault != nil {
			return nil, fault
		}
	}
	return append(b, '}'), nil
}

func appendJSONField(b []byte, path string, v reflect.Value, f *field) ([]byte, *Fault) {
	if !f.many {
		return appendJSONOne(b, path, v, f)
	}
	b = append(b, '[')
	for i := range v.Len() {
		if i > 0 {
			b = append(b, ',')
		}
		var fault *Fault
		if b, fault = appendJSONOne(b, fmt.Sprintf("%s[%d]", path, i+1), v.Index(i), f); fault != nil {
			return nil, fault
		}
	}
	return append(b, ']'), nil
}

func appendJSONOne(b []byte, path string, v reflect.Value, f *field) ([]byte, *Fault) {
	if f.pointer {
		v = v.Elem()
	}
	if f.leaf == nil {
		return appendObject(b, path, v, f.inner)
	}
	text := string(f.leaf.write(nil, v))
	if isNumber(v) && text != "" {
		return append(b, text...), nil
	}
	if !utf8.ValidString(text) {
		return nil, &Fault{Path: path, Value: text, Err: errText}
	}
	quoted, err := json.Marshal(text)
	if err != nil {
		return nil, &Fault{Path: path, Value: text, Err: err}
	}
	return append(b, quoted...), nil
}

// isNumber reports whether a value is written as a number.
func isNumber(v reflect.Value) bool {
	_, decimal := v.Interface().(interface{ Rat() *big.Rat })
	return decimal || v.CanInt()
}
