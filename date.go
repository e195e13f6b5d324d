package chile

import (
	"cmp"
	"database/sql/driver"
	"fmt"
	"sync"
	"time"

	_ "time/tzdata" // Santiago must be known on machines without a time zone database
)

// santiago comes from the machine's time zone database. If there is none, it comes
// from the one built into the program.
var santiago = sync.OnceValue(func() *time.Location {
	loc, err := time.LoadLocation("America/Santiago")
	if err != nil {
		panic("chile: the embedded time zone database lacks America/Santiago: " + err.Error()) //nolint:forbidigo // the program was built without part of the standard library
	}
	return loc
})

// Santiago returns the time zone of continental Chile, summer time included. The SII
// writes its dates and times in it.
func Santiago() *time.Location { return santiago() }

// Date is a calendar date without a time of day, such as the date of a
// document. The zero value is "no date": it prints as the empty string. Dates
// are comparable with ==.
type Date struct {
	year  int16
	month uint8
	day   uint8
}

// NewDate returns that date. The error is a *ParseError with ErrRange if the
// calendar has no such day or the year is not in 1900 to 2199.
func NewDate(year int, month time.Month, day int) (Date, error) {
	if day >= 1 && day <= 28 && month >= 1 && month <= 12 && year >= 1900 && year <= 2199 {
		return Date{year: int16(year), month: uint8(month), day: uint8(day)}, nil // every month has them
	}
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if y, m, d := t.Date(); y != year || m != month || d != day || year < 1900 || year > 2199 {
		return Date{}, parseError("Date", fmt.Sprintf("%04d-%02d-%02d", year, month, day), ErrRange)
	}
	return Date{year: int16(year), month: uint8(month), day: uint8(day)}, nil
}

// DateOf returns the date of t in Chile. For the zero time, and for times outside
// the years 1900 to 2199, it returns the zero Date.
func DateOf(t time.Time) Date {
	d, _ := NewDate(t.In(Santiago()).Date())
	return d
}

// ParseDate reads the forms that the SII's services use: 2026-10-31 in
// documents, 31/10/2026 in the registers, 31-10-2026 elsewhere.
// The error is a *ParseError with ErrSyntax or ErrRange.
func ParseDate(s string) (Date, error) {
	if len(s) != len("2006-01-02") {
		return Date{}, parseError("Date", s, ErrSyntax)
	}
	var y, m, d string
	switch {
	case s[4] == '-' && s[7] == '-':
		y, m, d = s[:4], s[5:7], s[8:]
	case s[2] == '/' && s[5] == '/', s[2] == '-' && s[5] == '-':
		d, m, y = s[:2], s[3:5], s[6:]
	default:
		return Date{}, parseError("Date", s, ErrSyntax)
	}
	year, okYear := smallNumber(y)
	month, okMonth := smallNumber(m)
	day, okDay := smallNumber(d)
	if !okYear || !okMonth || !okDay {
		return Date{}, parseError("Date", s, ErrSyntax)
	}
	date, err := NewDate(year, time.Month(month), day)
	if err != nil {
		return Date{}, parseError("Date", s, ErrRange)
	}
	return date, nil
}

// smallNumber reads up to four digits.
func smallNumber(s string) (n int, ok bool) {
	if !allDigits(s) || len(s) > 4 {
		return 0, false
	}
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// IsZero reports whether d is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Year returns the year, or 0 for the zero value.
func (d Date) Year() int { return int(d.year) }

// Month returns the month, or 0 for the zero value.
func (d Date) Month() time.Month { return time.Month(d.month) }

// Day returns the day of the month, or 0 for the zero value.
func (d Date) Day() int { return int(d.day) }

// Period returns the month that d is in.
func (d Date) Period() Period { return Period{Year: d.Year(), Month: d.Month()} }

// Time returns the first instant of the date in Chile. On the day that summer time
// begins, midnight does not exist: the first instant is one hour later. For the zero
// Date it returns the zero time.
func (d Date) Time() time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	start := time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, Santiago())
	if start.Day() != d.Day() {
		start = start.Add(time.Hour)
	}
	return start
}

// AddDays returns the date n days later, or earlier if n is negative. For the zero
// Date, and beyond the years 1900 to 2199, it returns the zero Date.
func (d Date) AddDays(n int) Date {
	const most = 300 * 366 // more leaves the range of years from any date
	if d.IsZero() || n < -most || n > most {
		return Date{}
	}
	sum, _ := NewDate(time.Date(d.Year(), d.Month(), d.Day()+n, 0, 0, 0, 0, time.UTC).Date())
	return sum
}

// DaysUntil returns how many days later the other date is. It is negative if the
// other date is earlier, and 0 if one of them is the zero Date.
func (d Date) DaysUntil(other Date) int {
	if d.IsZero() || other.IsZero() {
		return 0
	}
	return int((other.utc().Unix() - d.utc().Unix()) / (24 * 60 * 60))
}

// utc returns midnight of the date in UTC, where every day has 24 hours.
func (d Date) utc() time.Time { return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, time.UTC) }

// Compare orders dates; the zero value comes first.
func (d Date) Compare(other Date) int {
	return cmp.Or(cmp.Compare(d.year, other.year), cmp.Compare(d.month, other.month), cmp.Compare(d.day, other.day))
}

// String returns the date as 2026-10-31, or the empty string for the zero value.
func (d Date) String() string { return string(d.append(nil)) }

func (d Date) append(b []byte) []byte {
	if d.IsZero() {
		return b
	}
	b = appendTwo(appendTwo(b, d.Year()/100), d.Year()%100)
	b = appendTwo(append(b, '-'), int(d.month))
	return appendTwo(append(b, '-'), int(d.day))
}

// appendTwo writes n, which is less than 100, with two digits.
func appendTwo(b []byte, n int) []byte {
	const digits = "0123456789"
	return append(b, digits[n/10], digits[n%10])
}

// MarshalText writes the date as String does.
func (d Date) MarshalText() ([]byte, error) { return d.append(nil), nil }

// UnmarshalText reads what ParseDate reads; the empty text is the zero value.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	date, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = date
	return nil
}

// Scan implements database/sql.Scanner for date columns and for text columns. NULL
// is the zero value. From a time.Time it takes the date in the time's own zone,
// because drivers return dates as midnight UTC.
func (d *Date) Scan(src any) error {
	t, ok := src.(time.Time)
	if !ok {
		return scanText("Date", src, d.UnmarshalText)
	}
	date, err := NewDate(t.Date())
	if err != nil {
		return err
	}
	*d = date
	return nil
}

// Value implements driver.Valuer: the text of String, or NULL for the zero
// value.
func (d Date) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.String(), nil
}
