package codec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ofitec/chile/xmlsig"
)

// Errors in JSON.
var (
	ErrName  = errors.New("there is no such element")
	ErrShape = errors.New("not what belongs here: a value, an object, or a list of them")
	ErrJSON  = errors.New("not a JSON object in UTF-8")
)

// DecodeJSON reads an object, with the names of the elements as keys, into the
// struct that ptr points to. Numbers may be text and text may be numbers; neither
// is converted to a float. A single value may replace a list. null, false and,
// outside of lists, empty text are absent. Unknown names and values that cannot be
// read are in the Faults; all others are read. The errors are ErrJSON, and
// ErrLimit of xmlsig for input that would take far more memory than the text has
// bytes.
func DecodeJSON(src []byte, ptr any) (Faults, error) {
	src = bytes.TrimPrefix(src, []byte("\uFEFF"))
	if !utf8.Valid(src) || !json.Valid(src) {
		return Faults{}, fmt.Errorf("%w%s", ErrJSON, whyInvalid(src))
	}
	d := jsonDecoder{Decoder: json.NewDecoder(bytes.NewReader(src)), budget: maxJSONFactor*len(src) + maxSmall}
	d.UseNumber()
	if d.next() != json.Delim('{') {
		return Faults{}, ErrJSON
	}
	d.object("", reflect.ValueOf(ptr).Elem(), planOf(reflect.TypeOf(ptr).Elem()))
	if d.budget < 0 {
		return Faults{}, fmt.Errorf("%w: values of more than %d times the size of the text", xmlsig.ErrLimit, maxJSONFactor)
	}
	return d.wrong, nil
}

// maxJSONFactor is maxFactor for JSON, which needs fewer bytes for the same
// values.
const maxJSONFactor = 32

func whyInvalid(src []byte) string {
	if !utf8.Valid(src) {
		return ": another encoding"
	}
	var syntax *json.SyntaxError
	var raw json.RawMessage
	if errors.As(json.Unmarshal(src, &raw), &syntax) {
		return fmt.Sprintf(": %s (byte %d)", syntax.Error(), syntax.Offset)
	}
	return ""
}

type jsonDecoder struct {
	*json.Decoder
	wrong  Faults
	budget int // bytes that may still be allocated; below 0 if that was too much
}

// next returns the next token. There always is one: the text is valid.
func (d *jsonDecoder) next() json.Token {
	t, err := d.Token()
	if err != nil {
		return nil
	}
	return t
}

// object reads the rest of an object.
func (d *jsonDecoder) object(path string, v reflect.Value, p *plan) {
	seen := make([]bool, len(p.fields))
	for d.More() {
		name, _ := d.next().(string)
		at := name
		if path != "" {
			at = path + "/" + name
		}
		i, known := p.byName[name]
		switch {
		case !known:
			d.wrong.add(at, name, ErrName)
			d.skip(d.next())
		case seen[i]:
			d.wrong.add(at, "", ErrTwice)
			d.skip(d.next())
		default:
			seen[i] = true
			d.field(at, v.FieldByIndex(p.fields[i].index), &p.fields[i])
		}
	}
	d.next()
}

// field reads a value, or a list of them.
func (d *jsonDecoder) field(path string, v reflect.Value, f *field) {
	t := d.next()
	switch {
	case isAbsent(t):
	case !f.many:
		if t != "" {
			d.one(path, t, v, f)
		}
	case t != json.Delim('['):
		d.one(path+"[1]", t, d.extend(v), f)
	default:
		for n := 1; d.More(); n++ {
			if t := d.next(); !isAbsent(t) {
				d.one(path+"["+strconv.Itoa(n)+"]", t, d.extend(v), f)
			}
		}
		d.next()
	}
}

func isAbsent(t json.Token) bool { return t == nil || t == false }

// extend adds a zero value to a list and returns it. If nothing more may be
// allocated, the value is in no list.
func (d *jsonDecoder) extend(list reflect.Value) reflect.Value {
	elem := list.Type().Elem()
	if d.budget -= int(elem.Size()); d.budget < 0 {
		return reflect.New(elem).Elem()
	}
	list.Set(reflect.Append(list, reflect.Zero(elem)))
	return list.Index(list.Len() - 1)
}

// one reads the value that begins with a token.
func (d *jsonDecoder) one(path string, t json.Token, v reflect.Value, f *field) {
	delim, _ := t.(json.Delim)
	if _, composed := t.(json.Delim); composed != (f.leaf == nil) || composed && delim != '{' {
		d.wrong.add(path, shownToken(t), ErrShape)
		d.skip(t)
		return
	}
	if f.pointer {
		if d.budget -= int(f.elem.Size()); d.budget < 0 {
			d.skip(t)
			return
		}
		v.Set(reflect.New(f.elem))
		v = v.Elem()
	}
	if f.leaf == nil {
		d.object(path, v, f.inner)
		return
	}
	text, ok := textOf(t)
	if !ok {
		d.wrong.add(path, shownToken(t), ErrShape)
		return
	}
	if !f.leaf.verbatim {
		text = strings.Trim(text, " \t\r\n")
	}
	if err := f.leaf.read(v, []byte(text)); err != nil {
		d.wrong.add(path, text, err)
		v.SetZero()
	}
}

// skip reads and ignores the rest of the value that begins with a token.
func (d *jsonDecoder) skip(t json.Token) {
	depth := 0
	for {
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return
		}
		t = d.next()
	}
}

func shownToken(t json.Token) string { return fmt.Sprint(t) }

// textOf returns text or the digits of a number.
func textOf(t json.Token) (string, bool) {
	switch t := t.(type) {
	case string:
		return t, true
	case json.Number:
		return withoutExponent(string(t)), true
	default:
		return "", false
	}
}

// maxExponent is more than numbers of 18 digits need.
const maxExponent = 18

// withoutExponent writes a number with all its digits: 1.5e2 is 150, 1e-05 is
// 0.00001. A number that is too large stays unchanged; reading it fails later.
func withoutExponent(s string) string {
	at := strings.IndexAny(s, "eE")
	if at < 0 {
		return s
	}
	exponent, err := strconv.Atoi(s[at+1:])
	if err != nil || exponent > maxExponent || exponent < -maxExponent {
		return s
	}
	number, negative := strings.CutPrefix(s[:at], "-")
	whole, fraction, _ := strings.Cut(number, ".")
	zeros := strings.Repeat("0", maxExponent)
	if exponent >= 0 {
		fraction += zeros[:max(0, exponent-len(fraction))]
		whole, fraction = whole+fraction[:exponent], fraction[exponent:]
	} else {
		whole = zeros[:max(0, -exponent+1-len(whole))] + whole
		whole, fraction = whole[:len(whole)+exponent], whole[len(whole)+exponent:]+fraction
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if negative {
		return "-" + whole
	}
	return whole
}
