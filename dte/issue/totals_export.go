package issue

import (
	"math/big"

	"github.com/ofitec/chile/dte"
)

// exportTotals computes the totals of an export document, in which everything is
// exempt and amounts have up to four decimals, in pesos none. Discounts and
// surcharges of lines are whole numbers all the same (schema, MntImpType).
type exportTotals struct {
	totals
	doc *dte.Export

	places           int // of amounts
	exempt, unbilled sum // of which only the lines are counted
	amount           *big.Rat
}

const (
	exportPlaces = 4
	pesosAbroad  = "PESO CL" // the name of pesos at the Customs
	unpaidTerms  = 21        // FmaPagExp: without payment
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
	t.amount = new(big.Rat)
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

// line computes the amounts of the i-th line and adds it to what is exempt.
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
		l.Amount = t.decimal(t.priced(i, l), linePath(i, "MontoItem"))
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
	t.amount.Add(t.amount, l.Amount.Rat())
}

var zero, _ = dte.NewDecimal(0, 0)

// wholeAmount returns an amount that is given, which must be whole; zero is none.
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

// unpriced returns the amount of a line without price, which is given.
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
	amount := t.decimal(given.Rat(), linePath(i, "MontoItem"))
	if amount.Cmp(given) != 0 {
		t.find(&ruleRange, linePath(i, "MontoItem"), given.String(), amount.String())
	}
	return amount
}

// priced returns price × quantity − discount + surcharge.
func (t *exportTotals) priced(i int, l *dte.ExportLine) *big.Rat {
	gross := l.Price.Rat()
	if !l.Quantity.IsZero() {
		gross.Mul(gross, l.Quantity.Rat())
	}
	net := new(big.Rat).Set(gross)
	if l.DiscountRate.IsZero() {
		net.Sub(net, l.Discount.Rat())
	} else {
		whole, exact := partOf(gross, l.DiscountRate)
		net.Sub(net, t.written(i, &l.Discount, whole, exact, "Descuento"))
	}
	if l.SurchargeRate.IsZero() {
		return net.Add(net, l.Surcharge.Rat())
	}
	after, exactAfter := partOf(net, l.SurchargeRate)
	before, exactBefore := partOf(gross, l.SurchargeRate)
	if isAfter, isBefore := after.Cmp(l.Surcharge.Rat()) == 0, before.Cmp(l.Surcharge.Rat()) == 0; isBefore && !isAfter {
		after, exactAfter = before, exactBefore
	} else if !isAfter && t.surchargeBefore(i, exactAfter, exactBefore) {
		after, exactAfter = before, exactBefore
	}
	return net.Add(net, t.written(i, &l.Surcharge, after, exactAfter, "Recargo"))
}

// partOf returns a percentage of an amount, rounded to a whole number and exact.
func partOf(amount *big.Rat, rate dte.Decimal) (whole, exact *big.Rat) {
	exact = new(big.Rat).Mul(amount, rate.Rat())
	exact.Quo(exact, big.NewRat(100, 1))
	return roundedRat(exact, 0), exact
}

// roundedRat rounds half away from zero.
func roundedRat(r *big.Rat, places int) *big.Rat {
	scale := big.NewInt(pow10[places])
	n := new(big.Int).Mul(r.Num(), scale)
	quotient, rest := n.QuoRem(n, r.Denom(), new(big.Int))
	if rest.Abs(rest).Lsh(rest, 1).Cmp(r.Denom()) >= 0 {
		quotient.Add(quotient, big.NewInt(int64(r.Sign())))
	}
	return new(big.Rat).SetFrac(quotient, scale)
}

// surchargeBefore chooses between the readings of the percentage of a surcharge.
func (t *exportTotals) surchargeBefore(i int, after, before *big.Rat) bool {
	switch t.readings.Surcharge {
	case SurchargeAfterDiscount:
	case SurchargeBeforeDiscount:
		return true
	default:
		if after.Cmp(before) != 0 {
			t.find(&ruleSurcharge, linePath(i, "RecargoPct"), "", "SurchargeAfterDiscount "+after.FloatString(exportPlaces)+", SurchargeBeforeDiscount "+before.FloatString(exportPlaces))
		}
	}
	return false
}

