package chile

import (
	"cmp"
	"database/sql/driver"
	"fmt"
	"iter"
	"time"
)

// Period is a tax period (período tributario): one month of one year. A
// document belongs to the period in which the SII registered it. That may differ
// from the month of its date. The zero value is "no period". Periods are
// comparable with ==.
type Period struct {
	Year  int
	Month time.Month
}

// ParsePeriod reads 2026-10, as in the databases, or 202610, as in the SII's
// services. The error is a *ParseError with ErrSyntax or ErrRange.
func ParsePeriod(s string) (Period, error) {
	var y, m string
	switch {
	case len(s) == 6:
		y, m = s[:4], s[4:]
	case len(s) == 7 && s[4] == '-':
		y, m = s[:4], s[5:]
	default:
		return Period{}, parseError("Period", s, ErrSyntax)
	}
	year, okYear := smallNumber(y)
	month, okMonth := smallNumber(m)
	if !okYear || !okMonth {
		return Period{}, parseError("Period", s, ErrSyntax)
	}
	p := Period{Year: year, Month: time.Month(month)}
	if !p.Valid() {
		return Period{}, parseError("Period", s, ErrRange)
	}
	return p, nil
}

// MustParsePeriod is ParsePeriod for constants in a program. It panics if the text
// is not a period.
func MustParsePeriod(s string) Period {
	p, err := ParsePeriod(s)
	if err != nil {
		panic(err) //nolint:forbidigo // the text is a constant of the program
	}
	return p
}

// PeriodOf returns the period of the instant t in Chile. At midnight UTC of the first
// of a month, it is still the month before.
func PeriodOf(t time.Time) Period { return DateOf(t).Period() }

// Valid reports whether p is a month of a year from 1900 to 2199.
func (p Period) Valid() bool {
	return p.Year >= 1900 && p.Year <= 2199 && p.Month >= time.January && p.Month <= time.December
}

// IsZero reports whether p is no period.
func (p Period) IsZero() bool { return p == Period{} }

// Next returns the month after p.
func (p Period) Next() Period { return p.Add(1) }

// Previous returns the month before p.
func (p Period) Previous() Period { return p.Add(-1) }

// Add returns the period that many months later, or earlier if months is negative.
// If p is not valid, and beyond the years 1900 to 2199, it returns the zero Period.
func (p Period) Add(months int) Period {
	n := p.Year*12 + int(p.Month) - 1 + months
	sum := Period{Year: n / 12, Month: time.Month(n%12 + 1)}
	if !p.Valid() || !sum.Valid() {
		return Period{}
	}
	return sum
}

// Through returns the months from p to last, both included, in order. It returns none
// if last is before p or if one of them is not valid.
func (p Period) Through(last Period) iter.Seq[Period] {
	return func(yield func(Period) bool) {
		for q := p; q.Valid() && last.Valid() && q.Compare(last) <= 0; q = q.Next() {
			if !yield(q) {
				return
			}
		}
	}
}

// First returns the first day of the month, or the zero Date if p is not valid.
func (p Period) First() Date {
	first, _ := NewDate(p.Year, p.Month, 1)
	return first
}

// Last returns the last day of the month, or the zero Date if p is not valid.
func (p Period) Last() Date {
	if !p.Valid() {
		return Date{}
	}
	last, _ := NewDate(time.Date(p.Year, p.Month+1, 0, 0, 0, 0, 0, time.UTC).Date())
	return last
}

// Contains reports whether d is a day of the month; the zero Date is in none.
func (p Period) Contains(d Date) bool { return !d.IsZero() && d.Period() == p }

// Compare orders periods; the zero value comes first.
func (p Period) Compare(other Period) int {
	return cmp.Or(cmp.Compare(p.Year, other.Year), cmp.Compare(p.Month, other.Month))
}

// String returns the period as 2026-10, or the empty string if it is not valid.
func (p Period) String() string { return string(p.append(nil, "-")) }

// Compact returns the period as the SII's services write it, 202610, or the
// empty string if it is not valid.
func (p Period) Compact() string { return string(p.append(nil, "")) }

func (p Period) append(b []byte, separator string) []byte {
	if !p.Valid() {
		return b
	}
	b = appendTwo(appendTwo(b, p.Year/100), p.Year%100)
	return appendTwo(append(b, separator...), int(p.Month))
}

// MarshalText writes the period as String does. For a period that is neither
// zero nor valid, the error is a *ParseError with ErrRange: it must not become "no
// period".
func (p Period) MarshalText() ([]byte, error) {
	if !p.IsZero() && !p.Valid() {
		return nil, parseError("Period", fmt.Sprintf("%04d-%02d", p.Year, p.Month), ErrRange)
	}
	return p.append(nil, "-"), nil
}

// UnmarshalText reads what ParsePeriod reads; the empty text is the zero value.
func (p *Period) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*p = Period{}
		return nil
	}
	parsed, err := ParsePeriod(string(text))
	if err != nil {
		return err
	}
	*p = parsed
	return nil
}

// Scan implements database/sql.Scanner for text columns; NULL is the zero value.
func (p *Period) Scan(src any) error { return scanText("Period", src, p.UnmarshalText) }

// Value implements driver.Valuer: the text of MarshalText, or NULL for the zero
// value.
func (p Period) Value() (driver.Value, error) {
	text, err := p.MarshalText()
	if err != nil || p.IsZero() {
		return nil, err
	}
	return string(text), nil
}
