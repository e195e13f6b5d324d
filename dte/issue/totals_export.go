package issue

import "github.com/ofitec/chile/dte"

// exportTotals computes the totals of an export document. Everything in it is
// exempt, and amounts have up to four decimals; in pesos, none. Discounts and
// surcharges of lines are still whole numbers (schema, MntImpType).
type exportTotals struct {
	totals
	doc *dte.Export

	places           int // of amounts
	exempt, unbilled sum // only their lines are counted
	amount           exact
}

const (
	exportPlaces = 4
	unpaidTerms  = 21 // FmaPagExp: without payment
)

func (t *exportTotals) compute() {
	if !t.countable(len(t.doc.Lines), len(t.doc.Adjustments)) {
		return
	}
	if !t.given.totals.VATRate.IsZero() {
		t.find(&ruleDropped, pathOfTotals+"TasaIVA", t.given.totals.VATRate.String(), "")
	}
	if len(t.given.totals.OtherTaxes) > 0 {
		t.find(&ruleNoTaxes, pathOfTotals+"ImptoReten", "", "")
	}
	if t.doc.Header.Totals.Currency != pesosAbroad {
		t.places = exportPlaces
	}
	for i := range t.doc.Lines {
		t.line(i)
	}
	t.adjustments(t.doc.Adjustments, 0, t.exempt.lines, t.unbilled.lines)
	t.adjust()
	t.fill()
	t.compare()
	if i := &t.doc.Header.Identification; corrects(i.Type, t.doc.References) && t.doc.Header.Totals.Total.Sign() != 0 {
		t.find(&ruleTextOnly, pathOfTotals+"MntTotal", t.doc.Header.Totals.Total.String(), "0")
	}
}

// line computes the amounts of the i-th line and adds it to the exempt sum.
func (t *exportTotals) line(i int) {
	l, given := &t.doc.Lines[i], t.given.lines[i]
	l.Discount, l.Surcharge = t.wholeAmount(l.Discount, i, "DescuentoMonto"), t.wholeAmount(l.Surcharge, i, "RecargoMonto")
	t.parts(i, l)
	switch {
	case l.Exemption == 4, l.Exemption == 5:
		l.Amount = zero
		t.compareDecimal(&ruleLine, given, l.Amount, linePath(i, "MontoItem"))
	case l.Price.IsZero():
		l.Amount = t.unpriced(i, l, given)
	default:
		l.Amount = t.lineAmount(i, t.priced(i, l))
		if !given.IsZero() {
			t.compareDecimal(&ruleLine, given, l.Amount, linePath(i, "MontoItem"))
		}
	}
	if l.Amount.Sign() < 0 {
		t.find(&ruleNegative, linePath(i, "MontoItem"), l.Amount.String(), "")
	}
	if l.Exemption == 2 || l.Exemption == 6 {
		t.unbilled.lines++
		return
	}
	t.exempt.lines++
	t.amount = t.amount.plus(exactOf(l.Amount))
}

// wholeAmount returns a given amount, which must be whole; zero is absent.
func (t *exportTotals) wholeAmount(given dte.Decimal, i int, name string) dte.Decimal {
	if given.Sign() == 0 {
		return dte.Decimal{}
	}
	amount, err := given.CLP()
	if err != nil {
		t.find(&ruleWhole, linePath(i, name), given.String(), "")
		return dte.Decimal{}
	}
	d, _ := dte.DecimalOf(amount)
	return d
}

func (t *exportTotals) parts(i int, l *dte.ExportLine) {
	if len(l.Discounts) > 0 && l.Discount.IsZero() && l.DiscountRate.IsZero() {
		t.find(&ruleParts, linePath(i, "SubDscto"), "", "")
	}
	if len(l.Surcharges) > 0 && l.Surcharge.IsZero() && l.SurchargeRate.IsZero() {
		t.find(&ruleParts, linePath(i, "SubRecargo"), "", "")
	}
}

// unpriced returns the given amount of a line without price.
func (t *exportTotals) unpriced(i int, l *dte.ExportLine, given dte.Decimal) dte.Decimal {
	if !l.DiscountRate.IsZero() && l.Discount.IsZero() {
		t.find(&ruleAloneRate, linePath(i, "DescuentoPct"), l.DiscountRate.String(), "")
	}
	if !l.SurchargeRate.IsZero() && l.Surcharge.IsZero() {
		t.find(&ruleAloneRate, linePath(i, "RecargoPct"), l.SurchargeRate.String(), "")
	}
	if given.IsZero() {
		if !mayBeEmpty(t.doc.Header.Identification.Type, t.doc.References) {
			t.find(&ruleNoAmount, linePath(i, "MontoItem"), "", "")
		}
		return zero
	}
	amount := t.lineAmount(i, exactOf(given))
	if amount.Cmp(given) != 0 {
		t.find(&ruleRange, linePath(i, "MontoItem"), given.String(), amount.String())
	}
	return amount
}

// priced returns price × quantity − discount + surcharge.
func (t *exportTotals) priced(i int, l *dte.ExportLine) exact {
	gross := exactOf(l.Price)
	if !l.Quantity.IsZero() {
		gross = gross.times(exactOf(l.Quantity))
	}
	net := gross
	if l.DiscountRate.IsZero() {
		net = net.minus(exactOf(l.Discount))
	} else {
		net = net.minus(t.written(i, &l.Discount, gross.percent(l.DiscountRate), "Descuento"))
	}
	if l.SurchargeRate.IsZero() {
		return net.plus(exactOf(l.Surcharge))
	}
	after, before := net.percent(l.SurchargeRate), gross.percent(l.SurchargeRate)
	given := exactOf(l.Surcharge)
	isAfter, isBefore := !l.Surcharge.IsZero() && after.rounded(0).cmp(given) == 0, !l.Surcharge.IsZero() && before.rounded(0).cmp(given) == 0
	if !isAfter && (isBefore || t.surchargeBefore(i, net, after, before)) {
		after = before
	}
	return net.plus(t.written(i, &l.Surcharge, after, "Recargo"))
}

