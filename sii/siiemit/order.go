package siiemit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/storage"
)

// Order is a draft with its key.
type Order struct {
	Key   string
	Draft *issue.Draft
	IssueOptions
}

// IssueOptions are the options of an order. Nil and the zero value are the default.
type IssueOptions struct {
	// Replaces is the key of a rejected or void document that this one replaces. The old
	// document keeps its key. Only one document can replace it.
	Replaces string

	// Anyway issues a draft although it is like a document that was issued after the
	// store's backup: see ErrMaybeIssued.
	Anyway bool
}

// Outcome is the result of one of many orders.
type Outcome struct {
	Key      string
	Document *Document // nil if nothing is stored
	Err      error
}

// job is an order on its way to a signed document.
type job struct {
	order Order
	draft *issue.Draft // read from its normal form
	form  []byte
	hash  string

	at    time.Time      // the instant of a new key
	doc   *dte.DTE       // of the dry run, without folio
	found issue.Findings // of the dry run

	taken  *storage.TakenFolio
	signed *issue.Signed           // if it was signed just now
	issued *storage.IssuedDocument // if it was stored before
	err    error
}

// payload is kept with a folio so that a restarted program can go on.
type payload struct {
	Draft            json.RawMessage `json:"borrador"`
	ResolutionDate   chile.Date      `json:"fch_resol"`
	ResolutionNumber int             `json:"nro_resol"`
}

// readOrder checks the key and brings the draft into its normal form. The document is
// always made from that form.
func (e *Emitter) readOrder(order Order, at time.Time) *job {
	j := &job{order: order, at: at}
	if j.err = checkKey(order.Key); j.err != nil {
		return j
	}
	if order.Draft == nil {
		j.err = fmt.Errorf("siiemit: %q: %w: no draft", order.Key, storage.ErrInvalid)
		return j
	}
	if issuer := order.Draft.Issuer.RUT; issuer != e.company.RUT {
		j.err = fmt.Errorf("siiemit: %q: %w: the draft is of %s, not of %s", order.Key, ErrCompany, issuer, e.company.RUT)
		return j
	}
	if j.form, j.hash, j.err = normalForm(order.Draft); j.err == nil {
		j.draft, j.err = issue.ParseDraft(j.form)
	}
	return j
}

// dryRun makes the document of an order that has no folio yet, and returns why it is
// refused.
func (e *Emitter) dryRun(ctx context.Context, j *job) error {
	day := chile.DateOf(j.at)
	switch {
	case e.company.ResolutionDate.IsZero():
		return fmt.Errorf("siiemit: %q: %w", j.order.Key, ErrNoResolution)
	case e.channels[kindOf(j.draft.Identification.Type)] == nil:
		return fmt.Errorf("siiemit: %q: %w: %d", j.order.Key, ErrNoChannel, int(j.draft.Identification.Type))
	case j.draft.Identification.IssueDate.Compare(day) > 0:
		return fmt.Errorf("siiemit: %q: %w: %s, and today is %s", j.order.Key, ErrFutureDate, j.draft.Identification.IssueDate, day)
	}
	originals, err := e.originals(ctx, j.draft)
	if err != nil {
		return err
	}
	j.doc, j.found = e.document(j.draft, 0, j.at, originals)
	if j.found.Refused() {
		return &RefusedError{Key: j.order.Key, Findings: j.found}
	}
	return nil
}

// document makes the document of a draft. A draft without date gets that of the
// instant, in Chile.
func (e *Emitter) document(draft *issue.Draft, folio chile.Folio, at time.Time, originals []*dte.DTE) (*dte.DTE, issue.Findings) {
	dated := *draft
	dated.Identification.Folio = folio
	if dated.Identification.IssueDate.IsZero() {
		dated.Identification.IssueDate = chile.DateOf(at)
	}
	options, policy := e.drafting, issue.Policy{}
	if options.Policy != nil {
		policy = *options.Policy
	}
	policy.Today = chile.DateOf(at)
	policy.Originals = append(originals, policy.Originals...)
	options.Policy = &policy
	return dated.Document(&options)
}

// originals returns the documents of this store that a note names. A rejected or void
// one is ErrReference.
func (e *Emitter) originals(ctx context.Context, draft *issue.Draft) (docs []*dte.DTE, err error) {
	for _, name := range namedIn(draft.Identification.Type, e.company.RUT, draft.References) {
		if name.Issuer != e.company.RUT {
			continue
		}
		folio, err := e.store.FolioOf(ctx, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		switch folio.State {
		case storage.FolioRejected, storage.FolioVoid:
			return nil, fmt.Errorf("siiemit: %w: %s is %s", ErrReference, name, folio.State)
		case storage.FolioSkipped, storage.FolioReserved:
			continue
		}
		stored, err := e.store.IssuedDocument(ctx, folio.ID)
		if errors.Is(err, fs.ErrNotExist) {
			continue // it was adopted
		}
		if err != nil {
			return nil, err
		}
		if doc, _ := dte.ParseDTE(stored.XML); doc != nil {
			docs = append(docs, doc)
		}
	}
	return docs, nil
}

// request returns the request for the folio of an order.
func (e *Emitter) request(j *job) (storage.FolioRequest, error) {
	kept, err := json.Marshal(payload{
		Draft: j.form, ResolutionDate: e.company.ResolutionDate, ResolutionNumber: e.company.ResolutionNumber,
	})
	if err != nil {
		return storage.FolioRequest{}, err
	}
	return storage.FolioRequest{
		Environment: e.environment, Issuer: e.company.RUT, Type: j.draft.Identification.Type, Key: j.order.Key, DraftHash: j.hash,
		Day: j.doc.IssueDate(), Instant: j.at, Draft: kept, Replaces: j.order.Replaces, Bounded: e.witness != nil,
	}, nil
}

// readPayload returns what was kept with a folio.
func readPayload(folio *storage.TakenFolio) (*payload, *issue.Draft, error) {
	var p payload
	if err := json.Unmarshal(folio.Draft, &p); err != nil {
		return nil, nil, fmt.Errorf("siiemit: draft of %s: %w: %w", folio.Document, storage.ErrDamaged, err)
	}
	draft, err := issue.ParseDraft(p.Draft)
	if err != nil {
		return nil, nil, fmt.Errorf("siiemit: draft of %s: %w: %w", folio.Document, storage.ErrDamaged, err)
	}
	return &p, draft, nil
}
