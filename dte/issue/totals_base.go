package issue

import (
	"slices"
	"strconv"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

// givenTotals are the amounts that a draft gives. Those that follow from others
// are compared, the rest is taken over: see Totals and Line.
type givenTotals struct {
	totals   *Totals
	currency *dte.CurrencyTotals // nil if none is given; that of the document is a copy
	lines    []dte.Decimal       // MontoItem of each line; absent if not given
}

// totals is what computing has of any document.
type totals struct {
	given    givenTotals
	readings Readings
	found    Findings
}

func (t *totals) find(r *rule, path, is, want string) {
	t.found = append(t.found, r.at(path, is, want))
}

const pathOfTotals = "Encabezado/Totales/"

// maxCount bounds how many amounts are summed, so that no sum overflows.
const maxCount = 10_000

func (t *totals) countable(counts ...int) bool {
	if slices.Max(counts) > maxCount {
		t.find(&ruleRange, "", "", strconv.Itoa(maxCount))
		return false
	}
	return true
}

// bounded returns an amount, or zero with a finding if it is larger than can be
// summed.
func (t *totals) bounded(amount int64, ok bool, path string) int64 {
	if !ok || isLarge(amount) {
		t.find(&ruleRange, path, "", strconv.FormatInt(maxAmount, 10))
		return 0
	}
	return amount
}

// positive finds an amount that must not be negative.
func (t *totals) positive(amount int64, path string) {
	if amount < 0 {
		t.find(&ruleNegative, path, clp(amount), "")
	}
}

func clp(amount int64) string { return strconv.FormatInt(amount, 10) }

func amountOf(c *chile.CLP) int64 {
	if c == nil {
		return 0
	}
	return int64(*c)
}

func pesos(amount int64) *chile.CLP { return new(chile.CLP(amount)) }

// decimal returns an amount of the totals, rounded to the decimals of the document.
func (t *totals) decimal(amount exact, places int, path string) dte.Decimal {
	d, ok := amount.rounded(places).decimal()
	if !ok {
		t.find(&ruleRange, path, "", clp(maxAmount))
		return zero
	}
	return d
}

// compareDecimal finds an amount that is given and is not ours.
func (t *totals) compareDecimal(r *rule, given, ours dte.Decimal, path string) {
	if !given.IsZero() && given.Cmp(ours) != 0 {
		t.find(r, path, given.String(), ours.String())
	}
}
