package memory

import (
	"context"
	"iter"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/internal/issuing"
)

// PutOrphans implements storage.Folios.
func (s *Store) PutOrphans(ctx context.Context, orphans []storage.Orphan) (added int, err error) {
	if err := issuing.CheckOrphans(orphans); err != nil {
		return 0, refused(err)
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return 0, err
	}
	defer unlock()
	for _, o := range orphans {
		if f := at(s.folios, s.byDocument[o.Document]); f != nil && f.Key != "" || s.orphan(o.Document) != nil {
			continue
		}
		o.ID = int64(len(s.orphans)) + 1
		o.State, o.Key, o.Reason = storage.OrphanOpen, "", ""
		o.CreatedAt = s.time()
		o.UpdatedAt = o.CreatedAt
		s.orphans = append(s.orphans, &o)
		added++
		if c := s.cafOf(o.Document); c != nil && c.Held == "" && c.Next <= o.Document.Folio {
			held := *c
			held.Held, held.UpdatedAt = issuing.HoldReason(o.Document.Folio, c.Next), o.CreatedAt
			s.cafs[c.ID-1] = &held
		}
	}
	return added, nil
}

// orphan returns the orphan of a document; nil is none.
func (s *Store) orphan(document chile.DocumentID) *storage.Orphan {
	i := slices.IndexFunc(s.orphans, func(o *storage.Orphan) bool { return o.Document == document })
	if i < 0 {
		return nil
	}
	return s.orphans[i]
}

// Orphans implements storage.Folios.
func (s *Store) Orphans(ctx context.Context, query storage.OrphanQuery) iter.Seq2[storage.Orphan, error] {
	return sequence(ctx, s, query.Check, func() []*storage.Orphan {
		return limited(s.orphans, query.AfterID, query.Limit, func(o *storage.Orphan) bool {
			return o.Document.Issuer == query.Issuer && wants(query.Type, o.Document.Type) && wants(query.Receiver, o.Receiver) &&
				wants(query.Date, o.Date) && wants(query.State, o.State)
		})
	})
}

// AdoptOrphan implements storage.Folios.
func (s *Store) AdoptOrphan(ctx context.Context, document chile.DocumentID, request storage.FolioRequest) (*storage.TakenFolio, error) {
	if err := issuing.CheckAdoption(document, &request); err != nil {
		return nil, refused(err)
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := s.mayJoin(request.Environment.Known()); err != nil {
		return nil, err
	}
	orphan := s.orphan(document)
	if orphan == nil {
		return nil, absent("orphan %s", document)
	}
	byKey := s.folio(s.byKey[folioKey{request.Issuer, request.Key}])
	has := s.folio(s.byDocument[document])
	done, err := issuing.Adopted(document, &request, byKey, has, s.cafOf(document))
	if err != nil {
		return nil, refused(err)
	}
	if done {
		return byKey, nil
	}
	if err := s.mayReplace(&request, map[string]string{}); err != nil {
		return nil, refused(err)
	}
	f := issuing.Adoption(document, &request, has, s.cafOf(document), s.time())
	if has == nil {
		f = s.addFolio(f)
	} else {
		s.putFolio(f)
	}
	s.decide(orphan, storage.OrphanAdopted, request.Key, "")
	return s.folio(f.ID), nil
}

// decide is called with the lock held.
func (s *Store) decide(o *storage.Orphan, state storage.OrphanState, key, reason string) {
	decided := *o
	decided.State, decided.Key, decided.Reason, decided.UpdatedAt = state, key, reason, s.time()
	s.orphans[o.ID-1] = &decided
}

// DismissOrphan implements storage.Folios.
func (s *Store) DismissOrphan(ctx context.Context, document chile.DocumentID, reason string) error {
	if err := issuing.CheckReason(reason); err != nil {
		return refused(err)
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	orphan := s.orphan(document)
	switch {
	case orphan == nil:
		return absent("orphan %s", document)
	case orphan.State == storage.OrphanAdopted:
		return refused(issuing.KeyReused(storage.ErrKeyReused, s.folio(s.byDocument[document])))
	}
	s.decide(orphan, storage.OrphanDismissed, "", reason)
	return nil
}
