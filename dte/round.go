package dte

import (
	"math/big"

	"github.com/ofitec/chile"
)

// Amounts are rounded half away from zero to whole pesos, each one separately.
// Banker's rounding would give differences of a peso (DTE format notes, 3).

// maxAmount bounds the amounts that are summed. Larger ones are refused, so no
// sum overflows.
const (
	maxAmount = 100_000_000_000_000
	maxLines  = 50_000
)

// divide returns n/d, rounded.
func divide(n, d *big.Int) (int64, bool) {
	q, r := new(big.Int).QuoRem(n, d, new(big.Int))
	if r.Abs(r).Lsh(r, 1).Cmp(new(big.Int).Abs(d)) >= 0 {
		q.Add(q, big.NewInt(int64(n.Sign()*d.Sign())))
	}
	return q.Int64(), q.IsInt64() && q.CmpAbs(big.NewInt(maxAmount)) <= 0
}

// times returns a product, rounded.
func times(a, b Decimal) (int64, bool) {
	product := new(big.Int).Mul(big.NewInt(a.digits), big.NewInt(b.digits))
	places := new(big.Int).Mul(big.NewInt(pow10[a.places]), big.NewInt(pow10[b.places]))
	return divide(product, places)
}

// percent returns a percentage of an amount, rounded.
func percent(base int64, rate Decimal) int64 {
	n := new(big.Int).Mul(big.NewInt(base), big.NewInt(rate.digits))
	d := new(big.Int).Mul(big.NewInt(100), big.NewInt(pow10[rate.places]))
	return capped(divide(n, d))
}

// capped limits an amount to the largest that can be summed. No document has
// such an amount, so it equals none.
func capped(amount int64, ok bool) int64 {
	if !ok {
		return maxAmount + 1
	}
	return amount
}

// withoutRate returns the net of an amount that includes a percentage, rounded.
func withoutRate(gross int64, rate Decimal) int64 {
	hundred := new(big.Int).Mul(big.NewInt(100), big.NewInt(pow10[rate.places]))
	n := new(big.Int).Mul(big.NewInt(gross), hundred)
	with := new(big.Int).Add(hundred, big.NewInt(rate.digits))
	if with.Sign() <= 0 {
		return maxAmount + 1
	}
	return capped(divide(n, with))
}

func amountOf(c *chile.CLP) int64 {
	if c == nil {
		return 0
	}
	return int64(*c)
}
