package dte

import (
	"fmt"
	"math/big"
)

// checkExport checks an export document, in which everything is exempt and
// amounts have decimals. A line may be rounded to as many as it is written with.
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
		want := l.Price.Rat()
		if !l.Quantity.IsZero() {
			want.Mul(want, l.Quantity.Rat())
		}
		want.Sub(want, orPercent(l.Discount, l.DiscountRate, want))
		want.Add(want, orPercent(l.Surcharge, l.SurchargeRate, want))
		if !equalRounded(l.Amount, want) {
			g.found(CodeTotalsLine, fmt.Sprintf("Detalle[%d]/MontoItem", l.Number), l.Amount.String(), decimals(want, 4))
		}
	}
	for i := range e.Adjustments {
		a := &e.Adjustments[i]
		value := a.Value.Rat()
		if a.ValueKind == "%" {
			value = orPercent(Decimal{}, a.Value, sum)
		}
		switch {
		case a.Exemption == 2:
		case a.Kind == "D":
			sum.Sub(sum, value)
		default:
			sum.Add(sum, value)
		}
	}
	t := &e.Header.Totals
	const unpaid = 21 // without payment the total is zero
	free := e.Header.Identification.ExportPaymentTerms == unpaid && t.Total.Sign() == 0
	if !t.Exempt.IsZero() && !free && !equalRounded(t.Exempt, sum) {
		g.found(CodeTotalsExempt, pathOfTotals+"MntExe", t.Exempt.String(), decimals(sum, 4))
	}
	if !free && !equalRounded(t.Total, sum) {
		g.found(CodeTotalsTotal, pathOfTotals+"MntTotal", t.Total.String(), decimals(sum, 4))
	}
	return g
}

// orPercent returns an amount or, if it is absent, a percentage.
func orPercent(amount, rate Decimal, of *big.Rat) *big.Rat {
	if !amount.IsZero() || rate.IsZero() {
		return amount.Rat()
	}
	part := new(big.Rat).Mul(of, rate.Rat())
	return part.Quo(part, big.NewRat(100, 1))
}

// equalRounded reports whether an amount is a value, rounded half away from zero
// to the decimals that the amount is written with, or to two or four.
func equalRounded(amount Decimal, value *big.Rat) bool {
	for _, places := range []int{amount.Places(), 2, 4} {
		if rounded, ok := new(big.Rat).SetString(value.FloatString(places)); ok && rounded.Cmp(amount.Rat()) == 0 {
			return true
		}
	}
	return false
}

func decimals(value *big.Rat, places int) string { return value.FloatString(places) }
