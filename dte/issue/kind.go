package issue

import (
	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

func isExport(t chile.DocType) bool { return t == 110 || t == 111 || t == 112 }

func isBoleta(t chile.DocType) bool { return t == 39 || t == 41 }

// corrects reports whether a note only corrects text.
func corrects(kind chile.DocType, references []dte.Reference) bool {
	return isNote(kind) && hasCode(references, "2")
}

// mayBeEmpty reports whether the lines of a document need no amounts: in notes
// that correct text, and in notes that annul such notes.
func mayBeEmpty(kind chile.DocType, references []dte.Reference) bool {
	return isNote(kind) && (hasCode(references, "1") || hasCode(references, "2"))
}

func isNote(kind chile.DocType) bool {
	return kind == 56 || kind == 61 || kind == 111 || kind == 112
}

func hasCode(references []dte.Reference, code string) bool {
	for i := range references {
		if references[i].Code == code {
			return true
		}
	}
	return false
}

var ruleType = rule{
	"type.unknown", LevelRejects,
	"no es un tipo de documento que se emita (33 34 39 41 43 46 52 56 61 110 111 112)",
	"not a type of document that can be issued (33 34 39 41 43 46 52 56 61 110 111 112)",
}

// pesosAbroad is Customs' name of the peso, as the currency of exports.
const pesosAbroad = "PESO CL"
