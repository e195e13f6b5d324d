package sii

import (
	"iter"
	"slices"
)

// Catalogue yields the tables of all codes that are known of the SII, also of
// services that the package does not call. docs/errores.md shows them.
func Catalogue() iter.Seq[Table] {
	return func(yield func(Table) bool) {
		for _, t := range tables {
			shown := *t
			shown.Codes = slices.Clone(t.Codes)
			if !yield(shown) {
				return
			}
		}
	}
}

// FindCode returns the entry of a table for a code, and whether there is one.
func FindCode(table, code string) (Code, bool) {
	for _, t := range tables {
		if t.Name == table {
			return t.find(code)
		}
	}
	return Code{}, false
}

//go:generate go test . -run TestDocumentOfTheCatalogue -update

// tables are the catalogue.
var tables = []*Table{
	httpCodes, networkCodes, pageCodes, portalCodes,
	seedCodes, tokenCodes, rcvCodes, rcvMessages,
	documentCodes, documentServerCodes, uploadCodes, uploadDetailCodes, signatureCodes, mailCodes, validationCodes,
	sendCodes, boletaCodes, claimCodes, cessionSendCodes, cessionCodes, cessionStates,
}
