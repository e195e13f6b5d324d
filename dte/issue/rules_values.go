package issue

import (
	"encoding"
	"math/bits"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/internal/schema"
)

// Rules for every element: the schema, and the table of required elements.
var (
	ruleSchema = rule{
		"ENV-3-0", LevelRejects,
		"el esquema del SII no lo permite", "the SII's schema does not allow it",
	}
	ruleRequired = rule{
		"ENV-3-0", LevelRejects,
		"falta un elemento que el esquema del SII exige", "an element is missing that the SII's schema requires",
	}
	ruleStarred = rule{
		"element.required", LevelRejects,
		"falta: sin este elemento el documento no se considera válidamente emitido",
		"it is missing: without this element the document is not validly issued",
	}
	ruleTooLong = rule{
		"text.length", LevelRejects,
		"el texto tiene más o menos caracteres que los que el esquema del SII permite; no se corta",
		"the text has more or fewer characters than the SII's schema allows; it is not cut",
	}
	ruleCharacter = rule{
		"text.character", LevelRejects,
		"el texto tiene un carácter de control, o uno que ISO-8859-1 o XML no tienen",
		"the text has a control character, or one that ISO-8859-1 or XML does not have",
	}
	ruleLongLine = rule{
		"CHR-00002", LevelRejects,
		"el texto, con sus caracteres escritos como referencias (&amp; &lt; &gt;), llena una línea más larga que las que lee el SII; no se corta",
		"the text, with its characters written as references (&amp; &lt; &gt;), fills a longer line than the SII reads; it is not cut",
	}
	ruleTooMany = rule{
		"element.count", LevelRejects,
		"hay más elementos de este tipo que los permitidos", "there are more elements of this kind than allowed",
	}
	ruleExpected = rule{
		"element.expected", LevelReparo,
		"falta: el SII lo pide en este tipo de documento", "it is missing: the SII requires it in this type of document",
	}
	ruleUseful = rule{
		"element.expected", LevelAdvice,
		"falta: el formato lo pide, aunque hay documentos reales sin él",
		"it is missing: the format requires it, although there are real documents without it",
	}
	ruleEmpty = rule{
		"element.empty", LevelAdvice,
		"el elemento va vacío, lo que el esquema acepta", "the element is written empty, which the schema accepts",
	}
	ruleUnwanted = rule{
		"element.unwanted", LevelAdvice,
		"el formato no lo tiene en este tipo de documento", "the format does not have it in this type of document",
	}
	ruleFormat25 = rule{
		"element.format25", LevelAdvice,
		"es del formato 2.5, cuyo esquema no se tuvo para revisarlo",
		"it is of format 2.5, of which no schema was available to check it",
	}
)

// softer are the elements with a 1 that real documents omit, by type.
var softer = map[string]chile.DocType{
	"Encabezado/Receptor/GiroRecep":  46,
	"Encabezado/Transporte/CmnaDest": 52,
}

// Elements with a 1 that other rules judge: CodRef is required in only one
// reference.
const judgedByReferences = "CodRef"

// walk judges the elements of a struct and their content.
func (c *checker) walk(v reflect.Value, s *scope) {
	var there uint64
	for i := range s.fields {
		f := &s.fields[i]
		if c.field(v.Field(f.index), f) {
			there |= 1 << i
		}
	}
	if s.unknown >= 0 {
		if unknown := v.Field(s.unknown); unknown.Len() > 0 {
			c.unknown(unknown)
		}
	}
	asked := s.required | s.starred | s.always[c.column]
	told := s.strange | s.later | s.never[c.column]
	if missing := asked &^ there; missing != 0 {
		c.missing(s, missing)
	}
	if present := told & there; present != 0 {
		c.present(s, present)
	}
}

// field judges an element, and reports whether it is present.
func (c *checker) field(v reflect.Value, f *field) bool {
	if !f.many {
		return c.one(v, f, 0)
	}
	n := v.Len()
	if f.most >= 0 && n > f.most {
		c.addHere(&ruleTooMany, f.name, strconv.Itoa(n), "≤ "+strconv.Itoa(f.most))
	}
	for i := range n {
		c.one(v.Index(i), f, i+1)
	}
	return n > 0
}

func (c *checker) one(v reflect.Value, f *field, index int) bool {
	if f.pointer {
		if v.IsNil() {
			return false
		}
		v = v.Elem()
	}
	switch f.holds {
	case holdsElements:
		c.steps[c.depth] = step{f.name, index}
		c.depth++
		c.walk(v, f.inner)
		c.depth--
		return true
	case holdsText:
		text := v.String()
		if text != "" {
			c.text(text, f, index)
		}
		return strings.TrimSpace(text) != ""
	case holdsWhole:
		return c.whole(v.Int(), f, index)
	case holdsRUT: // every valid one matches the schema
		return !v.IsZero()
	case holdsDecimal:
		if v.IsZero() {
			return false
		}
		c.decimal(*v.Addr().Interface().(*dte.Decimal), f, index) //nolint:errcheck,forcetypeassert // read has looked
		return true
	case holdsDate:
		if v.IsZero() {
			return false
		}
		c.value(v.Addr().Interface().(*chile.Date).String(), f, index) //nolint:errcheck,forcetypeassert // as above
		return true
	default:
		if v.IsZero() && !f.pointer {
			return false
		}
		if f.values != nil {
			text, _ := v.Interface().(encoding.TextMarshaler).MarshalText() //nolint:errcheck,forcetypeassert // as above
			c.value(string(text), f, index)
		}
		return true
	}
}

