package issue

import (
	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

// Policy holds what the rules need to know beside the document. The zero value, and
// nil, knows nothing: each rule that could not be judged says so with an advice.
// Nothing in it is changed, so that one Policy serves any number of drafts at once.
type Policy struct {
	// UF is how many pesos an Unidad de Fomento is worth on the day of issue. Boletas
	// above 135 UF must say who buys and how it is paid (Ley 21.713).
	UF dte.Decimal

	// Activities are the codes of activity (Acteco) that the SII has of the issuer:
	// HED-3-861.
	Activities []int

	// Units are the codes of Customs for units of measure, which export documents
	// write in UnmdItem.
	Units []string

	// TransportFrom is the first day of issue from which what Res. Ex. SII 154 of 2025
	// asks of goods on the road is a reparo. While it is not set there is an advice
	// for documents from 2026-05-01 on, the day that was first announced.
	//
	// Unverified: sources have 2026-05-01 and 2026-11-01.
	TransportFrom chile.Date

	// CAFDate is the day on which the folios were authorised (FA of the CAF):
	// HED-3-305.
	CAFDate chile.Date

	// Today is the day on which the document is sent, in Chile: DTE-1-650.
	Today chile.Date

	// Originals are the documents that notes refer to, for REF-2-780. Those that no
	// reference names are passed over.
	Originals []*dte.DTE
}
