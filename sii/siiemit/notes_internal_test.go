package siiemit

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ofitec/chile"
)

func TestNamed(t *testing.T) {
	t.Parallel()
	note := func(typ, references string) []chile.DocumentID {
		doc, _ := parsed(t, `{"Encabezado":{"IdDoc":{"TipoDTE":`+typ+`},"Emisor":{"RUTEmisor":"76192083-9"}},"Referencia":[`+references+`]}`).Document(nil)
		return named(doc)
	}
	own, other := chile.MustParseRUT("76192083-9"), chile.MustParseRUT("76111111-6")
	const first = `{"TpoDocRef":"33","FolioRef":"7","CodRef":1}`
	tests := map[string]struct {
		typ, references string
		want            []chile.DocumentID
	}{
		"an invoice":             {"61", first, []chile.DocumentID{{Issuer: own, Type: 33, Folio: 7}}},
		"twice the same":         {"61", first + `,` + first, []chile.DocumentID{{Issuer: own, Type: 33, Folio: 7}}},
		"of another issuer":      {"56", `{"TpoDocRef":"46","FolioRef":"007","RUTOtr":"76111111-6","CodRef":3}`, []chile.DocumentID{{Issuer: other, Type: 46, Folio: 7}}},
		"a note on a note":       {"56", `{"TpoDocRef":"61","FolioRef":"8","CodRef":1}`, []chile.DocumentID{{Issuer: own, Type: 61, Folio: 8}}},
		"an export":              {"112", `{"TpoDocRef":"110","FolioRef":"9","CodRef":1}`, []chile.DocumentID{{Issuer: own, Type: 110, Folio: 9}}},
		"a boleta":               {"61", `{"TpoDocRef":"39","FolioRef":"9","CodRef":1}`, []chile.DocumentID{{Issuer: own, Type: 39, Folio: 9}}},
		"without CodRef":         {"61", `{"TpoDocRef":"33","FolioRef":"7"}`, nil},
		"a guía":                 {"61", `{"TpoDocRef":"52","FolioRef":"7","CodRef":1}`, nil},
		"paper":                  {"61", `{"TpoDocRef":"30","FolioRef":"7","CodRef":1}`, nil},
		"an order":               {"61", `{"TpoDocRef":"801","FolioRef":"OC 7","CodRef":1}`, nil},
		"a set of certification": {"61", `{"TpoDocRef":"SET","FolioRef":"7","CodRef":1},` + first, []chile.DocumentID{{Issuer: own, Type: 33, Folio: 7}}},
		"all of a type":          {"61", `{"TpoDocRef":"33","FolioRef":"0","IndGlobal":1,"CodRef":3}`, nil},
		"no note":                {"33", `{"TpoDocRef":"33","FolioRef":"7","CodRef":1}`, nil},
	}
	for name, tt := range tests {
		assert.Equal(t, tt.want, note(tt.typ, tt.references), name)
	}
}