// text judges a text by its characters and by the schema.
func (c *checker) text(text string, f *field, index int) {
	n := len(text)
	for i := range n {
		if b := text[i]; b < ' ' || b >= 0x7F {
			n = utf8.RuneCountInString(text)
			if bad, ok := unwritable(text); ok {
				c.addHere(&ruleCharacter, f.named(index), strconv.Quote(bad), "")
			}
			break
		}
	}
	const shortest = maxLine / len("&amp;") // of what can fill a line
	if len(text) > shortest-len("<DscItem></DscItem>") {
		if length := longestLine(f.name, text); length > maxLine {
			c.addHere(&ruleLongLine, f.named(index), strconv.Itoa(length), "≤ "+strconv.Itoa(maxLine))
		}
	}
	if f.values.Longest >= 0 {
		if n < f.values.Shortest || n > f.values.Longest {
			c.addHere(&ruleTooLong, f.named(index), strconv.Itoa(n)+": "+text, lengths(f.values))
		}
		return
	}
	c.value(text, f, index)
}

func lengths(v *schema.Values) string {
	if v.Shortest > 0 {
		return strconv.Itoa(v.Shortest) + "–" + strconv.Itoa(v.Longest)
	}
	return "≤ " + strconv.Itoa(v.Longest)
}

// whole judges a whole number, and reports whether it is written.
func (c *checker) whole(n int64, f *field, index int) bool {
	if n == 0 && !f.filled {
		return false
	}
	v := f.values
	switch {
	case len(v.Listed) > 0:
		for _, listed := range v.Listed {
			if n == listed {
				return true
			}
		}
		c.value(strconv.FormatInt(n, 10), f, index)
	case n < v.Least || n > v.Most:
		c.value(strconv.FormatInt(n, 10), f, index)
	}
	return true
}

func (c *checker) decimal(d dte.Decimal, f *field, index int) {
	v := f.values
	if d.Places() == 0 {
		if n, err := d.CLP(); err == nil && int64(n) >= v.Least && int64(n) <= v.Most {
			return
		}
	}
	text := d.String()
	if d.Sign() > 0 && v.Fits(text) {
		return
	}
	c.value(text, f, index)
}

// value judges a value, as written, by the schema.
func (c *checker) value(text string, f *field, index int) {
	if rule, want := f.values.Check(text); rule != 0 {
		r := &ruleSchema
		if rule == schema.WrongLength {
			r = &ruleTooLong
		}
		c.addHere(r, f.named(index), text, want)
	}
}

// refuses reports whether the schema does not allow a value.
func (f *field) refuses(text string) bool {
	rule, _ := f.values.Check(text)
	return rule != 0
}

// named returns the name of a field, or of one item of a list.
func (f *field) named(index int) string {
	if index == 0 {
		return f.name
	}
	return f.name + "[" + strconv.Itoa(index) + "]"
}

// unknown reports elements that the model, and so the schema, does not have.
func (c *checker) unknown(v reflect.Value) {
	list, _ := v.Interface().([]dte.Unknown)
	for i := range list {
		c.addHere(&ruleSchema, list[i].Name, "", "")
	}
}

// missing reports the elements that are absent.
func (c *checker) missing(s *scope, missing uint64) {
	for ; missing != 0; missing &= missing - 1 {
		bit := missing & -missing
		f := &s.fields[bits.TrailingZeros64(missing)]
		path := c.path(f.name)
		written := f.holds == holdsText && f.filled // as an empty element
		switch {
		case f.name == judgedByReferences && s.required&bit == 0:
		case written && f.refuses(""):
			c.value("", f, 0)
		case s.starred&bit != 0:
			c.add(&ruleStarred, path, "", "")
		case s.required&bit != 0 && !written:
			c.add(&ruleRequired, path, "", "")
		case s.always[c.column]&bit == 0:
			c.add(&ruleEmpty, path, "", "")
		case softer[path] == c.kind || c.kind == 110 && c.identification.Service >= 3:
			c.add(&ruleUseful, path, "", "")
		default:
			c.add(&ruleExpected, path, "", "")
		}
	}
}

// present reports the elements that are present and should not be.
func (c *checker) present(s *scope, present uint64) {
	for ; present != 0; present &= present - 1 {
		bit := present & -present
		f := &s.fields[bits.TrailingZeros64(present)]
		switch {
		case s.strange&bit != 0:
			c.strange(f.name)
		case s.later&bit != 0:
			c.addHere(&ruleFormat25, f.name, "", "")
		default:
			c.addHere(&ruleUnwanted, f.name, "", "")
		}
	}
}

// strange reports an element that the schema does not have in its place.
func (c *checker) strange(name string) {
	r := &ruleSchema
	if isBoleta(c.kind) && c.depth > 0 && c.steps[c.depth-1].name == "Referencia" {
		r = &ruleBoletaReference
	}
	c.addHere(r, name, "", "")
}
