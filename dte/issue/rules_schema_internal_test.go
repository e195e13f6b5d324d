package issue

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/xmlsig"
)

// TestSchemaAgrees writes values that are too long, too large, of too many decimals
// or too few into every element of every kind of document, and compares the verdict
// with that of the schema on the written document.
func TestSchemaAgrees(t *testing.T) {
	t.Parallel()
	for _, kind := range []chile.DocType{33, 52, 43, 110, 39} {
		t.Run(kind.String(), func(t *testing.T) {
			t.Parallel()
			judged := 0
			for _, set := range places(reflect.TypeOf(*good(t, kind)), "") {
				for _, value := range valuesOf(set.leaf) {
					doc := good(t, kind)
					if !set.put(reflect.ValueOf(doc).Elem(), value) {
						continue
					}
					judged++
					want, err := againstSchema(doc, kind)
					if errors.Is(err, dte.ErrUnencodable) {
						want = "unencodable"
					} else {
						require.NoError(t, err)
					}
					got := ""
					for _, f := range check(doc, informed(t)) {
						switch f.Code {
						case "ENV-3-0", "text.length", "text.character", "element.required", "element.count":
							got += f.String() + "\n"
						}
					}
					assert.Equal(t, want != "", got != "", "%s = %v\nschema: %s\nissue: %s", set.name, value, want, got)
				}
			}
			assert.Greater(t, judged, 300)
		})
	}
}

// againstSchema returns what the schema has against a document that is written with
// a stamp.
func againstSchema(doc *dte.DTE, kind chile.DocType) (string, error) {
	encoded, err := doc.Encode(dte.ISO8859, dte.WithFormat25())
	if err != nil {
		return "", err
	}
	if isBoleta(kind) {
		_, inner, _ := strings.Cut(string(encoded), "?>")
		encoded = []byte(`<?xml version="1.0" encoding="ISO-8859-1"?><EnvioBOLETA xmlns="http://www.sii.cl/SiiDte" version="1.0"><SetDTE ID="S">` + boletaCover + inner + `</SetDTE></EnvioBOLETA>`)
	}
	parsed, err := xmlsig.Parse(encoded)
	if err != nil {
		return "", err
	}
	told := ""
	for _, f := range dte.CheckSchema(parsed, dte.SchemaNewer).Findings {
		late := strings.Contains(f.Path, "/TED") || strings.Contains(f.Path, "Firma") || strings.Contains(f.Want, "Signature") || strings.Contains(f.Path, "@ID") || f.Want == "TmstFirma"
		if f.Code != dte.CodeSchemaUnverified && !late {
			told += f.String() + "\n"
		}
	}
	return told, nil
}

const boletaCover = `<Caratula version="1.0"><RutEmisor>76192083-9</RutEmisor><RutEnvia>12345678-5</RutEnvia><RutReceptor>60803000-K</RutReceptor>` +
	`<FchResol>2020-01-01</FchResol><NroResol>80</NroResol><TmstFirmaEnv>2026-04-01T12:00:00</TmstFirmaEnv>` +
	`<SubTotDTE><TpoDTE>39</TpoDTE><NroDTE>1</NroDTE></SubTotDTE></Caratula>`

// place is an element of the model that can be set.
type place struct {
	name  string
	steps []int
	leaf  reflect.Type
}

func places(t reflect.Type, path string) (all []place) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("xml"), ",")
		if name == "" || strings.HasPrefix(options, "attr") || slices.Contains([]string{"TED", "TmstFirma", "TipoDTE", "Folio"}, name) {
			continue
		}
		inner := f.Type
		for inner.Kind() == reflect.Slice || inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if inner.Kind() != reflect.Struct || inner == reflect.TypeFor[chile.RUT]() || inner == reflect.TypeFor[chile.Date]() ||
			inner == reflect.TypeFor[dte.Decimal]() || inner == reflect.TypeFor[dte.DateTime]() {
			all = append(all, place{path + "/" + name, []int{i}, inner})
			continue
		}
		for _, p := range places(inner, path+"/"+name) {
			all = append(all, place{p.name, append([]int{i}, p.steps...), p.leaf})
		}
	}
	return all
}

// put sets the first value at a place, whose areas are made, and reports whether
// the document is of that kind.
func (p *place) put(v reflect.Value, value any) bool {
	for n, i := range p.steps {
		v = v.Field(i)
		if v.Kind() == reflect.Slice {
			if v.Len() == 0 {
				v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
			}
			v = v.Index(0)
		}
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				if n == 0 {
					return false // another kind of document
				}
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
	}
	v.Set(reflect.ValueOf(value).Convert(v.Type()))
	return true
}

func valuesOf(t reflect.Type) (values []any) {
	switch t {
	case reflect.TypeFor[dte.Decimal]():
		for _, text := range []string{
			"0", "-1", "0.01", "0.001", "0.0001", "0.00001", "0.000001", "0.0000001", "1.00", "1.5", "99.99", "100", "100.01", "999.99", "1000", "999999.9999", "1000000",
			"1000000.5", "999999999999", "999999999999.5", "1000000000000", "9999999999999999", "99999999999999999", "123456789012345678", "12345678.123456", "0.50", "-0.5",
		} {
			d, err := dte.ParseDecimal(text)
			if err != nil {
				panic(err)
			}
			values = append(values, d)
		}
	case reflect.TypeFor[chile.Date]():
		for _, text := range []string{"1949-12-31", "1999-12-31", "2000-01-01", "2002-12-31", "2003-03-31", "2003-04-01", "2050-12-31", "2051-01-01"} {
			d, err := chile.ParseDate(text)
			if err != nil {
				panic(err)
			}
			values = append(values, d)
		}
	case reflect.TypeFor[chile.RUT]():
		values = append(values, chile.MustParseRUT("1-9"), anonymousRUT)
	default:
		switch t.Kind() {
		case reflect.String:
			for _, n := range []int{1, 2, 3, 4, 5, 8, 9, 10, 11, 15, 16, 18, 19, 20, 21, 25, 26, 30, 31, 35, 36, 40, 41, 45, 46, 60, 61, 70, 71, 80, 81, 90, 91, 100, 101, 255, 256, 1000, 1001} {
				values = append(values, strings.Repeat("é", n))
			}
			values = append(values, "R", "N", "D", "%", "33", "SET", "VISTA", "EF", "08:00:00", "24:00:00", "EURO", "€", "\x02", "a\nb")
		case reflect.Int, reflect.Int64:
			for _, n := range []int64{-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 14, 40, 41, 53, 56, 60, 61, 99, 100, 271, 272, 999, 1000, 9999, 10000, 999999, 1000000, 9999999, 999999999, 9999999999, 10000000000, 999999999999999999, 1000000000000000000} {
				values = append(values, n)
			}
		}
	}
	if len(values) == 0 && t != reflect.TypeFor[dte.DateTime]() {
		panic(fmt.Sprintf("no values of %s", t))
	}
	return values
}
