package issue

import "github.com/ofitec/chile/dte"

// givenTotals are the amounts that a draft gives. Those that follow from others
// are compared, the rest is taken over: see Totals and Line.
type givenTotals struct {
	totals   *Totals
	currency *dte.CurrencyTotals // nil if none is given; that of the document is a copy
	lines    []dte.Decimal       // MontoItem of each line; absent if not given
}

// Readings choose where sources contradict each other.
type Readings struct{}

var ruleNoTotals = rule{
	"totals.missing", LevelRejects,
	"falta calcular los totales", "the totals are not computed",
}

// total computes the amounts of a document in place: the lines, Totales and
// OtraMoneda, of which the document has nothing but what says no amount: the
// currency and its rate.
func total(_ *dte.DTE, _ givenTotals, _ Readings) Findings {
	return Findings{ruleNoTotals.at("Encabezado/Totales", "", "")}
}
