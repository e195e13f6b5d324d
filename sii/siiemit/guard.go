package siiemit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// Prove asks the Witness and the SII whether the store is up to date, for each CAF with
// folios left. An Emitter does this itself before it takes the first folio of a CAF;
// call Prove to check again. The errors are ErrStoreOld, ErrFoliosUnproved and
// ErrWitness.
func (e *Emitter) Prove(ctx context.Context) error {
	var failures []error
	for caf, err := range e.store.CAFs(ctx, storage.CAFQuery{Issuer: e.company.RUT}) {
		if err != nil {
			return fmt.Errorf("siiemit: prove folios: %w", err)
		}
		if caf.Left() <= 0 {
			continue
		}
		if caf.Held != "" {
			failures = append(failures, &StoreOldError{Range: e.rangeOf(&caf), Next: caf.Next, Evidence: caf.Held})
			continue
		}
		failures = append(failures, e.prove(ctx, caf.ID))
	}
	return errors.Join(failures...)
}

// guarded is a CAF that was proved.
type guarded struct {
	of   Range
	next chile.Folio // the next folio, as last seen
}

// guard proves the CAFs that may give the jobs a folio, once for each program. It also
// detects a store that went back meanwhile.
func (e *Emitter) guard(ctx context.Context, jobs []*job) error {
	types := make(map[chile.DocType]bool)
	for _, j := range jobs {
		types[j.draft.Identification.Type] = true
	}
	e.mu.Lock()
	before := maps.Clone(e.proved) // before the store is read, so that it can only have gone on
	e.mu.Unlock()
	for typ := range types {
		for caf, err := range e.store.CAFs(ctx, storage.CAFQuery{Issuer: e.company.RUT, Type: typ}) {
			if err != nil {
				return fmt.Errorf("siiemit: %w", err)
			}
			if caf.Left() <= 0 || caf.Held != "" {
				continue
			}
			switch seen, ok := before[caf.ID]; {
			case !ok || seen.of != e.rangeOf(&caf):
				if err := e.prove(ctx, caf.ID); err != nil {
					return err
				}
			case caf.Next < seen.next:
				return e.foundOld(ctx, &caf, fmt.Sprintf("this program has taken folio %d before", int64(seen.next-1)))
			}
		}
	}
	return nil
}

// saw remembers the next folio of a CAF.
func (e *Emitter) saw(id int64, of Range, next chile.Folio) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if known := e.proved[id]; known.of == of {
		next = max(next, known.next)
	}
	e.proved[id] = guarded{of: of, next: next}
}

// sawTaken remembers a folio that was taken from a proved CAF.
func (e *Emitter) sawTaken(taken *storage.TakenFolio) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if known, ok := e.proved[taken.CAF]; ok && known.of.Type == taken.Document.Type && known.next <= taken.Document.Folio {
		known.next = taken.Document.Folio + 1
		e.proved[taken.CAF] = known
	}
}

// prove asks the Witness and the SII about the next folios of a CAF.
func (e *Emitter) prove(ctx context.Context, id int64) error {
	caf, witnessed, err := e.askWitness(ctx, id)
	if err != nil {
		return err
	}
	free, err := e.askNext(ctx, caf)
	if err != nil {
		return err
	}
	if !witnessed && !free && !e.settings.UnprovedFolios {
		return fmt.Errorf("%w: %s from %d on", ErrFoliosUnproved, e.rangeOf(caf), int64(caf.Next))
	}
	e.saw(caf.ID, e.rangeOf(caf), caf.Next)
	return nil
}

// askWitness returns a CAF, and whether the Witness proves that the store is up to date.
// A mark above the store's bound proves that the store is old. The mark is read first,
// because other programs raise the bound before the mark.
func (e *Emitter) askWitness(ctx context.Context, id int64) (caf *storage.CAF, proved bool, err error) {
	caf, err = e.store.CAF(ctx, id)
	if err != nil {
		return nil, false, fmt.Errorf("siiemit: CAF %d: %w", id, err)
	}
	if e.witness == nil {
		return caf, false, nil
	}
	mark, err := e.witness.Mark(ctx, e.rangeOf(caf))
	if errors.Is(err, fs.ErrNotExist) {
		return caf, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("siiemit: %w", err)
	}
	if caf, err = e.store.CAF(ctx, id); err != nil {
		return nil, false, fmt.Errorf("siiemit: CAF %d: %w", id, err)
	}
	if mark > caf.Bound {
		return nil, false, e.foundOld(ctx, caf, fmt.Sprintf("the witness has the mark %d, and the store the bound %d", int64(mark), int64(caf.Bound)))
	}
	return caf, true, nil
}

