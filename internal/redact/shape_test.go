package redact_test

import (
	"encoding/json"
	"html"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/ofitec/chile/internal/redact"
)

func TestShapeKeepsNamesAndNoValues(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"detRutDoc":12345678,"detRznSoc":"Pérez \"Uno\" 5-K","x":null,"y":[true,-1.5]}`: `{"detRutDoc":00000000,"detRznSoc":"xxxxx \"xxx\" 0-x","x":null,"y":[true,-0.0]}`,
		`[{"a" : "b"}, "cut`:                            `[{"a" : "x"}, "xxx`,
		`<a b="Uno 1" c='2>'><SII:D>Dos 22</SII:D></a>`: `<a b="xxx 0" c='0>'><SII:D>xxx 00</SII:D></a>`,
		"<html><p>Sesión 76192083-9 perdida</p></html>": "<html><p>Sesión 00000000-0 perdida</p></html>",
		"Error 500": "Error 000",
		"":          "",
		"\xff{":     "�{",
	} {
		assert.Equal(t, want, redact.Shape(text))
	}
}

// FuzzShape: a value stands in no shape, whatever stands before it.
func FuzzShape(f *testing.F) {
	f.Add("Secreto1", `"a":1,`, "<b>x</b>")
	f.Add("ñandú 77", `"\"":"",`, "")
	f.Fuzz(func(t *testing.T, value, before, inside string) {
		quoted, err := json.Marshal(value)
		told := func(r rune) bool { return unicode.IsLetter(r) && r != 'x' || unicode.IsDigit(r) && r != '0' }
		if err != nil || !utf8.ValidString(value) || strings.ContainsAny(before+inside, `"'<>`) || !strings.ContainsFunc(value, told) {
			return
		}
		inner := string(quoted[1 : len(quoted)-1])
		for text, hidden := range map[string]string{
			`{` + before + `"name":"` + inner + `"}`:               inner,
			`<a name="` + html.EscapeString(value) + `">`:          html.EscapeString(value),
			`<a>` + inside + html.EscapeString(value) + `<b/></a>`: html.EscapeString(value),
		} {
			if shape := redact.Shape(text); strings.Contains(shape, hidden) && !strings.Contains(`{"name"<a name="<b/></a>`+before, hidden) {
				t.Fatalf("%q stands in %q", hidden, shape)
			}
		}
	})
}
