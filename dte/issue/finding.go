package issue

import "strings"

// Level says what a Finding means for a draft. The zero value is no level: it
// refuses.
type Level string

// The levels.
const (
	LevelRejects Level = "rejects" // the SII would not take it: the draft is refused
	LevelReparo  Level = "reparo"  // the SII would take it and object
	LevelAdvice  Level = "advice"  // worth knowing; also what could not be judged
)

// Refuses reports whether a draft with such a finding is refused.
func (l Level) Refuses() bool { return l != LevelReparo && l != LevelAdvice }

// Finding is one thing found in a draft.
type Finding struct { //nolint:errname // what was found is an error only where it is returned as one
	// Code is the SII's where it has one (HED-3-305, REF-2-780), else a short one of
	// this package, in lower case.
	Code  string `json:"code"`
	Level Level  `json:"level"`

	// Path is the element that is judged, from the document on:
	// Encabezado/Totales/IVA, Detalle[2]/MontoItem.
	Path string `json:"path,omitempty"`

	// Is stands there and Want is what the rule asks for; either may be empty. Of
	// long values they hold the beginning.
	Is   string `json:"is,omitempty"`
	Want string `json:"want,omitempty"`

	ES string `json:"es"` // in Spanish, without the values
	EN string `json:"en"` // in English, without the values
}

// Spanish tells the finding in Spanish, with both values.
func (f Finding) Spanish() string { return f.tell(f.ES, "dice", "debería decir") }

// English tells the finding in English, with both values.
func (f Finding) English() string { return f.tell(f.EN, "is", "should be") }

func (f Finding) tell(words, is, want string) string {
	var values []string
	if f.Is != "" {
		values = append(values, is+" "+f.Is)
	}
	if f.Want != "" {
		values = append(values, want+" "+f.Want)
	}
	if len(values) == 0 {
		return words
	}
	return words + ": " + strings.Join(values, ", ")
}

// String returns the code, the path and the words of English.
func (f Finding) String() string {
	if f.Path == "" {
		return f.Code + ": " + f.English()
	}
	return f.Code + " " + f.Path + ": " + f.English()
}

// Error returns what String returns: a Finding can be returned as an error.
func (f Finding) Error() string { return "issue: " + f.String() }

// Findings are all that was found in a draft.
type Findings []Finding

// String returns what String returns of each, a line each.
func (f Findings) String() string {
	lines := make([]string, len(f))
	for i := range f {
		lines[i] = f[i].String()
	}
	return strings.Join(lines, "\n")
}

// Refused reports whether one of them refuses the draft.
func (f Findings) Refused() bool {
	for i := range f {
		if f[i].Level.Refuses() {
			return true
		}
	}
	return false
}

// Of returns those of one code.
func (f Findings) Of(code string) (of Findings) {
	for i := range f {
		if f[i].Code == code {
			of = append(of, f[i])
		}
	}
	return of
}

// rule is what there is to say whatever the document.
type rule struct {
	code   string
	level  Level
	es, en string
}

// at makes the finding of a rule.
func (r *rule) at(path, is, want string) Finding {
	return Finding{Code: r.code, Level: r.level, Path: path, Is: shown(is), Want: shown(want), ES: r.es, EN: r.en}
}

// maxShown bounds the values that a finding shows, which come from outside.
const maxShown = 120

func shown(s string) string {
	if len(s) <= maxShown {
		return s
	}
	return strings.ToValidUTF8(s[:maxShown], "") + "…"
}
