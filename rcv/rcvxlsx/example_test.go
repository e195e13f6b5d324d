package rcvxlsx_test

import (
	"bytes"
	"fmt"
	"log"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/rcv/rcvxlsx"
)

func ExampleWrite() {
	invoice := rcv.Document{
		State: rcv.Registro, Type: chile.FacturaElectronica, Folio: 1234, Issued: chile.MustParsePeriod("2026-10").First(),
		Counterparty: chile.MustParseRUT("77222222-K"), Net: 1_000_000, VAT: 190_000, Total: 1_190_000,
	}
	var workbook bytes.Buffer
	err := rcvxlsx.Write(&workbook, rcv.Purchases, rcv.Registro, func(yield func(rcv.Document, error) bool) { yield(invoice, nil) })
	if err != nil {
		log.Fatal(err)
	}
	rows := 0
	for _, err := range rcvxlsx.Rows(workbook.Bytes()) {
		if err != nil {
			log.Fatal(err)
		}
		rows++
	}
	fmt.Println(rows, "rows, with the headings")
	// Output: 2 rows, with the headings
}
