package dte

import (
	"github.com/ofitec/chile/dte/internal/schema"
	"github.com/ofitec/chile/xmlsig"
)

// SchemaSet selects a version of the schemas of DTE, EnvioDTE and EnvioBOLETA:
// there is a newer and an older one. Other kinds of files have one version.
type SchemaSet int

// The sets. Documents issued today have elements that the older set lacks.
const (
	// SchemaNewer is the zero value: with RUTProveedor, GeoRefEmision, ManejoMadera
	// and TipoFactEsp, and in boletas MedioPago, CorreoRecep, TelefonoRecep, RUTProvSW
	// and GeoRefEmision (EnvioBOLETA_v11.xsd of 2025, format 4.2). For DTEs it accepts
	// the elements of format 2.5 too, and reports them: CodeSchemaUnverified.
	SchemaNewer SchemaSet = iota

	SchemaOlder // without them
)

func (s SchemaSet) internal() schema.Set {
	if s == SchemaOlder {
		return schema.Older
	}
	return schema.Newer
}

// maxViolations bounds the findings for a document, and for the file around the
// documents.
const maxViolations = 50

// CheckSchema checks a file against the SII's schema of its root, with the same
// verdict as xmllint. It reports at most 50 findings. After a misplaced element
// it reports nothing about the siblings that follow.
//
// A DTE that was cut out of its envelope often lacks the namespace that its
// schema demands; this is then the finding.
//
// There are two known differences from xmllint. CDATA sections of white space
// between elements are accepted. So are the elements of format 2.5 (2026) for
// transport and wood, because their schema is not available.
func CheckSchema(doc *xmlsig.Document, set SchemaSet) Grade {
	var g Grade
	g.violations(schema.Check(doc.Unverified(), set.internal(), maxViolations))
	return g
}

func (g *Grade) violations(list []schema.Violation) {
	g.Made = true
	for i := range list {
		v := &list[i]
		g.found(codeOf[v.Rule], v.Path, v.Got, v.Want)
	}
}

// gradeSchema checks each document and the file around them separately, so a
// finding in one hides none in another.
func gradeSchema(r *Report, root xmlsig.Element, set SchemaSet) {
	documents := make(map[xmlsig.Element]bool, len(r.Documents))
	for i := range r.Documents {
		d := r.Documents[i].DTE
		documents[d.element] = true
		r.Documents[i].Schema.violations(schema.CheckIn(d.schemaIn(root.Name()), d.element, set.internal(), maxViolations))
	}
	apart := func(e xmlsig.Element) bool { return documents[e] }
	r.Schema.violations(schema.CheckAround(apart, root, set.internal(), maxViolations))
}

// schemaIn returns the root of the schema that has the DTE, which stands in a file
// with that root. A boleta by itself has none of its own, but that of the envelopes
// of boletas.
func (d *DTE) schemaIn(root string) string {
	if t := d.ID().Type; root == string(KindDTE) && (t == 39 || t == 41) {
		return string(KindBoletaEnvelope)
	}
	return root
}

// Codes of the grade of schemas.
const (
	CodeSchemaRoot       Code = "schema.root"
	CodeSchemaUnexpected Code = "schema.unexpected"
	CodeSchemaMissing    Code = "schema.missing"
	CodeSchemaText       Code = "schema.text"
	CodeSchemaElements   Code = "schema.elements"
	CodeSchemaType       Code = "schema.type"
	CodeSchemaList       Code = "schema.list"
	CodeSchemaPattern    Code = "schema.pattern"
	CodeSchemaLength     Code = "schema.length"
	CodeSchemaRange      Code = "schema.range"
	CodeSchemaDigits     Code = "schema.digits"
	CodeSchemaDecimals   Code = "schema.decimals"
	CodeSchemaFixed      Code = "schema.fixed"
	CodeSchemaAttribute  Code = "schema.attribute-missing"
	CodeSchemaStranger   Code = "schema.attribute-unknown"
	CodeSchemaTooMany    Code = "schema.too-many"
	CodeSchemaUnverified Code = "schema.unverified"
)

var codeOf = map[schema.Rule]Code{
	schema.UnknownRoot:      CodeSchemaRoot,
	schema.Unexpected:       CodeSchemaUnexpected,
	schema.Missing:          CodeSchemaMissing,
	schema.Text:             CodeSchemaText,
	schema.NoElements:       CodeSchemaElements,
	schema.NotOfType:        CodeSchemaType,
	schema.NotListed:        CodeSchemaList,
	schema.NotOfPattern:     CodeSchemaPattern,
	schema.WrongLength:      CodeSchemaLength,
	schema.OutOfRange:       CodeSchemaRange,
	schema.TooManyDigits:    CodeSchemaDigits,
	schema.TooManyDecimals:  CodeSchemaDecimals,
	schema.NotFixed:         CodeSchemaFixed,
	schema.MissingAttribute: CodeSchemaAttribute,
	schema.UnknownAttribute: CodeSchemaStranger,
	schema.TooMany:          CodeSchemaTooMany,
	schema.Unverified:       CodeSchemaUnverified,
}
