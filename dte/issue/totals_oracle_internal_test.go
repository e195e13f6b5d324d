package issue

import (
	"math/big"
	"slices"

	"github.com/ofitec/chile/dte"
)

// oracle computes the totals of a draft a second time, from the rules, in fractions
// and without the engine: slowly, and for drafts that are not refused.
type oracle struct {
	d *Draft
	r Readings

	lines  []*big.Rat
	values map[string]*big.Rat // by element; absent is zero
	bad    bool                // there is no such document
}

func r(n int64) *big.Rat             { return big.NewRat(n, 1) }
func sumOf(a, b *big.Rat) *big.Rat   { return new(big.Rat).Add(a, b) }
func minus(a, b *big.Rat) *big.Rat   { return new(big.Rat).Sub(a, b) }
func timesOf(a, b *big.Rat) *big.Rat { return new(big.Rat).Mul(a, b) }
func over(a, b *big.Rat) *big.Rat    { return new(big.Rat).Quo(a, b) }
func pctOf(a *big.Rat, p dte.Decimal) *big.Rat {
	return over(timesOf(a, p.Rat()), r(100))
}

// half rounds half away from zero.
func half(a *big.Rat, places int) *big.Rat {
	scale := r(1)
	for range places {
		scale.Mul(scale, r(10))
	}
	x := timesOf(new(big.Rat).Abs(a), scale)
	x.Add(x, big.NewRat(1, 2))
	n := new(big.Rat).SetInt(new(big.Int).Div(x.Num(), x.Denom()))
	if a.Sign() < 0 {
		n.Neg(n)
	}
	return over(n, scale)
}

func judgeOf(d *Draft, readings Readings) *oracle {
	o := &oracle{d: d, r: readings, values: map[string]*big.Rat{}}
	export := isExport(d.Identification.Type)
	places := 0
	if export && d.Totals.Currency != "PESO CL" {
		places = 4
	}
	for i := range d.Lines {
		o.lines = append(o.lines, o.line(&d.Lines[i], export, places))
	}
	if export {
		o.export(places)
	} else {
		o.pesos()
	}
	return o
}

func (o *oracle) line(l *Line, export bool, places int) *big.Rat {
	kind := o.d.Identification.Type
	if l.Exemption == 4 || l.Exemption == 5 {
		return r(0)
	}
	if l.Price.IsZero() {
		return l.Amount.Rat()
	}
	if transfer := o.d.Identification.Transfer; kind == 52 && transfer != 1 && transfer != 9 && !l.Amount.IsZero() && l.Amount.Sign() == 0 {
		return r(0)
	}
	gross := l.Price.Rat()
	if !l.Quantity.IsZero() {
		gross = timesOf(gross, l.Quantity.Rat())
	}
	if !export {
		gross = half(gross, 0)
	}
	part := func(amount, rate dte.Decimal, of *big.Rat) *big.Rat {
		if rate.IsZero() {
			return amount.Rat()
		}
		whole := half(pctOf(of, rate), 0)
		if whole.Sign() == 0 && export {
			return pctOf(of, rate)
		}
		return whole
	}
	net := minus(gross, part(l.Discount, l.DiscountRate, gross))
	base := net
	if o.r.Surcharge == SurchargeBeforeDiscount {
		base = gross
	}
	amount := half(sumOf(net, part(l.Surcharge, l.SurchargeRate, base)), places)
	o.bad = o.bad || amount.Sign() < 0 && kind != 43
	return amount
}

// adjusted applies the global discounts and surcharges of some kinds of lines.
func (o *oracle) adjusted(base *big.Rat, round bool, exemptions ...int) *big.Rat {
	result := base
	for _, a := range o.d.Adjustments {
		if !slices.Contains(exemptions, a.Exemption) {
			continue
		}
		value := a.Value.Rat()
		if a.ValueKind == "%" {
			value = pctOf(base, a.Value)
			if o.r.Adjustments != AdjustmentsOnSum {
				value = pctOf(result, a.Value)
			}
		}
		if round {
			value = half(value, 0)
		}
		if a.Kind == "D" {
			value = minus(r(0), value)
		}
		result = sumOf(result, value)
	}
	return result
}

func (o *oracle) export(places int) {
	sum := r(0)
	for i, l := range o.d.Lines {
		if l.Exemption != 2 && l.Exemption != 6 {
			sum = sumOf(sum, o.lines[i])
		}
	}
	exact := half(o.adjusted(sum, false, 0, 1), places)
	o.values["MntExe"], o.values["MntTotal"] = exact, exact
	unpaid := o.d.Identification.ExportPaymentTerms == 21
	if unpaid && o.r.Unpaid == UnpaidIsZero {
		o.values["MntTotal"] = r(0)
	}
	if c := o.d.OtherCurrency; c != nil && !unpaid {
		for name, of := range map[string]string{"MntExeOtrMnda": "MntExe", "MntTotOtrMnda": "MntTotal"} {
			o.values[name] = half(timesOf(half(o.values[of], 2), c.ExchangeRate.Rat()), 0)
		}
	}
	o.bad = o.bad || exact.Sign() < 0
}

