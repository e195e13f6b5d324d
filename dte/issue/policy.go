package issue

import (
	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

// Policy holds what the rules need to know beyond the document. If nil or zero, it
// knows nothing: each rule that cannot be judged says so with an advice. Nothing in
// it is changed, so one Policy serves any number of drafts concurrently.
type Policy struct {
	// UF is the value of an Unidad de Fomento in pesos on the day of issue. Boletas
	// above 135 UF must name the buyer and the means of payment (Ley 21.713).
	UF dte.Decimal

	// Activities are the issuer's codes of activity (Acteco) at the SII:
	// HED-3-861.
	Activities []int

	// Units are Customs' codes for units of measure, which export documents write
	// in UnmdItem.
	Units []string

	// TransportFrom is the first day of issue on which missing transport data of
	// Res. Ex. SII 154 of 2025 are a reparo. If it is not set, they are an advice
	// for documents from 2026-05-01 on, the day that was announced first.
	//
	// Unverified: sources have 2026-05-01 and 2026-11-01.
	TransportFrom chile.Date

	// CAFDate is the day on which the folios were authorised (FA of the CAF):
	// HED-3-305.
	CAFDate chile.Date

	// Today is the day on which the document is sent, in Chile: DTE-1-650.
	Today chile.Date

	// Originals are the documents that notes refer to, for REF-2-780. Those that
	// no reference names are ignored.
	Originals []*dte.DTE
}
