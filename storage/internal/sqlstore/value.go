package sqlstore

import (
	"strconv"
	"time"
)

// Kind is the kind of a Value.
type Kind byte

// The kinds of value.
const (
	Null Kind = iota
	Int       // Value.Int
	Bool      // Value.Int is 0 or 1
	Text      // Value.Text
	Date      // Value.Int is days since 1970-01-01
	Time      // Value.Int is microseconds since 1970-01-01, UTC
)

// Value is the value of a column, in a form that each database can write
// cheaply. The zero value is NULL.
type Value struct {
	Kind Kind
	Int  int64
	Text string
}

func intValue[T ~int | ~int64](n T) Value { return Value{Kind: Int, Int: int64(n)} }

func textOf(s string) Value { return Value{Kind: Text, Text: s} }

// textOrNull returns NULL for the empty string.
func textOrNull(s string) Value {
	if s == "" {
		return Value{}
	}
	return textOf(s)
}

func boolValue(b bool) Value {
	if b {
		return Value{Kind: Bool, Int: 1}
	}
	return Value{Kind: Bool}
}

// instant returns NULL for the zero time.
func instant(t time.Time) Value {
	if t.IsZero() {
		return Value{}
	}
	return Value{Kind: Time, Int: t.UnixMicro()}
}

const secondsPerDay = 24 * 60 * 60

// AppendText appends the value as text; NULL is empty.
func (v Value) AppendText(b []byte) []byte {
	switch v.Kind {
	case Int:
		return strconv.AppendInt(b, v.Int, 10)
	case Bool:
		return strconv.AppendBool(b, v.Int != 0)
	case Text:
		return append(b, v.Text...)
	case Date:
		return time.Unix(v.Int*secondsPerDay, 0).UTC().AppendFormat(b, time.DateOnly)
	case Time:
		return time.UnixMicro(v.Int).UTC().AppendFormat(b, timeLayout)
	default:
		return b
	}
}

// argument returns the value as drivers take it.
func (v Value) argument() any {
	switch v.Kind {
	case Int:
		return v.Int
	case Bool:
		return v.Int != 0
	case Text:
		return v.Text
	case Date, Time:
		return string(v.AppendText(nil))
	default:
		return nil
	}
}
