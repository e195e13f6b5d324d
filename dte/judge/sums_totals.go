package judge

import (
	"github.com/ofitec/chile/dte"
)

const pathOfTotals = "Encabezado/Totales/"

// among tells an amount that is none of those that it may be.
func (d *document) among(code Code, path string, got int64, want readings) {
	if len(want) > 0 && !want.has(got) {
		d.find(code, path, text(got), text(want[0]))
	}
}

// nineteen is the rate of VAT where a document names none.
var nineteen, _ = dte.NewDecimal(19, 0)

func (d *document) vatRate() dte.Decimal {
	if rate := d.peso.Header.Totals.VATRate; !rate.IsZero() {
		return rate
	}
	return nineteen
}

// gross reports whether the prices of the lines include VAT: those of boletas do
// unless they say the contrary, those of others if they say so.
func (d *document) gross() bool {
	i := &d.peso.Header.Identification
	if isBoleta(d.kind) {
		return i.NetPrices != 2
	}
	return i.GrossPrices == 1
}

// nets are what the net may be.
func (d *document) nets() (list readings, ok bool) {
	if !d.gross() {
		return d.lines.taxed, true
	}
	for _, sum := range d.lines.taxed {
		n, fits := netOf(sum, d.vatRate())
		if !fits {
			return nil, false
		}
		list = append(list, n)
	}
	return list, true
}

// net finds a net that does not follow from the taxed lines.
func (d *document) net() {
	if d.peso == nil || d.kind == 34 || d.kind == 41 || !d.sum() {
		return
	}
	t := &d.peso.Header.Totals
	if t.Net == nil && d.kind == 39 {
		return // optional in its schema
	}
	want, ok := d.nets()
	if !ok {
		d.tooLarge()
		return
	}
	d.among(CodeNet, pathOfTotals+"MntNeto", amountOf(t.Net), want)
}

// exempt finds an exempt amount that does not follow from the exempt lines.
func (d *document) exempt() {
	if d.peso == nil {
		d.exportExempt()
		return
	}
	if d.sum() {
		d.among(CodeExempt, pathOfTotals+"MntExe", amountOf(d.peso.Header.Totals.Exempt), d.lines.exempt)
	}
}

// vats are what VAT may be, given the net: by rate, or by subtraction where prices
// include it.
func (d *document) vats(net int64) (list readings, ok bool) {
	byRate, ok := percent(net, d.vatRate())
	if d.gross() {
		for _, sum := range d.lines.taxed {
			if n, fits := netOf(sum, d.vatRate()); fits && n == net {
				list = append(list, sum-net)
			}
		}
	}
	return append(list, byRate), ok
}

// vat finds VAT that does not follow from the net, and shares of it that do not
// add up.
func (d *document) vat() {
	if d.peso == nil || d.kind == 34 || d.kind == 41 || !d.sum() {
		return
	}
	t := &d.peso.Header.Totals
	if t.Net != nil && (t.VAT != nil || *t.Net != 0 && !isBoleta(d.kind)) {
		if magnitude(int64(*t.Net)) > maxAmount {
			d.tooLarge()
			return
		}
		want, ok := d.vats(int64(*t.Net))
		if !ok {
			d.tooLarge()
			return
		}
		d.among(CodeSum, pathOfTotals+"IVA", amountOf(t.VAT), want)
	}
	if t.OwnVAT != nil || t.ThirdVAT != nil {
		d.among(CodeSum, pathOfTotals+"IVAProp", amountOf(t.OwnVAT)+amountOf(t.ThirdVAT), readings{amountOf(t.VAT)})
	}
	d.among(CodeSum, pathOfTotals+"GrntDep", amountOf(t.Deposits), readings{d.lines.deposits})
}

// commissions finds totals of commissions that are not those of their lines.
func (d *document) commissions() {
	if d.peso == nil {
		return
	}
	total := d.peso.Header.Totals.Commissions
	if total == nil && len(d.peso.Commissions) == 0 {
		return
	}
	if total == nil {
		total = &dte.CommissionTotals{}
	}
	var net, exempt, vat int64
	for i := range d.peso.Commissions {
		c := &d.peso.Commissions[i]
		if magnitude(int64(c.Net)) > maxAmount || magnitude(int64(c.Exempt)) > maxAmount || magnitude(amountOf(c.VAT)) > maxAmount || i > maxLines {
			d.tooLarge()
			return
		}
		net, exempt, vat = net+int64(c.Net), exempt+int64(c.Exempt), vat+amountOf(c.VAT)
	}
	const path = pathOfTotals + "Comisiones/"
	d.among(CodeSum, path+"ValComNeto", amountOf(total.Net), readings{net})
	d.among(CodeSum, path+"ValComExe", amountOf(total.Exempt), readings{exempt})
	d.among(CodeSum, path+"ValComIVA", amountOf(total.VAT), readings{vat})
}

// total finds a total that is not the sum of its parts.
func (d *document) total() {
	if d.peso == nil {
		d.exportTotal()
		return
	}
	if !d.sum() {
		return
	}
	t := &d.peso.Header.Totals
	parts := []int64{
		amountOf(t.Net), amountOf(t.Exempt), amountOf(t.VAT), amountOf(t.Deposits), -amountOf(t.BuilderCredit),
	}
	if c := t.Commissions; c != nil {
		parts = append(parts, -amountOf(c.Net), -amountOf(c.Exempt), -amountOf(c.VAT))
	}
	var sum int64
	for _, p := range parts {
		if magnitude(p) > maxAmount {
			d.tooLarge()
			return
		}
		sum += p
	}
	want, ok := d.withTaxes(sum)
	if !ok {
		d.tooLarge()
		return
	}
	if isBoleta(d.kind) {
		want = d.boletaTotals()
	}
	d.among(CodeTotal, pathOfTotals+"MntTotal", int64(t.Total), want)
}

// boletaTotals are what the total of a boleta may be: net and VAT need not stand
// in it, and by rate they miss the price by a peso now and then.
func (d *document) boletaTotals() (list readings) {
	for _, exempt := range d.lines.exempt {
		for _, taxed := range d.lines.taxed {
			if d.gross() {
				list = append(list, taxed+exempt)
			}
			n := taxed
			if d.gross() {
				n, _ = netOf(taxed, nineteen)
			}
			vat, _ := percent(n, nineteen)
			list = append(list, n+vat+exempt)
		}
	}
	return list
}

// period finds amounts beside the total that do not follow: what is shown and not
// charged, and the total with it.
func (d *document) period() {
	if d.peso == nil || !d.sum() {
		return
	}
	t := &d.peso.Header.Totals
	unbilled := d.lines.unbilled
	if d.kind != 43 { // which has no element for it
		d.among(CodeSum, pathOfTotals+"MontoNF", amountOf(t.NotInvoiced), unbilled)
		unbilled = readings{amountOf(t.NotInvoiced)}
	}
	want := unbilled.of(func(n int64) []int64 { return []int64{int64(t.Total) + n} })
	if t.Period != nil {
		d.among(CodeSum, pathOfTotals+"MontoPeriodo", int64(*t.Period), want)
	}
	if t.PeriodTotal != nil {
		d.among(CodeSum, pathOfTotals+"TotalPeriodo", int64(*t.PeriodTotal), want)
	}
}
