package siiemit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
)

// Recovery is the result of Recover.
type Recovery struct {
	CAFs []RecoveredCAF

	// Orphans are documents in the register of sales that the store does not have: they
	// were issued after the backup. They stay until Adopt or Dismiss.
	Orphans []storage.Orphan

	// RegisterRead says that the register was read. If it is false, it is not known which
	// orders were issued since the backup. Certification has no register.
	RegisterRead bool
}

// RecoveredCAF is a CAF that continues above the folios that may have been used.
type RecoveredCAF struct {
	Range    Range
	Highest  chile.Folio // the highest folio that is known to be used, or that the Witness marks
	Through  chile.Folio // all folios up to this one are taken or skipped
	Skipped  int64
	Evidence string
}

// Recover lets a store that was restored from a backup issue again. It looks at each used
// or held CAF with folios left. It finds the highest used folio according to the Witness,
// the SII, the register of sales or the caller (above, by type; it may be nil). It adds
// Settings.Margin and marks all folios up to there as skipped. Documents that only the
// register has become orphans, of the types of which the store has a CAF. From then on drafts are compared with them:
// ErrMaybeIssued.
//
// Call it after ErrStoreOld, or after any restore. Each call skips a margin again. If the
// register cannot be read, nothing changes; an environment without register is no error.
// If the SII does not say whether folios are used it is ErrFoliosUnproved: call it again
// when the SII answers.
func (e *Emitter) Recover(ctx context.Context, above map[chile.DocType]chile.Folio) (*Recovery, error) {
	var cafs []storage.CAF
	for caf, err := range e.store.CAFs(ctx, storage.CAFQuery{Issuer: e.company.RUT}) {
		if err != nil {
			return nil, fmt.Errorf("siiemit: recover: %w", err)
		}
		cafs = append(cafs, caf)
	}
	r := &Recovery{}
	seen, err := e.register(ctx, cafs, r)
	if err != nil {
		return nil, fmt.Errorf("siiemit: recover: %w", err)
	}
	margin, err := e.margin(ctx)
	if err != nil {
		return nil, fmt.Errorf("siiemit: recover: %w", err)
	}
	if _, err := e.store.PutOrphans(ctx, r.Orphans); err != nil {
		return nil, fmt.Errorf("siiemit: recover: %w", err)
	}
	for i := range cafs {
		if cafs[i].Left() == 0 {
			continue
		}
		recovered, err := e.recoverCAF(ctx, &cafs[i], above[cafs[i].Type], seen, margin)
		if err != nil {
			return nil, fmt.Errorf("siiemit: recover: %w", err)
		}
		if recovered != nil {
			r.CAFs = append(r.CAFs, *recovered)
		}
	}
	return r, nil
}

// margin returns how many folios to skip above the highest: as many as one unseen
// envelope may have had.
func (e *Emitter) margin(ctx context.Context) (chile.Folio, error) {
	if e.settings.Margin > 0 {
		return chile.Folio(e.settings.Margin), nil
	}
	largest := e.settings.Block
	envelopes, err := e.envelopes(ctx, storage.EnvelopeQuery{})
	if err != nil {
		return 0, err
	}
	for _, envelope := range envelopes {
		full, err := e.store.Envelope(ctx, envelope.ID)
		if err != nil {
			return 0, err
		}
		largest = max(largest, len(full.Folios))
	}
	return chile.Folio(largest), nil
}

// register reads the sales since the newest document of the store, and returns their
// highest folio of each CAF.
func (e *Emitter) register(ctx context.Context, cafs []storage.CAF, r *Recovery) (highest map[int64]chile.Folio, err error) {
	highest = make(map[int64]chile.Folio)
	if e.registers == nil {
		return highest, nil
	}
	now := chile.DateOf(e.settings.Now()).Period()
	from, err := e.newestPeriod(ctx, now)
	if err != nil {
		return nil, err
	}
	for period := from; period.Compare(now) <= 0; period = period.Next() {
		key := rcv.Key{Owner: e.company.RUT, Period: period, Book: rcv.Sales}
		for doc, err := range e.registers.Documents(ctx, key, nil) {
			if errors.Is(err, sii.ErrNoRCV) {
				return highest, nil
			}
			if err != nil {
				return nil, fmt.Errorf("register %s: %w", key, err)
			}
			if err := e.sighted(ctx, &doc, cafs, highest, r); err != nil {
				return nil, err
			}
		}
	}
	r.RegisterRead = true
	return highest, nil
}

// sighted keeps a document of the register whose folio the store has not taken for a
// key. It may be of a CAF that came after the backup.
func (e *Emitter) sighted(ctx context.Context, doc *rcv.Document, cafs []storage.CAF, highest map[int64]chile.Folio, r *Recovery) error {
	id := chile.DocumentID{Issuer: e.company.RUT, Type: doc.Type, Folio: doc.Folio}
	taken, err := e.store.FolioOf(ctx, id)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case taken.State != storage.FolioSkipped:
		return nil
	}
	issues, before := false, false
	for i := range cafs {
		caf := &cafs[i]
		if doc.Type != caf.Type {
			continue
		}
		issues = true
		switch {
		case doc.Folio < caf.First || doc.Folio > caf.Last:
		case doc.Folio >= caf.Next:
			highest[caf.ID] = max(highest[caf.ID], doc.Folio)
		case taken == nil:
			before = true // another program used it, before this store had the CAF
		}
	}
	if issues && !before {
		r.Orphans = append(r.Orphans, storage.Orphan{
			Document: id, Receiver: doc.Counterparty, Date: doc.Issued, Total: doc.Total, Source: "registro de ventas",
		})
	}
	return nil
}

