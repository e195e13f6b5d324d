package siiemit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/storage"
)

// Prepare makes the signed document of a draft and stores it, but does not send it. It
// checks the draft, takes the folio, stamps, signs and stores. The same key always gives
// the same document. Unless the error says otherwise, nothing was spent. If the key
// already has a folio, its document is finished.
//
// If the context ends after the folio was taken, the document is still signed and
// stored.
//
// The errors are ErrKey, ErrRefused, ErrFutureDate, ErrCompany, ErrNoResolution,
// ErrNoChannel, ErrReference, ErrMaybeIssued, ErrFoliosUnproved, ErrStoreOld, ErrStale
// and ErrVoid; of package storage ErrKeyReused, ErrNoFolios, ErrReplaced, ErrFolioState
// and ErrEnvironment; and those of stamp and signature.
func (e *Emitter) Prepare(ctx context.Context, key string, draft *issue.Draft, o *IssueOptions) (*Document, error) {
	if o == nil {
		o = &IssueOptions{}
	}
	out := e.PrepareAll(ctx, []Order{{Key: key, Draft: draft, IssueOptions: *o}})
	return out[0].Document, out[0].Err
}

// PrepareAll is Prepare for many orders, with few transactions. Each order has its own
// outcome. If there are not enough folios, no order gets a new one.
func (e *Emitter) PrepareAll(ctx context.Context, orders []Order) []Outcome {
	jobs := e.prepare(ctx, orders)
	out := make([]Outcome, len(jobs))
	for i, j := range jobs {
		out[i] = Outcome{Key: j.order.Key, Err: j.err}
		if j.taken != nil {
			doc, err := e.documentOf(context.WithoutCancel(ctx), j.taken, j.issued, j.signed)
			out[i].Document, out[i].Err = doc, errors.Join(j.err, err)
		}
	}
	return out
}

// prepare signs and stores the documents of orders.
func (e *Emitter) prepare(ctx context.Context, orders []Order) []*job {
	at := e.instant(ctx)
	jobs := make([]*job, len(orders))
	for i := range orders {
		jobs[i] = e.readOrder(orders[i], at)
	}
	orphans, err := e.orphans(ctx)
	if err != nil {
		failAll(jobs, err)
	}
	for _, j := range jobs {
		if j.err == nil {
			e.check(ctx, j, orphans)
		}
	}
	e.take(ctx, jobs)
	e.finish(context.WithoutCancel(ctx), jobs)
	return jobs
}

// failAll gives an error to the jobs that have neither an error nor a folio.
func failAll(jobs []*job, err error) {
	for _, j := range jobs {
		if j.err == nil && j.taken == nil {
			j.err = err
		}
	}
}

// instant returns the time, to the second, as documents have it. If the clock went back,
// it sends an alert.
func (e *Emitter) instant(ctx context.Context) time.Time {
	now := e.settings.Now().Truncate(time.Second)
	const allowed = 2 * time.Second // a clock that is kept in time may go back this far
	e.mu.Lock()
	back := time.Duration(e.newest - now.UnixNano())
	e.newest = max(e.newest, now.UnixNano())
	e.mu.Unlock()
	if back > allowed {
		e.tell(ctx, e.alertClock(now, back))
	}
	return now
}

// check makes the dry run of an order, unless its key has a folio already.
func (e *Emitter) check(ctx context.Context, j *job, orphans []storage.Orphan) {
	err := e.dryRun(ctx, j)
	if err == nil {
		err = e.stampable(ctx, j)
	}
	if err == nil && !j.order.Anyway {
		err = likeOrphan(j, orphans)
	}
	if err == nil {
		return
	}
	known, lookErr := e.store.TakenFolio(ctx, e.company.RUT, j.order.Key)
	switch {
	case errors.Is(lookErr, fs.ErrNotExist):
		j.err = err
	case lookErr != nil:
		j.err = errors.Join(err, lookErr)
	case known.DraftHash != j.hash || known.Document.Type != j.draft.Identification.Type:
		j.err = keyReused(known)
	default:
		j.taken = known
	}
}

// stampable returns dte.ErrCAFExpired if a draft of an earlier day would get a folio that
// can no longer be stamped: the store selects the CAF by the day of issue, but the stamp
// has today's date.
func (e *Emitter) stampable(ctx context.Context, j *job) error {
	day, today := j.doc.IssueDate(), chile.DateOf(j.at)
	if day == today {
		return nil
	}
	caf, err := e.nextCAF(ctx, j)
	if errors.Is(err, storage.ErrNoFolios) {
		return nil // the store returns it
	}
	if err == nil && !caf.LastDay.IsZero() && caf.LastDay.Compare(today) < 0 {
		err = fmt.Errorf("siiemit: %q: %w: on %s; date it today", j.order.Key, dte.ErrCAFExpired, caf.LastDay)
	}
	return err
}

