package judge

import (
	"fmt"
	"strings"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/internal/schema"
)

// schema refuses a file that is against the schema, as a whole, in the words of
// the processor that the SII uses.
//
// Unverified: what that processor says of a given fault, but for "only 0
// occurrences of particle" where an element is missing, also behind one that does
// not belong, "extra data at end of complex element", and a wrong version.
func (e *envelope) schema() {
	wrong, unverified := schemaFound(&e.report.Schema)
	for i := range e.report.Documents {
		w, u := schemaFound(&e.report.Documents[i].Schema)
		wrong, unverified = wrong || w, unverified || u
	}
	if unverified && !e.w.Format25 {
		e.gap(e.check, NoSchema)
	}
	if !wrong {
		return
	}
	set := schema.Newer
	if e.w.Schema == dte.SchemaOlder {
		set = schema.Older
	}
	e.find(CodeSchema, "", "", "")
	for _, v := range schema.Check(e.root, set, maxSchemaErrors) {
		if v.Rule == schema.Unverified {
			continue
		}
		code, words := schemaWords(&v)
		e.word(code, v.Path, words)
		last := &e.a.Findings[len(e.a.Findings)-1]
		last.Got, last.Want = shown(v.Got), shown(v.Want)
	}
}

// schemaFound reports whether something is against the schema, and whether there
// are elements of which no schema is at hand.
func schemaFound(g *dte.Grade) (wrong, unverified bool) {
	wrong = !g.Made
	for i := range g.Findings {
		if g.Findings[i].Code == dte.CodeSchemaUnverified {
			unverified = true
		} else {
			wrong = true
		}
	}
	return wrong, unverified
}

// maxSchemaErrors bounds how many errors of the schema are told.
const maxSchemaErrors = 100

// schemaWords tells what is against the schema as the processor does.
func schemaWords(v *schema.Violation) (Code, string) {
	name, isAttribute := strings.CutPrefix(v.Path[strings.LastIndexByte(v.Path, '/')+1:], "@")
	got := shown(v.Got)
	switch v.Rule {
	case schema.Missing, schema.Unexpected, schema.TooMany:
		if v.Needed != "" {
			return CodeSchemaMissing, fmt.Sprintf("LSX-00213: only 0 occurrences of particle %q, minimum is 1", v.Needed)
		}
		return CodeSchemaExtra, "LSX-00204: extra data at end of complex element"
	case schema.WrongLength:
		limit := strings.TrimLeft(v.Want, "≤≥ ")
		if strings.HasPrefix(v.Want, "≤") {
			return CodeSchemaLong, fmt.Sprintf("LSX-00222: %q is too long (maximum length is %s)", got, limit)
		}
		return CodeSchemaShort, fmt.Sprintf("LSX-00221: %q is too short (minimum length is %s)", got, limit)
	case schema.NotFixed:
		if isAttribute {
			return CodeSchemaAttribute, fmt.Sprintf("LSX-00265: attribute %q value %q is wrong (must be %q)", name, got, shown(v.Want))
		}
	case schema.NotListed:
		return CodeSchemaList, fmt.Sprintf("LSX-00290: invalid enumeration choice %q", got)
	case schema.NotOfPattern:
		return CodeSchemaPattern, fmt.Sprintf("LSX-00333: literal %q is not valid with respect to the pattern", got)
	}
	return CodeSchemaOther, fmt.Sprintf("LSX: %q %s [%s] <> [%s]", name, ruleWords[v.Rule], got, shown(v.Want))
}

// ruleWords are for what no number of the processor is known.
var ruleWords = map[schema.Rule]string{
	schema.UnknownRoot:      "is no root element of the schema",
	schema.Text:             "has text where only elements may be",
	schema.NoElements:       "has elements where only text may be",
	schema.NotOfType:        "is not of its type",
	schema.OutOfRange:       "is out of range",
	schema.TooManyDigits:    "has too many digits",
	schema.TooManyDecimals:  "has too many decimals",
	schema.NotFixed:         "has another value than the only one",
	schema.MissingAttribute: "is missing",
	schema.UnknownAttribute: "is no attribute of the schema",
}