// written fills in the amount of a percentage, which must be whole. One that rounds
// to nothing cannot be written: it stands in the line's amount, with its decimals.
func (t *exportTotals) written(i int, amount *dte.Decimal, whole, exact *big.Rat, name string) *big.Rat {
	if !amount.IsZero() && amount.Rat().Cmp(whole) != 0 {
		t.find(&ruleLine, linePath(i, name+"Monto"), amount.String(), whole.FloatString(0))
	}
	if whole.Sign() == 0 {
		*amount = dte.Decimal{}
		t.find(&ruleSmallRate, linePath(i, name+"Pct"), "", "")
		return exact
	}
	*amount = t.decimal(whole, linePath(i, name+"Monto"))
	return whole
}

// decimal returns an amount, rounded to the decimals of the document.
func (t *exportTotals) decimal(amount *big.Rat, path string) dte.Decimal {
	return t.totals.decimal(amount, t.places, path)
}

// decimal returns an amount, rounded and without zeros at its end.
func (t *totals) decimal(amount *big.Rat, places int, path string) dte.Decimal {
	r := roundedRat(amount, places)
	for places > 0 && new(big.Rat).Mul(r, big.NewRat(pow10[places-1], 1)).IsInt() {
		places--
	}
	digits := r.Num()
	if places > 0 {
		digits = new(big.Rat).Mul(r, big.NewRat(pow10[places], 1)).Num()
	}
	limit := big.NewRat(maxAmount, 1)
	d, err := dte.NewDecimal(digits.Int64(), places)
	if err != nil || new(big.Rat).Abs(r).Cmp(limit) >= 0 {
		t.find(&ruleRange, path, "", clp(maxAmount))
		return zero
	}
	return d
}

// adjust applies the global discounts and surcharges, and fills in what they are in
// pesos.
func (t *exportTotals) adjust() {
	inOrder, onSum := new(big.Rat).Set(t.amount), new(big.Rat).Set(t.amount)
	for i := range t.doc.Adjustments {
		a := &t.doc.Adjustments[i]
		if a.Exemption == 2 {
			continue
		}
		first, second := a.Value.Rat(), a.Value.Rat()
		if a.ValueKind == "%" {
			_, first = partOf(inOrder, a.Value)
			_, second = partOf(t.amount, a.Value)
		}
		value := first
		if t.readings.Adjustments == AdjustmentsOnSum {
			value = second
		}
		t.adjustmentInPesos(i, a, value)
		if a.Kind == "D" {
			first, second = new(big.Rat).Neg(first), new(big.Rat).Neg(second)
		}
		inOrder.Add(inOrder, first)
		onSum.Add(onSum, second)
	}
	if inOrder.Cmp(onSum) != 0 && !t.readings.Adjustments.isChosen() {
		t.find(&ruleAdjustments, "DscRcgGlobal", "",
			"AdjustmentsInOrder "+inOrder.FloatString(exportPlaces)+", AdjustmentsOnSum "+onSum.FloatString(exportPlaces))
	}
	if t.amount = inOrder; t.readings.Adjustments == AdjustmentsOnSum {
		t.amount = onSum
	}
}

// fill fills in the totals.
func (t *exportTotals) fill() {
	totals := &t.doc.Header.Totals
	totals.Exempt = t.decimal(t.amount, pathOfTotals+"MntExe")
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

// compare finds the amounts of Totales that are given and are not ours; those that
// exports do not have must be zero.
func (t *exportTotals) compare() {
	given, ours := t.given.totals, &t.doc.Header.Totals
	t.compareDecimal(&ruleExempt, given.Exempt, ours.Exempt, pathOfTotals+"MntExe")
	t.compareDecimal(&ruleGiven, given.Total, ours.Total, pathOfTotals+"MntTotal")
	t.compareDecimal(&ruleGiven, given.Net, zero, pathOfTotals+"MntNeto")
	t.compareDecimal(&ruleGiven, given.VAT, zero, pathOfTotals+"IVA")
}

// compareDecimal finds an amount that is given and is not ours.
func (t *totals) compareDecimal(r *rule, given, ours dte.Decimal, path string) {
	if !given.IsZero() && given.Cmp(ours) != 0 {
		t.find(r, path, given.String(), ours.String())
	}
}
