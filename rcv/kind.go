package rcv

import (
	"bytes"
	"strconv"
	"time"

	"github.com/ofitec/chile"
)

// kind says how values of one type are read and written. Files and answers
// write them in the same way: numbers in digits, dates as 31/10/2026.
type kind[T comparable] struct {
	// parse reads a trimmed, non-empty text.
	parse func(text []byte, in *interner) (T, error)

	write     func(b []byte, v T) []byte // as the SII writes it
	canonical func(b []byte, v T) []byte // one text per value, for hashes; if nil, write
	same      func(v, w T) bool          // if nil, ==

	// json writes the value in JSON; if nil, write does.
	json func(b []byte, v T) ([]byte, error)

	none []string // texts that mean no value
}

// maxText bounds a single text of a row. The longest that the SII writes, a
// razón social, has 100 characters.
const maxText = 1024

var amountKind = kind[chile.CLP]{
	parse: func(text []byte, _ *interner) (chile.CLP, error) { return parseAmount(text) },
	write: func(b []byte, v chile.CLP) []byte { return strconv.AppendInt(b, int64(v), 10) },
}

var numberKind = kind[int]{
	parse: func(text []byte, _ *interner) (int, error) {
		n, err := parseDigits(text, 9)
		return int(n), err
	},
	write: func(b []byte, v int) []byte { return strconv.AppendInt(b, int64(v), 10) },
}

var docTypeKind = kind[chile.DocType]{
	parse: func(text []byte, _ *interner) (chile.DocType, error) {
		n, err := parseDigits(text, 4)
		return chile.DocType(n), err
	},
	write: func(b []byte, v chile.DocType) []byte { return strconv.AppendInt(b, int64(v), 10) },
}

var folioKind = kind[chile.Folio]{
	parse: func(text []byte, _ *interner) (chile.Folio, error) {
		n, err := parseDigits(text, 18)
		return chile.Folio(n), err
	},
	write: func(b []byte, v chile.Folio) []byte { return strconv.AppendInt(b, int64(v), 10) },
}

var rutKind = kind[chile.RUT]{
	parse: func(text []byte, _ *interner) (chile.RUT, error) { return parseRUT(text) },
	write: appendRUT,
	json:  jsonRUT,
	none:  []string{"-", "null"},
}

func appendRUT(b []byte, v chile.RUT) []byte {
	if v.IsZero() {
		return b
	}
	return append(strconv.AppendInt(b, v.Number(), 10), '-', v.DV())
}

var dateKind = kind[chile.Date]{
	parse:     func(text []byte, _ *interner) (chile.Date, error) { return parseDate(text) },
	write:     appendDate,
	canonical: appendISODate,
	json:      jsonDate,
	none:      []string{"null"},
}

var instantKind = kind[time.Time]{
	parse: func(text []byte, _ *interner) (time.Time, error) { return parseInstant(text) },
	write: appendInstant,
	canonical: func(b []byte, v time.Time) []byte {
		if v.IsZero() {
			return b
		}
		// Not in Chilean time: when summer time ends, an hour repeats.
		return v.UTC().AppendFormat(b, time.RFC3339Nano)
	},
	same: time.Time.Equal,
	json: jsonInstant,
	none: []string{"null"},
}

var textKind = kind[string]{
	parse: parseText,
	write: func(b []byte, v string) []byte { return append(b, v...) },
	json:  jsonText[string],
}

// codeKind is text that is mostly a number; 0 means no value.
var codeKind = kind[string]{
	parse: parseText,
	write: func(b []byte, v string) []byte { return append(b, v...) },
	json:  jsonText[string],
	none:  []string{"0"},
}

var rateKind = kind[Rate]{
	parse: parseRate,
	write: func(b []byte, v Rate) []byte { return append(b, v...) },
	json:  jsonText[Rate],
	none:  []string{"-", "null"},
}

var stateKind = kind[State]{
	parse: func(text []byte, _ *interner) (State, error) {
		state := State(text)
		if !state.Valid() {
			return "", chile.ErrRange
		}
		return state, nil
	},
	write: func(b []byte, v State) []byte { return append(b, v...) },
	json:  jsonText[State],
}

var idKind = kind[int64]{
	parse: func(text []byte, _ *interner) (int64, error) { return parseDigits(text, 18) },
	write: func(b []byte, v int64) []byte { return strconv.AppendInt(b, v, 10) },
}

var flagKind = kind[bool]{
	parse: func(text []byte, _ *interner) (bool, error) {
		switch string(text) {
		case "true", "1":
			return true, nil
		case "false", "0":
			return false, nil
		}
		return false, chile.ErrSyntax
	},
	write: strconv.AppendBool,
}

var periodKind = kind[chile.Period]{
	parse: func(text []byte, _ *interner) (chile.Period, error) {
		p, err := chile.ParsePeriod(string(text))
		return p, reason(err)
	},
	write: func(b []byte, v chile.Period) []byte { return append(b, v.Compact()...) },
	json:  jsonPeriod,
	none:  []string{"0"},
}

// means reports whether the text means no value.
func (k *kind[T]) means(text []byte) bool {
	for _, none := range k.none {
		if string(text) == none {
			return true
		}
	}
	return len(text) == 0
}

func parseText(text []byte, in *interner) (string, error) {
	if known, ok := in.known(text); ok {
		return known, nil
	}
	if len(text) > maxText {
		return "", ErrTooLong
	}
	if bytes.IndexByte(text, 0) >= 0 {
		return "", chile.ErrSyntax // no database stores it, and no name has it
	}
	return in.text(text), nil
}
