package sii

import (
	"fmt"

	"github.com/ofitec/chile"
)

// Verdict is the result for an upload or document, in the terms of the tables.
type Verdict string

// The verdicts. A processed upload does not have a verdict for that reason: see
// UploadStatus.Processed.
const (
	VerdictUnknown  Verdict = ""         // the answer does not say; see Estado and Glosa
	VerdictSent     Verdict = "sent"     // received or in process, or not there yet
	VerdictAccepted Verdict = "accepted" // all of it accepted
	VerdictObserved Verdict = "observed" // accepted with objections (reparos)
	VerdictRejected Verdict = "rejected" // all or some of it rejected
)

// Amendment says how a later note changed a document, by the SII's code.
type Amendment string

// The amendments.
const (
	AmendmentUnknown     Amendment = ""    // the answer does not say
	NotAmended           Amendment = "DOK" // the document is as it was received
	TextByDebitNote      Amendment = "TMD" // a debit note corrects its text
	TextByCreditNote     Amendment = "TMC" // a credit note corrects its text
	AmountByDebitNote    Amendment = "MMD" // a debit note changes its amounts
	AmountByCreditNote   Amendment = "MMC" // a credit note changes its amounts
	AnnulledByDebitNote  Amendment = "AND" // a debit note annuls it
	AnnulledByCreditNote Amendment = "ANC" // a credit note annuls it
)

// amendmentOf returns the amendment for the state of a document.
func amendmentOf(estado string) Amendment {
	switch amendment := Amendment(estado); amendment {
	case NotAmended, TextByDebitNote, TextByCreditNote, AmountByDebitNote, AmountByCreditNote, AnnulledByDebitNote, AnnulledByCreditNote:
		return amendment
	}
	return AmendmentUnknown
}

// TypeCounts are the counts of one type of document in an upload.
type TypeCounts struct {
	Type                                   chile.DocType
	Informed, Accepted, Rejected, Observed int64
}

// check refuses more documents with a verdict than were informed.
func (t TypeCounts) check() error {
	if t.Accepted+t.Rejected+t.Observed > t.Informed {
		return fmt.Errorf("of %d documents of type %d, %d were accepted, %d rejected and %d accepted with objections",
			t.Informed, int(t.Type), t.Accepted, t.Rejected, t.Observed)
	}
	return nil
}

// verdictOf returns the verdict on a processed upload.
func verdictOf(sums TypeCounts) Verdict {
	switch {
	case sums.Rejected > 0:
		return VerdictRejected
	case sums.Observed > 0:
		return VerdictObserved
	case sums.Informed > 0 && sums.Accepted == sums.Informed:
		return VerdictAccepted
	default:
		return VerdictUnknown // no counts, or counts that do not add up
	}
}
