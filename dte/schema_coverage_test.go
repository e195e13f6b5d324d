package dte_test

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/xmlsig"
)

// schemaWalk looks for the elements of a schema in Go types.
type schemaWalk struct {
	t       *testing.T
	types   map[string]*etree.Element
	globals map[string]*etree.Element
	missing []string
	count   int
}

// load reads a schema and what it includes, the latter from its folder or the
// one above.
func (w *schemaWalk) load(path string) {
	w.t.Helper()
	if matches, err := filepath.Glob(path); err != nil || len(matches) == 0 {
		path = filepath.Join(filepath.Dir(filepath.Dir(path)), filepath.Base(path))
	}
	doc := etree.NewDocument()
	parsed, err := xmlsig.Parse(readFile(w.t, path)) // which knows the charset
	require.NoError(w.t, err, path)
	require.NoError(w.t, doc.ReadFromBytes(parsed.Canonical()))
	for _, e := range doc.Root().ChildElements() {
		switch e.Tag {
		case "include":
			w.load(filepath.Join(filepath.Dir(path), e.SelectAttrValue("schemaLocation", "")))
		case "complexType":
			w.types[e.SelectAttrValue("name", "")] = e
		case "element":
			w.globals[e.SelectAttrValue("name", "")] = e
		}
	}
}

// walk compares what stands in a type of the schema with a Go type.
func (w *schemaWalk) walk(e *etree.Element, path string, t reflect.Type) {
	for _, child := range e.ChildElements() {
		switch child.Tag {
		case "element":
			w.element(child, path, t)
		case "attribute":
			w.attribute(child.SelectAttrValue("name", ""), path, t)
		case "extension":
			if base := w.types[localName(child.SelectAttrValue("base", ""))]; base != nil {
				w.walk(base, path, t)
			}
			w.walk(child, path, t)
		case "sequence", "choice", "all", "complexContent", "simpleContent", "complexType", "restriction":
			w.walk(child, path, t)
		}
	}
}

func (w *schemaWalk) attribute(name, path string, t reflect.Type) {
	if w.count++; !hasTag(t, name+",attr") {
		w.missing = append(w.missing, path+"/@"+name)
	}
}

func (w *schemaWalk) element(e *etree.Element, path string, t reflect.Type) {
	if ref := e.SelectAttrValue("ref", ""); ref != "" {
		if strings.HasSuffix(ref, ":Signature") {
			return
		}
		e = w.globals[localName(ref)]
		require.NotNil(w.t, e, ref)
	}
	name := e.SelectAttrValue("name", "")
	if w.count++; !hasTag(t, name) {
		w.missing = append(w.missing, path+"/"+name)
		return
	}
	inner := typeOfTag(t, name)
	if named := w.types[localName(e.SelectAttrValue("type", ""))]; named != nil {
		w.walk(named, path+"/"+name, inner)
	}
	w.walk(e, path+"/"+name, inner)
}

func localName(name string) string {
	_, local, ok := strings.Cut(name, ":")
	if !ok {
		return name
	}
	return local
}

func hasTag(t reflect.Type, tag string) bool {
	return t.Kind() == reflect.Struct && fieldOfTag(t, tag) >= 0
}

func fieldOfTag(t reflect.Type, tag string) int {
	for i := range t.NumField() {
		if strings.TrimSuffix(t.Field(i).Tag.Get("xml"), ",omitempty") == tag {
			return i
		}
	}
	return -1
}

func typeOfTag(t reflect.Type, tag string) reflect.Type {
	t = t.Field(fieldOfTag(t, tag)).Type
	for t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8 || t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// Every element and attribute of every schema has its field.
func TestModelsHaveEveryElementOfTheSchemas(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file, root string
		model      any
		atLeast    int
	}{
		{"DTE_v10.xsd", "DTE", dte.DTE{}, 600},
		{"dte-newer/DTE_v10.xsd", "DTE", dte.DTE{}, 600},
		{"EnvioDTE_v10.xsd", "EnvioDTE", dte.Envelope{}, 600},
		{"EnvioBOLETA_v11.xsd", "EnvioBOLETA", dte.Envelope{}, 130},
		{"boleta-newer/EnvioBOLETA_v11.xsd", "EnvioBOLETA", dte.Envelope{}, 135},
		{"AEC_v10.xsd", "AEC", dte.AEC{}, 600},
		{"RespuestaEnvioDTE_v10.xsd", "RespuestaDTE", dte.Response{}, 40},
		{"EnvioRecibos_v10.xsd", "EnvioRecibos", dte.Receipts{}, 20},
		{"ConsumoFolio_v10.xsd", "ConsumoFolios", dte.FolioReport{}, 25},
		{"RespSII_v10.xsd", "RESULTADO_ENVIO", dte.UploadResult{}, 20},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			w := &schemaWalk{t: t, types: map[string]*etree.Element{}, globals: map[string]*etree.Element{}}
			w.load(sharedtest.Path(t, append([]string{"schemas"}, strings.Split(c.file, "/")...)...))
			root := w.globals[c.root]
			require.NotNil(t, root)
			w.element(root, "", reflect.StructOf([]reflect.StructField{{
				Name: "Root", Type: reflect.TypeOf(c.model), Tag: reflect.StructTag(`xml:"` + c.root + `"`),
			}}))
			require.Empty(t, w.missing)
			require.GreaterOrEqual(t, w.count, c.atLeast)
		})
	}
}
