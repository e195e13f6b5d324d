package issue

import (
	"testing"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

// tenLines is a draft of ten lines with a discount, a global one and a tax.
func tenLines(kind chile.DocType) *Draft {
	d := &Draft{}
	d.Identification.Type = kind
	for range 10 {
		l := Line{Name: "Servicio", Quantity: num("2.5"), Price: num("280000"), DiscountRate: num("3")}
		if kind == 33 {
			l.TaxCodes = []int{19}
		}
		d.Lines = append(d.Lines, l)
	}
	d.Adjustments = []dte.Adjustment{{Kind: "D", ValueKind: "%", Value: num("5")}}
	if isExport(kind) {
		d.Totals.Currency = "DOLAR USA"
	}
	return d
}

// BenchmarkTotals of a draft of ten lines: at most 25 µs together with the rules.
func BenchmarkTotals(b *testing.B) {
	for _, kind := range []chile.DocType{33, 39, 110} {
		b.Run(kind.String(), func(b *testing.B) {
			d := tenLines(kind)
			b.ReportAllocs()
			for b.Loop() {
				doc, given, _ := d.convert()
				if found := total(doc, given, Readings{TaxBase: TaxAfterAdjustments}); found.Refused() {
					b.Fatal(found)
				}
			}
		})
	}
}
