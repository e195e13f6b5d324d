package pull_test

import (
	"errors"
	"fmt"
	"log"
	"strings"

	"github.com/ofitec/chile/session/pull"
)

// What a file is, is told by its content, whatever it is called.
func ExampleNormalize() {
	const download = `<table><tr><th>Ver<th>Receptor<th>Razón Social<th>Documento<th>Folio<th>Fecha<th>Monto<th>Estado
		<tr><td><td>77222222-K<td>Maderas del Sur SpA<td>Factura Electronica<td>244<td>2026-10-08<td>24783<td>Documento Emitido</table>`
	file, err := pull.Normalize(strings.NewReader(download), &pull.Options{Name: "documentos.xls"})
	if err != nil {
		log.Fatal(err)
	}
	if err := file.Complete(); err != nil {
		log.Fatal(err) // rows that cannot be read, each by its number
	}
	for _, d := range file.MIPYME {
		fmt.Println(d.Type, d.Folio, d.Counterparty, d.Total.Format())
	}

	_, err = pull.Normalize(strings.NewReader("Folio;Saldo\n1;2\n"), nil)
	var layout *pull.LayoutError
	fmt.Println(errors.As(err, &layout), layout.Headings)
	// Output:
	// Factura electrónica 244 77222222-K 24.783
	// true [Folio Saldo]
}