// askNext asks the SII about the next folios of a CAF. The query has the issuer as
// receiver, today's date and the amount 1: any document of that folio gives DNK. It
// reports whether the SII has answered that it has none of them. Annulled folios are
// skipped.
//
// Unverified: clients detect received folios this way at the REST service of boletas.
// No source says that it works at this service.
func (e *Emitter) askNext(ctx context.Context, caf *storage.CAF) (free bool, err error) {
	const most = 100 // rounds: after each, folios were skipped or taken
	for range most {
		highest, l, err := e.askFrom(ctx, caf)
		if err != nil {
			return false, err
		}
		switch l.is {
		case missing:
			return true, nil
		case has, other, arrived:
			taken, err := e.taken(ctx, caf, highest)
			if err != nil {
				return false, err
			}
			if !taken {
				return false, e.foundOld(ctx, caf, fmt.Sprintf("the SII has a document of folio %d (%s)", int64(highest), l.estado))
			}
		case spent:
			if _, err := e.store.SkipFolios(ctx, caf.ID, highest, fmt.Sprintf("the SII says that folio %d was annulled", int64(highest))); err != nil {
				return false, fmt.Errorf("siiemit: %w", err)
			}
		default:
			return false, nil
		}
		again, err := e.store.CAF(ctx, caf.ID)
		if err != nil {
			return false, fmt.Errorf("siiemit: %w", err)
		}
		*caf = *again
	}
	return false, nil
}

// askFrom asks the SII about the next folios of a CAF. It returns the first that the SII
// has received, else the last annulled one, else that all are missing.
func (e *Emitter) askFrom(ctx context.Context, caf *storage.CAF) (chile.Folio, look, error) {
	ch, answer, at := e.channels[kindOf(caf.Type)], look{is: missing}, caf.Next
	if ch == nil {
		return at, look{}, nil
	}
	for folio := caf.Next; folio <= caf.Last && folio < caf.Next+chile.Folio(e.settings.Ahead); folio++ {
		id := chile.DocumentID{Issuer: caf.Issuer, Type: caf.Type, Folio: folio}
		l, err := ch.ask(ctx, id, caf.Issuer, chile.DateOf(e.settings.Now()))
		switch {
		case ctx.Err() != nil:
			return 0, look{}, fmt.Errorf("siiemit: prove folios: %w", context.Cause(ctx))
		case err != nil:
			return folio, look{}, nil // no answer
		case l.is == spent:
			answer, at = l, folio
		case l.is != missing:
			return folio, l, nil
		}
	}
	return at, answer, nil
}

// taken reports whether another program has taken a folio from this store meanwhile.
func (e *Emitter) taken(ctx context.Context, caf *storage.CAF, folio chile.Folio) (bool, error) {
	_, err := e.store.FolioOf(ctx, chile.DocumentID{Issuer: caf.Issuer, Type: caf.Type, Folio: folio})
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// foundOld holds a CAF that has used folios the store does not know.
func (e *Emitter) foundOld(ctx context.Context, caf *storage.CAF, evidence string) error {
	err := e.store.HoldCAF(context.WithoutCancel(ctx), caf.ID, evidence)
	old := &StoreOldError{Range: e.rangeOf(caf), Next: caf.Next, Evidence: evidence}
	e.tell(ctx, e.alertOld(old))
	return errors.Join(old, err)
}

// open opens the folios up to the given one: the store commits the new bound, then the
// Witness raises its mark, then the store opens the folios.
func (e *Emitter) open(ctx context.Context, caf *storage.CAF, through chile.Folio) error {
	if e.witness == nil {
		// Another program has given the CAF a bound. Without its Witness it is not known
		// whether the store is old.
		return fmt.Errorf("%w: %s has a bound of %d, which a Witness has to raise", ErrFoliosUnproved, e.rangeOf(caf), int64(caf.Bound))
	}
	caf, _, err := e.askWitness(ctx, caf.ID)
	if err != nil {
		return err
	}
	bound := caf.Bound
	if through > bound {
		to := min(max(through, caf.Next+chile.Folio(e.settings.Block)-1), caf.Last)
		raised, err := e.store.RaiseBound(ctx, caf.ID, bound, to)
		if err != nil {
			return fmt.Errorf("siiemit: %w", err)
		}
		if !raised {
			return nil // another program has: ask again
		}
		bound = to
	}
	if err := e.witness.Raise(ctx, e.rangeOf(caf), bound); err != nil {
		return fmt.Errorf("siiemit: %w", err)
	}
	if err := e.store.OpenFolios(ctx, caf.ID, bound); err != nil {
		return fmt.Errorf("siiemit: %w", err)
	}
	return nil
}
