package memory

import (
	"context"
	"iter"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/internal/issuing"
)

var _ storage.Issued = (*Store)(nil)

// PutIssued implements storage.Issued.
func (s *Store) PutIssued(ctx context.Context, documents []storage.NewIssued) error {
	if err := issuing.CheckIssued(documents); err != nil {
		return refused(err)
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	fresh := map[int64]*storage.NewIssued{}
	for i := range documents {
		d := &documents[i]
		f := s.folio(d.Folio)
		if f == nil {
			return absent("folio %d", d.Folio)
		}
		has := ""
		if stored := s.issued[d.Folio]; stored != nil {
			has = stored.SHA256
		} else if again := fresh[d.Folio]; again != nil {
			has = issuing.Digest(again.XML)
		}
		same, err := issuing.SameBytes(f, has, d.XML)
		if err != nil {
			return refused(err)
		}
		if !same {
			fresh[d.Folio] = d
		}
	}
	now := s.time()
	for folio, d := range fresh {
		s.issued[folio] = &storage.IssuedDocument{
			Folio: folio, XML: slices.Clone(d.XML), SHA256: issuing.Digest(d.XML),
			Receiver: d.Receiver, Date: d.Date, Total: d.Total, Foreseen: slices.Clone(d.Foreseen),
			CreatedAt: now, UpdatedAt: now,
		}
		s.waits[folio] = nil
		for _, id := range slices.SortedFunc(slices.Values(d.WaitsFor), chile.DocumentID.Compare) {
			s.waits[folio] = append(s.waits[folio], storage.Wait{Document: id})
		}
		s.setFolioState(folio, storage.FolioSigned, "")
	}
	return nil
}

// IssuedDocument implements storage.Issued.
func (s *Store) IssuedDocument(ctx context.Context, folio int64) (*storage.IssuedDocument, error) {
	unlock, err := s.rlock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	d := s.document(folio)
	if d == nil {
		return nil, absent("document of folio %d", folio)
	}
	d.XML = slices.Clone(s.issued[folio].XML)
	return d, nil
}

// IssuedDocuments implements storage.Issued.
func (s *Store) IssuedDocuments(ctx context.Context, query storage.IssuedQuery) iter.Seq2[storage.IssuedDocument, error] {
	return sequence(ctx, s, query.Check, func() (selected []*storage.IssuedDocument) {
		for _, f := range limited(s.folios, query.AfterID, query.Limit, func(f *storage.TakenFolio) bool { return s.selectsIssued(&query, f) }) {
			d := s.document(f.ID)
			if query.WithXML {
				d.XML = slices.Clone(s.issued[f.ID].XML)
			}
			selected = append(selected, d)
		}
		return selected
	})
}

func (s *Store) selectsIssued(query *storage.IssuedQuery, f *storage.TakenFolio) bool {
	d := s.issued[f.ID]
	switch {
	case d == nil || f.Document.Issuer != query.Issuer || !wants(query.Type, f.Document.Type) || !wants(query.State, f.State),
		!wants(query.Month, d.Date.Period()),
		query.Envelope != 0 && !slices.Contains(s.within[f.ID], query.Envelope),
		query.Unwrapped && (f.State != storage.FolioSigned || len(s.within[f.ID]) > 0),
		query.Held && (d.Verdict.State != storage.VerdictNone || len(s.within[f.ID]) == 0 || s.liveEnvelope(f.ID, 0) != nil):
		return false
	case !query.WaitingFor.IsZero():
		return slices.ContainsFunc(s.waits[f.ID], func(w storage.Wait) bool { return w.Document == query.WaitingFor && !w.Over })
	}
	return true
}

// PutVerdict implements storage.Issued.
func (s *Store) PutVerdict(ctx context.Context, folio int64, verdict storage.Verdict) error {
	if err := issuing.CheckVerdict(&verdict); err != nil {
		return refused(err)
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	stored := s.issued[folio]
	if stored == nil {
		return absent("document of folio %d", folio)
	}
	judged, state, err := issuing.Judge(s.folio(folio), stored.Verdict, &verdict)
	if err != nil {
		return refused(err)
	}
	d := *stored
	d.Verdict, d.UpdatedAt = judged, s.time()
	s.issued[folio] = &d
	s.setFolioState(folio, state, "")
	return nil
}

// Waits implements storage.Issued.
func (s *Store) Waits(ctx context.Context, folio int64) ([]storage.Wait, error) {
	unlock, err := s.rlock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	return slices.Clone(s.waits[folio]), nil
}

// PutWait implements storage.Issued.
func (s *Store) PutWait(ctx context.Context, folio int64, wait storage.Wait) error {
	if err := storage.CheckText(wait.Estado); err != nil {
		return refused(err)
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	waits := slices.Clone(s.waits[folio])
	i := slices.IndexFunc(waits, func(w storage.Wait) bool { return w.Document == wait.Document })
	if i < 0 {
		return absent("wait of folio %d for %s", folio, wait.Document)
	}
	if !wait.Asked.IsZero() {
		wait.Asked = kept(wait.Asked)
	}
	waits[i] = wait
	s.waits[folio] = waits
	return nil
}
