package chile

import (
	"cmp"
	"database/sql/driver"
	"fmt"
	"strconv"
	"strings"
)

// RUT is a Rol Único Tributario: the SII's number of a person or company, with its
// check digit (dígito verificador, DV). A RUN, the number of an identity card, has
// the same form and check digit.
//
// The zero value is "no RUT": it prints as the empty string. Any other RUT was
// checked when it was made: a RUT with a wrong check digit cannot exist.
// RUTs are comparable with == and may be keys of a map.
//
// Form and length: SiiTypes_v10.xsd, RUTType; the check digit is modulo 11 with
// the factors 2 to 7.
type RUT struct {
	number uint32
}

// maxRUT is the largest number that RUTType allows (ten characters).
const maxRUT = 99_999_999

// maxRUTText is how many bytes a written RUT may have, with leading zeros, points and
// a typographic hyphen.
const maxRUTText = 32

// NewRUT returns the RUT with that number; it computes the check digit.
// The error is a *ParseError with ErrRange unless 1 <= number <= 99,999,999.
func NewRUT(number int64) (RUT, error) {
	if number < 1 || number > maxRUT {
		return RUT{}, parseError("RUT", strconv.FormatInt(number, 10), ErrRange)
	}
	return RUT{number: uint32(number)}, nil
}

// ParseRUT reads a RUT in any usual writing: 76192083-9, 76.192.083-9,
// 761920839, 076192083-9, with k or K, with a typographic hyphen, with spaces
// around it. Thousands marks must stand where they belong.
//
// The error is a *ParseError with ErrSyntax, ErrRange or ErrCheckDigit.
func ParseRUT(s string) (RUT, error) {
	body, dv, ok := splitRUT(s)
	if !ok {
		return RUT{}, parseError("RUT", s, ErrSyntax)
	}
	number, ok := rutNumber(body)
	if !ok {
		return RUT{}, parseError("RUT", s, ErrSyntax)
	}
	if number < 1 || number > maxRUT {
		return RUT{}, parseError("RUT", s, ErrRange)
	}
	rut := RUT{number: uint32(number)}
	if rut.DV() != dv {
		return RUT{}, parseError("RUT", s, ErrCheckDigit)
	}
	return rut, nil
}

// ParseHyphenatedRUT is ParseRUT for a column of RUTs with a hyphen before the check
// digit, as the SII writes them. Without a hyphen it returns ErrSyntax: in such a
// column 76192083 has lost its check digit. In one of eleven such numbers the last
// digit looks like the check digit of another RUT.
func ParseHyphenatedRUT(s string) (RUT, error) {
	const digits = "0123456789."
	// Without a hyphen there are only digits and points before the last letter.
	if text := strings.TrimSpace(s); text != "" && strings.Trim(text[:len(text)-1], digits) == "" {
		return RUT{}, parseError("RUT", s, ErrSyntax)
	}
	return ParseRUT(s)
}

// MustParseRUT is ParseRUT for constants in a program. It panics if the text is not a
// RUT.
func MustParseRUT(s string) RUT {
	rut, err := ParseRUT(s)
	if err != nil {
		panic(err) //nolint:forbidigo // the text is a constant of the program
	}
	return rut
}

// splitRUT cuts the check digit, in upper case, off a RUT.
func splitRUT(s string) (body string, dv byte, ok bool) {
	s = strings.TrimSpace(s)
	if len(s) < 2 || len(s) > maxRUTText {
		return "", 0, false
	}
	body, dv = s[:len(s)-1], s[len(s)-1]
	if dv == 'k' {
		dv = 'K'
	}
	if dv != 'K' && (dv < '0' || dv > '9') {
		return "", 0, false
	}
	for _, hyphen := range []string{"-", "\u2010", "\u2011", "\u2013", "\u2212"} {
		if cut, found := strings.CutSuffix(body, hyphen); found {
			return cut, dv, true
		}
	}
	return body, dv, true
}

// rutNumber reads digits that may be grouped by points. Numbers beyond any RUT
// are returned as maxRUT+1.
func rutNumber(body string) (number int64, ok bool) {
	grouped := strings.Contains(body, ".")
	for i := 0; i < len(body); i++ {
		c := body[i]
		groupMark := grouped && (len(body)-i)%4 == 0
		switch {
		case groupMark && i > 0:
			if c != '.' {
				return 0, false
			}
		case c < '0' || c > '9':
			return 0, false
		default:
			number = min(number*10+int64(c-'0'), maxRUT+1)
		}
	}
	markFirst := grouped && len(body)%4 == 0
	return number, body != "" && !markFirst
}

// IsZero reports whether r is no RUT.
func (r RUT) IsZero() bool { return r.number == 0 }

// Number returns the number without the check digit, or 0 for the zero value.
func (r RUT) Number() int64 { return int64(r.number) }

// DV returns the check digit: '0' to '9' or 'K', or 0 for the zero value.
func (r RUT) DV() byte {
	if r.number == 0 {
		return 0
	}
	sum, factor := uint32(0), uint32(2)
	for n := r.number; n > 0; n /= 10 {
		sum += n % 10 * factor
		if factor++; factor > 7 {
			factor = 2
		}
	}
	return "0K987654321"[sum%11]
}

// String returns the RUT as the SII writes it in its files, 76192083-9, or the
// empty string for the zero value.
func (r RUT) String() string {
	return string(r.append(nil))
}

func (r RUT) append(b []byte) []byte {
	if r.number == 0 {
		return b
	}
	b = strconv.AppendUint(b, uint64(r.number), 10)
	return append(b, '-', r.DV())
}

// Format returns the RUT as people write it, 76.192.083-9, or the empty string
// for the zero value.
func (r RUT) Format() string {
	if r.number == 0 {
		return ""
	}
	return groupThousands(strconv.FormatUint(uint64(r.number), 10)) + "-" + string(r.DV())
}

// Compare orders RUTs by number; the zero value comes first.
func (r RUT) Compare(other RUT) int { return cmp.Compare(r.number, other.number) }

// MarshalText writes the RUT as String does.
func (r RUT) MarshalText() ([]byte, error) { return r.append(nil), nil }

// UnmarshalText reads what ParseRUT reads; the empty text is the zero value.
func (r *RUT) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*r = RUT{}
		return nil
	}
	rut, err := ParseRUT(string(text))
	if err != nil {
		return err
	}
	*r = rut
	return nil
}

// Scan implements database/sql.Scanner for text columns; NULL is the zero value.
func (r *RUT) Scan(src any) error { return scanText("RUT", src, r.UnmarshalText) }

// Value implements driver.Valuer: the text of String, or NULL for the zero
// value.
func (r RUT) Value() (driver.Value, error) {
	if r.IsZero() {
		return nil, nil
	}
	return r.String(), nil
}

// scanText reads a database value that is text or NULL.
func scanText(typ string, src any, unmarshal func([]byte) error) error {
	switch v := src.(type) {
	case nil:
		return unmarshal(nil)
	case string:
		return unmarshal([]byte(v))
	case []byte:
		return unmarshal(v)
	default:
		return fmt.Errorf("chile: cannot scan a %s from %T", typ, src)
	}
}
