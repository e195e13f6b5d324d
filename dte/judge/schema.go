package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/internal/schema"
	"github.com/ofitec/chile/xmlsig"
)

// schema refuses a file that violates the schema, as a whole, in the words of the SII's
// schema processor.
//
// Unverified: the processor's words for a fault. Known are "only 0 occurrences of
// particle" for a missing element, also after one that does not belong there, "extra
// data at end of complex element", and a wrong version.
func (e *envelope) schema() {
	wrong, unverified := e.schemaFound()
	if unverified && !e.w.Format25 {
		e.gap(e.check, NoSchema)
	}
	if !wrong {
		return
	}
	e.find(CodeSchema, "", "", "")
	for _, v := range e.violations() {
		if v.Rule == schema.Unverified {
			continue
		}
		code, words := schemaWords(&v)
		e.word(code, v.Path, words)
		last := &e.a.Findings[len(e.a.Findings)-1]
		last.Got, last.Want = shown(v.Got), shown(v.Want)
	}
}

// schemaFound reports whether the file violates the schema, and whether it has elements
// without a schema here.
func (e *envelope) schemaFound() (wrong, unverified bool) {
	if e.cover == nil { // dte has no schema of a boleta without envelope
		for _, v := range e.violations() {
			unverified = unverified || v.Rule == schema.Unverified
			wrong = wrong || v.Rule != schema.Unverified
		}
		return wrong, unverified
	}
	grades := []*dte.Grade{&e.report.Schema}
	for i := range e.report.Documents {
		grades = append(grades, &e.report.Documents[i].Schema)
	}
	for _, g := range grades {
		wrong = wrong || !g.Made
		for i := range g.Findings {
			unverified = unverified || g.Findings[i].Code == dte.CodeSchemaUnverified
			wrong = wrong || g.Findings[i].Code != dte.CodeSchemaUnverified
		}
	}
	return wrong, unverified
}

// violations returns the violations of the envelope's schema. For a single DTE, it is
// that of the envelope that may carry it.
func (e *envelope) violations() []schema.Violation {
	set := schema.Newer
	if e.w.Schema == dte.SchemaOlder {
		set = schema.Older
	}
	if e.cover != nil {
		return schema.Check(e.root, set, maxSchemaErrors)
	}
	kind := dte.KindEnvelope
	if isBoleta(e.report.File.DTE.ID().Type) {
		kind = dte.KindBoletaEnvelope
	}
	return schema.CheckIn(string(kind), e.inNamespace(), set, maxSchemaErrors)
}

// inNamespace returns a single DTE as it will be in its envelope: without a declared
// namespace it gets the envelope's.
func (e *envelope) inNamespace() xmlsig.Element {
	const open, end = `<SetDTE xmlns="` + nsSII + `">`, "</SetDTE>"
	doc, err := xmlsig.Parse(slices.Concat(declaration(e.b), []byte(open), e.root.Source(), []byte(end)))
	if err != nil {
		return e.root
	}
	return doc.Unverified().Child(string(dte.KindDTE))
}

// maxSchemaErrors bounds the reported errors of the schema.
const maxSchemaErrors = 100

// schemaWords describes a violation as the processor does.
func schemaWords(v *schema.Violation) (Code, string) {
	name := strings.TrimPrefix(v.Path[strings.LastIndexByte(v.Path, '/')+1:], "@")
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
		return CodeSchemaAttribute, fmt.Sprintf("LSX-00265: attribute %q value %q is wrong (must be %q)", name, got, shown(v.Want))
	case schema.NotListed:
		return CodeSchemaList, fmt.Sprintf("LSX-00290: invalid enumeration choice %q", got)
	case schema.NotOfPattern:
		return CodeSchemaPattern, fmt.Sprintf("LSX-00333: literal %q is not valid with respect to the pattern", got)
	}
	return CodeSchemaOther, fmt.Sprintf("LSX: %q %s [%s] <> [%s]", name, ruleWords[v.Rule], got, shown(v.Want))
}

// ruleWords are for violations without a known number of the processor.
var ruleWords = map[schema.Rule]string{
	schema.UnknownRoot:      "is no root element of the schema",
	schema.Text:             "has text where only elements may be",
	schema.NoElements:       "has elements where only text may be",
	schema.NotOfType:        "is not of its type",
	schema.OutOfRange:       "is out of range",
	schema.TooManyDigits:    "has too many digits",
	schema.TooManyDecimals:  "has too many decimals",
	schema.MissingAttribute: "is missing",
	schema.UnknownAttribute: "is no attribute of the schema",
}