// newestPeriod returns the month of the newest document of the store, or the previous
// month if it has none.
func (e *Emitter) newestPeriod(ctx context.Context, now chile.Period) (chile.Period, error) {
	var newest chile.Date
	for folio, err := range e.store.TakenFolios(ctx, storage.FolioQuery{Issuer: e.company.RUT}) {
		if err != nil {
			return chile.Period{}, err
		}
		if folio.Day.Compare(newest) > 0 {
			newest = folio.Day
		}
	}
	if newest.IsZero() || newest.Period().Compare(now) > 0 {
		return now.Previous(), nil
	}
	return newest.Period(), nil
}

// recoverCAF skips the folios of a CAF that may have been used. It returns nil if the CAF
// was never used.
func (e *Emitter) recoverCAF(ctx context.Context, caf *storage.CAF, above chile.Folio, seen map[int64]chile.Folio, margin chile.Folio) (*RecoveredCAF, error) {
	r := &RecoveredCAF{Range: e.rangeOf(caf), Highest: caf.Next - 1, Evidence: "the store"}
	raise := func(folio chile.Folio, evidence string) {
		if folio > r.Highest && folio <= caf.Last {
			r.Highest, r.Evidence = folio, evidence
		}
	}
	if above >= caf.First {
		raise(min(above, caf.Last), "the caller")
	}
	raise(seen[caf.ID], "the register of sales")
	if e.witness != nil {
		mark, err := e.witness.Mark(ctx, r.Range)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		raise(min(mark, caf.Last), "the witness")
	}
	asked, err := e.highestAt(ctx, caf, r.Highest)
	if err != nil {
		return nil, err
	}
	raise(asked, "the SII")
	first := max(caf.FirstFree, caf.First)
	if caf.Held == "" && r.Highest < first {
		return nil, nil //nolint:nilnil // it was never used
	}
	r.Through = min(r.Highest+margin, caf.Last)
	if r.Skipped, err = e.store.SkipFolios(ctx, caf.ID, r.Through, fmt.Sprintf("restored: folio %d may be used, says %s", int64(r.Highest), r.Evidence)); err != nil {
		return nil, err
	}
	if e.witness != nil {
		if err := e.bindTo(ctx, caf.ID, r.Through); err != nil {
			return nil, err
		}
	}
	e.forget(caf.ID)
	return r, nil
}

// bindTo raises the bound of a CAF and the mark of the Witness to the last skipped folio.
func (e *Emitter) bindTo(ctx context.Context, id int64, through chile.Folio) error {
	caf, err := e.store.CAF(ctx, id)
	if err != nil {
		return err
	}
	if caf.Bound < through {
		if _, err := e.store.RaiseBound(ctx, id, caf.Bound, through); err != nil {
			return err
		}
	}
	if err := e.witness.Raise(ctx, e.rangeOf(caf), max(caf.Bound, through)); err != nil {
		return err
	}
	return e.store.OpenFolios(ctx, id, through)
}

// forget makes the next call prove a CAF again.
func (e *Emitter) forget(id int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.proved, id)
}

// highestAt returns the highest folio that the SII has, from a known one on, as far as
// few queries can find it. It asks for folios at growing distances, then between the
// highest used one and the next free one. Rejected and unsent folios look free: the
// margin covers them.
func (e *Emitter) highestAt(ctx context.Context, caf *storage.CAF, known chile.Folio) (chile.Folio, error) {
	ch := e.channels[kindOf(caf.Type)]
	if ch == nil {
		return known, nil
	}
	used := func(folio chile.Folio) (bool, error) {
		l, err := ch.ask(ctx, chile.DocumentID{Issuer: caf.Issuer, Type: caf.Type, Folio: folio}, caf.Issuer, chile.DateOf(e.settings.Now()))
		switch {
		case ctx.Err() != nil:
			return false, context.Cause(ctx)
		case err == nil && l.is != untold:
			return l.is == has || l.is == other || l.is == arrived || l.is == spent, nil
		case e.settings.UnprovedFolios:
			return false, nil
		}
		return false, fmt.Errorf("%w: the SII does not say whether folio %d of type %d is used: %w", ErrFoliosUnproved, int64(folio), int(caf.Type), err)
	}
	low, free := known, chile.Folio(0)
	for step := chile.Folio(1); ; step++ {
		if step > chile.Folio(e.settings.Ahead) {
			step = 2*step - 1 // and one more
		}
		folio := known + step
		if folio > caf.Last {
			break
		}
		is, err := used(folio)
		if err != nil {
			return 0, err
		}
		switch {
		case is:
			low, free = folio, 0
		case free == 0:
			free = folio
		}
	}
	if low == known {
		return known, nil
	}
	high := caf.Last + 1
	if free != 0 {
		high = free
	}
	for high-low > 1 {
		middle := low + (high-low)/2
		is, err := used(middle)
		if err != nil {
			return 0, err
		}
		if is {
			low = middle
		} else {
			high = middle
		}
	}
	return low, nil
}
