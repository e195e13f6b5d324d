package dte

import (
	"fmt"
	"math/big"
)

// checkExport checks an export document, where everything is exempt and amounts
// have decimals. A line may be rounded to its own number of decimals.
func checkExport(e *Export) Grade {
	g := Grade{Made: true}
	if len(e.Lines) > maxLines || len(e.Adjustments) > maxLines {
		g.found(CodeTotalsRange, "", "", "")
		return g
	}
	sum := new(big.Rat)
	for i := range e.Lines {
		l := &e.Lines[i]
		if l.Exemption != 2 && l.Exemption != 6 {
			sum.Add(sum, l.Amount.Rat())
		}
		if l.Price.IsZero() || l.Amount.Sign() == 0 {
			continue
		}
		gross := l.Price.Rat()
		if !l.Quantity.IsZero() {
			gross.Mul(gross, l.Quantity.Rat())
		}
		net := new(big.Rat).Sub(gross, orPercent(l.Discount, l.DiscountRate, gross))
		want := new(big.Rat).Add(net, orPercent(l.Surcharge, l.SurchargeRate, net))
		if !equalRounded(l.Amount, want, net.Add(net, orPercent(l.Surcharge, l.SurchargeRate, gross))) {
			g.found(CodeTotalsLine, fmt.Sprintf("Detalle[%d]/MontoItem", l.Number), l.Amount.String(), decimals(want, 4))
		}
	}
	sums := adjustedExport(sum, e.Adjustments)
	t := &e.Header.Totals
	const unpaid = 21 // without payment the total is zero
	free := e.Header.Identification.ExportPaymentTerms == unpaid && t.Total.Sign() == 0
	if !t.Exempt.IsZero() && !free && !equalRounded(t.Exempt, sums...) {
		g.found(CodeTotalsExempt, pathOfTotals+"MntExe", t.Exempt.String(), decimals(sums[0], 4))
	}
	if !free && !equalRounded(t.Total, sums...) {
		g.found(CodeTotalsTotal, pathOfTotals+"MntTotal", t.Total.String(), decimals(sums[0], 4))
	}
	return g
}

// adjustedExport returns the possible values of a sum after the adjustments:
// several percentages one on the other, or each on the whole.
func adjustedExport(sum *big.Rat, adjustments []Adjustment) []*big.Rat {
	running, together := new(big.Rat).Set(sum), new(big.Rat).Set(sum)
	for i := range adjustments {
		a := &adjustments[i]
		if a.Exemption == 2 {
			continue
		}
		ofRunning, ofSum := a.Value.Rat(), a.Value.Rat()
		if a.ValueKind == "%" {
			ofRunning, ofSum = orPercent(Decimal{}, a.Value, running), orPercent(Decimal{}, a.Value, sum)
		}
		if a.Kind == "D" {
			ofRunning.Neg(ofRunning)
			ofSum.Neg(ofSum)
		}
		running.Add(running, ofRunning)
		together.Add(together, ofSum)
	}
	return []*big.Rat{running, together}
}

// orPercent returns an amount or, if it is absent, a percentage.
func orPercent(amount, rate Decimal, of *big.Rat) *big.Rat {
	if !amount.IsZero() || rate.IsZero() {
		return amount.Rat()
	}
	part := new(big.Rat).Mul(of, rate.Rat())
	return part.Quo(part, big.NewRat(100, 1))
}

// equalRounded reports whether an amount equals one of some values, rounded half
// away from zero to the amount's own decimals, or to two or four.
func equalRounded(amount Decimal, values ...*big.Rat) bool {
	for _, value := range values {
		for _, places := range []int{amount.Places(), 2, 4} {
			if rounded, ok := new(big.Rat).SetString(value.FloatString(places)); ok && rounded.Cmp(amount.Rat()) == 0 {
				return true
			}
		}
	}
	return false
}

func decimals(value *big.Rat, places int) string { return value.FloatString(places) }
