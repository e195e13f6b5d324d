package dte

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/internal/taxes"
)

// CheckTotals says whether the amounts of a document follow from each other:
// lines, global discounts and surcharges, VAT, other taxes, total. The SII
// rejects no document for its arithmetic, so this is a separate grade.
//
// Each amount is rounded half away from zero to whole pesos. Where sources
// disagree, either reading passes: VAT of boletas by subtraction or by rate; the
// base of a surcharge before or after the discount; several global percentages
// one on the other or each on the whole; taxes before or after global discounts;
// code 53 added or subtracted. Prices and rates are taken from the document;
// CheckTotals does not check that they are the right ones. A DTE without a
// document gets no grade.
func CheckTotals(d *DTE) Grade {
	switch p := d.Peso(); {
	case p != nil:
		c := totalsCheck{Grade: Grade{Made: true}, doc: p, kind: p.Header.Identification.Type}
		c.check()
		return c.Grade
	case d.Export != nil:
		return checkExport(d.Export)
	default:
		return Grade{}
	}
}

// totalsCheck checks a document in pesos.
type totalsCheck struct {
	Grade
	doc  *Document
	kind chile.DocType

	taxed, exempt, unbilled []int64 // possible values after global adjustments
	deposits                int64
	byTax                   map[int]int64
}

var (
	one      = Decimal{digits: 1, present: true}
	nineteen = Decimal{digits: 19, present: true}
)

func (c *totalsCheck) check() {
	if !c.inRange() {
		c.found(CodeTotalsRange, "", "", strconv.FormatInt(maxAmount, 10))
		return
	}
	if c.isZero() {
		return
	}
	for i := range c.doc.Lines {
		c.line(&c.doc.Lines[i])
	}
	c.buckets()
	switch c.kind {
	case 39, 41:
		c.boleta()
	default:
		c.invoice()
	}
	c.period()
}

// inRange reports whether all amounts can be summed.
func (c *totalsCheck) inRange() bool {
	t := &c.doc.Header.Totals
	amounts := []int64{
		int64(t.Total), amountOf(t.Net), amountOf(t.Exempt), amountOf(t.VAT), amountOf(t.OwnVAT), amountOf(t.ThirdVAT), amountOf(t.UnretainedVAT),
		amountOf(t.BuilderCredit), amountOf(t.Deposits), amountOf(t.NotInvoiced), amountOf(t.Period), amountOf(t.PeriodTotal), amountOf(t.SlaughterBase),
	}
	if t.Commissions != nil {
		amounts = append(amounts, amountOf(t.Commissions.Net), amountOf(t.Commissions.Exempt), amountOf(t.Commissions.VAT))
	}
	for i := range t.OtherTaxes {
		amounts = append(amounts, int64(t.OtherTaxes[i].Amount))
	}
	for i := range c.doc.Lines {
		l := &c.doc.Lines[i]
		amounts = append(amounts, int64(l.Amount), amountOf(l.Discount), amountOf(l.Surcharge))
	}
	for i := range c.doc.Adjustments {
		if _, ok := times(c.doc.Adjustments[i].Value, one); !ok {
			return false
		}
	}
	outside := func(n int64) bool { return n > maxAmount || n < -maxAmount }
	return len(amounts) < maxLines && len(c.doc.Adjustments) < maxLines && !slices.ContainsFunc(amounts, outside)
}

// isZero reports whether the document charges nothing: notes that correct text,
// and guías without a sale, whose lines may still have prices.
func (c *totalsCheck) isZero() bool {
	t := &c.doc.Header.Totals
	return (c.kind == 52 || c.kind == 56 || c.kind == 61) && t.Total == 0 && amountOf(t.Net) == 0 && amountOf(t.Exempt) == 0 && amountOf(t.VAT) == 0 &&
		!slices.ContainsFunc(c.doc.Lines, func(l Line) bool { return l.Amount != 0 })
}

// line checks that a line's amount is price × quantity − discount + surcharge.
func (c *totalsCheck) line(l *Line) {
	if l.Price.IsZero() || l.Amount == 0 && (c.kind == 52 || l.Exemption == 4 || l.Exemption == 5) {
		return // only the amount is given, or nothing is charged
	}
	quantity := l.Quantity
	if quantity.IsZero() {
		quantity = one
	}
	path := fmt.Sprintf("Detalle[%d]/MontoItem", l.Number)
	gross, ok := times(quantity, l.Price)
	if !ok {
		c.found(CodeTotalsRange, path, "", strconv.FormatInt(maxAmount, 10))
		return
	}
	discount := amountOf(l.Discount)
	if l.Discount == nil && !l.DiscountRate.IsZero() {
		discount = percent(gross, l.DiscountRate)
	}
	net := gross - discount
	want := []int64{net + amountOf(l.Surcharge)}
	if l.Surcharge == nil && !l.SurchargeRate.IsZero() {
		want = []int64{net + percent(net, l.SurchargeRate), net + percent(gross, l.SurchargeRate)}
	}
	c.among(CodeTotalsLine, path, int64(l.Amount), want)
}

