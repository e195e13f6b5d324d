package memory

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/internal/issuing"
)

var _ storage.Folios = (*Store)(nil)

// refused wraps why something is not stored.
func refused(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("memory: %w", err)
}

// PutCAF implements storage.Folios.
func (s *Store) PutCAF(ctx context.Context, caf storage.CAF) (*storage.CAF, error) {
	if err := issuing.CheckCAF(&caf); err != nil {
		return nil, refused(err)
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	before, err := s.sameCAF(&caf)
	if err == nil {
		err = s.join(caf.Environment)
	}
	if err != nil {
		return nil, refused(err)
	}
	now, file := s.time(), slices.Clone(caf.File)
	stored := caf
	if before != nil {
		stored = *before
		stored.FirstFree = max(before.FirstFree, caf.FirstFree)
		stored.Next = max(before.Next, caf.FirstFree)
	} else {
		stored.ID, stored.Next, stored.CreatedAt = int64(len(s.cafs))+1, caf.FirstFree, now
		stored.Bound, stored.Open = 0, 0
		stored.Held = issuing.HoldReason(s.lastOrphan(&caf), caf.FirstFree)
		s.cafs, s.files = append(s.cafs, nil), append(s.files, nil)
	}
	stored.File, stored.UpdatedAt = nil, now
	s.cafs[stored.ID-1], s.files[stored.ID-1] = &stored, file
	returned := stored
	return &returned, nil
}

// sameCAF returns the stored CAF of the same file, or why it cannot be stored.
func (s *Store) sameCAF(caf *storage.CAF) (*storage.CAF, error) {
	for _, c := range s.cafs {
		if c.Digest == caf.Digest {
			return c, issuing.SameCAF(caf, c)
		}
	}
	for _, c := range s.cafs {
		if issuing.Overlaps(caf, c) {
			return nil, &storage.CAFError{Kind: storage.ErrCAFOverlap, Stored: *c}
		}
	}
	return nil, nil //nolint:nilnil // there is none, which is no error
}

// lastOrphan returns the greatest folio of a CAF that an orphan has; 0 is none.
func (s *Store) lastOrphan(c *storage.CAF) (last chile.Folio) {
	for _, o := range s.orphans {
		if issuing.Has(c, o.Document) {
			last = max(last, o.Document.Folio)
		}
	}
	return last
}

// CAF implements storage.Folios.
func (s *Store) CAF(ctx context.Context, id int64) (*storage.CAF, error) {
	unlock, err := s.rlock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	stored := at(s.cafs, id)
	if stored == nil {
		return nil, absent("CAF %d", id)
	}
	caf := *stored
	return &caf, nil
}

// CAFs implements storage.Folios.
func (s *Store) CAFs(ctx context.Context, query storage.CAFQuery) iter.Seq2[storage.CAF, error] {
	return sequence(ctx, s, query.Check, func() []*storage.CAF {
		return limited(s.cafs, query.AfterID, query.Limit, func(c *storage.CAF) bool {
			return wants(query.Issuer, c.Issuer) && wants(query.Type, c.Type)
		})
	})
}

// CAFFile implements storage.Folios.
func (s *Store) CAFFile(ctx context.Context, id int64) ([]byte, error) {
	unlock, err := s.rlock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if at(s.cafs, id) == nil {
		return nil, absent("CAF %d", id)
	}
	return slices.Clone(s.files[id-1]), nil
}

// TakeFolio implements storage.Folios.
func (s *Store) TakeFolio(ctx context.Context, request storage.FolioRequest) (*storage.TakenFolio, error) {
	taken, err := s.TakeFolios(ctx, []storage.FolioRequest{request})
	if err != nil {
		return nil, err
	}
	return &taken[0], nil
}

// TakeFolios implements storage.Folios.
func (s *Store) TakeFolios(ctx context.Context, requests []storage.FolioRequest) ([]storage.TakenFolio, error) {
	if err := issuing.CheckRequests(requests); err != nil {
		return nil, refused(err)
	}
	unlock, err := s.lock(ctx)
	if err != nil || len(requests) == 0 {
		if err == nil {
			unlock()
		}
		return nil, err
	}
	defer unlock()
	if err := s.mayJoin(requests[0].Environment.Known()); err != nil {
		return nil, err
	}
	taken, err := s.takeFolios(requests)
	return taken, refused(err)
}

// takeFolios is called with the lock held.
func (s *Store) takeFolios(requests []storage.FolioRequest) ([]storage.TakenFolio, error) {
	var fresh []*storage.FolioRequest
	first, replaces := map[string]*storage.FolioRequest{}, map[string]string{}
	for i := range requests {
		r := &requests[i]
		if id, known := s.byKey[folioKey{r.Issuer, r.Key}]; known {
			if err := issuing.SameRequest(r, s.folio(id)); err != nil {
				return nil, err
			}
			continue
		}
		if again := first[r.Key]; again != nil {
			if err := issuing.SameTwice(r, again); err != nil {
				return nil, err
			}
			continue
		}
		if err := s.mayReplace(r, replaces); err != nil {
			return nil, err
		}
		first[r.Key] = r
		fresh = append(fresh, r)
	}
	if err := s.allot(requests[0].Issuer, fresh); err != nil {
		return nil, err
	}
	taken := make([]storage.TakenFolio, len(requests))
	for i := range requests {
		taken[i] = *s.folio(s.byKey[folioKey{requests[i].Issuer, requests[i].Key}])
	}
	return taken, nil
}

// mayReplace returns why a new key does not replace the one that it is to; replaces
// has those that the same call has replaced.
func (s *Store) mayReplace(r *storage.FolioRequest, replaces map[string]string) error {
	if r.Replaces == "" {
		return nil
	}
	id, known := s.byKey[folioKey{r.Issuer, r.Replaces}]
	if !known {
		return absent("replaced key %q", r.Replaces)
	}
	has := s.folio(id)
	has.ReplacedBy = cmp.Or(has.ReplacedBy, replaces[r.Replaces])
	replaces[r.Replaces] = r.Key
	return issuing.Replaceable(r.Key, has)
}

// allot takes and stores the folios of new keys.
func (s *Store) allot(issuer chile.RUT, fresh []*storage.FolioRequest) error {
	var cafs []*storage.CAF
	for _, c := range s.cafs {
		if c.Issuer == issuer {
			moved := *c
			cafs = append(cafs, &moved)
		}
	}
	slices.SortFunc(cafs, issuing.Compare)
	folios, err := issuing.Allot(cafs, fresh)
	if err != nil {
		return err
	}
	for _, c := range cafs {
		s.cafs[c.ID-1] = c
	}
	now := s.time()
	for _, f := range folios {
		f.CreatedAt, f.UpdatedAt = now, now
		s.addFolio(f)
	}
	return nil
}

// TakenFolio implements storage.Folios.
func (s *Store) TakenFolio(ctx context.Context, issuer chile.RUT, key string) (*storage.TakenFolio, error) {
	unlock, err := s.rlock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	id, known := s.byKey[folioKey{issuer, key}]
	if !known {
		return nil, absent("folio of key %q", key)
	}
	return s.folio(id), nil
}

// FolioOf implements storage.Folios.
func (s *Store) FolioOf(ctx context.Context, document chile.DocumentID) (*storage.TakenFolio, error) {
	unlock, err := s.rlock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	id, known := s.byDocument[document]
	if !known {
		return nil, absent("folio of %s", document)
	}
	return s.folio(id), nil
}

// TakenFolios implements storage.Folios.
func (s *Store) TakenFolios(ctx context.Context, query storage.FolioQuery) iter.Seq2[storage.TakenFolio, error] {
	return sequence(ctx, s, query.Check, func() []*storage.TakenFolio {
		selected := limited(s.folios, query.AfterID, query.Limit, func(f *storage.TakenFolio) bool {
			return f.Document.Issuer == query.Issuer && wants(query.Type, f.Document.Type) && wants(query.State, f.State)
		})
		for i, f := range selected {
			selected[i] = s.folio(f.ID)
			selected[i].Draft = nil
		}
		return selected
	})
}

// VoidFolio implements storage.Folios.
func (s *Store) VoidFolio(ctx context.Context, id int64, reason string) error {
	if err := issuing.CheckReason(reason); err != nil {
		return refused(err)
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	f := s.folio(id)
	if f == nil {
		return absent("folio %d", id)
	}
	if err := issuing.Voidable(f); err != nil || f.State == storage.FolioVoid {
		return refused(err)
	}
	for _, e := range s.within[id] {
		if e := at(s.envelopes, e); e.State.Live() || e.Left {
			return refused(issuing.HandedOut(f))
		}
	}
	s.setFolioState(id, storage.FolioVoid, reason)
	return nil
}

// setFolioState is called with the lock held.
func (s *Store) setFolioState(id int64, state storage.FolioState, reason string) {
	f := *at(s.folios, id)
	if f.State == state {
		return
	}
	f.State, f.Reason, f.UpdatedAt = state, reason, s.time()
	s.putFolio(f)
}

// changeCAF has a CAF changed, unless the change fails.
func (s *Store) changeCAF(ctx context.Context, id int64, change func(*storage.CAF) error) error {
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	stored := at(s.cafs, id)
	if stored == nil {
		return absent("CAF %d", id)
	}
	changed := *stored
	if err := change(&changed); err != nil {
		return refused(err)
	}
	changed.UpdatedAt = s.time()
	s.cafs[id-1] = &changed
	return nil
}

// HoldCAF implements storage.Folios.
func (s *Store) HoldCAF(ctx context.Context, id int64, reason string) error {
	return s.changeCAF(ctx, id, func(c *storage.CAF) error {
		c.Held = cmp.Or(c.Held, reason)
		return issuing.CheckReason(reason)
	})
}

// SkipFolios implements storage.Folios.
func (s *Store) SkipFolios(ctx context.Context, id int64, through chile.Folio, reason string) (skipped int64, err error) {
	err = s.changeCAF(ctx, id, func(c *storage.CAF) (err error) {
		if err = issuing.CheckSkip(c, through, reason, s.lastOrphan(c)); err != nil {
			return err
		}
		now := s.time()
		for ; c.Next <= through; c.Next++ {
			if s.byDocument[chile.DocumentID{Issuer: c.Issuer, Type: c.Type, Folio: c.Next}] != 0 {
				continue
			}
			skipped++
			s.addFolio(storage.TakenFolio{
				Document: chile.DocumentID{Issuer: c.Issuer, Type: c.Type, Folio: c.Next}, CAF: c.ID,
				State: storage.FolioSkipped, Reason: reason, CreatedAt: now, UpdatedAt: now,
			})
		}
		c.Held = ""
		if c.Bound > 0 {
			c.Bound, c.Open = max(c.Bound, through), max(c.Open, through)
		}
		return nil
	})
	return skipped, err
}

// RaiseBound implements storage.Folios.
func (s *Store) RaiseBound(ctx context.Context, id int64, from, to chile.Folio) (raised bool, err error) {
	err = s.changeCAF(ctx, id, func(c *storage.CAF) (err error) {
		if to, err = issuing.CheckBound(c, from, to); err != nil || c.Bound != from {
			return err
		}
		c.Bound, raised = to, true
		return nil
	})
	return raised, err
}

// OpenFolios implements storage.Folios.
func (s *Store) OpenFolios(ctx context.Context, id int64, through chile.Folio) error {
	return s.changeCAF(ctx, id, func(c *storage.CAF) error {
		if err := issuing.CheckOpen(c, through); err != nil {
			return err
		}
		c.Open = max(c.Open, through)
		return nil
	})
}

// Stock implements storage.Folios.
func (s *Store) Stock(ctx context.Context, issuer chile.RUT, day chile.Date) ([]storage.Stock, error) {
	unlock, err := s.rlock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	stock := issuing.NewStock(issuer, day)
	for _, c := range s.cafs {
		stock.Add(c)
	}
	for _, f := range s.folios {
		if f.Document.Issuer == issuer && f.Key != "" {
			stock.Taken(f.Document.Type, f.Day, 1)
		}
	}
	return stock.All(), nil
}
