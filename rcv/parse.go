package rcv

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/ofitec/chile"
)

// These functions read bytes of a buffer without copying. Forms that they do
// not recognise at once go to package chile, whose errors they return.

// errMarked says why an amount with dots or commas is refused.
var errMarked = fmt.Errorf("%w: an amount has only digits, without dots or commas", chile.ErrSyntax)

func parseAmount(text []byte) (chile.CLP, error) {
	digits, negative := text, false
	if len(text) > 0 && text[0] == '-' {
		digits, negative = text[1:], true
	}
	if len(digits) == 0 || len(digits) > 18 {
		v, err := chile.ParseCLP(string(text))
		return v, reason(err)
	}
	n, err := parseDigits(digits, 18)
	if err != nil && bytes.ContainsAny(text, ".,") {
		err = errMarked
	}
	if negative {
		n = -n
	}
	return chile.CLP(n), err
}

// parseDigits reads a number of at most that many digits.
func parseDigits(text []byte, most int) (int64, error) {
	for len(text) > most && text[0] == '0' {
		text = text[1:]
	}
	var n int64
	for i, c := range text {
		if c < '0' || c > '9' {
			return 0, chile.ErrSyntax
		}
		if i >= most {
			return 0, chile.ErrRange
		}
		n = n*10 + int64(c-'0')
	}
	if len(text) == 0 {
		return 0, chile.ErrSyntax
	}
	return n, nil
}

func parseRUT(text []byte) (chile.RUT, error) {
	if n := len(text); n >= 3 && n <= 10 && text[n-2] == '-' {
		if number, err := parseDigits(text[:n-2], 8); err == nil {
			rut, err := chile.NewRUT(number)
			if err == nil && rut.DV() == text[n-1] {
				return rut, nil
			}
		}
	}
	rut, err := chile.ParseHyphenatedRUT(string(text))
	return rut, reason(err)
}

// parseDate reads 31/10/2026, as the SII writes it, and the forms of
// spreadsheets: 31-10-2026, 2026-10-31, also with midnight after it.
func parseDate(text []byte) (chile.Date, error) {
	if len(text) == len("31/10/2026") && text[2] == '/' && text[5] == '/' {
		day, errDay := parseDigits(text[:2], 2)
		month, errMonth := parseDigits(text[3:5], 2)
		year, errYear := parseDigits(text[6:], 4)
		if errDay == nil && errMonth == nil && errYear == nil {
			date, err := chile.NewDate(int(year), time.Month(month), int(day))
			return date, reason(err)
		}
	}
	for _, midnight := range []string{" 00:00:00", " 00:00", " 0:00:00", " 0:00"} {
		if whole, ok := bytes.CutSuffix(text, []byte(midnight)); ok {
			text = whole
			break
		}
	}
	date, err := chile.ParseDate(string(text))
	return date, reason(err)
}

// parseInstant reads 31/10/2026 23:59:59, Chilean local time, and the forms of
// spreadsheets: other dates that parseDate reads, no seconds, an hour of one digit,
// or only a date, which means its beginning. In the hour that repeats when summer
// time ends, it returns one of the two.
func parseInstant(text []byte) (time.Time, error) {
	const date = len("31/10/2026")
	if len(text) < date {
		return time.Time{}, chile.ErrSyntax
	}
	day, err := parseDate(text[:date])
	if err != nil {
		return time.Time{}, err
	}
	hour, minute, second, err := parseClock(text[date:])
	if err != nil {
		return time.Time{}, err
	}
	return time.Date(day.Year(), day.Month(), day.Day(), hour, minute, second, 0, chile.Santiago()), nil
}

// parseClock reads " 23:59:59", " 23:59", " 9:59" or nothing.
func parseClock(text []byte) (hour, minute, second int, err error) {
	if len(text) == 0 {
		return 0, 0, 0, nil
	}
	if len(text) > 2 && text[2] == ':' { // an hour of one digit
		text = append([]byte(" 0"), text[1:]...)
	}
	if len(text) == len(" 23:59") {
		text = append(bytes.Clone(text), ":00"...)
	}
	if len(text) != len(" 23:59:59") || text[0] != ' ' || text[3] != ':' || text[6] != ':' {
		return 0, 0, 0, chile.ErrSyntax
	}
	h, errHour := parseDigits(text[1:3], 2)
	m, errMinute := parseDigits(text[4:6], 2)
	s, errSecond := parseDigits(text[7:], 2)
	switch {
	case errHour != nil || errMinute != nil || errSecond != nil:
		return 0, 0, 0, chile.ErrSyntax
	case h > 23 || m > 59 || s > 59:
		return 0, 0, 0, chile.ErrRange
	}
	return int(h), int(m), int(s), nil
}

func appendDate(b []byte, d chile.Date) []byte {
	if d.IsZero() {
		return b
	}
	b = append(appendTwo(b, d.Day()), '/')
	b = append(appendTwo(b, int(d.Month())), '/')
	return appendTwo(appendTwo(b, d.Year()/100), d.Year()%100)
}

func appendInstant(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return b
	}
	return t.In(chile.Santiago()).AppendFormat(b, "02/01/2006 15:04:05")
}

// appendTwo writes a number from 0 to 99 with two digits.
func appendTwo(b []byte, n int) []byte {
	const decimal = "0123456789"
	return append(b, decimal[n/10%10], decimal[n%10])
}

// maxRate bounds the text of a rate.
const maxRate = 32

// parseRate reads digits with at most one decimal point or comma between them,
// and returns them with a point.
func parseRate(text []byte, in *interner) (Rate, error) {
	if len(text) > maxRate {
		return "", ErrTooLong
	}
	if bytes.IndexByte(text, ',') >= 0 {
		text = bytes.Replace(text, []byte{','}, []byte{'.'}, 1)
	}
	whole, decimals, fraction := bytes.Cut(text, []byte{'.'})
	if !digits(whole) || fraction && !digits(decimals) {
		return "", chile.ErrSyntax
	}
	return Rate(in.text(text)), nil
}

func digits(text []byte) bool {
	for _, c := range text {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(text) > 0
}

// toUTF8 converts ISO-8859-1 text to UTF-8, using buf, and returns valid UTF-8
// unchanged. Latin-1 text with letters beyond ASCII is almost never valid UTF-8,
// so each line and value can be recognised separately.
func toUTF8(text, buf []byte) []byte {
	if validUTF8(text) {
		return text
	}
	buf = buf[:0]
	for _, c := range text {
		buf = utf8.AppendRune(buf, rune(c))
	}
	return buf
}

// validUTF8 is utf8.Valid, fast for text with few letters beyond ASCII.
func validUTF8(text []byte) bool {
	const beyond = 0x8080808080808080
	for len(text) >= 8 {
		if binary.LittleEndian.Uint64(text)&beyond == 0 {
			text = text[8:]
			continue
		}
		for text[0] < utf8.RuneSelf {
			text = text[1:]
		}
		r, size := utf8.DecodeRune(text)
		if r == utf8.RuneError && size == 1 {
			return false
		}
		text = text[size:]
	}
	return utf8.Valid(text)
}
