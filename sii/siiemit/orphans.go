package siiemit

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/storage"
)

// orphans returns the company's documents that were issued after the store's backup and
// are not decided yet.
func (e *Emitter) orphans(ctx context.Context) (open []storage.Orphan, err error) {
	for o, err := range e.store.Orphans(ctx, storage.OrphanQuery{Issuer: e.company.RUT, State: storage.OrphanOpen}) {
		if err != nil {
			return nil, fmt.Errorf("siiemit: %w", err)
		}
		open = append(open, o)
	}
	return open, nil
}

// likeOrphan returns ErrMaybeIssued if an order may be one of the orphans: it has the
// same type and receiver, the same total if the draft has it in pesos, and the same date
// if the draft has one.
func likeOrphan(j *job, orphans []storage.Orphan) error {
	var like []storage.Orphan
	total, known := pesos(j.doc)
	for _, o := range orphans {
		date := j.draft.Identification.IssueDate
		if o.Document.Type == j.draft.Identification.Type && o.Receiver == j.doc.Receiver() && (o.Total == total || !known) && (date.IsZero() || date == o.Date) {
			like = append(like, o)
		}
	}
	if len(like) == 0 {
		return nil
	}
	return &MaybeIssuedError{Key: j.order.Key, Orphans: like}
}

// Orphans returns the documents that Recover has found at the SII, that the store does
// not know, and that are not decided yet.
func (e *Emitter) Orphans(ctx context.Context) ([]storage.Orphan, error) { return e.orphans(ctx) }

// Adopt makes an orphan the document of an order. From then on the key has that
// document, accepted, and the draft is never issued again. The draft may have no date.
// Errors are those of storage.Folios.AdoptOrphan, ErrKey and ErrCompany.
func (e *Emitter) Adopt(ctx context.Context, key string, draft *issue.Draft, orphan chile.DocumentID) (*Document, error) {
	j := e.readOrder(Order{Key: key, Draft: draft}, e.instant(ctx))
	if j.err != nil {
		return nil, j.err
	}
	found, err := e.orphan(ctx, orphan)
	if err != nil {
		return nil, err
	}
	if j.doc, _ = e.document(j.draft, 0, j.at, nil); j.doc == nil || likeOrphan(j, []storage.Orphan{found}) == nil {
		return nil, fmt.Errorf("siiemit: adopt %s: %w: the draft has another type, receiver, total or date", orphan, storage.ErrInvalid)
	}
	request, err := e.request(j)
	if err != nil {
		return nil, err
	}
	request.Bounded, request.Type, request.Day = false, orphan.Type, found.Date
	taken, err := e.store.AdoptOrphan(ctx, orphan, request)
	if err != nil {
		return nil, fmt.Errorf("siiemit: adopt %s: %w", orphan, err)
	}
	doc, err := e.documentOf(ctx, taken, nil, nil)
	if err != nil {
		return nil, err
	}
	doc.Receiver, doc.Total = found.Receiver, found.Total
	return doc, nil
}

func (e *Emitter) orphan(ctx context.Context, id chile.DocumentID) (found storage.Orphan, err error) {
	for o, err := range e.store.Orphans(ctx, storage.OrphanQuery{Issuer: e.company.RUT, Type: id.Type}) {
		if err != nil {
			return found, fmt.Errorf("siiemit: %w", err)
		}
		if o.Document == id {
			return o, nil
		}
	}
	return found, fmt.Errorf("siiemit: adopt %s: %w", id, fs.ErrNotExist)
}

// Dismiss marks an orphan as a document of no order here, such as one of another
// program.
func (e *Emitter) Dismiss(ctx context.Context, orphan chile.DocumentID, reason string) error {
	if err := e.store.DismissOrphan(ctx, orphan, reason); err != nil {
		return fmt.Errorf("siiemit: dismiss %s: %w", orphan, err)
	}
	return nil
}
