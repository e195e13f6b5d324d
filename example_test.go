package chile_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/ofitec/chile"
)

func ExampleParseRUT() {
	for _, text := range []string{"76.192.083-9", "60803000k", "76192083-8"} {
		rut, err := chile.ParseRUT(text)
		if errors.Is(err, chile.ErrCheckDigit) {
			fmt.Println("mistyped:", err)
			continue
		}
		fmt.Println(rut, rut.Format())
	}
	// Output:
	// 76192083-9 76.192.083-9
	// 60803000-K 60.803.000-K
	// mistyped: chile: RUT "76192083-8": wrong check digit
}

func ExampleNewRUT() {
	rut, err := chile.NewRUT(76192083) // a system that keeps no check digit
	fmt.Println(rut, err)
	// Output: 76192083-9 <nil>
}

func ExampleParsePeriod() {
	period, err := chile.ParsePeriod("202610")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(period, period.Compact(), period.First(), period.Last())
	// Output: 2026-10 202610 2026-10-01 2026-10-31
}

func ExamplePeriod_Through() {
	first := chile.MustParsePeriod("2025-11")
	for period := range first.Through(chile.MustParsePeriod("2026-01")) {
		fmt.Println(period)
	}
	// Output:
	// 2025-11
	// 2025-12
	// 2026-01
}

func ExamplePeriodOf() {
	// An hour after midnight in London it still is October in Chile.
	fmt.Println(chile.PeriodOf(time.Date(2026, time.November, 1, 1, 0, 0, 0, time.UTC)))
	// Output: 2026-10
}

func ExampleParseDate() {
	for _, text := range []string{"2026-10-31", "31/10/2026", "31-10-2026"} {
		date, err := chile.ParseDate(text)
		fmt.Println(date, err)
	}
	// Output:
	// 2026-10-31 <nil>
	// 2026-10-31 <nil>
	// 2026-10-31 <nil>
}

func ExampleDate_Time() {
	// The day that summer time begins has no midnight.
	date, err := chile.NewDate(2025, time.September, 7)
	fmt.Println(date.Time().Format(time.RFC3339), err)
	// Output: 2025-09-07T01:00:00-03:00 <nil>
}

func ExampleDocType() {
	for _, typ := range []chile.DocType{chile.FacturaElectronica, chile.NotaCreditoElectronica, 48, 777} {
		fmt.Println(int(typ), typ, typ.Electronic(), typ.Credit(), typ.Summary())
	}
	// Output:
	// 33 Factura electrónica true false false
	// 61 Nota de crédito electrónica true true false
	// 48 Total del mes de comprobantes de pago electrónico false false true
	// 777 tipo 777 false false false
}

func ExampleParseDocumentID() {
	id, err := chile.ParseDocumentID("76192083-9/33/1234")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(id.Issuer.Format(), id.Type, id.Folio)
	// Output: 76.192.083-9 Factura electrónica 1234
}

func ExampleCLP_Add() {
	net, err := chile.ParseCLP("1000000")
	if err != nil {
		fmt.Println(err)
		return
	}
	total, err := net.Add(190_000)
	fmt.Println(total, total.Format(), err)
	// Output: 1190000 1.190.000 <nil>
}
