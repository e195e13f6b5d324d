package siiemit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ofitec/chile/internal/redact"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
)

// How the last try of an envelope ended: storage.Envelope.Answer.
const (
	answerTaken     = "taken"     // the SII has given a track id
	answerStopped   = "stopped"   // the SII takes nothing now: all envelopes wait
	answerLost      = "lost"      // no answer came
	answerDuplicate = "duplicate" // the SII had the bytes before, and names no track id
	answerRefused   = "refused"   // the SII does not take this envelope
	answerCrashed   = "crashed"   // the program ended meanwhile
	answerEnded     = "ended"     // the context ended before the first byte
	answerUndone    = "undone"    // it was taken apart before it left
)

// deliver sends an envelope that is due, or looks up whether the SII has it. It reports
// whether the SII takes nothing now: then the caller should try nothing else.
func (e *Emitter) deliver(ctx context.Context, id int64) (stopped bool, err error) {
	envelope, err := e.store.Envelope(ctx, id)
	if err != nil {
		return false, fmt.Errorf("siiemit: envelope %d: %w", id, err)
	}
	ch := e.channels[envelope.Kind]
	if ch == nil {
		return false, fmt.Errorf("siiemit: envelope %d: %w: kind %q", id, ErrNoChannel, envelope.Kind)
	}
	if !e.due(envelope) {
		stop, err := e.stop(ctx, envelope.Kind)
		return stop.on, err
	}
	name := "siiemit/" + string(e.environment) + "/" + e.company.RUT.String() + "/" + envelope.Kind
	fence, err := e.lease(ctx, name)
	if err != nil {
		return false, fmt.Errorf("siiemit: envelope %d: %w", id, err)
	}
	defer func() { _ = e.store.ReleaseLease(context.WithoutCancel(ctx), name, fence) }() // else its term ends
	stop, err := e.stop(ctx, envelope.Kind)
	if stop.on || err != nil {
		return stop.on, err
	}
	// Another program may have sent it meanwhile.
	if envelope, err = e.store.Envelope(ctx, id); err != nil {
		return false, fmt.Errorf("siiemit: envelope %d: %w", id, err)
	}
	if !e.due(envelope) {
		return false, nil
	}
	stopped, err = e.attempt(ctx, ch, envelope, fence, stop.tries)
	if errors.Is(err, storage.ErrOvertaken) || errors.Is(err, storage.ErrInEnvelope) || errors.Is(err, storage.ErrFolioState) {
		err = nil // another caller has moved it, or decided about its documents
	}
	if err != nil {
		err = fmt.Errorf("siiemit: envelope %d: %w", id, err)
	}
	return stopped, err
}

// due reports whether there is something to do for an envelope now.
func (e *Emitter) due(envelope *storage.Envelope) bool {
	now := e.settings.Now()
	switch envelope.State {
	case storage.EnvelopePending, storage.EnvelopeUnknown:
		return !now.Before(envelope.NextTry)
	case storage.EnvelopeSending:
		return !now.Before(envelope.Since.Add(e.settings.AfterCrash))
	}
	return false
}

// dueAt returns when there is something to do for an envelope that is not at the SII.
func (e *Emitter) dueAt(envelope *storage.Envelope) time.Time {
	if envelope.State == storage.EnvelopeSending {
		return envelope.Since.Add(e.settings.AfterCrash)
	}
	return envelope.NextTry
}

// stop tells whether the SII takes no envelopes of a kind.
type stop struct {
	on    bool // an envelope was not taken, and its next try is not due
	tries int  // of envelopes that it did not take
}

func (e *Emitter) stop(ctx context.Context, kind string) (s stop, err error) {
	query := storage.EnvelopeQuery{
		Issuer: e.company.RUT, Kind: kind, States: []storage.EnvelopeState{storage.EnvelopePending, storage.EnvelopeUnknown},
	}
	for envelope, err := range e.store.Envelopes(ctx, query) {
		if err != nil {
			return s, fmt.Errorf("siiemit: %w", err)
		}
		if envelope.Answer == answerStopped {
			s.on = s.on || e.settings.Now().Before(envelope.NextTry)
			s.tries += envelope.Attempts
		}
	}
	return s, nil
}

