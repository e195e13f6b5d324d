package rcv

import (
	"bytes"
	"encoding/binary"
	"time"
	"unicode/utf8"

	"github.com/ofitec/chile"
)

// The functions here read bytes of a buffer without a copy. What they do not
// recognise at once goes to package chile, whose errors they return.

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
	return chile.Date{}, chile.ErrSyntax
}

// parseInstant reads 31/10/2026 23:59:59, Chilean local time. Of the hour that
// comes twice when summer time ends, it is one of the two.
func parseInstant(text []byte) (time.Time, error) {
	if len(text) != len("31/10/2026 23:59:59") || text[10] != ' ' || text[13] != ':' || text[16] != ':' {
		return time.Time{}, chile.ErrSyntax
	}
	date, err := parseDate(text[:10])
	if err != nil {
		return time.Time{}, err
	}
	hour, errHour := parseDigits(text[11:13], 2)
	minute, errMinute := parseDigits(text[14:16], 2)
	second, errSecond := parseDigits(text[17:], 2)
	if errHour != nil || errMinute != nil || errSecond != nil {
		return time.Time{}, chile.ErrSyntax
	}
	if hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, chile.ErrRange
	}
	return time.Date(date.Year(), date.Month(), date.Day(), int(hour), int(minute), int(second), 0, chile.Santiago()), nil
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

// checkRate wants digits with at most one decimal point, or comma, between them.
func checkRate(text []byte) error {
	if len(text) > maxRate {
		return ErrTooLong
	}
	whole, decimals, fraction := bytes.Cut(bytes.Replace(text, []byte{','}, []byte{'.'}, 1), []byte{'.'})
	if !digits(whole) || fraction && !digits(decimals) {
		return chile.ErrSyntax
	}
	return nil
}

func digits(text []byte) bool {
	for _, c := range text {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(text) > 0
}

// toUTF8 returns text that is in ISO-8859-1 in UTF-8, using buf, and text that
// is valid UTF-8 as it is. Latin-1 text with letters beyond ASCII is practically
// never valid UTF-8, so that each line and value can be told by itself.
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

// validUTF8 is utf8.Valid for text that has few letters beyond ASCII.
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
