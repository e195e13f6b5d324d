package issue

import (
	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

// pesoTotals computes the totals of a document in pesos.
type pesoTotals struct {
	totals
	doc *dte.Document

	kind  chile.DocType
	rate  dte.Decimal // of VAT
	vat   fraction    // the rate as a fraction
	gross bool        // prices include VAT

	taxed, exempt, unbilled, deposits sum
	taxes                             []taxBase // by code, of the taxed lines
}

// sum is the sum of the lines of one kind, and their number.
type sum struct {
	amount int64
	lines  int
}

func (s *sum) add(amount int64) {
	s.amount += amount
	s.lines++
}
