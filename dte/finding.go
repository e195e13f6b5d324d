package dte

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/ofitec/chile/internal/plain"
	"github.com/ofitec/chile/xmlsig"
)

// Severity says what a Finding means for its grade.
type Severity int

// Severities, in rising order.
const (
	// Note is worth knowing and not a fault of the document.
	Note Severity = iota + 1
	// Warning is something that the SII answers with a reparo, or that breaks a
	// rule with more than one reading. The grade stays OK.
	Warning
	// Wrong makes the grade not OK: something is not valid, or cannot be proved.
	Wrong
)

// String returns "note", "warning" or "wrong", and "" for any other value.
func (s Severity) String() string {
	switch s {
	case Note:
		return "note"
	case Warning:
		return "warning"
	case Wrong:
		return "wrong"
	}
	return ""
}

// MarshalText writes what String returns.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Code identifies what a Finding found. The list is closed: the constants of
// this type.
type Code string

// Finding is one thing found in grading a document. It says where, what the
// document has and what the rule asks for. English and Spanish put it in words.
type Finding struct { //nolint:errname // what was found is an error only where it is returned as one
	Code     Code     `json:"code"`
	Severity Severity `json:"severity"`

	// Path is the judged element, written as by xmlsig.Element.Path, or relative
	// to the document: Encabezado/Totales/IVA.
	Path string `json:"path,omitempty"`

	// Got is the document's value and Want the rule's; either may be empty. Long
	// values are cut.
	Got  string `json:"got,omitempty"`
	Want string `json:"want,omitempty"`

	// Err is the sentinel of the decision that a caller may take (ErrStamp,
	// ErrCAF, …), possibly with its cause.
	Err error `json:"-"`

	english bool // Got is the text of an error
}

// Unwrap returns Err, so that errors.Is finds it.
func (f Finding) Unwrap() error { return f.Err }

// Error returns what String returns, so a Finding can be returned as an error.
func (f Finding) Error() string { return "dte: " + f.String() }

// String returns the path and the English words.
func (f Finding) String() string {
	if f.Path == "" {
		return f.English()
	}
	return f.Path + ": " + f.English()
}

// English describes the finding in English, with both values.
func (f Finding) English() string {
	return f.tell(ruleOf[f.Code].english, ": is ", ", should be ")
}

// Spanish describes the finding in Spanish, with both values. It leaves out the
// text of an error, which is in English.
func (f Finding) Spanish() string {
	f.Got, f.Want = f.inSpanish(f.Got), f.inSpanish(f.Want)
	return f.tell(ruleOf[f.Code].spanish, ": dice ", ", debería decir ")
}

// spanishValues translates the values that are words of this module.
var spanishValues = map[string]string{
	xmlsig.InPlace.String(): "en su lugar", xmlsig.CutOut.String(): "recortado", xmlsig.OnlySII.String(): "solo SiiDte",
	xmlsig.NoNamespace.String(): "sin espacio de nombres",
}

func (f Finding) inSpanish(value string) string {
	if f.english && value == f.Got || f.Err != nil && value == shown(f.Err.Error()) {
		return ""
	}
	return cmp.Or(spanishValues[value], value)
}

func (f Finding) tell(words, is, should string) string {
	if words == "" {
		words = string(f.Code)
	}
	var b strings.Builder
	b.WriteString(words)
	if f.Got != "" {
		b.WriteString(is + f.Got)
	}
	if f.Want != "" {
		if f.Got == "" {
			should = strings.Replace(should, ", ", ": ", 1)
		}
		b.WriteString(should + f.Want)
	}
	return b.String()
}

// maxShown bounds the values that a finding shows, which come from outside.
const maxShown = 120

func shown(s string) string { return plain.Cut(s, maxShown) }

// rule describes a Code, independent of any document.
type rule struct {
	severity         Severity
	err              error
	english, spanish string
}

// ruleOf holds the rules of every Code.
var ruleOf = join(stampRules, cafRules, signatureRules, agreementRules, dateRules, totalsRules, verifyRules, policyRules, schemaRules, gradeRules)

func join(tables ...map[Code]rule) map[Code]rule {
	all := map[Code]rule{}
	for _, table := range tables {
		for code, r := range table {
			all[code] = r
		}
	}
	return all
}

// Codes returns all codes, sorted.
func Codes() []Code { return slices.Sorted(maps.Keys(ruleOf)) }
