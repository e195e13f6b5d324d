package issue_test

import (
	"fmt"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
)

func ExampleParseDraft() {
	draft, err := issue.ParseDraft([]byte(`{"Encabezado": {
	  "IdDoc": {"TipoDTE": 39, "FchEmis": "2026-11-20", "IndServicio": 3},
	  "Emisor": {"RUTEmisor": "76111111-6", "RznSoc": "Almacén de Prueba", "GiroEmis": "Almacén", "DirOrigen": "Irarrázaval 100", "CmnaOrigen": "Ñuñoa"},
	  "Receptor": {"RUTRecep": "66666666-6"}},
	 "Detalle": {"NmbItem": "Pan amasado", "QtyItem": 1.35, "UnmdItem": "kg", "PrcItem": 2190}}`))
	if err != nil {
		fmt.Println(err) // all names and values that cannot be read
		return
	}
	doc, found := draft.Document(nil)
	t := doc.Document.Header.Totals
	fmt.Println(*t.Net, *t.VAT, t.Total, found.Refused())
	// Output: 2485 472 2957 false
}

func ExampleDraft_Document() {
	quantity, _ := dte.ParseDecimal("1")
	price, _ := dte.ParseDecimal("1990")
	draft := &issue.Draft{
		Identification: dte.Identification{Type: chile.NotaCreditoElectronica},
		Lines:          []issue.Line{{Name: "Correa", Quantity: quantity, Price: price}},
	}
	_, found := draft.Document(nil)
	fmt.Println(found.Refused())
	for _, f := range found {
		if f.Level.Refuses() && f.Code == "REF-3-415" {
			fmt.Println(f.Code, f.EN)
		}
	}
}

func ExampleAnnul() {
	draft, err := issue.ParseDraft([]byte(`{"Encabezado": {"IdDoc": {"TipoDTE": 33, "Folio": 7, "FchEmis": "2026-11-20"}},
	 "Detalle": {"NmbItem": "Correa", "QtyItem": 3, "PrcItem": 1990}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	original, _ := draft.Document(nil) // most often one that was read with dte.ParseDTE
	note, err := issue.Annul(original, "Se devuelve todo")
	if err != nil {
		fmt.Println(err)
		return
	}
	r := note.References[0]
	fmt.Println(note.Identification.Type, "on", r.Type, r.Folio, r.Date, r.Code, note.Totals.Total)
	// Output: Nota de crédito electrónica on 33 7 2026-11-20 1 7104
}
