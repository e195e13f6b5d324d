package sii

import (
	"iter"
	"regexp"
	"slices"
)

// Catalogue yields the tables of all known codes of the SII, including those of
// services that the package does not call. docs/codes.md lists them.
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

// FindCode returns the entry of a table for a code, and whether there is one. In
// dte.validation it also finds the code at the start of a text of the SII, such
// as (DTE-3-101), or REF L[5] -3-758, which names a line.
func FindCode(table, code string) (Code, bool) {
	for _, t := range tables {
		switch {
		case t == validationCodes && t.Name == table:
			return t.find(validationCode(code))
		case t.Name == table:
			return t.find(code)
		}
	}
	return Code{}, false
}

var beginsWithCode = regexp.MustCompile(`^\(?([A-Z]{3})(?: L\[\d+\] )?(-\d+(?:-\d+)?)`)

// validationCode returns the code at the start of a text, in the catalogue's
// form. Those of the parser are identified by their letters.
func validationCode(text string) string {
	found := beginsWithCode.FindStringSubmatch(text)
	switch {
	case found == nil:
		return text
	case found[1] == "LPX" || found[1] == "LSX":
		return found[1]
	default:
		return found[1] + found[2]
	}
}

//go:generate go test . -run TestDocumentOfTheCatalogue -update

// tables are the catalogue.
var tables = []*Table{
	httpCodes, networkCodes, pageCodes, portalCodes,
	seedCodes, tokenCodes, rcvCodes, rcvMessages,
	documentCodes, documentServerCodes, uploadCodes, uploadDetailCodes, signatureCodes, mailCodes, validationCodes, bookStates, setStates,
	sendCodes, boletaCodes, boletaStates, boletaSections, claimCodes, cessionSendCodes, cessionCodes, cessionStates,
}
