package issue

import (
	"math/big"

	"github.com/ofitec/chile/dte"
)

// exact is a decimal number of any size. Export documents compute with it before
// they round.
type exact struct {
	digits *big.Int // nil is zero; never changed
	places int
}

func exactOf(d dte.Decimal) exact { return exact{big.NewInt(d.Digits()), d.Places()} }

func (e exact) sign() int {
	if e.digits == nil {
		return 0
	}
	return e.digits.Sign()
}

// to returns the digits with that many places, which must not be fewer than it
// has.
func (e exact) to(places int) *big.Int {
	switch {
	case e.digits == nil:
		return new(big.Int)
	case e.places == places:
		return e.digits
	}
	return new(big.Int).Mul(e.digits, bigPow10(places-e.places))
}

func bigPow10(n int) *big.Int {
	if n < len(pow10) {
		return big.NewInt(pow10[n])
	}
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

func (e exact) plus(o exact) exact {
	places := max(e.places, o.places)
	return exact{new(big.Int).Add(e.to(places), o.to(places)), places}
}

func (e exact) minus(o exact) exact {
	places := max(e.places, o.places)
	return exact{new(big.Int).Sub(e.to(places), o.to(places)), places}
}

func (e exact) times(o exact) exact {
	return exact{new(big.Int).Mul(e.to(e.places), o.to(o.places)), e.places + o.places}
}

// percent returns a percentage of it.
func (e exact) percent(rate dte.Decimal) exact {
	part := e.times(exactOf(rate))
	part.places += 2
	return part
}

func (e exact) cmp(o exact) int {
	places := max(e.places, o.places)
	return e.to(places).Cmp(o.to(places))
}

// rounded rounds half away from zero.
func (e exact) rounded(places int) exact {
	if e.places <= places {
		return e
	}
	unit := bigPow10(e.places - places)
	quotient, rest := new(big.Int).QuoRem(e.to(e.places), unit, new(big.Int))
	if rest.Lsh(rest, 1).CmpAbs(unit) >= 0 {
		quotient.Add(quotient, big.NewInt(int64(e.sign())))
	}
	return exact{quotient, places}
}

// decimal returns it without trailing zeros. It fails for a number that is
// larger, or has more decimals, than an amount may have.
func (e exact) decimal() (dte.Decimal, bool) {
	digits, places := e.to(e.places), e.places
	if !digits.IsInt64() {
		return zero, false
	}
	n := digits.Int64()
	for ; places > 0 && n%10 == 0; places-- {
		n /= 10
	}
	d, err := dte.NewDecimal(n, places)
	return d, err == nil && places <= exportPlaces && !isLarge(n/pow10[places])
}

// String returns it with up to four decimals, rounded.
func (e exact) String() string {
	d, ok := e.rounded(exportPlaces).decimal()
	if !ok {
		return ""
	}
	return d.String()
}

var zero, _ = dte.NewDecimal(0, 0)
