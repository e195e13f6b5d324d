package chile

import (
	"strconv"
	"strings"
)

// CLP is an amount in whole Chilean pesos. The registers, and documents in national
// money, have no fractions. A credit note has positive amounts; its DocType says
// that they must be subtracted.
//
// The zero value is zero pesos. It prints and marshals as a plain number.
type CLP int64

// maxCLP is the largest amount that the SII's schemas allow: 18 digits
// (SiiTypes_v10.xsd, MontoType and ValorType).
const maxCLP = 999_999_999_999_999_999

// ParseCLP reads an amount as the SII writes it: digits, with a minus if negative,
// without thousands marks or decimals. It rounds nothing.
// The error is a *ParseError with ErrSyntax or ErrRange.
func ParseCLP(s string) (CLP, error) {
	digits := strings.TrimPrefix(s, "-")
	if !allDigits(digits) {
		return 0, parseError("CLP", s, ErrSyntax)
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n > maxCLP || n < -maxCLP {
		return 0, parseError("CLP", s, ErrRange)
	}
	return CLP(n), nil
}

// Add returns the sum, or ErrOverflow: a total is never silently wrong.
func (c CLP) Add(d CLP) (CLP, error) {
	sum := c + d
	if (sum > c) != (d > 0) && d != 0 {
		return 0, ErrOverflow
	}
	return sum, nil
}

// Format returns the amount as people write it: 1.234.567, -1.000.
func (c CLP) Format() string {
	digits := strconv.FormatInt(int64(c), 10)
	if body, negative := strings.CutPrefix(digits, "-"); negative {
		return "-" + groupThousands(body)
	}
	return groupThousands(digits)
}

// groupThousands puts a point between every three digits from the right.
func groupThousands(digits string) string {
	var b strings.Builder
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte('.')
		}
		b.WriteByte(digits[i])
	}
	return b.String()
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
