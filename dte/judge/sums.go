package judge

import "github.com/ofitec/chile/dte"

var sumRules = []rule{
	{check: CheckLineSums, document: (*document).lineSums, codes: []Code{CodeLineSum, CodeBoletaLineSum}},
	{check: CheckNet, document: (*document).net, codes: []Code{CodeNet}},
	{check: CheckExempt, document: (*document).exempt, codes: []Code{CodeExempt}},
	{check: CheckVAT, document: (*document).vat, codes: []Code{CodeSum}},
	{check: CheckTaxes, document: (*document).taxes, codes: []Code{CodeTax, CodeSum}},
	{check: CheckRetention, document: (*document).retention, codes: []Code{CodeTaxLine, CodeTax}},
	{check: CheckCommissions, document: (*document).commissions, codes: []Code{CodeSum}},
	{check: CheckTotal, document: (*document).total, codes: []Code{CodeTotal}},
	{check: CheckPeriod, document: (*document).period, codes: []Code{CodeSum}},
}

// sums are those of a document's lines, by what they are.
type sums struct {
	made, tooLarge bool

	taxed, exempt readings // after global discounts and surcharges
	unbilled      readings
	deposits      int64
	byTax         map[int]int64 // of lines with the code of a tax
}

// tooLarge says that amounts cannot be added up.
func (d *document) tooLarge() { d.v.Gaps = append(d.v.Gaps, Gap{d.check, TooLarge}) }

// sum adds up the lines of a document in pesos, once. It reports whether that can
// be done.
func (d *document) sum() bool {
	if d.peso == nil {
		return false
	}
	s := &d.lines
	if !s.made {
		s.made = true
		s.tooLarge = !d.addLines(s)
	}
	if s.tooLarge {
		d.tooLarge()
	}
	return !s.tooLarge
}

// Kinds of lines (IndExe) and of global discounts (IndExeDR).
const (
	taxedLine     = 0
	exemptLine    = 1
	unbilledLine  = 2
	depositLine   = 3
	unsoldLine    = 4
	deductedLine  = 5
	negativeLine  = 6 // not charged
	ofTaxedLines  = 0
	ofExemptLines = 1
	ofUnbilled    = 2
)

// allExempt reports whether lines without a mark are exempt.
func (d *document) allExempt() bool { return d.kind == 34 || d.kind == 41 }

func (d *document) addLines(s *sums) bool {
	var taxed, exempt, shown, taken int64
	if len(d.peso.Lines) > maxLines || len(d.peso.Header.Totals.OtherTaxes) > maxLines {
		return false
	}
	for i := range d.peso.Lines {
		l := &d.peso.Lines[i]
		amount := int64(l.Amount)
		if magnitude(amount) > maxAmount {
			return false
		}
		for _, code := range l.TaxCodes {
			if s.byTax == nil {
				s.byTax = make(map[int]int64)
			}
			s.byTax[code] += amount
		}
		switch l.Exemption {
		case exemptLine:
			exempt += amount
		case unbilledLine:
			shown += amount
		case negativeLine:
			taken += amount
		case depositLine:
			s.deposits += amount
		case taxedLine:
			if d.allExempt() {
				exempt += amount
			} else {
				taxed += amount
			}
		}
	}
	var ok [3]bool
	s.taxed, ok[0] = d.adjusted(readings{taxed}, ofTaxedLines)
	s.exempt, ok[1] = d.adjusted(readings{exempt}, ofExemptLines)
	unbilled := readings{shown - taken}
	if taken != 0 {
		unbilled = append(unbilled, shown) // some programs leave out what is negative
	}
	s.unbilled, ok[2] = d.adjusted(unbilled, ofUnbilled)
	if d.allExempt() { // an adjustment without a mark acts on nothing, or on everything
		both, fits := d.adjusted(s.exempt, ofTaxedLines)
		s.exempt, ok[1] = append(s.exempt, both...), ok[1] && fits
	}
	return ok[0] && ok[1] && ok[2]
}

// maxLines bounds the lines that are added up; the schemas allow 1,000.
const maxLines = 100_000

// adjusted applies the global discounts and surcharges that act on a kind of
// lines: one on what the other left, or each on the whole.
func (d *document) adjusted(from readings, acts int) (readings, bool) {
	var list readings
	for _, sum := range from {
		running, apart := sum, sum
		for i := range d.peso.Adjustments {
			a := &d.peso.Adjustments[i]
			if a.Exemption != acts {
				continue
			}
			first, ok1 := adjustment(a, running)
			second, ok2 := adjustment(a, sum)
			running, apart = running+first, apart+second
			if !ok1 || !ok2 || magnitude(running) > maxAmount || magnitude(apart) > maxAmount {
				return nil, false
			}
		}
		list = append(list, running)
		if apart != running {
			list = append(list, apart)
		}
	}
	return list, true
}

// adjustment is what a global discount or surcharge adds to a sum.
func adjustment(a *dte.Adjustment, sum int64) (int64, bool) {
	n, ok := whole(a.Value)
	if a.ValueKind == "%" {
		n, ok = percent(sum, a.Value)
	}
	if a.Kind == "D" {
		n = -n
	}
	return n, ok
}

// lineSums finds lines that are not price × quantity − discount + surcharge, and
// percentages without their amount.
func (d *document) lineSums() {
	if d.peso == nil {
		d.exportLineSums()
		return
	}
	free := d.kind == 52 || d.isNote() && d.peso.Header.Totals.Total == 0
	for i := range d.peso.Lines {
		l := &d.peso.Lines[i]
		if l.Amount == 0 && (free || l.Exemption == unsoldLine || l.Exemption == deductedLine) {
			continue // nothing is charged
		}
		d.lineSum(l)
	}
}

func (d *document) lineSum(l *dte.Line) {
	path := "Detalle[" + text(l.Number) + "]/"
	code := CodeLineSum
	if isBoleta(d.kind) {
		code = CodeBoletaLineSum
	}
	gross, ok := int64(0), true
	if !l.Price.IsZero() {
		gross, ok = whole(l.Price)
		if !l.Quantity.IsZero() {
			gross, ok = times(l.Price, l.Quantity)
		}
	}
	discount, surcharge := amountOf(l.Discount), amountOf(l.Surcharge)
	if !ok || magnitude(discount) > maxAmount || magnitude(surcharge) > maxAmount {
		d.tooLarge()
		return
	}
	if l.Price.IsZero() { // the amount stands alone, and what it was before is not known
		gross = int64(l.Amount) + discount - surcharge
	}
	if lacksAmount(gross, l.DiscountRate, l.Discount == nil) {
		d.findAt(code, l.Number, path+"DescuentoMonto", "", l.DiscountRate.String()+" %")
		return
	}
	if lacksAmount(gross-discount, l.SurchargeRate, l.Surcharge == nil) {
		d.findAt(code, l.Number, path+"RecargoMonto", "", l.SurchargeRate.String()+" %")
		return
	}
	if want := gross - discount + surcharge; int64(l.Amount) != want {
		d.findAt(code, l.Number, path+"MontoItem", text(l.Amount), text(want))
	}
}

// lacksAmount reports whether a percentage stands without the amount that it
// comes to. One below a peso cannot be written.
func lacksAmount(of int64, rate dte.Decimal, absent bool) bool {
	if rate.IsZero() || !absent {
		return false
	}
	n, ok := percent(of, rate)
	return !ok || n != 0
}
