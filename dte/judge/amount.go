package judge

import (
	"math/bits"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

// Amounts are whole pesos, each rounded half away from zero where the format names
// it. This code shares nothing with the code that reads or makes documents.

// maxAmount bounds each summed amount, so that thousands of them fit.
const maxAmount = 1_000_000_000_000_000

// ratio returns a × b ÷ by, rounded half away from zero. It fails beyond
// maxAmount.
func ratio(a, b int64, by uint64) (int64, bool) {
	negative := (a < 0) != (b < 0)
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	if hi >= by {
		return 0, false
	}
	q, rest := bits.Div64(hi, lo, by)
	if rest >= by-rest {
		q++
	}
	if q > maxAmount {
		return 0, false
	}
	if negative {
		return -int64(q), true
	}
	return int64(q), true
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n) //nolint:gosec // two's complement: the smallest number has a magnitude too
	}
	return uint64(n)
}

// power returns 10^n, for n up to 18.
func power(n int) (p uint64, ok bool) {
	p = 1
	for range n {
		p *= 10
	}
	return p, n <= 18
}

// times returns price × quantity in whole pesos.
func times(a, b dte.Decimal) (int64, bool) {
	by, ok := power(a.Places() + b.Places())
	if !ok {
		return 0, false
	}
	return ratio(a.Digits(), b.Digits(), by)
}

// whole returns a decimal in whole pesos.
func whole(d dte.Decimal) (int64, bool) {
	by, _ := power(d.Places())
	return ratio(d.Digits(), 1, by)
}

// percent returns a percentage of an amount in whole pesos.
func percent(of int64, rate dte.Decimal) (int64, bool) {
	by, ok := power(rate.Places() + 2)
	if !ok {
		return 0, false
	}
	return ratio(of, rate.Digits(), by)
}

// netOf returns the net of an amount that includes a percentage.
func netOf(gross int64, rate dte.Decimal) (int64, bool) {
	whole, ok := power(rate.Places() + 2)
	if !ok || rate.Digits() < 0 || whole > maxAmount {
		return 0, false
	}
	return ratio(gross, int64(whole), whole+magnitude(rate.Digits()))
}

func amountOf(c *chile.CLP) int64 {
	if c == nil {
		return 0
	}
	return int64(*c)
}

// readings are the possible values of an amount where reports disagree, the likeliest
// first.
type readings []int64

func (r readings) has(n int64) bool { return slices.Contains(r, n) }

// plus returns the readings with an amount added to each.
func (r readings) plus(n int64) readings {
	list := make(readings, len(r))
	for i := range r {
		list[i] = r[i] + n
	}
	return list
}
