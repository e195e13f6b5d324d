package sqlstore

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ofitec/chile"
)

// Times are stored as UTC text without zone, to the microsecond. Every database
// can sort it, and every driver passes it on unchanged.
const timeLayout = "2006-01-02 15:04:05.000000"

// timeText returns the stored form of a time; nil for the zero time.
func timeText(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Truncate(time.Microsecond).Format(timeLayout)
}

// timeValue reads a stored time from any type that a driver returns. NULL is
// the zero time.
type timeValue struct{ time.Time }

// Scan implements sql.Scanner.
func (t *timeValue) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		t.Time = time.Time{}
	case time.Time:
		// The database stores no zone; drivers return different ones.
		t.Time = time.Date(v.Year(), v.Month(), v.Day(), v.Hour(), v.Minute(), v.Second(), v.Nanosecond(), time.UTC)
	case string:
		return t.parse(v)
	case []byte:
		return t.parse(string(v))
	default:
		return fmt.Errorf("time in a column of %T", src)
	}
	return nil
}

func (t *timeValue) parse(s string) (err error) {
	t.Time, err = time.Parse("2006-01-02 15:04:05.999999999", strings.Replace(strings.TrimSuffix(s, "Z"), "T", " ", 1))
	return err
}

// textValue reads text; NULL is empty.
type textValue string

// Scan implements sql.Scanner.
func (s *textValue) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*s = ""
	case string:
		*s = textValue(v)
	case []byte:
		*s = textValue(v)
	case time.Time:
		*s = textValue(v.Format("2006-01-02"))
	case float64:
		*s = textValue(strconv.FormatFloat(v, 'f', -1, 64)) // an amount with decimals has no exponent
	default:
		*s = textValue(fmt.Sprint(v))
	}
	return nil
}

// rutText returns the stored form of a RUT in a column that may be empty.
func rutText(rut chile.RUT) any {
	if rut.IsZero() {
		return nil
	}
	return rut.String()
}

// documentNumber returns the stored form of a type or folio.
func documentNumber[T ~int | ~int64](n T) string { return strconv.FormatInt(int64(n), 10) }

// nullable returns nil for the empty string.
func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}
