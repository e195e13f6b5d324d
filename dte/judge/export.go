package judge

import (
	"math/big"

	"github.com/ofitec/chile/dte"
)

var exportRules = []rule{
	{check: CheckCurrency, document: (*document).currency, codes: []Code{CodeCurrency, CodeSum}},
	{check: CheckNoPayment, document: (*document).noPayment, codes: []Code{CodeNoPayment}},
	{check: CheckPackages, document: (*document).packages, codes: []Code{CodePackages}},
}

// Amounts of exports are in their currency, with up to four decimals. No source says
// how they are rounded: two, three or four decimals pass, and whole pesos if the
// currency is the peso.
const (
	peso        = "PESO CL"
	minDecimals = 2
	maxDecimals = 4
)

// isRounded reports whether an amount is an exact value, rounded.
func (d *document) isRounded(got dte.Decimal, exact *big.Rat) bool {
	g := got.Rat()
	if d.export.Header.Totals.Currency == peso && g.Cmp(rounded(exact, 0)) == 0 {
		return true
	}
	for places := minDecimals; places <= maxDecimals; places++ {
		if g.Cmp(rounded(exact, places)) == 0 {
			return true
		}
	}
	return false
}

// rounded returns a value with so many decimals, half away from zero.
func rounded(v *big.Rat, places int) *big.Rat {
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil))
	scaled := new(big.Rat).Mul(v, scale)
	half := big.NewRat(int64(scaled.Sign()), 2)
	scaled.Add(scaled, half)
	whole := new(big.Int).Quo(scaled.Num(), scaled.Denom()) // towards zero
	return new(big.Rat).Quo(new(big.Rat).SetInt(whole), scale)
}

func (d *document) exportLineSums() {
	for i := range d.export.Lines {
		l := &d.export.Lines[i]
		if l.Price.IsZero() || l.Amount.Sign() == 0 && d.isNote() && d.export.Header.Totals.Total.Sign() == 0 {
			continue
		}
		d.exportLineSum(l)
	}
}

func (d *document) exportLineSum(l *dte.ExportLine) {
	path := "Detalle[" + text(l.Number) + "]/"
	exact := l.Price.Rat()
	if !l.Quantity.IsZero() {
		exact.Mul(exact, l.Quantity.Rat())
	}
	for _, part := range []struct {
		name         string
		rate, amount dte.Decimal
		sign         int64
	}{
		{"DescuentoMonto", l.DiscountRate, l.Discount, -1},
		{"RecargoMonto", l.SurchargeRate, l.Surcharge, 1},
	} {
		share := part.amount.Rat()
		if part.amount.IsZero() {
			share.Mul(exact, part.rate.Rat()).Quo(share, hundred)
			if share.Cmp(one) >= 0 { // below, it cannot be written
				d.findAt(CodeLineSum, l.Number, path+part.name, "", part.rate.String()+" %")
				return
			}
		}
		exact.Add(exact, share.Mul(share, big.NewRat(part.sign, 1)))
	}
	if !d.isRounded(l.Amount, exact) {
		d.findAt(CodeLineSum, l.Number, path+"MontoItem", l.Amount.String(), rounded(exact, maxDecimals).FloatString(maxDecimals))
	}
}

var one, hundred = big.NewRat(1, 1), big.NewRat(100, 1)

// exportExempts are what the exempt amount of an export may be: all lines that are
// charged, with the global discounts and surcharges, one on the other or each on
// the whole.
func (d *document) exportExempts() []*big.Rat {
	sum := new(big.Rat)
	for i := range d.export.Lines {
		switch l := &d.export.Lines[i]; l.Exemption {
		case unbilledLine, negativeLine:
		default:
			sum.Add(sum, l.Amount.Rat())
		}
	}
	running, apart := new(big.Rat).Set(sum), new(big.Rat).Set(sum)
	for i := range d.export.Adjustments {
		a := &d.export.Adjustments[i]
		if a.Exemption == unbilledLine {
			continue
		}
		running.Add(running, exportAdjustment(a, running))
		apart.Add(apart, exportAdjustment(a, sum))
	}
	return []*big.Rat{running, apart}
}

