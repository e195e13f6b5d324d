package siiemit

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// Progress is the result of Resume.
type Progress struct {
	Finished int       // documents with a folio that Resume has signed
	Stale    []string  // keys whose folios are too old to finish: see ErrStale
	Open     int       // envelopes that are not sent, or have documents without verdict
	Next     time.Time // when to call Resume again; zero if nothing is open
}

// Resume continues all open work once. It signs documents whose folios were taken, sends
// signed documents, repeats uploads whose answer was lost, and asks for verdicts that are
// due. Call it when a program starts, and about every minute: Progress.Next says when.
// Several programs may call it at once. A failure does not stop the rest; the error has
// all failures, such as ErrStale.
func (e *Emitter) Resume(ctx context.Context) (*Progress, error) {
	p := &Progress{}
	var failures []error
	step := func(err error) bool {
		if err != nil {
			failures = append(failures, err)
		}
		return ctx.Err() == nil
	}
	if step(e.finishReserved(ctx, p)) && step(e.deliverAll(ctx)) && step(e.sendSigned(ctx)) && step(e.followAll(ctx)) {
		step(e.checkStock(ctx))
	}
	step(e.outlook(ctx, p))
	return p, errors.Join(failures...)
}

// finishReserved signs the documents of taken folios that are not signed yet.
func (e *Emitter) finishReserved(ctx context.Context, p *Progress) error {
	keys, err := e.keysOf(ctx, storage.FolioReserved)
	if err != nil {
		return err
	}
	var failures []error
	for _, key := range keys {
		if err := ctx.Err(); err != nil {
			return errors.Join(append(failures, context.Cause(ctx))...)
		}
		err := e.finishKey(ctx, key, false)
		if errors.Is(err, ErrStale) {
			p.Stale = append(p.Stale, key)
		}
		if err != nil {
			failures = append(failures, err)
			continue
		}
		p.Finished++
	}
	return errors.Join(failures...)
}

func (e *Emitter) keysOf(ctx context.Context, state storage.FolioState) (keys []string, err error) {
	for folio, err := range e.store.TakenFolios(ctx, storage.FolioQuery{Issuer: e.company.RUT, State: state}) {
		if err != nil {
			return nil, fmt.Errorf("siiemit: %w", err)
		}
		keys = append(keys, folio.Key)
	}
	return keys, nil
}

// finishKey signs the document of a key whose folio was taken.
func (e *Emitter) finishKey(ctx context.Context, key string, stale bool) error {
	taken, err := e.store.TakenFolio(ctx, e.company.RUT, key)
	if err != nil {
		return fmt.Errorf("siiemit: %q: %w", key, err)
	}
	if taken.State != storage.FolioReserved {
		return nil
	}
	if !stale {
		if err := e.fresh(ctx, taken); err != nil {
			return err
		}
	}
	j := &job{order: Order{Key: key}, taken: taken}
	if err := e.signNow(ctx, j); err != nil {
		return err
	}
	return e.keepOne(context.WithoutCancel(ctx), j)
}

// Finish signs the document of a key whose folio is too old for Resume, with its old
// date, and returns it. The SII objects to a document that is more than three days old
// (DTE-1-650).
func (e *Emitter) Finish(ctx context.Context, key string) (*Document, error) {
	if err := e.finishKey(ctx, key, true); err != nil {
		return nil, err
	}
	return e.ByKey(ctx, key)
}

