package dte

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/ofitec/chile/xmlsig"
)

// Severity says what a Finding means for the grade that it belongs to.
type Severity int

// Severities, from the one that changes nothing to the one that does.
const (
	// Note is worth knowing and no fault of the document.
	Note Severity = iota + 1
	// Warning is something that the SII answers with a reparo, or that is against a
	// rule with more than one reading. The grade stays OK.
	Warning
	// Wrong makes the grade not OK: something does not hold, or cannot be proved.
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

// Code names what a Finding found. The list is closed: it is that of the
// constants of this type.
type Code string

// Finding is one thing found in grading a document. It says where, what stands
// there and what the rule asks for; English and Spanish tell it in words.
type Finding struct { //nolint:errname // what was found is an error only where it is returned as one
	Code     Code     `json:"code"`
	Severity Severity `json:"severity"`

	// Path is the element that is judged, written as xmlsig.Element.Path does, or
	// from the document on: Encabezado/Totales/IVA.
	Path string `json:"path,omitempty"`

	// Got is what stands there and Want what the rule asks for; either may be
	// empty. Of long values they hold the beginning.
	Got  string `json:"got,omitempty"`
	Want string `json:"want,omitempty"`

	// Err is the sentinel of the decision that a caller may take (ErrStamp,
	// ErrCAF, …), perhaps with its cause.
	Err error `json:"-"`

	english bool // Got is the text of an error
}

// Unwrap returns Err, so that errors.Is finds it.
func (f Finding) Unwrap() error { return f.Err }

// Error returns what String returns: a Finding can be returned as an error.
func (f Finding) Error() string { return "dte: " + f.String() }

// String returns the path and the words of English.
func (f Finding) String() string {
	if f.Path == "" {
		return f.English()
	}
	return f.Path + ": " + f.English()
}

// English tells the finding in English, with both values.
func (f Finding) English() string {
	return f.tell(ruleOf[f.Code].english, ": is ", ", should be ")
}

// Spanish tells the finding in Spanish, with both values. The text of an error,
// which is English, is left out.
func (f Finding) Spanish() string {
	f.Got, f.Want = f.inSpanish(f.Got), f.inSpanish(f.Want)
	return f.tell(ruleOf[f.Code].spanish, ": dice ", ", debería decir ")
}

// spanishValues are the values that are words of this module.
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

func shown(s string) string {
	if len(s) <= maxShown {
		return s
	}
	return strings.ToValidUTF8(s[:maxShown], "") + "…"
}

// rule is what there is to say of a Code, whatever the document.
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
