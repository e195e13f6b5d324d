package judge

import "github.com/ofitec/chile/dte"

const pathOfTotals = "Encabezado/Totales/"

// nineteen is the rate of VAT if a document names none.
var nineteen, _ = dte.NewDecimal(19, 0)

func (d *document) vatRate() dte.Decimal {
	if rate := d.peso.Header.Totals.VATRate; !rate.IsZero() {
		return rate
	}
	return nineteen
}

// gross reports whether the prices of the lines include VAT. In boletas they do unless
// the boleta says the contrary; in others, only if the document says so.
func (d *document) gross() bool {
	i := &d.peso.Header.Identification
	if isBoleta(d.kind) {
		return i.NetPrices != 2
	}
	return i.GrossPrices == 1
}

// nets returns the possible values of the net, one for each reading of the taxed lines.
func (d *document) nets() readings {
	if !d.gross() {
		return d.lines.taxed
	}
	list := make(readings, len(d.lines.taxed))
	for i, sum := range d.lines.taxed {
		list[i] = d.fit(netOf(sum, d.vatRate()))
	}
	return list
}

// net finds a net that does not follow from the taxed lines. In boletas its element
// is optional.
func (d *document) net() {
	if d.peso == nil || !d.sum() {
		return
	}
	if t := &d.peso.Header.Totals; t.Net != nil || !isBoleta(d.kind) {
		d.among(CodeNet, pathOfTotals+"MntNeto", amountOf(t.Net), d.nets())
	}
}

// exempt finds an exempt amount that does not follow from the exempt lines.
func (d *document) exempt() {
	switch {
	case d.export != nil:
		d.exportExempt()
	case d.peso != nil && d.sum():
		d.among(CodeExempt, pathOfTotals+"MntExe", amountOf(d.peso.Header.Totals.Exempt), d.lines.exempt)
	}
}

// vats returns the possible values of VAT for a net: by rate, or by subtraction if prices
// include VAT.
func (d *document) vats(net int64) readings {
	list := readings{d.fit(percent(net, d.vatRate()))}
	if d.gross() {
		for i, n := range d.nets() {
			if n == net {
				list = append(readings{d.lines.taxed[i] - net}, list...)
			}
		}
	}
	return list
}

// vat finds VAT that does not follow from the net, shares of it that do not add up,
// and deposits that are not those of the lines.
func (d *document) vat() {
	if d.peso == nil || !d.sum() {
		return
	}
	t := &d.peso.Header.Totals
	if t.Net != nil && (t.VAT != nil || !isBoleta(d.kind)) {
		d.among(CodeSum, pathOfTotals+"IVA", amountOf(t.VAT), d.vats(amountOf(t.Net)))
	}
	if t.OwnVAT != nil || t.ThirdVAT != nil {
		d.among(CodeSum, pathOfTotals+"IVAProp", amountOf(t.OwnVAT)+amountOf(t.ThirdVAT), readings{amountOf(t.VAT)})
	}
	d.among(CodeSum, pathOfTotals+"GrntDep", amountOf(t.Deposits), readings{d.lines.deposits})
}

// commissions finds totals of commissions that are not those of their lines.
func (d *document) commissions() {
	if d.peso == nil || !d.sum() {
		return
	}
	total := d.peso.Header.Totals.Commissions
	if total == nil {
		total = &dte.CommissionTotals{}
	}
	var net, exempt, vat int64
	for i := range d.peso.Commissions {
		c := &d.peso.Commissions[i]
		net, exempt, vat = net+int64(c.Net), exempt+int64(c.Exempt), vat+amountOf(c.VAT)
	}
	const path = pathOfTotals + "Comisiones/"
	d.among(CodeSum, path+"ValComNeto", amountOf(total.Net), readings{net})
	d.among(CodeSum, path+"ValComExe", amountOf(total.Exempt), readings{exempt})
	d.among(CodeSum, path+"ValComIVA", amountOf(total.VAT), readings{vat})
}

// total finds a total that is not the sum of its parts.
func (d *document) total() {
	switch {
	case d.export != nil:
		d.exportTotal()
	case d.peso != nil && d.sum():
		want := d.totals()
		if isBoleta(d.kind) {
			want = d.boletaTotals()
		}
		d.among(CodeTotal, pathOfTotals+"MntTotal", int64(d.peso.Header.Totals.Total), want)
	}
}

// totals returns the possible values of the total, given its parts.
func (d *document) totals() readings {
	t := &d.peso.Header.Totals
	sum := amountOf(t.Net) + amountOf(t.Exempt) + amountOf(t.VAT) + amountOf(t.Deposits) - amountOf(t.BuilderCredit)
	if c := t.Commissions; c != nil {
		sum -= amountOf(c.Net) + amountOf(c.Exempt) + amountOf(c.VAT)
	}
	return d.withTaxes(sum)
}

// boletaTotals returns the possible values of a boleta's total. Net and VAT are optional
// in it; computed by rate, they sometimes miss the price by a peso.
func (d *document) boletaTotals() (list readings) {
	for _, exempt := range d.lines.exempt {
		for i, net := range d.nets() {
			if d.gross() {
				list = append(list, d.lines.taxed[i]+exempt)
			}
			list = append(list, net+d.fit(percent(net, nineteen))+exempt)
		}
	}
	return list
}

// period finds wrong amounts beside the total: what is shown but not charged, and the
// total with it.
func (d *document) period() {
	if d.peso == nil || !d.sum() {
		return
	}
	t := &d.peso.Header.Totals
	unbilled := d.lines.unbilled
	if d.kind != 43 { // a 43 has no element for it
		d.among(CodeSum, pathOfTotals+"MontoNF", amountOf(t.NotInvoiced), unbilled)
		unbilled = readings{amountOf(t.NotInvoiced)}
	}
	want := unbilled.plus(int64(t.Total))
	if t.Period != nil {
		d.among(CodeSum, pathOfTotals+"MontoPeriodo", int64(*t.Period), want)
	}
	if t.PeriodTotal != nil {
		d.among(CodeSum, pathOfTotals+"TotalPeriodo", int64(*t.PeriodTotal), want)
	}
}