// lease waits until no other program sends envelopes of the kind.
func (e *Emitter) lease(ctx context.Context, name string) (fence int64, err error) {
	const longest = time.Second // its holder may release it before its term ends
	for {
		fence, wait, err := e.store.AcquireLease(ctx, name, e.settings.Term)
		if fence != 0 || err != nil {
			return fence, err
		}
		if err := e.settings.Sleep(ctx, min(max(wait, time.Millisecond), longest)); err != nil {
			return 0, err
		}
	}
}

// attempt looks up an envelope that may have left before, and sends the same bytes
// unless the SII has it.
func (e *Emitter) attempt(ctx context.Context, ch channel, envelope *storage.Envelope, fence int64, tries int) (stopped bool, err error) {
	state := envelope.State
	if state == storage.EnvelopeSending {
		if err := e.move(ctx, storage.EnvelopeMove{ID: envelope.ID, From: state, To: storage.EnvelopeUnknown, Fence: fence, Answer: answerCrashed}); err != nil {
			return false, err
		}
		state = storage.EnvelopeUnknown
	}
	if state == storage.EnvelopeUnknown {
		trackID, err := e.lookUp(ctx, ch, envelope)
		if err != nil {
			return false, err
		}
		if trackID != "" {
			return false, e.sent(ctx, envelope.ID, state, trackID)
		}
	}
	if err := ctx.Err(); err != nil {
		return false, context.Cause(ctx)
	}
	if sender := senderOf(envelope.XML); sender != e.sender {
		return false, e.ofAnother(ctx, envelope, state, sender)
	}
	// If the program ends from here on, the upload may have happened.
	if err := e.move(ctx, storage.EnvelopeMove{ID: envelope.ID, From: state, To: storage.EnvelopeSending, Fence: fence}); err != nil {
		return false, err
	}
	trackID, sendErr := ch.upload(ctx, envelope)
	after := context.WithoutCancel(ctx)
	if sendErr == nil {
		return false, e.sent(after, envelope.ID, storage.EnvelopeSending, trackID)
	}
	return e.notTaken(after, envelope, fence, tries, verdictOn(sendErr, ctx.Err() != nil))
}

// lookUp asks the SII for the first document of an unknown envelope, and returns the
// track id of the upload that brought it. An empty track id does not prove that the SII
// has not received it.
func (e *Emitter) lookUp(ctx context.Context, ch channel, envelope *storage.Envelope) (trackID string, err error) {
	if len(envelope.Folios) == 0 {
		return "", nil
	}
	doc, err := e.store.IssuedDocument(ctx, envelope.Folios[0])
	if err != nil {
		return "", err
	}
	l, err := ch.look(ctx, doc)
	if err != nil || l.trackID == "" || l.is != has && l.is != arrived {
		return "", nil //nolint:nilerr // the safety is in the same bytes, not in the look-up
	}
	ours, err := e.ofThis(ctx, envelope.ID, doc.Folio, l.trackID)
	if err != nil || !ours {
		return "", err
	}
	return l.trackID, nil
}

// ofThis reports whether a track id is of this envelope, not of an earlier, refused one
// with the same document.
func (e *Emitter) ofThis(ctx context.Context, envelope, folio int64, trackID string) (bool, error) {
	for earlier, err := range e.store.Envelopes(ctx, storage.EnvelopeQuery{Issuer: e.company.RUT, Folio: folio}) {
		if err != nil {
			return false, err
		}
		if earlier.ID != envelope && slices.ContainsFunc(earlier.TrackIDs, func(id string) bool { return sii.SameTrackID(id, trackID) }) {
			return false, nil
		}
	}
	return true, nil
}

// sent stores that the SII has an envelope. If another program has moved it meanwhile,
// the answer is still true.
func (e *Emitter) sent(ctx context.Context, id int64, from storage.EnvelopeState, trackID string) error {
	const most = 5
	for range most {
		err := e.move(ctx, storage.EnvelopeMove{
			ID: id, From: from, To: storage.EnvelopeSent, TrackID: trackID, Answer: answerTaken, NextTry: e.settings.Now().Add(e.first()),
		})
		var overtaken *storage.OvertakenError
		if !errors.As(err, &overtaken) || !overtaken.State.CanBecome(storage.EnvelopeSent) {
			return err
		}
		from = overtaken.State
	}
	return fmt.Errorf("%w: again and again", storage.ErrOvertaken)
}

// first is how long after an upload the SII is asked for its verdict.
func (e *Emitter) first() time.Duration {
	wait, _ := e.settings.Follow.Wait(0)
	return wait
}

