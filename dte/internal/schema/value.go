package schema

import (
	"math/big"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// normalised returns a value with the white space of its type: strings keep it,
// others collapse it. Dates and 64-bit numbers keep it, and so refuse it, as in
// libxml2.
func (t *simpleType) normalised(value string) string {
	switch t.base {
	case str, anySimple, date, dateTime, gYear, gYearMonth, long, unsignedLong:
		return value
	}
	if !strings.ContainsAny(value, " \t\r\n") {
		return value
	}
	return strings.Join(strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(" \t\r\n", r) }), " ")
}

// check returns the rule that a value breaks, and what it asks for.
func (t *simpleType) check(value string) (rule Rule, want string) {
	if !t.base.has(value) {
		return NotOfType, t.base.String()
	}
	for i := range t.facets {
		f := &t.facets[i]
		if rule := t.base.against(f, value); rule != 0 {
			return rule, f.wants()
		}
	}
	return 0, ""
}

// equal compares a value with a fixed one, both as values of the type.
func (t *simpleType) equal(value, fixed string) bool {
	if t.base == decimal {
		a, ok1 := number(value)
		b, ok2 := number(fixed)
		return ok1 && ok2 && a.Cmp(b) == 0
	}
	return value == fixed
}

// wants describes what a facet asks for.
func (f *facet) wants() string {
	switch f.kind {
	case enumeration:
		return strings.Join(f.list, ", ")
	case minLength, minInclusive:
		return "≥ " + f.value
	case maxLength, maxInclusive, totalDigits, fractionDigits:
		return "≤ " + f.value
	case pattern:
		return strings.TrimSuffix(strings.TrimPrefix(f.value, "^(?:"), ")$")
	default:
		return f.value
	}
}

// against returns the rule that a value of the type breaks.
func (b builtin) against(f *facet, value string) Rule {
	switch f.kind {
	case enumeration:
		if !slices.ContainsFunc(f.list, func(v string) bool { return b.same(value, v) }) {
			return NotListed
		}
	case pattern:
		if !compiled(f.value).MatchString(value) {
			return NotOfPattern
		}
	case length, minLength, maxLength:
		if !fits(f.kind, b.length(value), f.value) {
			return WrongLength
		}
	case minInclusive, maxInclusive:
		if !b.within(f.kind, value, f.value) {
			return OutOfRange
		}
	case totalDigits:
		whole, fraction := significant(value)
		if !fits(maxLength, len(whole)+len(fraction), f.value) {
			return TooManyDigits
		}
	case fractionDigits:
		if _, fraction := significant(value); !fits(maxLength, len(fraction), f.value) {
			return TooManyDecimals
		}
	}
	return 0
}

func fits(kind facetKind, n int, limit string) bool {
	want, err := strconv.Atoi(limit)
	switch {
	case err != nil:
		return false
	case kind == length:
		return n == want
	case kind == minLength:
		return n >= want
	default:
		return n <= want
	}
}

// same compares two values of the type: numbers by value.
func (b builtin) same(value, listed string) bool {
	if b.isNumber() {
		x, ok1 := number(value)
		y, ok2 := number(listed)
		return ok1 && ok2 && x.Cmp(y) == 0
	}
	return value == listed
}

// length counts characters, or bytes of binary data.
func (b builtin) length(value string) int {
	if b == base64Binary {
		letters := 0
		for i := range len(value) {
			if strings.IndexByte(base64Letters, value[i]) >= 0 {
				letters++
			}
		}
		return letters * 6 / 8
	}
	return utf8.RuneCountInString(value)
}

func (b builtin) within(kind facetKind, value, limit string) bool {
	order := 0
	if b.isNumber() {
		x, ok1 := number(value)
		y, ok2 := number(limit)
		if !ok1 || !ok2 {
			return false
		}
		order = x.Cmp(y)
	} else {
		// Dates with four-digit years sort as texts.
		order = strings.Compare(value[:min(len(value), len(limit))], limit)
	}
	if kind == minInclusive {
		return order >= 0
	}
	return order <= 0
}

func (b builtin) isNumber() bool { return b >= decimal && b <= unsignedLong }

// maxNumber bounds the digits of a number, as in libxml2; maxZeros bounds the
// insignificant zeros that are read.
const (
	maxNumber = 24
	maxZeros  = 1000
)

func number(s string) (*big.Rat, bool) {
	if len(s) > maxZeros || !isDecimal(s) {
		return nil, false
	}
	if whole, fraction := significant(s); len(whole)+len(fraction) > maxNumber {
		return nil, false
	}
	return new(big.Rat).SetString(strings.TrimSuffix(strings.TrimPrefix(s, "+"), "."))
}

