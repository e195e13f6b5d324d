package sii

// Verdict is what became of an upload or document, in the words of the tables.
type Verdict string

// The verdicts. That the SII has processed an upload is none: see
// UploadStatus.Processed.
const (
	VerdictUnknown  Verdict = ""         // the answer does not tell; look at Estado and Glosa
	VerdictSent     Verdict = "sent"     // received or in process, or not there yet
	VerdictAccepted Verdict = "accepted" // accepted, all of it
	VerdictObserved Verdict = "observed" // accepted with objections (reparos)
	VerdictRejected Verdict = "rejected" // rejected, all or some of it
)
