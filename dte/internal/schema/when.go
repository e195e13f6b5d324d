package schema

import (
	"strings"
	"time"
)

// isDate reports whether a text is a date of XML Schema, with a four-digit year
// and an optional zone.
func isDate(s string) bool {
	const layout = "2006-01-02"
	return len(s) >= len(layout) && isDay(s[:len(layout)]) && isZone(s[len(layout):])
}

func isDay(s string) bool {
	t, err := time.Parse(time.DateOnly, s)
	return err == nil && t.Year() > 0
}

// isDateTime reports whether a text is a date with a time. The end of a day may be
// written as 24:00:00.
func isDateTime(s string) bool {
	day, clock, ok := strings.Cut(s, "T")
	const layout = "15:04:05"
	if !ok || len(day) != len(time.DateOnly) || !isDay(day) || len(clock) < len(layout) {
		return false
	}
	rest := clock[len(layout):]
	if fraction, ok := strings.CutPrefix(rest, "."); ok {
		rest = strings.TrimLeft(fraction, "0123456789")
		if rest == fraction {
			return false
		}
	}
	if clock[:len(layout)] == "24:00:00" {
		return isZone(rest) && strings.Trim(clock[len(layout):len(clock)-len(rest)], ".0") == ""
	}
	_, err := time.Parse(layout, clock[:len(layout)])
	return err == nil && isZone(rest)
}

// isZone reports whether a text is "", Z, or like -03:00.
func isZone(s string) bool {
	if s == "" || s == "Z" {
		return true
	}
	if len(s) != len("-03:00") || s[0] != '-' && s[0] != '+' || s[3] != ':' {
		return false
	}
	hours, minutes := s[1:3], s[4:]
	return allDigits(hours) && allDigits(minutes) && (hours < "14" && minutes < "60" || hours == "14" && minutes == "00")
}