// among adds a finding unless an amount is one of the wanted values.
func (c *totalsCheck) among(code Code, path string, got int64, want []int64) {
	if len(want) > 0 && !slices.Contains(want, got) {
		c.found(code, path, strconv.FormatInt(got, 10), strconv.FormatInt(want[0], 10))
	}
}

// buckets sums the lines and applies the global discounts and surcharges.
func (c *totalsCheck) buckets() {
	var taxed, exempt, unbilled int64
	c.byTax = make(map[int]int64)
	for i := range c.doc.Lines {
		l := &c.doc.Lines[i]
		amount := int64(l.Amount)
		for _, code := range l.TaxCodes {
			c.byTax[code] += amount
		}
		switch {
		case l.Exemption == 2:
			unbilled += amount
		case l.Exemption == 6:
			unbilled -= amount
		case l.Exemption == 3:
			c.deposits += amount
		case l.Exemption == 1, c.allExempt():
			exempt += amount
		case l.Exemption == 0:
			taxed += amount
		}
	}
	c.taxed, c.exempt, c.unbilled = c.adjusted(taxed, 0), c.adjusted(exempt, 1), c.adjusted(unbilled, 2)
	if c.allExempt() { // some programs do not mark them as exempt
		c.exempt = append(c.exempt, c.adjusted(exempt, 0, 1)...)
	}
}

// allExempt reports whether all lines are exempt without a mark.
func (c *totalsCheck) allExempt() bool { return c.kind == 34 || c.kind == 41 }

// adjusted returns the possible values of a sum after the adjustments for some
// kinds of lines.
func (c *totalsCheck) adjusted(sum int64, exemptions ...int) []int64 {
	running, together := sum, sum
	for i := range c.doc.Adjustments {
		a := &c.doc.Adjustments[i]
		if !slices.Contains(exemptions, a.Exemption) {
			continue
		}
		ofRunning, ofSum := percent(running, a.Value), percent(sum, a.Value)
		if a.ValueKind != "%" {
			value, _ := times(a.Value, one) // see inRange
			ofRunning, ofSum = value, value
		}
		if a.Kind == "D" {
			ofRunning, ofSum = -ofRunning, -ofSum
		}
		running, together = running+ofRunning, together+ofSum
	}
	if running == together {
		return []int64{running}
	}
	return []int64{running, together}
}

// boleta checks the totals of 39 and 41, whose lines include VAT unless marked
// otherwise.
func (c *totalsCheck) boleta() {
	t := &c.doc.Header.Totals
	rate := t.VATRate
	if rate.IsZero() {
		rate = nineteen
	}
	var nets, vats, totals []int64
	for _, sum := range c.taxed {
		net := withoutRate(sum, rate)
		vat := []int64{sum - net, percent(net, rate)}
		if c.doc.Header.Identification.NetPrices == 2 {
			net, vat = sum, []int64{percent(sum, rate)}
			sum += vat[0]
		}
		nets, vats = append(nets, net), append(vats, vat...)
		for _, exempt := range c.exempt {
			totals = append(totals, sum+exempt)
			for _, v := range vat {
				totals = append(totals, net+v+exempt)
			}
		}
	}
	if t.Net != nil {
		c.among(CodeTotalsNet, pathOfTotals+"MntNeto", int64(*t.Net), nets)
	}
	if t.VAT != nil {
		c.among(CodeTotalsVAT, pathOfTotals+"IVA", int64(*t.VAT), vats)
	}
	if t.Exempt != nil || c.exempt[0] != 0 && c.kind == 41 {
		c.among(CodeTotalsExempt, pathOfTotals+"MntExe", amountOf(t.Exempt), c.exempt)
	}
	c.among(CodeTotalsTotal, pathOfTotals+"MntTotal", int64(t.Total), totals)
}

const pathOfTotals = "Encabezado/Totales/"

// invoice checks the totals of all other documents.
func (c *totalsCheck) invoice() {
	t := &c.doc.Header.Totals
	rate := t.VATRate
	if rate.IsZero() {
		rate = nineteen
	}
	nets := c.taxed
	var vats []int64
	if c.doc.Header.Identification.GrossPrices == 1 {
		nets = nil
		for _, sum := range c.taxed {
			net := withoutRate(sum, rate)
			nets = append(nets, net)
			if amountOf(t.Net) == net {
				vats = append(vats, sum-net)
			}
		}
	}
	net := amountOf(t.Net)
	vats = append(vats, percent(net, rate))
	if !c.allExempt() || t.Net != nil {
		c.among(CodeTotalsNet, pathOfTotals+"MntNeto", net, nets)
	}
	c.among(CodeTotalsExempt, pathOfTotals+"MntExe", amountOf(t.Exempt), c.exempt)
	vat := amountOf(t.VAT)
	if t.VAT != nil || net != 0 {
		c.among(CodeTotalsVAT, pathOfTotals+"IVA", vat, vats)
	}
	if t.OwnVAT != nil || t.ThirdVAT != nil {
		c.among(CodeTotalsShares, pathOfTotals+"IVA", vat, []int64{amountOf(t.OwnVAT) + amountOf(t.ThirdVAT)})
	}
	if t.Deposits != nil || c.deposits != 0 {
		c.among(CodeTotalsDeposits, pathOfTotals+"GrntDep", amountOf(t.Deposits), []int64{c.deposits})
	}
	c.among(CodeTotalsTotal, pathOfTotals+"MntTotal", int64(t.Total), c.totals(net+amountOf(t.Exempt)+vat))
}

