package dte

import (
	"github.com/ofitec/chile/dte/internal/schema"
	"github.com/ofitec/chile/xmlsig"
)

// SchemaSet chooses between the schemas of DTE, EnvioDTE and EnvioBOLETA, of which
// there is a newer and an older version. Of other kinds of files there is one.
type SchemaSet int

// The sets. Documents issued today have elements that the older set lacks.
const (
	// SchemaNewer is the zero value: with RUTProveedor, GeoRefEmision, ManejoMadera
	// and TipoFactEsp, and in boletas MedioPago, CorreoRecep, TelefonoRecep, RUTProvSW
	// and GeoRefEmision (EnvioBOLETA_v11.xsd of 2025, format 4.2). Of DTEs it accepts
	// the elements of format 2.5 too, and tells them: CodeSchemaUnverified.
	SchemaNewer SchemaSet = iota

	SchemaOlder // without them
)

func (s SchemaSet) internal() schema.Set {
	if s == SchemaOlder {
		return schema.Older
	}
	return schema.Newer
}

// maxViolations bounds what is told of a document, and of what is around them.
const maxViolations = 50

// CheckSchema checks a file against the SII's schema of its root, with the same
// verdict as xmllint. At most 50 findings are told, and none of the siblings
// behind an element that does not belong where it stands.
//
// A DTE that was cut out of its envelope often lacks the namespace that its
// schema demands: then that is what is found.
//
// Two differences from xmllint are known: CDATA sections of white space between
// elements are accepted, and so are the elements of format 2.5 (2026) for transport
// and wood, of which the schema is not at hand.
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

// gradeSchema checks each document, and the file around them: what is found in
// one hides nothing of another.
func gradeSchema(r *Report, root xmlsig.Element, set SchemaSet) {
	documents := make(map[xmlsig.Element]bool, len(r.Documents))
	for i := range r.Documents {
		e := r.Documents[i].DTE.element
		documents[e] = true
		r.Documents[i].Schema.violations(schema.CheckIn(root.Name(), e, set.internal(), maxViolations))
	}
	apart := func(e xmlsig.Element) bool { return documents[e] }
	r.Schema.violations(schema.CheckAround(apart, root, set.internal(), maxViolations))
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