// surchargeBefore chooses between the readings of the percentage of a surcharge.
func (t *exportTotals) surchargeBefore(i int, net, after, before exact) bool {
	switch t.readings.Surcharge {
	case SurchargeAfterDiscount:
	case SurchargeBeforeDiscount:
		return true
	default:
		after, before := wholeOrExact(after), wholeOrExact(before)
		if net.plus(after).rounded(t.places).cmp(net.plus(before).rounded(t.places)) != 0 {
			t.find(&ruleSurcharge, linePath(i, "RecargoPct"), "", "SurchargeAfterDiscount "+after.String()+", SurchargeBeforeDiscount "+before.String())
		}
	}
	return false
}

// wholeOrExact returns the amount of a percentage, which must be whole. An amount
// that rounds to zero cannot be written: it is only part of the line's amount,
// with its decimals.
func wholeOrExact(part exact) exact {
	if whole := part.rounded(0); whole.sign() != 0 {
		return whole
	}
	return part
}

// written fills in the amount of a percentage, and returns its effect.
func (t *exportTotals) written(i int, amount *dte.Decimal, part exact, name string) exact {
	whole := part.rounded(0)
	if !amount.IsZero() && exactOf(*amount).cmp(whole) != 0 {
		t.find(&ruleLine, linePath(i, name+"Monto"), amount.String(), whole.String())
	}
	*amount = dte.Decimal{}
	if whole.sign() == 0 {
		t.find(&ruleSmallRate, linePath(i, name+"Pct"), "", "")
		return part
	}
	var ok bool
	if *amount, ok = whole.decimal(); !ok {
		t.find(&ruleRange, linePath(i, name+"Monto"), "", clp(maxAmount))
	}
	return whole
}

// lineAmount returns the amount of a line.
func (t *exportTotals) lineAmount(i int, amount exact) dte.Decimal {
	d, ok := amount.rounded(t.places).decimal()
	if !ok {
		t.find(&ruleRange, linePath(i, "MontoItem"), "", clp(maxAmount))
		return zero
	}
	return d
}

// adjust applies the global discounts and surcharges, and fills in their amounts in
// pesos.
func (t *exportTotals) adjust() {
	inOrder, onSum := t.amount, t.amount
	for i := range t.doc.Adjustments {
		a := &t.doc.Adjustments[i]
		if a.Exemption == 2 {
			continue
		}
		first, second := exactOf(a.Value), exactOf(a.Value)
		if a.ValueKind == "%" {
			first, second = inOrder.percent(a.Value), t.amount.percent(a.Value)
		}
		if t.readings.Adjustments == AdjustmentsOnSum {
			t.adjustmentInPesos(i, a, second)
		} else {
			t.adjustmentInPesos(i, a, first)
		}
		if a.Kind == "D" {
			inOrder, onSum = inOrder.minus(first), onSum.minus(second)
		} else {
			inOrder, onSum = inOrder.plus(first), onSum.plus(second)
		}
	}
	if inOrder.rounded(t.places).cmp(onSum.rounded(t.places)) != 0 && !t.readings.Adjustments.isChosen() {
		t.find(&ruleAdjustments, "DscRcgGlobal", "", "AdjustmentsInOrder "+inOrder.String()+", AdjustmentsOnSum "+onSum.String())
	}
	if t.amount = inOrder; t.readings.Adjustments == AdjustmentsOnSum {
		t.amount = onSum
	}
}

// fill fills in the totals.
func (t *exportTotals) fill() {
	totals := &t.doc.Header.Totals
	totals.Exempt = t.decimal(t.amount, t.places, pathOfTotals+"MntExe")
	totals.Total = totals.Exempt
	if totals.Total.Sign() < 0 {
		t.find(&ruleNegative, pathOfTotals+"MntTotal", totals.Total.String(), "")
	}
	if t.isUnpaid() {
		switch t.readings.Unpaid {
		case UnpaidIsZero:
			totals.Total = zero
		case UnpaidHasAmount:
		default:
			if totals.Total.Sign() != 0 {
				t.find(&ruleUnpaid, pathOfTotals+"MntTotal", "", "UnpaidIsZero 0, UnpaidHasAmount "+totals.Total.String())
			}
		}
	}
	t.otherCurrency()
}

func (t *exportTotals) isUnpaid() bool {
	return t.doc.Header.Identification.ExportPaymentTerms == unpaidTerms
}

// compare adds a finding for each given amount of Totales that differs from ours.
// Amounts that exports do not have must be zero.
func (t *exportTotals) compare() {
	given, ours := t.given.totals, &t.doc.Header.Totals
	t.compareDecimal(&ruleExempt, given.Exempt, ours.Exempt, pathOfTotals+"MntExe")
	t.compareDecimal(&ruleGiven, given.Total, ours.Total, pathOfTotals+"MntTotal")
	t.compareDecimal(&ruleGiven, given.Net, zero, pathOfTotals+"MntNeto")
	t.compareDecimal(&ruleGiven, given.VAT, zero, pathOfTotals+"IVA")
}
