package siiemit

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/storage"
)

// Issue is Prepare and Send. It returns an error before anything was spent, or a stored
// document; its State tells how far it has come. If the context ends in between, it
// returns the stored document and the context's error: Resume continues.
func (e *Emitter) Issue(ctx context.Context, key string, draft *issue.Draft, o *IssueOptions) (*Document, error) {
	if o == nil {
		o = &IssueOptions{}
	}
	out := e.IssueAll(ctx, []Order{{Key: key, Draft: draft, IssueOptions: *o}})
	return out[0].Document, out[0].Err
}

// IssueAll is Issue for many orders, with few transactions and envelopes.
func (e *Emitter) IssueAll(ctx context.Context, orders []Order) []Outcome {
	jobs := e.prepare(ctx, orders)
	var ready []parcel
	for _, j := range jobs {
		if j.err == nil && j.signed != nil {
			ready = append(ready, parcel{folio: j.taken, signed: j.signed})
		}
	}
	envelopes, before := e.preparedBefore(ctx, jobs)
	failures, sendErr := e.send(ctx, append(ready, before...), envelopes)
	ctx = context.WithoutCancel(ctx)
	out := make([]Outcome, len(jobs))
	for i, j := range jobs {
		out[i] = Outcome{Key: j.order.Key, Err: j.err}
		if j.taken == nil {
			continue
		}
		folio, err := e.store.TakenFolio(ctx, e.company.RUT, j.taken.Key)
		if err == nil {
			out[i].Document, err = e.documentOf(ctx, folio, nil, j.signed)
		}
		out[i].Err = errors.Join(j.err, failures[j.taken.ID], sendErr, err)
	}
	return out
}

// parcel is a signed document on its way into an envelope.
type parcel struct {
	folio  *storage.TakenFolio
	signed *issue.Signed // nil if it must be read
}

// preparedBefore returns the envelopes of documents that were prepared before, and those
// documents that are signed and in no envelope.
func (e *Emitter) preparedBefore(ctx context.Context, jobs []*job) (ids []int64, ready []parcel) {
	for _, j := range jobs {
		if j.err != nil || j.issued == nil || j.issued.Verdict.State != storage.VerdictNone {
			continue
		}
		switch envelope, err := e.newestOf(ctx, j.taken.ID); {
		case err != nil:
			j.err = err
		case envelope == nil && j.taken.State == storage.FolioSigned:
			ready = append(ready, parcel{folio: j.taken})
		case envelope != nil && !slices.Contains(ids, envelope.ID):
			ids = append(ids, envelope.ID)
		}
	}
	return ids, ready
}

// Send puts signed documents into envelopes and sends them. Documents that already have
// an envelope are sent with that one. Notes that wait for a document they name, and
// documents with a verdict, are not sent. It returns the documents after that.
//
// An error is of the store or the context. It is no error if the SII does not take an
// envelope or its answer is lost: the State of the documents says so, and Resume
// continues.
func (e *Emitter) Send(ctx context.Context, docs ...*Document) ([]*Document, error) {
	var ready []parcel
	var ids []int64
	for _, d := range docs {
		folio, err := e.store.FolioOf(ctx, d.ID)
		if err != nil {
			return nil, fmt.Errorf("siiemit: send %s: %w", d.ID, err)
		}
		envelope, err := e.newestOf(ctx, folio.ID)
		switch {
		case err != nil:
			return nil, fmt.Errorf("siiemit: send %s: %w", d.ID, err)
		case envelope != nil && !slices.Contains(ids, envelope.ID):
			ids = append(ids, envelope.ID)
		case envelope == nil && folio.State == storage.FolioSigned:
			ready = append(ready, parcel{folio: folio, signed: d.signed})
		}
	}
	return e.sendAndLook(ctx, docs, ready, ids)
}

// sendAndLook sends, and returns the documents after that.
func (e *Emitter) sendAndLook(ctx context.Context, docs []*Document, parcels []parcel, envelopes []int64) ([]*Document, error) {
	held, err := e.send(ctx, parcels, envelopes)
	failures := append(slices.Collect(maps.Values(held)), err)
	after := make([]*Document, len(docs))
	for i, d := range docs {
		if after[i], err = e.Document(context.WithoutCancel(ctx), d.ID); err != nil {
			return nil, errors.Join(append(failures, err)...)
		}
	}
	return after, errors.Join(failures...)
}

// send puts documents into envelopes, and sends these and the given envelopes. held says
// why a document cannot be sent, by the id of its folio.
func (e *Emitter) send(ctx context.Context, parcels []parcel, envelopes []int64) (held map[int64]error, err error) {
	var ready []parcel
	held = make(map[int64]error)
	for _, p := range parcels {
		free, err := e.released(ctx, p.folio)
		switch {
		case err != nil:
			held[p.folio.ID] = err
		case free:
			ready = append(ready, p)
		}
	}
	made, err := e.wrap(context.WithoutCancel(ctx), ready)
	if err != nil {
		return held, err
	}
	for _, id := range append(envelopes, made...) {
		stopped, err := e.deliver(ctx, id)
		if stopped || err != nil {
			return held, err // the other envelopes wait
		}
	}
	return held, nil
}

