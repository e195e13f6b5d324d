package dte

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/ofitec/chile"
)

// DateTime is a date and time in Chile, to the second and without a zone, as
// documents have it. The zero value is absent. DateTimes compare with ==.
type DateTime struct {
	Date                 chile.Date
	Hour, Minute, Second uint8
}

// ErrDateTime says that a text is not a date with time.
var ErrDateTime = errors.New("dte: not a date with time")

// DateTimeOf returns the date and time in Chile at t.
func DateTimeOf(t time.Time) DateTime {
	t = t.In(chile.Santiago())
	return DateTime{chile.DateOf(t), uint8(t.Hour()), uint8(t.Minute()), uint8(t.Second())}
}

// ParseDateTime reads 2026-11-23T10:00:00. A fraction of a second and a zone may
// follow, as XML Schema allows and some programs write. Both are ignored: the SII
// takes local time. The error is ErrDateTime.
func ParseDateTime(s string) (DateTime, error) {
	const layout = "2006-01-02T15:04:05"
	if len(s) < len(layout) || s[10] != 'T' || s[13] != ':' || s[16] != ':' || !isZone(s[len(layout):]) {
		return DateTime{}, notDateTime(s)
	}
	date, err := chile.ParseDate(s[:10])
	hour, ok1 := twoDigits(s[11:13], 23)
	minute, ok2 := twoDigits(s[14:16], 59)
	second, ok3 := twoDigits(s[17:19], 59)
	if err != nil || !ok1 || !ok2 || !ok3 {
		return DateTime{}, notDateTime(s)
	}
	return DateTime{date, hour, minute, second}, nil
}

func notDateTime(s string) error { return fmt.Errorf("%w: %.40q", ErrDateTime, s) }

func twoDigits(s string, limit uint8) (uint8, bool) {
	tens, ones := s[0]-'0', s[1]-'0'
	n := tens*10 + ones
	return n, tens <= 9 && ones <= 9 && n <= limit
}

// isZone reports whether a text may follow the seconds: ".123", "Z", "-03:00".
func isZone(s string) bool {
	if len(s) > 0 && s[0] == '.' {
		i := 1
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		if i == 1 {
			return false
		}
		s = s[i:]
	}
	if s == "" || s == "Z" {
		return true
	}
	if len(s) != len("-03:00") || s[0] != '-' && s[0] != '+' || s[3] != ':' {
		return false
	}
	_, ok1 := twoDigits(s[1:3], 14)
	_, ok2 := twoDigits(s[4:6], 59)
	return ok1 && ok2
}

// IsZero reports whether it is absent.
func (t DateTime) IsZero() bool { return t == DateTime{} }

// Time returns the moment. In the hour that repeats when summer time ends, it
// is one of the two moments.
func (t DateTime) Time() time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return time.Date(t.Date.Year(), t.Date.Month(), t.Date.Day(), int(t.Hour), int(t.Minute), int(t.Second), 0, chile.Santiago())
}

// Compare compares local times.
func (t DateTime) Compare(other DateTime) int {
	return cmp.Or(t.Date.Compare(other.Date), cmp.Compare(t.Hour, other.Hour), cmp.Compare(t.Minute, other.Minute), cmp.Compare(t.Second, other.Second))
}

// String returns it as 2026-11-23T10:00:00, or "" if absent.
func (t DateTime) String() string {
	if t.IsZero() {
		return ""
	}
	return fmt.Sprintf("%sT%02d:%02d:%02d", t.Date, t.Hour, t.Minute, t.Second)
}

// MarshalText writes what String returns.
func (t DateTime) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads what ParseDateTime reads; empty text is an absent
// DateTime.
func (t *DateTime) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*t = DateTime{}
		return nil
	}
	read, err := ParseDateTime(string(text))
	if err == nil {
		*t = read
	}
	return err
}
