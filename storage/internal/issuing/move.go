package issuing

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/ofitec/chile/storage"
)

// Move is what a move makes of an envelope, or why it is not made. The time is that of
// now.
func Move(e storage.Envelope, m *storage.EnvelopeMove, now time.Time) (*storage.Envelope, error) {
	sending := m.From == storage.EnvelopeSending || m.To == storage.EnvelopeSending
	if e.State != m.From || sending && m.Fence < e.Fence && m.To != storage.EnvelopeSent {
		return nil, &storage.OvertakenError{Envelope: e.ID, State: e.State, Fence: e.Fence}
	}
	to := m.To
	if m.From == storage.EnvelopeSending && to != storage.EnvelopePending {
		e.Left = true
	}
	if to == storage.EnvelopePending && e.Left {
		to = storage.EnvelopeUnknown
	}
	if to == storage.EnvelopeSending {
		e.Attempts++
	}
	if sending {
		e.Fence = max(e.Fence, m.Fence)
	}
	if m.TrackID != "" && !slices.Contains(e.TrackIDs, m.TrackID) {
		e.TrackIDs = append(slices.Clone(e.TrackIDs), m.TrackID)
	}
	if to == storage.EnvelopeSent && len(e.TrackIDs) == 0 {
		return nil, fmt.Errorf("%w: an envelope that was sent has a track id", storage.ErrInvalid)
	}
	if to != e.State {
		e.State, e.Since = to, now
	}
	e.NextTry = kept(m.NextTry)
	e.Answer, e.Estado, e.Glosa = cmp.Or(m.Answer, e.Answer), cmp.Or(m.Estado, e.Estado), cmp.Or(m.Glosa, e.Glosa)
	e.UpdatedAt = now
	return &e, nil
}

// Returns reports whether a move has an envelope be live again, for which its
// documents may neither be void nor in another live one.
func Returns(from, to storage.EnvelopeState) bool {
	return !from.Live() && to.Live() && to != storage.EnvelopeSent
}

// Judge is what a verdict makes of what is known of the document of a folio, and the
// state that the folio has then, or why it is not stored.
func Judge(of *storage.TakenFolio, has storage.Verdict, v *storage.Verdict) (storage.Verdict, storage.FolioState, error) {
	if of.State == storage.FolioVoid {
		return has, of.State, stateError(storage.ErrFolioState, of)
	}
	state, accepted := of.State, has.State == storage.VerdictAccepted || has.State == storage.VerdictObserved
	switch v.State {
	case storage.VerdictNone:
	case storage.VerdictRejected:
		if accepted {
			return has, state, fmt.Errorf("%w: %s", storage.ErrAccepted, of.Document)
		}
		has.State, state = v.State, storage.FolioRejected
	default:
		has.State, state = v.State, storage.FolioAccepted
	}
	has.Estado, has.Glosa = cmp.Or(v.Estado, has.Estado), cmp.Or(v.Glosa, has.Glosa)
	if v.CodesKnown {
		has.Codes, has.CodesKnown = slices.Clone(v.Codes), true
	}
	return has, state, nil
}

// SameBytes reports whether the document of a folio, of which the digest is stored,
// empty for none, is stored with those bytes, or returns why it cannot be.
func SameBytes(of *storage.TakenFolio, digest string, b []byte) (same bool, err error) {
	switch {
	case digest == "":
		return false, InState(of, storage.FolioReserved)
	case digest != Digest(b):
		return false, fmt.Errorf("%w: %s", storage.ErrOtherBytes, of.Document)
	}
	return true, nil
}
