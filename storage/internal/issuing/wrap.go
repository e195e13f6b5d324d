package issuing

import (
	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// Wrappable returns why the document of a folio cannot be in an envelope of an
// issuer; other is a live envelope that has it, nil for none.
func Wrappable(f *storage.TakenFolio, issuer chile.RUT, other *storage.Envelope) error {
	if f.Document.Issuer != issuer {
		return stateError(storage.ErrFolioState, f)
	}
	if other != nil {
		return inEnvelope(f, other)
	}
	return InState(f, storage.FolioSigned)
}

func inEnvelope(f *storage.TakenFolio, e *storage.Envelope) error {
	return &storage.InEnvelopeError{Document: f.Document, Envelope: e.ID, State: e.State}
}

// MayReturn returns why an envelope with the document of a folio is not live again;
// other is another live envelope that has it, nil for none.
func MayReturn(f *storage.TakenFolio, other *storage.Envelope) error {
	if f.State == storage.FolioVoid {
		return stateError(storage.ErrFolioState, f)
	}
	if other != nil {
		return inEnvelope(f, other)
	}
	return nil
}

// FolioAfter is the state of a folio after an envelope with its document came into a
// state, if it changes.
func FolioAfter(is storage.FolioState, envelope storage.EnvelopeState) (next storage.FolioState, changes bool) {
	switch {
	case is == storage.FolioSigned && envelope == storage.EnvelopeSent:
		return storage.FolioSent, true
	case is == storage.FolioSent && envelope == storage.EnvelopeRejected:
		return storage.FolioSigned, true
	}
	return is, false
}

// SubmissionState is the state of the submission that a move stores; empty if it
// stores none. first says that the envelope had no track id before.
func SubmissionState(after, before *storage.Envelope) (state storage.SubmissionState, first bool) {
	switch {
	case len(after.TrackIDs) > 0 && len(before.TrackIDs) == 0:
		return storage.Sent, true
	case len(after.TrackIDs) > 0 && after.State == storage.EnvelopeRejected && before.State != storage.EnvelopeRejected:
		return storage.Rejected, false
	}
	return "", false
}

// Submission is the submission of an envelope; the month is that of its oldest
// document.
func Submission(e *storage.Envelope, state storage.SubmissionState, month chile.Period) storage.Submission {
	return storage.Submission{
		Kind: e.Kind, TrackID: e.TrackIDs[0], Issuer: e.Issuer, State: state, Period: month,
		Hash: e.SHA256, Environment: e.Environment, Estado: e.Estado, Glosa: e.Glosa,
	}
}