// wrap puts documents into envelopes, in their order, and stores them.
func (e *Emitter) wrap(ctx context.Context, parcels []parcel) (ids []int64, err error) {
	byKind := make(map[string][]parcel)
	for _, p := range parcels {
		kind := kindOf(p.folio.Document.Type)
		byKind[kind] = append(byKind[kind], p)
	}
	for _, kind := range []string{kindDTE, kindBoleta} {
		for some := range slices.Chunk(byKind[kind], e.settings.MaxDocuments) {
			made, err := e.wrapOne(ctx, kind, some)
			ids = append(ids, made...)
			if err != nil {
				return ids, err
			}
		}
	}
	return ids, nil
}

// wrapOne puts documents into one envelope. If another program has put some into an
// envelope meanwhile, it leaves them out and returns that envelope too.
func (e *Emitter) wrapOne(ctx context.Context, kind string, parcels []parcel) (ids []int64, err error) {
	at := e.settings.Now()
	for len(parcels) > 0 {
		envelope, err := e.envelope(ctx, parcels, at)
		if err != nil {
			return ids, err
		}
		folios := make([]int64, len(parcels))
		for i, p := range parcels {
			folios[i] = p.folio.ID
		}
		stored, err := e.store.PutEnvelope(ctx, storage.NewEnvelope{
			Environment: e.environment, Issuer: e.company.RUT, Kind: kind, XML: envelope, Folios: folios,
		})
		if err == nil && !stored.State.Live() {
			// An envelope with the same bytes was refused within this second.
			at = at.Add(time.Second)
			continue
		}
		if err == nil {
			return append(ids, stored.ID), nil
		}
		var in *storage.InEnvelopeError
		var state *storage.FolioStateError
		var gone chile.DocumentID
		switch {
		case errors.As(err, &in):
			gone = in.Document
			if !slices.Contains(ids, in.Envelope) {
				ids = append(ids, in.Envelope)
			}
		case errors.As(err, &state):
			gone = state.Document
		}
		left := slices.DeleteFunc(slices.Clone(parcels), func(p parcel) bool { return p.folio.Document == gone })
		if len(left) == len(parcels) {
			return ids, fmt.Errorf("siiemit: store envelope: %w", err)
		}
		parcels = left
	}
	return ids, nil
}

// envelope makes the bytes of an envelope, signed at the given time.
func (e *Emitter) envelope(ctx context.Context, parcels []parcel, at time.Time) ([]byte, error) {
	cover, err := e.cover(ctx, parcels[0].folio)
	if err != nil {
		return nil, err
	}
	docs := make([]*issue.Signed, len(parcels))
	for i, p := range parcels {
		if docs[i] = p.signed; docs[i] != nil {
			continue
		}
		stored, err := e.store.IssuedDocument(ctx, p.folio.ID)
		if err != nil {
			return nil, fmt.Errorf("siiemit: %s: %w", p.folio.Document, err)
		}
		if docs[i], err = issue.ParseSigned(stored.XML, &dte.VerifyOptions{Keys: e.keys}); err != nil {
			return nil, fmt.Errorf("siiemit: %s: %w", p.folio.Document, err)
		}
	}
	envelope, err := issue.Envelope(cover, docs, e.identity, at)
	if err != nil {
		return nil, fmt.Errorf("siiemit: %w", err)
	}
	return envelope, nil
}

// cover returns the company's resolution, or the one stored with a folio.
func (e *Emitter) cover(ctx context.Context, folio *storage.TakenFolio) (issue.Cover, error) {
	if !e.company.ResolutionDate.IsZero() {
		return issue.Cover{ResolutionDate: e.company.ResolutionDate, ResolutionNumber: e.company.ResolutionNumber}, nil
	}
	full, err := e.store.FolioOf(ctx, folio.Document)
	if err != nil {
		return issue.Cover{}, fmt.Errorf("siiemit: %s: %w", folio.Document, err)
	}
	p, _, err := readPayload(full)
	if err != nil {
		return issue.Cover{}, err
	}
	return issue.Cover{ResolutionDate: p.ResolutionDate, ResolutionNumber: p.ResolutionNumber}, nil
}

// Resend puts documents whose envelope the SII refused into a new envelope and sends it.
// The documents' bytes stay the same. First correct the reason of the refusal, such as a
// missing right of the sender or a wrong resolution. Documents that are not held are
// ignored.
//
// Unverified: one client says that documents of a refused envelope may be sent again
// like this.
func (e *Emitter) Resend(ctx context.Context, docs ...*Document) ([]*Document, error) {
	var ready []parcel
	for _, d := range docs {
		now, err := e.Document(ctx, d.ID)
		if err != nil {
			return nil, err
		}
		if now.State != StateHeld {
			continue
		}
		folio, err := e.store.FolioOf(ctx, d.ID)
		if err != nil {
			return nil, fmt.Errorf("siiemit: resend %s: %w", d.ID, err)
		}
		ready = append(ready, parcel{folio: folio})
	}
	return e.sendAndLook(ctx, docs, ready, nil)
}