func exportAdjustment(a *dte.Adjustment, of *big.Rat) *big.Rat {
	n := a.Value.Rat()
	if a.ValueKind == "%" {
		n.Mul(n, of).Quo(n, hundred)
	}
	if a.Kind == "D" {
		n.Neg(n)
	}
	return n
}

// maxAdjustments bounds global discounts, each of which makes a fraction longer.
const maxAdjustments = 100

func (d *document) exportExempt() {
	d.lines.tooLarge = len(d.export.Adjustments) > maxAdjustments
	if !d.fits() {
		return
	}
	t := &d.export.Header.Totals
	want := d.exportExempts()
	if t.Exempt.Sign() == 0 && d.unpaid() {
		return
	}
	for _, w := range want {
		if d.isRounded(t.Exempt, w) {
			return
		}
	}
	d.find(CodeExempt, pathOfTotals+"MntExe", t.Exempt.String(), rounded(want[0], maxDecimals).FloatString(maxDecimals))
}

func (d *document) exportTotal() {
	t := &d.export.Header.Totals
	if t.Total.Cmp(t.Exempt) != 0 && !(t.Total.Sign() == 0 && d.unpaid()) {
		d.find(CodeTotal, pathOfTotals+"MntTotal", t.Total.String(), t.Exempt.String())
	}
}

// withoutPayment is Customs' code of an export without payment.
const withoutPayment = 21

func (d *document) unpaid() bool {
	return d.export.Header.Identification.ExportPaymentTerms == withoutPayment
}

// currency finds an export without totals in pesos, and totals in pesos that are not
// the amount × the rate of exchange.
func (d *document) currency() {
	if d.export == nil {
		return
	}
	other := d.export.Header.OtherCurrency
	if other == nil {
		d.find(CodeCurrency, "Encabezado/OtraMoneda", "", peso)
		return
	}
	if other.Currency != peso || other.ExchangeRate.IsZero() || d.unpaid() {
		return
	}
	const path = "Encabezado/OtraMoneda/"
	t := &d.export.Header.Totals
	if !other.Exempt.IsZero() {
		d.converted(path+"MntExeOtrMnda", other.Exempt, t.Exempt, other.ExchangeRate)
	}
	d.converted(path+"MntTotOtrMnda", other.Total, t.Total, other.ExchangeRate)
}

// converted finds an amount that is not another × rate, in whole pesos or with
// decimals. Some issuers first round the amount to two decimals.
func (d *document) converted(path string, got, of, rate dte.Decimal) {
	exact := new(big.Rat).Mul(of.Rat(), rate.Rat())
	cents := new(big.Rat).Mul(rounded(of.Rat(), minDecimals), rate.Rat())
	for _, v := range []*big.Rat{exact, cents} {
		for _, places := range []int{0, 1, minDecimals, 3, maxDecimals} {
			if got.Rat().Cmp(rounded(v, places)) == 0 {
				return
			}
		}
	}
	d.find(CodeSum, path, got.String(), rounded(exact, 0).FloatString(0))
}

// noPayment finds an export without payment that has amounts in another currency.
func (d *document) noPayment() {
	if d.export == nil || !d.unpaid() {
		return
	}
	if o := d.export.Header.OtherCurrency; o != nil && (o.Total.Sign() != 0 || o.Exempt.Sign() != 0) {
		d.find(CodeNoPayment, "Encabezado/OtraMoneda/MntTotOtrMnda", o.Total.String(), "0")
	}
}

// container is Customs' code of a container as package.
const container = 75

// packages finds packages without the data that identify them.
func (d *document) packages() {
	if d.export == nil || d.export.Header.Transport == nil || d.export.Header.Transport.Customs == nil {
		return
	}
	for i := range d.export.Header.Transport.Customs.Packages {
		p := &d.export.Header.Transport.Customs.Packages[i]
		lacks := ""
		switch {
		case p.Marks == "":
			lacks = "Marcas"
		case p.Kind == container && p.Container == "":
			lacks = "IdContainer"
		case p.Kind == container && p.Seal == "":
			lacks = "Sello"
		}
		if lacks != "" {
			d.findAt(CodePackages, i+1, "Encabezado/Transporte/Aduana/TipoBultos["+text(i+1)+"]/"+lacks, "", lacks)
		}
	}
}
