package judge

import (
	"slices"

	"github.com/ofitec/chile/dte"
)

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

// sums are the sums of a document's lines, by kind.
type sums struct {
	made     bool
	tooLarge bool // an amount cannot be added up: no further amount is compared

	taxed, exempt readings // after global discounts and surcharges
	unbilled      readings
	deposits      int64
	byTax         map[int]int64 // of lines with the code of a tax
}

// sum adds up the lines of a document in pesos, once. It reports whether it could.
func (d *document) sum() bool {
	s := &d.lines
	if !s.made {
		s.made, s.tooLarge = true, !d.bounded()
		if !s.tooLarge {
			d.addLines(s)
		}
	}
	return d.fits()
}

// fits reports whether all amounts could be added up so far. If not, it reports a gap.
func (d *document) fits() bool {
	if d.lines.tooLarge && !slices.Contains(d.v.Gaps, Gap{d.check, TooLarge}) {
		d.gap(TooLarge)
	}
	return !d.lines.tooLarge
}

// fit notes that an amount cannot be computed.
func (d *document) fit(n int64, ok bool) int64 {
	if !ok || magnitude(n) > maxAmount {
		d.lines.tooLarge = true
		return 0
	}
	return n
}

// among reports an amount that is none of its possible values.
func (d *document) among(code Code, path string, got int64, want readings) {
	if d.fits() && !want.has(got) {
		d.find(code, path, text(got), text(want[0]))
	}
}

// maxLines bounds the number of added amounts, so that no sum overflows. The schemas
// allow 1,000.
const maxLines = 5_000

// bounded reports whether the amounts of a document can be added up.
func (d *document) bounded() bool {
	t, p := &d.peso.Header.Totals, d.peso
	if len(p.Lines)+len(t.OtherTaxes)+len(p.Commissions) > maxLines {
		return false
	}
	ok := true
	check := func(amounts ...int64) {
		for _, n := range amounts {
			ok = ok && magnitude(n) <= maxAmount
		}
	}
	check(amountOf(t.Net), amountOf(t.Exempt), amountOf(t.SlaughterBase), amountOf(t.VAT), amountOf(t.OwnVAT), amountOf(t.ThirdVAT),
		amountOf(t.BuilderCredit), amountOf(t.Deposits), int64(t.Total), amountOf(t.NotInvoiced))
	if c := t.Commissions; c != nil {
		check(amountOf(c.Net), amountOf(c.Exempt), amountOf(c.VAT))
	}
	for i := range t.OtherTaxes {
		check(int64(t.OtherTaxes[i].Amount))
	}
	for i := range p.Lines {
		check(int64(p.Lines[i].Amount), amountOf(p.Lines[i].Discount), amountOf(p.Lines[i].Surcharge))
	}
	for i := range p.Commissions {
		check(int64(p.Commissions[i].Net), int64(p.Commissions[i].Exempt), amountOf(p.Commissions[i].VAT))
	}
	return ok
}

// Kinds of lines (IndExe) and targets of global discounts (IndExeDR).
const (
	taxedLine    = 0
	exemptLine   = 1
	unbilledLine = 2
	depositLine  = 3
	unsoldLine   = 4
	deductedLine = 5
	negativeLine = 6 // not charged
)

// allExempt reports whether lines without a mark are exempt.
func (d *document) allExempt() bool { return d.kind == 34 || d.kind == 41 }

func (d *document) addLines(s *sums) {
	var sum [negativeLine + 1]int64
	s.byTax = make(map[int]int64, len(d.peso.Header.Totals.OtherTaxes))
	for i := range d.peso.Lines {
		l := &d.peso.Lines[i]
		for _, code := range l.TaxCodes {
			s.byTax[code] += int64(l.Amount)
		}
		if l.Exemption >= 0 && l.Exemption < len(sum) {
			sum[l.Exemption] += int64(l.Amount)
		}
	}
	s.deposits = sum[depositLine]
	s.unbilled = d.adjusted(sum[unbilledLine]-sum[negativeLine], unbilledLine)
	s.unbilled = append(s.unbilled, d.adjusted(sum[unbilledLine], unbilledLine)...) // some leave out what is negative
	if !d.allExempt() {
		s.taxed, s.exempt = d.adjusted(sum[taxedLine], taxedLine), d.adjusted(sum[exemptLine], exemptLine)
		return
	}
	// An adjustment without a mark acts on nothing, or on everything.
	s.taxed = readings{0}
	s.exempt = d.adjusted(sum[taxedLine]+sum[exemptLine], exemptLine)
	for _, exempt := range s.exempt {
		s.exempt = append(s.exempt, d.adjusted(exempt, taxedLine)...)
	}
}

// adjusted returns the possible values of a sum after the global discounts and
// surcharges on a kind of lines: each on the rest of the other, or each on the whole.
func (d *document) adjusted(sum int64, acts int) readings {
	running, apart := sum, sum
	for i := range d.peso.Adjustments {
		a := &d.peso.Adjustments[i]
		if a.Exemption == acts {
			running = d.fit(running+d.adjustment(a, running), true)
			apart = d.fit(apart+d.adjustment(a, sum), true)
		}
	}
	return readings{running, apart}
}

// adjustment returns what a global discount or surcharge adds to a sum.
func (d *document) adjustment(a *dte.Adjustment, sum int64) int64 {
	n := d.fit(whole(a.Value))
	if a.ValueKind == "%" {
		n = d.fit(percent(sum, a.Value))
	}
	if a.Kind == "D" {
		return -n
	}
	return n
}
