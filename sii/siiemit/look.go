package siiemit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/storage"
)

// Document returns a document as the store has it. It does not ask the SII. If the store
// does not know it, errors.Is(err, fs.ErrNotExist).
func (e *Emitter) Document(ctx context.Context, id chile.DocumentID) (*Document, error) {
	folio, err := e.store.FolioOf(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("siiemit: %s: %w", id, err)
	}
	return e.documentOf(ctx, folio, nil, nil)
}

// ByKey returns the document of a key, as Document does.
func (e *Emitter) ByKey(ctx context.Context, key string) (*Document, error) {
	folio, err := e.store.TakenFolio(ctx, e.company.RUT, key)
	if err != nil {
		return nil, fmt.Errorf("siiemit: %q: %w", key, err)
	}
	return e.documentOf(ctx, folio, nil, nil)
}

// documentOf returns the document of a folio. It reads the stored document if it is not
// given.
func (e *Emitter) documentOf(ctx context.Context, folio *storage.TakenFolio, issued *storage.IssuedDocument, signed *issue.Signed) (*Document, error) {
	d := &Document{
		ID: folio.Document, Key: folio.Key, Instant: folio.Instant, Date: folio.Day, Reason: folio.Reason,
		Replaces: folio.Replaces, ReplacedBy: folio.ReplacedBy, State: StateReserved, folio: folio.ID, signed: signed,
	}
	switch folio.State {
	case storage.FolioReserved:
		return d, nil
	case storage.FolioSkipped:
		d.State = StateVoid
		return d, nil
	}
	if issued == nil {
		var err error
		if issued, err = e.store.IssuedDocument(ctx, folio.ID); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("siiemit: %s: %w", folio.Document, err)
		}
	}
	if issued != nil {
		d.setIssued(issued)
	}
	switch {
	case folio.State == storage.FolioVoid:
		d.State = StateVoid
	case issued == nil: // it was adopted
		d.State = StateAccepted
	case issued.Verdict.State != storage.VerdictNone:
		d.State = verdictStates[issued.Verdict.State]
		envelope, err := e.newestOf(ctx, folio.ID)
		if err != nil {
			return nil, err
		}
		if envelope != nil {
			d.TrackIDs = envelope.TrackIDs
		}
	default:
		if err := e.underWay(ctx, d, issued); err != nil {
			return nil, err
		}
	}
	switch d.State {
	case StateRejected, StateObserved, StateHeld:
		if !d.CodesKnown {
			d.Foreseen = e.foresee(d.XML, d.Instant)
		}
	}
	return d, nil
}

var verdictStates = map[storage.VerdictState]State{
	storage.VerdictAccepted: StateAccepted, storage.VerdictObserved: StateObserved, storage.VerdictRejected: StateRejected,
}

func (d *Document) setIssued(issued *storage.IssuedDocument) {
	d.Receiver, d.Date, d.Total, d.XML, d.SHA256 = issued.Receiver, issued.Date, issued.Total, issued.XML, issued.SHA256
	d.Estado, d.Glosa = issued.Verdict.Estado, issued.Verdict.Glosa
	d.Codes, d.CodesKnown, d.Foreseen = issued.Verdict.Codes, issued.Verdict.CodesKnown, issued.Foreseen
}

// underWay sets how far a signed document without verdict has come.
func (e *Emitter) underWay(ctx context.Context, d *Document, issued *storage.IssuedDocument) error {
	d.State = StateSigned
	envelope, err := e.newestOf(ctx, d.folio)
	if err != nil {
		return err
	}
	if envelope != nil {
		d.setEnvelope(envelope)
		return nil
	}
	if issued.Waiting == 0 {
		return nil
	}
	waits, err := e.store.Waits(ctx, d.folio)
	if err != nil {
		return err
	}
	for _, w := range waits {
		if !w.Over {
			d.WaitsFor = append(d.WaitsFor, w.Document)
		}
	}
	if len(d.WaitsFor) > 0 {
		d.State = StateWaiting
	}
	return nil
}

// newestOf returns the newest envelope of a document, without its bytes, or nil.
func (e *Emitter) newestOf(ctx context.Context, folio int64) (newest *storage.Envelope, err error) {
	for envelope, err := range e.store.Envelopes(ctx, storage.EnvelopeQuery{Issuer: e.company.RUT, Folio: folio}) {
		if err != nil {
			return nil, err
		}
		newest = &envelope
	}
	return newest, nil
}

var envelopeStates = map[storage.EnvelopeState]State{
	storage.EnvelopePending: StatePending, storage.EnvelopeSending: StateSending, storage.EnvelopeUnknown: StateUnknown,
	storage.EnvelopeSent: StateSent, storage.EnvelopeHeld: StateHeld, storage.EnvelopeRejected: StateHeld,
}

func (d *Document) setEnvelope(envelope *storage.Envelope) {
	d.State, d.envelope, d.since, d.TrackIDs = envelopeStates[envelope.State], envelope.ID, envelope.CreatedAt, envelope.TrackIDs
	if d.Estado == "" {
		d.Estado, d.Glosa = envelope.Estado, envelope.Glosa
	}
}
