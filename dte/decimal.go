package dte

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/ofitec/chile"
)

// Decimal is an exact decimal number that keeps its decimals as written:
// 30276.00 stays 30276.00. The zero value is absent and differs from 0. ==
// compares Decimals as written, Cmp by value.
type Decimal struct {
	digits  int64 // the number without its point
	places  uint8 // decimals
	present bool
}

// ErrDecimal says that a text is not a decimal number of at most 18 digits, the
// schemas' limit.
var ErrDecimal = errors.New("dte: not a decimal number")

const maxDigits = 18

// NewDecimal returns digits with the last places of them after the point:
// NewDecimal(3027600, 2) is 30276.00. It fails with ErrDecimal beyond 18 digits.
func NewDecimal(digits int64, places int) (Decimal, error) {
	if places < 0 || places > maxDigits || digits >= pow10[maxDigits] || digits <= -pow10[maxDigits] {
		return Decimal{}, fmt.Errorf("%w: %d with %d places", ErrDecimal, digits, places)
	}
	return Decimal{digits: digits, places: uint8(places), present: true}, nil
}

var pow10 = func() (p [maxDigits + 1]int64) {
	p[0] = 1
	for i := range maxDigits {
		p[i+1] = p[i] * 10
	}
	return p
}()

// ParseDecimal reads digits with an optional sign and point. A point may begin
// or end the number, as in XML Schema. The error is ErrDecimal.
func ParseDecimal(s string) (Decimal, error) {
	d := Decimal{present: true}
	body, negative := strings.CutPrefix(s, "-")
	if !negative {
		body, _ = strings.CutPrefix(body, "+")
	}
	whole, fraction, _ := strings.Cut(body, ".")
	if whole+fraction == "" || len(fraction) > maxDigits {
		return Decimal{}, notDecimal(s)
	}
	for _, part := range [2]string{whole, fraction} {
		for i := range len(part) {
			c := part[i]
			if c < '0' || c > '9' || d.digits >= pow10[maxDigits-1] {
				return Decimal{}, notDecimal(s)
			}
			d.digits = d.digits*10 + int64(c-'0')
		}
	}
	d.places = uint8(len(fraction))
	if negative {
		d.digits = -d.digits
	}
	return d, nil
}

func notDecimal(s string) error { return fmt.Errorf("%w: %.40q", ErrDecimal, s) }

// DecimalOf returns an amount in pesos as a Decimal.
func DecimalOf(amount chile.CLP) (Decimal, error) { return NewDecimal(int64(amount), 0) }

// IsZero reports whether there is no number.
func (d Decimal) IsZero() bool { return !d.present }

// Digits returns the number without its point, as for NewDecimal.
func (d Decimal) Digits() int64 { return d.digits }

// Places returns the number of decimals as written.
func (d Decimal) Places() int { return int(d.places) }

// Sign returns -1, 0 or 1.
func (d Decimal) Sign() int {
	switch {
	case d.digits < 0:
		return -1
	case d.digits > 0:
		return 1
	default:
		return 0
	}
}

// Rat returns its value, for sums and products of any size. An absent number
// returns 0.
func (d Decimal) Rat() *big.Rat { return big.NewRat(d.digits, pow10[d.places]) }

// Cmp compares by value. An absent number counts as 0.
func (d Decimal) Cmp(other Decimal) int { return d.Rat().Cmp(other.Rat()) }

// CLP returns the amount in whole pesos. It fails with ErrDecimal if there are
// decimals other than zero.
func (d Decimal) CLP() (chile.CLP, error) {
	whole := d.digits / pow10[d.places]
	if whole*pow10[d.places] != d.digits {
		return 0, fmt.Errorf("%w of whole pesos: %s", ErrDecimal, d)
	}
	return chile.CLP(whole), nil
}

// String returns the number as written, without plus sign, leading zeros or a
// final point; "" if absent.
func (d Decimal) String() string { return string(d.append(nil)) }

func (d Decimal) append(b []byte) []byte {
	if !d.present {
		return b
	}
	digits := d.digits
	if digits < 0 {
		b, digits = append(b, '-'), -digits
	}
	b = strconv.AppendInt(b, digits/pow10[d.places], 10)
	if d.places == 0 {
		return b
	}
	b = append(b, '.')
	for place := int(d.places) - 1; place >= 0; place-- {
		b = append(b, '0'+byte(digits/pow10[place]%10))
	}
	return b
}

// MarshalText writes what String returns.
func (d Decimal) MarshalText() ([]byte, error) { return d.append(nil), nil }

// UnmarshalText reads what ParseDecimal reads; empty text is an absent number.
func (d *Decimal) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Decimal{}
		return nil
	}
	read, err := ParseDecimal(string(text))
	if err == nil {
		*d = read
	}
	return err
}