// significant returns the digits of a number without insignificant zeros.
func significant(s string) (whole, fraction string) {
	whole, fraction, _ = strings.Cut(strings.TrimLeft(s, "+-"), ".")
	return strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
}

// isDecimal reports whether a text is digits with an optional sign and point.
func isDecimal(s string) bool {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "-"), "+")
	whole, fraction, _ := strings.Cut(s, ".")
	return whole+fraction != "" && allDigits(whole) && allDigits(fraction)
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// names of the types, as findings show them.
var builtinNames = [...]string{
	anySimple: "any text", str: "text", base64Binary: "base64", date: "date AAAA-MM-DD", dateTime: "date and time AAAA-MM-DDTHH:MM:SS",
	decimal: "decimal number", integer: "whole number", negativeInteger: "whole number below 0", nonNegativeInteger: "whole number from 0",
	positiveInteger: "whole number from 1", long: "whole number of 64 bits", unsignedLong: "whole number from 0 of 64 bits",
	id: "ID", anyURI: "URI", gYear: "year AAAA", gYearMonth: "month AAAA-MM",
}

// String names the type in words.
func (b builtin) String() string { return builtinNames[b] }

// has reports whether a text is a value of the type.
func (b builtin) has(s string) bool {
	switch b {
	case base64Binary:
		return isBase64(s)
	case date:
		return isDate(s)
	case dateTime:
		return isDateTime(s)
	case decimal:
		_, ok := number(s)
		return ok
	case integer, negativeInteger, nonNegativeInteger, positiveInteger, long, unsignedLong:
		return b.hasWhole(s)
	case id:
		return isNCName(s)
	case anyURI:
		return isURI(s)
	case gYear:
		return len(s) == 4 && allDigits(s) && s != "0000"
	case gYearMonth:
		return len(s) == len("2006-01") && isDate(s+"-01")
	default:
		return true
	}
}

// The bounds of numbers of 64 bits.
var (
	minLong  = new(big.Rat).SetInt64(-1 << 63)
	maxLong  = new(big.Rat).SetInt64(1<<63 - 1)
	maxULong = new(big.Rat).SetInt(new(big.Int).SetUint64(1<<64 - 1))
)

// hasWhole reports whether a text is a whole number of the type.
func (b builtin) hasWhole(s string) bool {
	if strings.Contains(s, ".") {
		return false
	}
	n, ok := number(s)
	if !ok {
		return false
	}
	switch b {
	case negativeInteger:
		return n.Sign() < 0
	case nonNegativeInteger:
		return n.Sign() >= 0
	case positiveInteger:
		return n.Sign() > 0
	case long:
		return n.Cmp(minLong) >= 0 && n.Cmp(maxLong) <= 0
	case unsignedLong:
		return n.Sign() >= 0 && n.Cmp(maxULong) <= 0 && s[0] != '+' // as libxml2
	default:
		return true
	}
}

// isBase64 reports whether a text is base64 as libxml2 judges it: other
// characters are ignored (RFC 2045, 6.8), and the last letter must have no bits
// to spare.
func isBase64(s string) bool {
	letters, pads, last := 0, 0, 0
	for i := range len(s) {
		n := strings.IndexByte(base64Letters, s[i])
		switch {
		case s[i] == '=':
			pads++
		case n < 0:
		case pads > 0:
			return false
		default:
			letters, last = letters+1, n
		}
	}
	switch pads {
	case 0:
		return letters%4 == 0
	case 1:
		return letters%4 == 3 && last&0b11 == 0
	case 2:
		return letters%4 == 2 && last&0b1111 == 0
	default:
		return false
	}
}

const base64Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

func isURI(s string) bool {
	if strings.ContainsAny(s, " ") {
		return false
	}
	_, err := url.Parse(s)
	return err == nil
}

// isNCName reports whether a text is a name without colon. The SII's IDs
// consist of ASCII and Latin letters.
func isNCName(s string) bool {
	for i, r := range s {
		start := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0xC0 && r != 0xD7 && r != 0xF7
		if !start && (i == 0 || r != '-' && r != '.' && r != 0xB7 && (r < '0' || r > '9')) {
			return false
		}
	}
	return s != ""
}

var patterns sync.Map // of string to *regexp.Regexp

// compiled returns a pattern of the tables, compiled once.
func compiled(expr string) *regexp.Regexp {
	if re, ok := patterns.Load(expr); ok {
		return re.(*regexp.Regexp) //nolint:errcheck,forcetypeassert // nothing else is stored
	}
	re := regexp.MustCompile(expr) // a test compiles all of them
	patterns.Store(expr, re)
	return re
}