// disputedRates are those that the generator draws from, by code.
var oracleRates = map[int]string{
	15: "19", 18: "5", 19: "12", 23: "15", 24: "31.5", 25: "20.5", 27: "10", 271: "18", 30: "10", 321: "19", 34: "4", 331: "19", 48: "14",
}

func retains(code int) bool {
	return code == 15 || 30 <= code && code <= 41 || code == 321 || code == 331 || code == 48
}

func (o *oracle) pesos() {
	kind := o.d.Identification.Type
	taxed, exempt, unbilled, deposits := r(0), r(0), r(0), r(0)
	bases, counts := map[int]*big.Rat{}, map[int]int{}
	taxedLines, exemptLines := 0, 0
	for i, l := range o.d.Lines {
		switch amount := o.lines[i]; {
		case l.Exemption == 2:
			unbilled = sumOf(unbilled, amount)
		case l.Exemption == 6:
			unbilled = minus(unbilled, amount)
		case l.Exemption == 3:
			deposits = sumOf(deposits, amount)
		case l.Exemption == 1, kind == 34, kind == 41:
			exempt = sumOf(exempt, amount)
			exemptLines++
		case l.Exemption == 0:
			taxed = sumOf(taxed, amount)
			taxedLines++
			for _, code := range l.TaxCodes {
				if bases[code] == nil {
					bases[code] = r(0)
				}
				bases[code] = sumOf(bases[code], amount)
				counts[code]++
			}
		}
	}
	onTaxed, onExempt := []int{0}, []int{1}
	if taxedLines == 0 && exemptLines > 0 {
		onTaxed, onExempt = nil, []int{0, 1}
	}
	net, exempt, unbilled := o.adjusted(taxed, true, onTaxed...), o.adjusted(exempt, true, onExempt...), o.adjusted(unbilled, true, 2)
	rate := o.d.Totals.VATRate
	if rate.IsZero() {
		rate = num("19")
	}
	vat := half(pctOf(net, rate), 0)
	if o.d.Identification.GrossPrices == 1 || kind == 39 && o.d.Identification.NetPrices != 2 {
		all := net
		net = half(over(timesOf(all, r(100)), sumOf(r(100), rate.Rat())), 0)
		vat = minus(all, net)
	}
	total := sumOf(sumOf(net, vat), sumOf(exempt, deposits))
	held, codes := r(0), int64(0)
	for code, base := range bases {
		taxRate := num(oracleRates[code])
		if code == 15 {
			taxRate = rate
		}
		if o.r.TaxBase == TaxAfterAdjustments || taxRate.Cmp(rate) == 0 && retains(code) {
			if counts[code] != taxedLines && slices.ContainsFunc(o.d.Adjustments, func(a dte.Adjustment) bool { return a.Exemption == 0 && a.ValueKind == "$" }) {
				o.bad = true
			}
			base = o.adjusted(base, true, 0)
		}
		amount := half(pctOf(base, taxRate), 0)
		o.values["ImptoReten"+taxRate.String()] = sumOf(o.get("ImptoReten"+taxRate.String()), amount)
		if retains(code) {
			held = sumOf(held, amount)
			codes++
			total = minus(total, amount)
		} else {
			total = sumOf(total, amount)
		}
	}
	for _, tax := range o.d.Totals.OtherTaxes {
		switch {
		case tax.Code == 53 && o.r.Code53 != Code53Adds:
			total = minus(total, tax.Amount.Rat())
		case tax.Code == 17:
			total = sumOf(total, half(pctOf(o.d.Totals.SlaughterBase.Rat(), num("5")), 0))
		case !tax.Amount.IsZero():
			total = sumOf(total, tax.Amount.Rat())
		}
	}
	total = minus(total, o.d.Totals.BuilderCredit.Rat())
	for _, c := range o.d.Commissions {
		commissionVAT := half(pctOf(r(int64(c.Net)), rate), 0)
		total = minus(total, sumOf(sumOf(r(int64(c.Net)), r(int64(c.Exempt))), commissionVAT))
	}
	rest := minus(vat, held)
	if codes > 0 && rest.Sign() > 0 && (kind == 46 || kind == 56 || kind == 61) {
		o.values["IVANoRet"] = rest
	}
	o.bad = o.bad || codes > 0 && rest.Cmp(r(-codes)) <= 0
	o.values["MntNeto"], o.values["IVA"], o.values["MntExe"], o.values["GrntDep"], o.values["MontoNF"], o.values["MntTotal"] = net, vat, exempt, deposits, unbilled, total
	o.bad = o.bad || kind != 43 && (net.Sign() < 0 || exempt.Sign() < 0 || total.Sign() < 0)
}

func (o *oracle) get(name string) *big.Rat {
	if v := o.values[name]; v != nil {
		return v
	}
	return r(0)
}
