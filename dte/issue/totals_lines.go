package issue

import (
	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

// line computes the amounts of the i-th line: price × quantity − discount +
// surcharge. A price without quantity is the price of one.
func (t *pesoTotals) line(i int) {
	l, given := &t.doc.Lines[i], t.given.lines[i]
	l.Discount, l.Surcharge = notZero(l.Discount, t.kind), notZero(l.Surcharge, t.kind)
	t.parts(i, l)
	switch {
	case l.Exemption == 4, l.Exemption == 5:
		// Not sold here, so it has no amount.
	case l.Price.IsZero():
		l.Amount = t.unpriced(i, l)
		return
	case t.kind == 52 && !given.IsZero() && given.Sign() == 0 && !isSale(t.doc.Header.Identification.Transfer):
		// A guía may carry goods that have a price but are not sold.
	default:
		l.Amount = chile.CLP(t.priced(i, l))
	}
	if !given.IsZero() {
		t.compareAmount(&ruleLine, given, int64(l.Amount), linePath(i, "MontoItem"))
	}
}

// notZero removes a zero amount, which only boletas may write.
func notZero(amount *chile.CLP, kind chile.DocType) *chile.CLP {
	if amount != nil && *amount == 0 && !isBoleta(kind) {
		return nil
	}
	return amount
}

// isSale reports whether the goods of a guía are sold with it (IndTraslado).
func isSale(transfer int) bool { return transfer == 1 || transfer == 9 }

// parts finds discounts and surcharges that are stated only by their parts.
func (t *pesoTotals) parts(i int, l *dte.Line) {
	if len(l.Discounts) > 0 && l.Discount == nil && l.DiscountRate.IsZero() {
		t.find(&ruleParts, linePath(i, "SubDscto"), "", "")
	}
	if len(l.Surcharges) > 0 && l.Surcharge == nil && l.SurchargeRate.IsZero() {
		t.find(&ruleParts, linePath(i, "SubRecargo"), "", "")
	}
}

// unpriced returns the given amount of a line without price.
func (t *pesoTotals) unpriced(i int, l *dte.Line) chile.CLP {
	if !l.DiscountRate.IsZero() && l.Discount == nil {
		t.find(&ruleAloneRate, linePath(i, "DescuentoPct"), l.DiscountRate.String(), "")
	}
	if !l.SurchargeRate.IsZero() && l.Surcharge == nil {
		t.find(&ruleAloneRate, linePath(i, "RecargoPct"), l.SurchargeRate.String(), "")
	}
	given := t.given.lines[i]
	if given.IsZero() {
		if !mayBeEmpty(t.kind, t.doc.References) && (t.kind != 52 || isSale(t.doc.Header.Identification.Transfer)) {
			t.find(&ruleNoAmount, linePath(i, "MontoItem"), "", "")
		}
		return 0
	}
	amount, err := given.CLP()
	if err != nil {
		t.find(&ruleWhole, linePath(i, "MontoItem"), given.String(), "")
		return 0
	}
	if amount < 0 && t.kind != 43 {
		t.find(&ruleNegative, linePath(i, "MontoItem"), given.String(), "")
	}
	return chile.CLP(t.bounded(int64(amount), true, linePath(i, "MontoItem")))
}

// priced returns the amount of a line with a price, and fills in the amounts of
// its discount and surcharge.
func (t *pesoTotals) priced(i int, l *dte.Line) int64 {
	quantity := l.Quantity
	if quantity.IsZero() {
		quantity = one
	}
	gross, ok := product(quantity, l.Price, 1)
	if !ok || isLarge(gross) {
		return t.bounded(gross, ok, linePath(i, "PrcItem"))
	}
	net := gross - t.discount(i, l, gross)
	amount := net + t.surcharge(i, l, gross, net)
	if amount < 0 && t.kind != 43 {
		t.find(&ruleNegative, linePath(i, "MontoItem"), clp(amount), "")
	}
	if isLarge(amount) {
		return t.bounded(amount, true, linePath(i, "MontoItem"))
	}
	return amount
}

var one, _ = dte.NewDecimal(1, 0)

func (t *pesoTotals) discount(i int, l *dte.Line, gross int64) int64 {
	if l.DiscountRate.IsZero() {
		return t.limited(i, l.Discount, "DescuentoMonto")
	}
	amount := t.share(i, gross, l.DiscountRate, "DescuentoPct")
	if l.Discount != nil && int64(*l.Discount) != amount {
		t.find(&ruleLine, linePath(i, "DescuentoMonto"), clp(int64(*l.Discount)), clp(amount))
	}
	l.Discount = t.written(i, amount, "DescuentoPct")
	return amount
}

// surcharge returns the surcharge. A given amount chooses between the readings
// of its percentage.
func (t *pesoTotals) surcharge(i int, l *dte.Line, gross, net int64) int64 {
	if l.SurchargeRate.IsZero() {
		return t.limited(i, l.Surcharge, "RecargoMonto")
	}
	after, before := t.share(i, net, l.SurchargeRate, "RecargoPct"), t.share(i, gross, l.SurchargeRate, "RecargoPct")
	given, amount := l.Surcharge, amountOf(l.Surcharge)
	if given == nil || amount != after && amount != before {
		amount = t.surchargeRead(i, after, before)
	}
	if given != nil && int64(*given) != amount {
		t.find(&ruleLine, linePath(i, "RecargoMonto"), clp(int64(*given)), clp(amount))
	}
	l.Surcharge = t.written(i, amount, "RecargoPct")
	return amount
}

// surchargeRead chooses between the readings of the percentage of a surcharge.
func (t *totals) surchargeRead(i int, after, before int64) int64 {
	switch t.readings.Surcharge {
	case SurchargeAfterDiscount:
	case SurchargeBeforeDiscount:
		return before
	default:
		if after != before {
			t.find(&ruleSurcharge, linePath(i, "RecargoPct"), "", "SurchargeAfterDiscount "+clp(after)+", SurchargeBeforeDiscount "+clp(before))
		}
	}
	return after
}

// share returns a percentage of an amount.
func (t *totals) share(i int, amount int64, rate dte.Decimal, name string) int64 {
	f, ok := percent(rate)
	if ok {
		amount, ok = f.of(amount)
	}
	if !ok || isLarge(amount) {
		return t.bounded(amount, ok, linePath(i, name))
	}
	return amount
}

// limited returns a given amount.
func (t *pesoTotals) limited(i int, amount *chile.CLP, name string) int64 {
	if n := amountOf(amount); !isLarge(n) {
		return n
	}
	return t.bounded(0, false, linePath(i, name))
}

// written is the amount of a percentage as written: zero only in boletas.
func (t *pesoTotals) written(i int, amount int64, name string) *chile.CLP {
	if amount == 0 && !isBoleta(t.kind) {
		t.find(&ruleSmallRate, linePath(i, name), "", "")
		return nil
	}
	return pesos(amount)
}