// deliverAll delivers the due envelopes that are not at the SII, the oldest first.
func (e *Emitter) deliverAll(ctx context.Context) error {
	envelopes, err := e.envelopes(ctx, storage.EnvelopeQuery{States: []storage.EnvelopeState{
		storage.EnvelopePending, storage.EnvelopeSending, storage.EnvelopeUnknown,
	}})
	if err != nil {
		return err
	}
	stopped := make(map[string]bool)
	var failures []error
	for _, envelope := range envelopes {
		if stopped[envelope.Kind] || e.channels[envelope.Kind] == nil || !e.due(&envelope) {
			continue
		}
		stop, err := e.deliver(ctx, envelope.ID)
		if err != nil {
			failures = append(failures, err)
		}
		stopped[envelope.Kind] = stop
		e.tellAdrift(ctx, &envelope)
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(failures...)
}

func (e *Emitter) envelopes(ctx context.Context, query storage.EnvelopeQuery) (all []storage.Envelope, err error) {
	query.Issuer = e.company.RUT
	for envelope, err := range e.store.Envelopes(ctx, query) {
		if err != nil {
			return nil, fmt.Errorf("siiemit: %w", err)
		}
		all = append(all, envelope)
	}
	return all, nil
}

// sendSigned sends signed documents that are in no envelope.
func (e *Emitter) sendSigned(ctx context.Context) error {
	var ready []parcel
	query := storage.IssuedQuery{Issuer: e.company.RUT, Unwrapped: true}
	for doc, err := range e.store.IssuedDocuments(ctx, query) {
		if err != nil {
			return fmt.Errorf("siiemit: %w", err)
		}
		if e.channels[kindOf(doc.Document.Type)] == nil {
			continue
		}
		ready = append(ready, parcel{folio: &storage.TakenFolio{ID: doc.Folio, Document: doc.Document, Key: doc.Key, State: doc.State}})
	}
	for i := range ready {
		if !isNote(ready[i].folio.Document.Type) {
			continue
		}
		folio, err := e.store.FolioOf(ctx, ready[i].folio.Document)
		if err != nil {
			return fmt.Errorf("siiemit: %w", err)
		}
		ready[i].folio = folio
	}
	if len(ready) == 0 {
		return nil
	}
	held, err := e.send(ctx, ready, nil)
	return errors.Join(append(slices.Collect(maps.Values(held)), err)...)
}

// followAll asks for the verdicts that are due.
func (e *Emitter) followAll(ctx context.Context) error {
	envelopes, err := e.envelopes(ctx, storage.EnvelopeQuery{
		States: []storage.EnvelopeState{storage.EnvelopeSent}, Due: e.settings.Now(), Undecided: true,
	})
	if err != nil {
		return err
	}
	var failures []error
	for _, envelope := range envelopes {
		if err := e.follow(ctx, envelope.ID); err != nil {
			failures = append(failures, err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(failures...)
}

// outlook sets what is still open.
func (e *Emitter) outlook(ctx context.Context, p *Progress) error {
	ctx = context.WithoutCancel(ctx)
	soonest := func(at time.Time) {
		if p.Next.IsZero() || at.Before(p.Next) {
			p.Next = at
		}
	}
	waiting, err := e.envelopes(ctx, storage.EnvelopeQuery{States: []storage.EnvelopeState{
		storage.EnvelopePending, storage.EnvelopeSending, storage.EnvelopeUnknown,
	}})
	if err != nil {
		return err
	}
	followed, err := e.envelopes(ctx, storage.EnvelopeQuery{States: []storage.EnvelopeState{storage.EnvelopeSent}, Undecided: true})
	if err != nil {
		return err
	}
	p.Open = len(waiting) + len(followed)
	stopped := make(map[string]time.Time) // until when, by kind
	for _, envelope := range waiting {
		if envelope.Answer == answerStopped && envelope.NextTry.After(stopped[envelope.Kind]) {
			stopped[envelope.Kind] = envelope.NextTry
		}
	}
	for _, envelope := range waiting {
		at := e.dueAt(&envelope)
		if stop := stopped[envelope.Kind]; stop.After(at) && stop.After(e.settings.Now()) {
			at = stop
		}
		soonest(at)
	}
	for _, envelope := range followed {
		soonest(e.dueAt(&envelope))
	}
	for _, err := range e.store.IssuedDocuments(ctx, storage.IssuedQuery{Issuer: e.company.RUT, Unwrapped: true, Limit: 1}) {
		if err != nil {
			return fmt.Errorf("siiemit: %w", err)
		}
		soonest(e.settings.Now().Add(e.first())) // a note that waits
	}
	return nil
}

// Void gives up the folio of a key and stores the reason. It is possible while the
// document is reserved or signed and no envelope of it has left; else it is
// storage.ErrHandedOut. The other documents of a pending envelope go into a new one. The
// folio is never free again: annul it at the SII.
func (e *Emitter) Void(ctx context.Context, key, reason string) (*Document, error) {
	taken, err := e.store.TakenFolio(ctx, e.company.RUT, key)
	if err != nil {
		return nil, fmt.Errorf("siiemit: void %q: %w", key, err)
	}
	if reason == "" {
		return nil, fmt.Errorf("siiemit: void %q: %w: no reason", key, storage.ErrInvalid)
	}
	envelope, err := e.newestOf(ctx, taken.ID)
	if err != nil {
		return nil, fmt.Errorf("siiemit: void %q: %w", key, err)
	}
	waits := envelope != nil && envelope.State == storage.EnvelopePending && !envelope.Left
	if waits {
		if err := e.move(ctx, storage.EnvelopeMove{ID: envelope.ID, From: envelope.State, To: storage.EnvelopeHeld, Answer: answerUndone}); err != nil {
			return nil, fmt.Errorf("siiemit: void %q: %w", key, err)
		}
	}
	err = e.store.VoidFolio(ctx, taken.ID, reason)
	if waits {
		err = errors.Join(err, e.rewrap(ctx, envelope.ID))
	}
	if err != nil {
		return nil, fmt.Errorf("siiemit: void %q: %w", key, err)
	}
	return e.Document(ctx, taken.Document)
}

// checkStock sends alerts about folios that run out or expire.
func (e *Emitter) checkStock(ctx context.Context) error {
	today := chile.DateOf(e.settings.Now())
	stock, err := e.store.Stock(ctx, e.company.RUT, today)
	if err != nil {
		return fmt.Errorf("siiemit: %w", err)
	}
	for i := range stock {
		s := &stock[i]
		if days, ok := s.DaysOfStock(); ok && days < int64(e.settings.StockDays) || s.Free == 0 && s.Recent > 0 {
			e.tell(ctx, alertStock(s.Type, today, "stock", fmt.Sprintf("quedan %d folios", s.Free)))
		}
		if days, ok := s.DaysLeft(today); ok && days < e.settings.LastDays {
			e.tell(ctx, alertStock(s.Type, today, "last-day", fmt.Sprintf("hay folios que vencen el %s", s.LastDay)))
		}
	}
	return nil
}
