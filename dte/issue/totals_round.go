package issue

import (
	"math"
	"math/bits"

	"github.com/ofitec/chile/dte"
)

// Amounts are integers: pesos, or parts of a unit of another currency. Each is
// computed exactly and rounded once, half away from zero.

// maxAmount bounds amounts, so no sum overflows: dte.CheckTotals has the same
// bound.
const maxAmount = 100_000_000_000_000

// maxPlaces bounds the decimals of a number in a product.
const maxPlaces = 9

var pow10 = [...]int64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18}

// fraction is a number as a quotient with a positive divisor.
type fraction struct{ num, den int64 }

// fractionOf returns the value of a decimal. It fails for more decimals than
// maxPlaces, which no schema allows.
func fractionOf(d dte.Decimal) (fraction, bool) {
	digits, places := d.Digits(), d.Places()
	for ; places > 0 && digits%10 == 0; places-- {
		digits /= 10
	}
	if places > maxPlaces {
		return fraction{}, false
	}
	return fraction{digits, pow10[places]}, true
}

// of returns the fraction of an amount, rounded.
func (f fraction) of(amount int64) (int64, bool) { return rounded(amount, f.num, f.den) }

// percent returns a percentage as a fraction.
func percent(rate dte.Decimal) (fraction, bool) {
	f, ok := fractionOf(rate)
	f.den *= 100
	return f, ok
}

// product returns a product in units of 1/scale, rounded.
func product(a, b dte.Decimal, scale int64) (int64, bool) {
	x, ok := fractionOf(a)
	y, also := fractionOf(b)
	if !ok || !also {
		return 0, false
	}
	for scale > 1 && x.den > 1 {
		x.den, scale = x.den/10, scale/10
	}
	for scale > 1 && y.den > 1 {
		y.den, scale = y.den/10, scale/10
	}
	if y.num > math.MaxInt64/scale || y.num < -math.MaxInt64/scale {
		return 0, false
	}
	return rounded(x.num, y.num*scale, x.den*y.den)
}

// rounded returns a × b / d, rounded; d is positive.
func rounded(a, b, d int64) (int64, bool) {
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	divisor := magnitude(d)
	if hi >= divisor {
		return 0, false
	}
	quotient, rest := bits.Div64(hi, lo, divisor)
	if rest >= divisor-rest {
		quotient++
	}
	if quotient > math.MaxInt64 {
		return 0, false
	}
	if (a < 0) != (b < 0) {
		return -int64(quotient), true
	}
	return int64(quotient), true
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n) //nolint:gosec // two's complement: also right for the smallest
	}
	return uint64(n)
}

func isLarge(amount int64) bool { return amount > maxAmount || amount < -maxAmount }