// maxReadings bounds the possible totals if it is unknown how taxes change the
// total.
const maxReadings = 64

// totals returns the possible totals from net, exempt and VAT. If there are too
// many, it returns none and adds a finding.
func (c *totalsCheck) totals(sum int64) []int64 {
	t := &c.doc.Header.Totals
	sum += amountOf(t.Deposits) - amountOf(t.BuilderCredit)
	sum -= c.commissions()
	want := []int64{sum}
	var held int64
	for i := range t.OtherTaxes {
		tax := &t.OtherTaxes[i]
		c.otherTax(tax)
		amount := int64(tax.Amount)
		switch effect := taxes.Of(tax.Code).Effect; effect {
		case taxes.Added:
			add(want, amount)
		case taxes.Retained:
			held += amount
			add(want, -amount)
		case taxes.Neither:
		default:
			if len(want) > maxReadings {
				c.found(CodeTotalsRange, pathOfTotals+"ImptoReten", strconv.Itoa(len(t.OtherTaxes)), "")
				return nil
			}
			before := want
			if effect == taxes.Disputed {
				want = nil // it does change the total
			} else {
				c.found(CodeTotalsUnknownTax, pathOfTotals+"ImptoReten/TipoImp", strconv.Itoa(tax.Code), "")
			}
			for _, w := range before {
				want = append(want, w-amount, w+amount)
			}
		}
	}
	if t.UnretainedVAT != nil {
		c.among(CodeTotalsUnretained, pathOfTotals+"IVANoRet", int64(*t.UnretainedVAT), []int64{amountOf(t.VAT) - held})
	}
	return want
}

func add(sums []int64, amount int64) {
	for i := range sums {
		sums[i] += amount
	}
}

// otherTax checks a tax against its base, if that is known.
func (c *totalsCheck) otherTax(tax *OtherTax) {
	base, onLines := c.byTax[tax.Code]
	switch {
	case tax.Rate.IsZero(), taxes.Of(tax.Code).Basis != taxes.Lines:
		return
	case !onLines && tax.Code == 15:
		base = amountOf(c.doc.Header.Totals.Net) // lines need no mark
	case base == 0:
		return
	}
	want := []int64{percent(base, tax.Rate)}
	for _, sum := range c.adjusted(base, 0) {
		want = append(want, percent(sum, tax.Rate))
	}
	c.among(CodeTotalsTax, pathOfTotals+"ImptoReten["+strconv.Itoa(tax.Code)+"]/MontoImp", int64(tax.Amount), want)
}

// commissions returns what settlements subtract.
func (c *totalsCheck) commissions() int64 {
	t := c.doc.Header.Totals.Commissions
	if t == nil {
		return 0
	}
	var net, exempt, vat int64
	for i := range c.doc.Commissions {
		l := &c.doc.Commissions[i]
		net, exempt, vat = net+int64(l.Net), exempt+int64(l.Exempt), vat+amountOf(l.VAT)
	}
	if len(c.doc.Commissions) > 0 && (net != amountOf(t.Net) || exempt != amountOf(t.Exempt) || vat != amountOf(t.VAT)) {
		c.found(CodeTotalsCommissions, pathOfTotals+"Comisiones",
			fmt.Sprintf("%d + %d + %d", amountOf(t.Net), amountOf(t.Exempt), amountOf(t.VAT)), fmt.Sprintf("%d + %d + %d", net, exempt, vat))
	}
	return amountOf(t.Net) + amountOf(t.Exempt) + amountOf(t.VAT)
}

// period checks the amounts beside the total.
func (c *totalsCheck) period() {
	t := &c.doc.Header.Totals
	if t.NotInvoiced != nil {
		c.among(CodeTotalsUnbilled, pathOfTotals+"MontoNF", int64(*t.NotInvoiced), c.unbilled)
	}
	want := []int64{int64(t.Total) + amountOf(t.NotInvoiced)}
	if c.kind == 43 { // it has no element for what is not charged
		want = c.unbilled
		add(want, int64(t.Total))
	}
	if t.Period != nil {
		c.among(CodeTotalsPeriod, pathOfTotals+"MontoPeriodo", int64(*t.Period), want)
	}
	if t.PeriodTotal != nil {
		c.among(CodeTotalsPeriod, pathOfTotals+"TotalPeriodo", int64(*t.PeriodTotal), want)
	}
}
