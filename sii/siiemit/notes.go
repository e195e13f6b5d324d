package siiemit

import (
	"slices"
	"strconv"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

// isNote reports whether a type amends another document.
func isNote(t chile.DocType) bool {
	switch t {
	case chile.NotaDebitoElectronica, chile.NotaCreditoElectronica,
		chile.NotaDebitoExportacionElectronica, chile.NotaCreditoExportacionElectronica:
		return true
	}
	return false
}

// named returns the documents that a note amends (CodRef). The SII must have received
// them before (REF-3-750). A note does not wait for paper documents, other documents than
// tax documents, guías, or all documents of a type.
func named(doc *dte.DTE) []chile.DocumentID {
	return namedIn(doc.ID().Type, doc.ID().Issuer, referencesOf(doc))
}

func namedIn(typ chile.DocType, issuer chile.RUT, references []dte.Reference) (names []chile.DocumentID) {
	if !isNote(typ) {
		return nil
	}
	for _, r := range references {
		typ, err := strconv.Atoi(r.Type)
		folio, bad := chile.ParseFolio(r.Folio)
		if err != nil || bad != nil || r.Code == "" || r.Global != 0 || folio == 0 {
			continue
		}
		of := chile.DocumentID{Issuer: issuer, Type: chile.DocType(typ), Folio: folio}
		if !of.Type.Electronic() || of.Type == chile.GuiaDespachoElectronica {
			continue
		}
		if !r.OtherRUT.IsZero() {
			of.Issuer = r.OtherRUT
		}
		if !slices.Contains(names, of) {
			names = append(names, of)
		}
	}
	return names
}

func referencesOf(doc *dte.DTE) []dte.Reference {
	switch {
	case doc.Document != nil:
		return doc.Document.References
	case doc.Settlement != nil:
		return doc.Settlement.References
	case doc.Export != nil:
		return doc.Export.References
	}
	return nil
}