func keyReused(known *storage.TakenFolio) error {
	return &storage.KeyReusedError{
		Kind: storage.ErrKeyReused, Key: known.Key, Document: known.Document, State: known.State, Taken: known.CreatedAt,
	}
}

// take takes a folio for each job from the store.
func (e *Emitter) take(ctx context.Context, jobs []*job) {
	var asking []*job
	for _, j := range jobs {
		if j.err == nil && j.taken == nil {
			asking = append(asking, j)
		}
	}
	if len(asking) == 0 {
		return
	}
	if err := e.guard(ctx, asking); err != nil {
		e.takeKnown(ctx, asking, err)
		return
	}
	if err := e.takeAll(ctx, asking); err != nil {
		// One order cannot have a folio, folios are missing, or the store fails.
		if len(asking) == 1 || !ofOneOrder(err) {
			e.takeKnown(ctx, asking, err)
			return
		}
		for _, j := range asking {
			j.err = e.takeAll(ctx, []*job{j})
		}
	}
	for _, j := range asking {
		if j.taken != nil {
			e.sawTaken(j.taken)
		}
	}
}

// ofOneOrder reports whether an error is about one of many requests.
func ofOneOrder(err error) bool {
	for _, kind := range []error{storage.ErrKeyReused, storage.ErrReplaced, storage.ErrFolioState, storage.ErrInvalid, fs.ErrNotExist} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// takeKnown gives the error to the jobs whose keys have no folio yet.
func (e *Emitter) takeKnown(ctx context.Context, jobs []*job, cause error) {
	for _, j := range jobs {
		known, err := e.store.TakenFolio(ctx, e.company.RUT, j.order.Key)
		switch {
		case err != nil:
			j.err = cause
		case known.DraftHash != j.hash:
			j.err = keyReused(known)
		default:
			j.taken = known
		}
	}
}

// takeAll takes a folio for each job, or for none. It first opens folios above the mark
// of the Witness.
func (e *Emitter) takeAll(ctx context.Context, jobs []*job) error {
	requests := make([]storage.FolioRequest, len(jobs))
	for i, j := range jobs {
		request, err := e.request(j)
		if err != nil {
			return err
		}
		requests[i] = request
	}
	const most = 20 // other programs may take the opened folios
	for range most {
		taken, err := e.store.TakeFolios(ctx, requests)
		var above *storage.BoundError
		if errors.As(err, &above) {
			if err := e.open(ctx, &above.CAF, above.Through); err != nil {
				return err
			}
			continue
		}
		if errors.Is(err, storage.ErrFoliosHeld) {
			err = fmt.Errorf("%w: %w", ErrStoreOld, err)
		}
		if err != nil {
			return fmt.Errorf("siiemit: take folios: %w", err)
		}
		for i, j := range jobs {
			j.taken = &taken[i]
		}
		return nil
	}
	return fmt.Errorf("siiemit: take folios: %w: other programs take them all", storage.ErrAboveBound)
}

// finish signs and stores the documents of the jobs that have a folio, and reads the
// documents that were stored before.
func (e *Emitter) finish(ctx context.Context, jobs []*job) {
	group, many := errgroup.Group{}, jobs
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, j := range many {
		if j.err == nil && j.taken != nil {
			group.Go(func() error { j.err = e.sign(ctx, j); return nil })
		}
	}
	_ = group.Wait()
	var made []*job
	for _, j := range jobs {
		if j.signed != nil {
			made = append(made, j)
		}
	}
	if len(made) == 0 {
		return
	}
	if err := e.keep(ctx, made); err != nil {
		for _, j := range made {
			j.err = e.keepOne(ctx, j)
		}
	}
}

// sign makes the signed document of a job with the frozen instant of its folio, or reads
// the stored one.
func (e *Emitter) sign(ctx context.Context, j *job) error {
	switch j.taken.State {
	case storage.FolioReserved:
	case storage.FolioVoid, storage.FolioSkipped:
		return fmt.Errorf("siiemit: %q: %w: %s, %s", j.order.Key, ErrVoid, j.taken.Document, j.taken.Reason)
	default:
		return e.read(ctx, j)
	}
	if err := e.fresh(ctx, j.taken); err != nil {
		return err
	}
	return e.signNow(ctx, j)
}

func (e *Emitter) read(ctx context.Context, j *job) error {
	issued, err := e.store.IssuedDocument(ctx, j.taken.ID)
	if errors.Is(err, fs.ErrNotExist) && j.taken.State == storage.FolioAccepted {
		return nil // it was adopted
	}
	j.issued = issued
	return err
}

// fresh returns ErrStale if a folio was taken so long ago that a person must decide.
func (e *Emitter) fresh(ctx context.Context, folio *storage.TakenFolio) error {
	now := e.settings.Now()
	stale := now.Sub(folio.Instant) > e.settings.Stale
	if !stale && now.Sub(folio.Instant) > time.Minute {
		caf, err := e.store.CAF(ctx, folio.CAF)
		if err != nil {
			return err
		}
		stale = !caf.LastDay.IsZero() && caf.LastDay.Compare(chile.DateOf(now)) < 0
	}
	if stale {
		return &StaleError{Key: folio.Key, Document: folio.Document, Instant: folio.Instant}
	}
	return nil
}

// signNow stamps and signs the document of a folio, from the draft stored with it.
func (e *Emitter) signNow(ctx context.Context, j *job) error {
	draft := j.draft // in the stored normal form; nil if it must be read
	if draft == nil {
		var err error
		if _, draft, err = readPayload(j.taken); err != nil {
			return err
		}
	}
	originals, err := e.originals(ctx, draft)
	if err != nil {
		return err
	}
	doc, found := e.document(draft, j.taken.Document.Folio, j.taken.Instant, originals)
	if found.Refused() {
		return &RefusedError{Key: j.taken.Key, Findings: found}
	}
	caf, err := e.authorization(ctx, j.taken.CAF)
	if err != nil {
		return err
	}
	if err := issue.Stamp(doc, caf, j.taken.Instant); err != nil {
		return fmt.Errorf("siiemit: %q: %w", j.taken.Key, err)
	}
	signed, err := issue.Sign(doc, e.identity, j.taken.Instant)
	if err != nil {
		return fmt.Errorf("siiemit: %q: %w", j.taken.Key, err)
	}
	j.doc, j.found, j.signed = doc, found, signed
	return nil
}

// newIssued returns a signed document as it is stored.
func (j *job) newIssued() storage.NewIssued {
	total, _ := pesos(j.doc)
	n := storage.NewIssued{
		Folio: j.taken.ID, XML: j.signed.Bytes(), Receiver: j.doc.Receiver(), Date: j.doc.IssueDate(), Total: total,
		WaitsFor: named(j.doc),
	}
	for i := range j.found {
		if f := &j.found[i]; f.Level == issue.LevelReparo && f.Code == strings.ToUpper(f.Code) { // those of the SII
			n.Foreseen = append(n.Foreseen, storage.VerdictCode{Code: f.Code, Text: f.ES})
		}
	}
	return n
}

// keep stores signed documents, all of them or none.
func (e *Emitter) keep(ctx context.Context, made []*job) error {
	documents := make([]storage.NewIssued, len(made))
	for i, j := range made {
		documents[i] = j.newIssued()
	}
	if err := e.store.PutIssued(ctx, documents); err != nil {
		return fmt.Errorf("siiemit: store documents: %w", err)
	}
	for _, j := range made {
		j.taken.State = storage.FolioSigned
	}
	return nil
}

// keepOne stores one document. If another program has signed it first with another
// certificate, that program's bytes stay.
func (e *Emitter) keepOne(ctx context.Context, j *job) error {
	err := e.keep(ctx, []*job{j})
	if err == nil || !errors.Is(err, storage.ErrOtherBytes) && !errors.Is(err, storage.ErrFolioState) {
		return err
	}
	taken, lookErr := e.store.TakenFolio(ctx, e.company.RUT, j.taken.Key)
	if lookErr != nil {
		return errors.Join(err, lookErr)
	}
	j.taken, j.signed = taken, nil
	if slices.Contains([]storage.FolioState{storage.FolioVoid, storage.FolioSkipped}, taken.State) {
		return fmt.Errorf("siiemit: %q: %w: %s, %s", taken.Key, ErrVoid, taken.Document, taken.Reason)
	}
	return e.read(ctx, j)
}

// pesos returns the total of a document in whole pesos. An export has it in OtraMoneda,
// or is in pesos itself; else the total is 0 and known is false.
func pesos(doc *dte.DTE) (total chile.CLP, known bool) {
	const name = "PESO CL"
	said := doc.Total()
	if doc.Export != nil && doc.Export.Header.Totals.Currency != name {
		other := doc.Export.Header.OtherCurrency
		if other == nil || other.Currency != name {
			return 0, false
		}
		said = other.Total
	}
	total, err := said.CLP()
	if err != nil {
		return 0, false
	}
	return total, true
}
