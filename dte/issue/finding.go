package issue

import (
	"strings"

	"github.com/ofitec/chile/internal/plain"
)

// Level says what a Finding means for a draft. The zero value is not a level;
// it refuses.
type Level string

// The levels.
const (
	LevelRejects Level = "rejects" // the SII would reject it: the draft is refused
	LevelReparo  Level = "reparo"  // the SII would accept it with a reparo
	LevelAdvice  Level = "advice"  // worth knowing, or could not be judged
)

// Refuses reports whether a draft with such a finding is refused.
func (l Level) Refuses() bool { return l != LevelReparo && l != LevelAdvice }

// Finding is one thing found in a draft.
type Finding struct { //nolint:errname // what was found is an error only where it is returned as one
	// Code is the SII's code if it has one (HED-3-305, REF-2-780), else a short
	// lower-case code of this package.
	Code  string `json:"code"`
	Level Level  `json:"level"`

	// Path is the judged element, relative to the document:
	// Encabezado/Totales/IVA, Detalle[2]/MontoItem.
	Path string `json:"path,omitempty"`

	// Is is the draft's value and Want the rule's; either may be empty. Long
	// values are cut.
	Is   string `json:"is,omitempty"`
	Want string `json:"want,omitempty"`

	ES string `json:"es"` // in Spanish, without the values
	EN string `json:"en"` // in English, without the values
}

// Spanish describes the finding in Spanish, with both values.
func (f Finding) Spanish() string { return f.tell(f.ES, "dice", "debería decir") }

// English describes the finding in English, with both values.
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

// String returns the code, the path and the English words.
func (f Finding) String() string {
	if f.Path == "" {
		return f.Code + ": " + f.English()
	}
	return f.Code + " " + f.Path + ": " + f.English()
}

// Error returns what String returns, so a Finding can be returned as an error.
func (f Finding) Error() string { return "issue: " + f.String() }

// Findings are all findings for a draft.
type Findings []Finding

// String returns the String of each finding, one per line.
func (f Findings) String() string {
	lines := make([]string, len(f))
	for i := range f {
		lines[i] = f[i].String()
	}
	return strings.Join(lines, "\n")
}

// Refused reports whether any of them refuses the draft.
func (f Findings) Refused() bool {
	for i := range f {
		if f[i].Level.Refuses() {
			return true
		}
	}
	return false
}

// Of returns the findings with that code.
func (f Findings) Of(code string) (of Findings) {
	for i := range f {
		if f[i].Code == code {
			of = append(of, f[i])
		}
	}
	return of
}

// rule describes a finding, independent of any document.
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

func shown(s string) string { return plain.Cut(s, maxShown) }
