package siiemit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/redact"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
)

// follow asks for the verdicts on an envelope that the SII has, if they are due, and
// stores them. An error is of the store or the context.
func (e *Emitter) follow(ctx context.Context, id int64) error {
	envelope, err := e.store.Envelope(ctx, id)
	if err != nil {
		return fmt.Errorf("siiemit: envelope %d: %w", id, err)
	}
	now := e.settings.Now()
	if envelope.State != storage.EnvelopeSent || now.Before(envelope.NextTry) {
		return nil
	}
	f := &following{Emitter: e, envelope: envelope, ch: e.channels[envelope.Kind]}
	if f.ch == nil {
		return fmt.Errorf("siiemit: envelope %d: %w: kind %q", id, ErrNoChannel, envelope.Kind)
	}
	if err := f.run(ctx); err != nil && !errors.Is(err, storage.ErrOvertaken) {
		return fmt.Errorf("siiemit: envelope %d: %w", id, err)
	}
	return nil
}

// following is the search for the verdicts of one envelope.
type following struct {
	*Emitter
	envelope *storage.Envelope
	ch       channel

	docs    []storage.IssuedDocument // of the envelope
	tracks  []*sii.UploadStatus      // answers about the uploads
	pending bool                     // an upload of the bytes is in process, or its status is not known
	lost    bool                     // after a long time the SII still does not know a track id
}

func (f *following) run(ctx context.Context) error {
	if err := f.read(ctx); err != nil {
		return err
	}
	if f.decided() {
		return f.later(ctx)
	}
	if err := f.askTracks(ctx); err != nil {
		return err
	}
	if err := f.byCounts(ctx); err != nil {
		return err
	}
	refused, err := f.refusedWhole(ctx)
	if refused || err != nil {
		return err
	}
	if err := f.oneByOne(ctx); err != nil {
		return err
	}
	return f.later(ctx)
}

// read reads the documents of the envelope.
func (f *following) read(ctx context.Context) error {
	query := storage.IssuedQuery{Issuer: f.company.RUT, Envelope: f.envelope.ID, WithXML: true}
	for doc, err := range f.store.IssuedDocuments(ctx, query) {
		if err != nil {
			return err
		}
		f.docs = append(f.docs, doc)
	}
	return nil
}

func undecided(doc *storage.IssuedDocument) bool { return doc.Verdict.State == storage.VerdictNone }

func (f *following) decided() bool {
	for i := range f.docs {
		if undecided(&f.docs[i]) {
			return false
		}
	}
	return true
}

// askTracks asks for each upload of the bytes.
func (f *following) askTracks(ctx context.Context) error {
	for _, trackID := range f.envelope.TrackIDs {
		status, err := f.ch.status(ctx, trackID)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil:
			f.pending = true // it is asked again later
			f.note(err)
			continue
		}
		f.envelope.Estado, f.envelope.Glosa = status.Estado, status.Glosa
		if status.NotFound && !f.settling() {
			f.lost = true
			continue
		}
		f.pending = f.pending || !status.Processed
		f.tracks = append(f.tracks, status)
	}
	return nil
}

// note keeps the SII's words if it gave no state.
func (f *following) note(err error) {
	var said *sii.Error
	if errors.As(err, &said) && said.Estado != "" {
		f.envelope.Estado, f.envelope.Glosa = said.Estado, said.Glosa
	}
}

// repeated reports whether the bytes may have arrived more than once. Then the SII may
// have refused one upload because of another.
func (f *following) repeated() bool { return f.envelope.Attempts > 1 || len(f.envelope.TrackIDs) > 1 }

// tally returns the counts of a type in an upload.
func tally(status *sii.UploadStatus, typ chile.DocType) sii.TypeCounts {
	for _, c := range status.ByType {
		if c.Type == typ {
			return c
		}
	}
	return sii.TypeCounts{}
}

