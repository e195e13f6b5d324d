package issue

import (
	"slices"
	"strconv"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

// givenTotals are the amounts that a draft states. Amounts that follow from
// others are compared, the rest are taken from the draft: see Totals and Line.
type givenTotals struct {
	totals   *Totals
	currency *dte.CurrencyTotals // nil if the draft has none; the document has a copy
	lines    []dte.Decimal       // MontoItem of each line; absent if not given
}

// totals is the part of the computation that all documents share.
type totals struct {
	given    givenTotals
	readings Readings
	found    Findings
}

func (t *totals) find(r *rule, path, is, want string) {
	t.found = append(t.found, r.at(path, is, want))
}

const pathOfTotals = "Encabezado/Totales/"

// maxCount bounds how many amounts are summed, so no sum overflows.
const maxCount = 10_000

func (t *totals) countable(counts ...int) bool {
	if slices.Max(counts) > maxCount {
		t.find(&ruleRange, "", "", strconv.Itoa(maxCount))
		return false
	}
	return true
}

// bounded returns an amount. If it is larger than can be summed, it returns
// zero and adds a finding.
func (t *totals) bounded(amount int64, ok bool, path string) int64 {
	if !ok || isLarge(amount) {
		t.find(&ruleRange, path, "", strconv.FormatInt(maxAmount, 10))
		return 0
	}
	return amount
}

// positive adds a finding for an amount that must not be negative.
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

// compareDecimal adds a finding if an amount is given and differs from ours.
func (t *totals) compareDecimal(r *rule, given, ours dte.Decimal, path string) {
	if !given.IsZero() && given.Cmp(ours) != 0 {
		t.find(r, path, given.String(), ours.String())
	}
}