func (e *Emitter) move(ctx context.Context, move storage.EnvelopeMove) error {
	_, err := e.store.MoveEnvelope(ctx, move)
	return err
}

// notTaken stores why the SII has not taken an envelope, as far as known, and reports
// whether it takes nothing at all now. tries counts the earlier tries of its stop.
func (e *Emitter) notTaken(ctx context.Context, envelope *storage.Envelope, fence int64, tries int, next next) (stopped bool, err error) {
	move := storage.EnvelopeMove{ID: envelope.ID, From: storage.EnvelopeSending, To: next.to, Fence: fence, Answer: next.answer}
	now := e.settings.Now()
	switch next.answer {
	case answerDuplicate:
		if next.trackID != "" {
			ours, err := e.ofThis(ctx, envelope.ID, envelope.Folios[0], next.trackID)
			if err != nil {
				return false, err
			}
			if ours {
				return false, e.sent(ctx, envelope.ID, storage.EnvelopeSending, next.trackID)
			}
		}
		move.NextTry = now.Add(max(e.settings.AfterDuplicate, next.wait))
	case answerStopped:
		move.NextTry = now.Add(max(e.backoff(max(tries, envelope.Attempts)), next.wait))
	case answerLost:
		move.NextTry = now.Add(max(e.backoff(envelope.Attempts), next.wait))
	}
	move.Estado, move.Glosa = next.estado, redact.Cut(next.glosa, maxWords)
	moved, err := e.store.MoveEnvelope(ctx, move)
	if err != nil {
		return false, err
	}
	switch {
	case next.answer == answerStopped:
		e.tell(ctx, alertStopped(moved))
	case moved.State == storage.EnvelopeHeld, moved.State == storage.EnvelopeRejected:
		e.tell(ctx, alertHeld(moved))
	}
	return next.answer == answerStopped, nil
}

// backoff returns how long to wait; attempts counts the tries before the failed one.
func (e *Emitter) backoff(attempts int) time.Duration {
	wait := e.settings.Retry
	for range attempts {
		if wait >= e.settings.LongestRetry/2 {
			return e.settings.LongestRetry
		}
		wait *= 2
	}
	return min(wait, e.settings.LongestRetry)
}

// next is what follows from a failed upload.
type next struct {
	to            storage.EnvelopeState
	answer        string
	trackID       string        // of a duplicate
	wait          time.Duration // that the SII asks for
	estado, glosa string
}

// opSend is the name of sending in sii.Error; the sign-in before it has another.
const opSend = "dte.send"

// verdictOn returns what follows from the failure of an upload. ended says that its
// context has ended.
func verdictOn(cause error, ended bool) next {
	n := next{to: storage.EnvelopeUnknown, answer: answerLost}
	var upload *sii.UploadError
	if !errors.As(cause, &upload) {
		return n
	}
	var said *sii.Error
	answered := errors.As(cause, &said) && (said.HTTPStatus != 0 || said.Estado != "")
	if said != nil {
		n.wait, n.estado, n.glosa = said.RetryAfter, said.Estado, said.Glosa
	}
	wrong := errors.Is(cause, sii.ErrInvalidRequest) || errors.Is(cause, sii.ErrRejected)
	status := false // whether DTEUpload itself has answered, not a proxy or a page
	if said != nil {
		_, status = sii.FindCode(opSend, said.Estado)
	}
	switch upload.Outcome {
	case sii.OutcomeDuplicate:
		n.answer, n.trackID = answerDuplicate, upload.TrackID
	case sii.OutcomeNotSent:
		n.to, n.answer = storage.EnvelopePending, answerStopped
		switch {
		case ended:
			n.answer = answerEnded
		case errors.Is(cause, sii.ErrInvalidRequest) && said != nil && said.Op == opSend:
			n.to, n.answer = storage.EnvelopeHeld, answerRefused
		}
	case sii.OutcomeRefused:
		n.to, n.answer = storage.EnvelopePending, answerStopped
		switch {
		case wrong && status:
			n.to, n.answer = storage.EnvelopeRejected, answerRefused
		case errors.Is(cause, sii.ErrForbidden) && status:
			n.to, n.answer = storage.EnvelopeHeld, answerRefused
		}
	default:
		if answered && !ended {
			n.answer = answerStopped
		}
	}
	return n
}
