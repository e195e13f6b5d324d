package issue

import (
	"fmt"
	"strings"

	"github.com/ofitec/chile/dte"
)

// collect sums the lines by kind. A thousand bounded lines cannot overflow a sum.
func (t *pesoTotals) collect() {
	for i := range t.doc.Lines {
		l := &t.doc.Lines[i]
		amount := int64(l.Amount)
		switch {
		case l.Exemption == 2:
			t.unbilled.add(amount)
		case l.Exemption == 6:
			t.unbilled.add(-amount)
		case l.Exemption == 3:
			t.deposits.add(amount)
		case l.Exemption == 1, t.allExempt():
			t.exempt.add(amount)
		case l.Exemption == 0:
			t.taxed.add(amount)
			t.collectTaxes(l)
			continue
		}
		if len(l.TaxCodes) > 0 {
			t.find(&ruleTaxUntaxed, linePath(i, "CodImpAdic"), fmt.Sprint(l.TaxCodes[0]), "")
		}
	}
}

// allExempt reports whether lines are exempt without a mark.
func (t *pesoTotals) allExempt() bool { return t.kind == 34 || t.kind == 41 }

// adjust applies the global discounts and surcharges to the sums.
func (t *pesoTotals) adjust() {
	t.adjustments(t.doc.Adjustments, t.taxed.lines, t.exempt.lines, t.unbilled.lines)
	for i := range t.doc.Adjustments {
		a := &t.doc.Adjustments[i]
		if value, ok := fractionOf(a.Value); ok && a.ValueKind == "$" && value.den != 1 {
			t.find(&ruleAdjustmentWhole, adjustmentPath(i, "ValorDR"), a.Value.String(), "")
		}
	}
	t.taxed.amount = t.adjusted(t.taxed.amount, 0)
	t.exempt.amount = t.adjusted(t.exempt.amount, 1)
	t.unbilled.amount = t.adjusted(t.unbilled.amount, 2)
}

// adjustments decides which lines the discounts and surcharges apply to, by how
// many lines of each kind there are.
func (t *totals) adjustments(adjustments []dte.Adjustment, taxed, exempt, unbilled int) {
	for i := range adjustments {
		a := &adjustments[i]
		if a.Kind != "D" && a.Kind != "R" || a.ValueKind != "%" && a.ValueKind != "$" {
			t.find(&ruleAdjustmentKind, adjustmentPath(i, "TpoMov"), strings.TrimSpace(a.Kind+" "+a.ValueKind), "")
		}
		if a.Exemption == 0 && taxed == 0 && exempt > 0 {
			a.Exemption = 1
			t.find(&ruleAdjusted, adjustmentPath(i, "IndExeDR"), "", "1")
		}
		if lines := [...]int{taxed, exempt, unbilled}; a.Exemption < 0 || a.Exemption >= len(lines) || lines[a.Exemption] == 0 {
			t.find(&ruleNothingAdjusted, adjustmentPath(i, "IndExeDR"), fmt.Sprint(a.Exemption), "")
		}
	}
}

func adjustmentPath(i int, name string) string {
	return fmt.Sprintf("DscRcgGlobal[%d]/%s", i+1, name)
}

// adjusted returns a sum after the adjustments of one kind of lines.
func (t *pesoTotals) adjusted(amount int64, exemption int) int64 {
	inOrder, onSum := t.applied(amount, exemption)
	if inOrder != onSum && !t.readings.Adjustments.isChosen() {
		t.find(&ruleAdjustments, "DscRcgGlobal", "", "AdjustmentsInOrder "+clp(inOrder)+", AdjustmentsOnSum "+clp(onSum))
	}
	return t.readings.Adjustments.of(inOrder, onSum)
}

func (o AdjustmentOrder) isChosen() bool { return o == AdjustmentsInOrder || o == AdjustmentsOnSum }

func (o AdjustmentOrder) of(inOrder, onSum int64) int64 {
	if o == AdjustmentsOnSum {
		return onSum
	}
	return inOrder
}

// applied returns a sum after the adjustments of one kind of lines in both
// readings: each on the amount after the previous ones, and each on the sum.
func (t *pesoTotals) applied(amount int64, exemption int) (inOrder, onSum int64) {
	inOrder, onSum = amount, amount
	for i := range t.doc.Adjustments {
		a := &t.doc.Adjustments[i]
		if a.Exemption != exemption {
			continue
		}
		var first, second int64
		if a.ValueKind == "%" {
			first, second = t.adjustment(i, inOrder, percent), t.adjustment(i, amount, percent)
		} else {
			first = t.adjustment(i, 1, fractionOf)
			second = first
		}
		if a.Kind == "D" {
			first, second = -first, -second
		}
		inOrder, onSum = inOrder+first, onSum+second
	}
	return inOrder, onSum
}

// adjustment returns the amount of an adjustment.
func (t *pesoTotals) adjustment(i int, amount int64, read func(dte.Decimal) (fraction, bool)) int64 {
	f, ok := read(t.doc.Adjustments[i].Value)
	if ok {
		amount, ok = f.of(amount)
	}
	if !ok || isLarge(amount) {
		return t.bounded(amount, ok, adjustmentPath(i, "ValorDR"))
	}
	return amount
}