// byCounts stores the verdicts that the counts tell: all documents of a type were
// accepted, or all were accepted with objections.
func (f *following) byCounts(ctx context.Context) error {
	total := make(map[chile.DocType]int64)
	for i := range f.docs {
		total[f.docs[i].Document.Type]++
	}
	for _, status := range f.tracks {
		if !status.Processed {
			continue
		}
		for i := range f.docs {
			doc := &f.docs[i]
			c, all := tally(status, doc.Document.Type), total[doc.Document.Type]
			if !undecided(doc) || c.Informed != all {
				continue
			}
			verdict := storage.VerdictNone
			switch all {
			case c.Accepted:
				verdict = storage.VerdictAccepted
			case c.Observed:
				verdict = storage.VerdictObserved
			}
			if verdict == storage.VerdictNone {
				continue
			}
			if err := f.put(ctx, doc, storage.Verdict{State: verdict, Estado: status.Estado, Glosa: status.Glosa, CodesKnown: verdict == storage.VerdictAccepted}); err != nil {
				return err
			}
		}
	}
	return nil
}

// refusedWhole reports whether the SII refused the envelope as a whole, without a
// verdict on its documents. Then it moves the envelope to EnvelopeRejected.
func (f *following) refusedWhole(ctx context.Context) (bool, error) {
	if f.pending || len(f.tracks) == 0 || f.decided() {
		return false, nil
	}
	for _, status := range f.tracks {
		if status.Verdict != sii.VerdictRejected || status.Informed > 0 {
			return false, nil
		}
	}
	if f.repeated() {
		// It may have been refused because an earlier copy has arrived.
		arrived, err := f.elsewhere(ctx)
		if arrived || err != nil || f.settling() {
			return false, err
		}
	}
	last := f.tracks[len(f.tracks)-1]
	moved, err := f.store.MoveEnvelope(ctx, storage.EnvelopeMove{
		ID: f.envelope.ID, From: storage.EnvelopeSent, To: storage.EnvelopeRejected, Answer: answerRefused, Estado: last.Estado, Glosa: last.Glosa,
	})
	if err != nil {
		return true, err
	}
	f.tell(ctx, alertHeld(moved))
	return true, nil
}

// settling reports whether an earlier copy of the bytes may still be in process.
func (f *following) settling() bool {
	return f.settings.Now().Before(f.envelope.Since.Add(f.settings.SecondLook))
}

// elsewhere reports whether the SII has a document of the envelope from any upload, or
// does not say: then the envelope is not refused yet.
func (f *following) elsewhere(ctx context.Context) (bool, error) {
	for i := range f.docs {
		if !undecided(&f.docs[i]) {
			continue
		}
		l, err := f.look(ctx, &f.docs[i])
		return l.is == has || l.is == arrived || l.is == untold, err
	}
	return false, nil
}

// look asks for one document, and stores the track id of an upload that was not known.
// An error is the context's or the store's.
func (f *following) look(ctx context.Context, doc *storage.IssuedDocument) (look, error) {
	l, err := f.ch.look(ctx, doc)
	switch {
	case ctx.Err() != nil:
		return look{}, context.Cause(ctx)
	case err != nil:
		return look{}, nil // it is asked again later
	case l.trackID == "" || slices.ContainsFunc(f.envelope.TrackIDs, func(id string) bool { return sii.SameTrackID(id, l.trackID) }):
		return l, nil
	}
	ours, err := f.ofThis(ctx, f.envelope.ID, doc.Folio, l.trackID)
	if err != nil || !ours {
		return l, err
	}
	f.envelope.TrackIDs = append(f.envelope.TrackIDs, l.trackID)
	return l, f.sent(ctx, f.envelope.ID, storage.EnvelopeSent, l.trackID)
}

// oneByOne asks for each document without verdict, once one of the uploads was
// processed. The counts do not tell which documents were rejected, and may lack a type
// (61, seen by one client).
func (f *following) oneByOne(ctx context.Context) error {
	if !f.processed() && !f.lost {
		return nil
	}
	for i := range f.docs {
		doc := &f.docs[i]
		if !undecided(doc) {
			continue
		}
		l, err := f.look(ctx, doc)
		if err != nil {
			return err
		}
		verdict := storage.Verdict{State: f.verdict(doc, l), Estado: l.estado, Glosa: redact.Cut(l.glosa, maxWords)}
		if l.is == other && verdict.State == storage.VerdictNone {
			f.tell(ctx, alertUndecided(doc.Document, "el SII tiene otro documento con ese folio"))
		}
		if verdict.State == storage.VerdictNone && verdict.Estado == "" {
			continue
		}
		if err := f.put(ctx, doc, verdict); err != nil {
			return err
		}
		if verdict.State == storage.VerdictRejected || verdict.State == storage.VerdictAccepted && f.objected(doc.Document.Type) {
			f.askMail(ctx)
		}
	}
	return nil
}

// processed reports whether the SII has finished with one of the uploads.
func (f *following) processed() bool {
	return slices.ContainsFunc(f.tracks, func(s *sii.UploadStatus) bool { return s.Processed })
}

// objected reports whether the SII has objections to documents of a type.
func (f *following) objected(typ chile.DocType) bool {
	return slices.ContainsFunc(f.tracks, func(s *sii.UploadStatus) bool { return tally(s, typ).Observed > 0 })
}

// verdict returns what follows from the SII's answer about a document of a processed
// upload.
//
// Unverified: if the SII does not have a document (FAU) after its upload was processed,
// the document was rejected. It is inferred: the service knows only accepted documents.
func (f *following) verdict(doc *storage.IssuedDocument, l look) storage.VerdictState {
	switch l.is {
	case has:
		return storage.VerdictAccepted
	case spent, refused:
		return storage.VerdictRejected
	case other:
		if doc.Document.Type >= chile.FacturaExportacionElectronica && f.processed() {
			// Unverified: no source tells in which currency the SII compares the total of an export.
			return storage.VerdictAccepted
		}
	case missing:
		if !f.pending && f.processed() && f.rejects(doc) {
			return storage.VerdictRejected
		}
	}
	return storage.VerdictNone
}

// rejects reports whether a document that the SII does not have was rejected.
func (f *following) rejects(doc *storage.IssuedDocument) bool {
	if slices.ContainsFunc(doc.Verdict.Codes, isDuplicate) {
		return false // a repetition is no verdict
	}
	var counted, judged bool // rejections of the type; documents that were no repetition
	for _, status := range f.tracks {
		counted = counted || tally(status, doc.Document.Type).Rejected > 0
		judged = judged || status.Accepted+status.Observed > 0
	}
	if counted && (judged || !f.repeated()) {
		return true
	}
	return !f.settling()
}

// put stores a verdict.
func (f *following) put(ctx context.Context, doc *storage.IssuedDocument, verdict storage.Verdict) error {
	if err := f.store.PutVerdict(ctx, doc.Folio, verdict); err != nil {
		return err
	}
	doc.Verdict.State = verdict.State
	return nil
}

// askMail asks the SII once for each upload to send the mail with its codes.
func (f *following) askMail(ctx context.Context) {
	if f.settings.NoMail || len(f.envelope.TrackIDs) == 0 {
		return
	}
	trackID := f.envelope.TrackIDs[len(f.envelope.TrackIDs)-1]
	key := "correo/" + string(f.environment) + "/" + f.company.RUT.String() + "/" + trackID
	_, err := f.store.AppendEvent(ctx, storage.Event{Kind: EventMail, Owner: f.company.RUT, Key: key, Detail: trackID})
	if err == nil {
		_ = f.ch.mail(ctx, trackID) // the codes are a help, and no verdict
	}
}

// EventMail is the kind of the events about uploads whose mail was requested.
const EventMail = "correo_envio"

// later sets when the envelope is looked at next. If it was followed for too long, it
// sends an alert.
func (f *following) later(ctx context.Context) error {
	now := f.settings.Now()
	wait, ok := f.settings.Follow.Wait(now.Sub(f.envelope.Since))
	if !ok {
		for i := range f.docs {
			if undecided(&f.docs[i]) {
				f.tell(ctx, alertUndecided(f.docs[i].Document, "el SII no da resultado del envío"))
			}
		}
	}
	return f.move(ctx, storage.EnvelopeMove{
		ID: f.envelope.ID, From: storage.EnvelopeSent, To: storage.EnvelopeSent, NextTry: now.Add(max(wait, time.Millisecond)),
		Estado: f.envelope.Estado, Glosa: redact.Cut(f.envelope.Glosa, maxWords),
	})
}
