package memory

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/internal/issuing"
)

var _ storage.Outbox = (*Store)(nil)

// PutEnvelope implements storage.Outbox.
func (s *Store) PutEnvelope(ctx context.Context, n storage.NewEnvelope) (*storage.Envelope, error) {
	if err := issuing.CheckEnvelope(&n); err != nil {
		return nil, refused(err)
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	of, digest := n.Environment.Known(), issuing.Digest(n.XML)
	if err := s.mayJoin(of); err != nil {
		return nil, err
	}
	for _, e := range s.envelopes {
		if e.Issuer == n.Issuer && e.SHA256 == digest {
			return envelope(e), nil
		}
	}
	for _, id := range n.Folios {
		f := s.folio(id)
		if f == nil || s.issued[id] == nil {
			return nil, absent("document of folio %d", id)
		}
		if err := issuing.Wrappable(f, n.Issuer, s.liveEnvelope(id, 0)); err != nil {
			return nil, refused(err)
		}
	}
	if err := s.join(of); err != nil {
		return nil, err
	}
	now := s.time()
	e := &storage.Envelope{
		ID: int64(len(s.envelopes)) + 1, Environment: of, Issuer: n.Issuer, Kind: n.Kind,
		State: storage.EnvelopePending, Since: now, XML: slices.Clone(n.XML), SHA256: digest, Folios: slices.Clone(n.Folios),
		CreatedAt: now, UpdatedAt: now,
	}
	s.envelopes = append(s.envelopes, e)
	for _, id := range n.Folios {
		s.within[id] = append(slices.Clone(s.within[id]), e.ID)
	}
	return envelope(e), nil
}

// Envelope implements storage.Outbox.
func (s *Store) Envelope(ctx context.Context, id int64) (*storage.Envelope, error) {
	unlock, err := s.rlock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	stored := at(s.envelopes, id)
	if stored == nil {
		return nil, absent("envelope %d", id)
	}
	e := envelope(stored)
	e.XML, e.Folios = slices.Clone(stored.XML), slices.Clone(stored.Folios)
	return e, nil
}

// Envelopes implements storage.Outbox.
func (s *Store) Envelopes(ctx context.Context, query storage.EnvelopeQuery) iter.Seq2[storage.Envelope, error] {
	return sequence(ctx, s, query.Check, func() []*storage.Envelope {
		selected := limited(s.envelopes, query.AfterID, query.Limit, func(e *storage.Envelope) bool { return s.selectsEnvelope(&query, e) })
		for i, e := range selected {
			selected[i] = envelope(e)
		}
		return selected
	})
}

func (s *Store) selectsEnvelope(query *storage.EnvelopeQuery, e *storage.Envelope) bool {
	return wants(query.Issuer, e.Issuer) && wants(query.Kind, e.Kind) &&
		(len(query.States) == 0 || slices.Contains(query.States, e.State)) &&
		(query.Folio == 0 || slices.Contains(e.Folios, query.Folio)) &&
		(query.TrackID == "" || slices.ContainsFunc(e.TrackIDs, func(id string) bool { return strings.HasSuffix(id, query.TrackID) })) &&
		(query.Due.IsZero() || !e.NextTry.After(query.Due)) &&
		(!query.Undecided || slices.ContainsFunc(e.Folios, func(id int64) bool { return s.issued[id].Verdict.State == storage.VerdictNone }))
}

// MoveEnvelope implements storage.Outbox.
func (s *Store) MoveEnvelope(ctx context.Context, move storage.EnvelopeMove) (*storage.Envelope, error) {
	if err := issuing.CheckMove(&move); err != nil {
		return nil, refused(err)
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	stored := at(s.envelopes, move.ID)
	if stored == nil {
		return nil, absent("envelope %d", move.ID)
	}
	moved, err := issuing.Move(*stored, &move, s.time())
	if err == nil && issuing.Returns(stored.State, moved.State) {
		err = s.mayReturn(moved)
	}
	if err != nil {
		return nil, refused(err)
	}
	if err := s.report(moved); err != nil {
		return nil, err
	}
	s.envelopes[move.ID-1] = moved
	for _, id := range moved.Folios {
		if state, changes := issuing.FolioAfter(at(s.folios, id).State, moved.State); changes && !s.sentOtherwise(id, moved.ID) {
			s.setFolioState(id, state, "")
		}
	}
	return envelope(moved), nil
}

// sentOtherwise reports whether another envelope with the folio's document was sent.
func (s *Store) sentOtherwise(folio, except int64) bool {
	other := s.liveEnvelope(folio, except)
	return other != nil && other.State == storage.EnvelopeSent
}

// mayReturn returns why an envelope is not live again.
func (s *Store) mayReturn(e *storage.Envelope) error {
	for _, id := range e.Folios {
		if err := issuing.MayReturn(s.folio(id), s.liveEnvelope(id, e.ID)); err != nil {
			return err
		}
	}
	return nil
}

// report stores the submission of an envelope that was sent, or that was rejected
// after that.
func (s *Store) report(e *storage.Envelope) error {
	state, first := issuing.SubmissionState(e, at(s.envelopes, e.ID))
	if state == "" {
		return nil
	}
	var month chile.Period
	for _, id := range e.Folios {
		if p := s.issued[id].Date.Period(); month.IsZero() || p.Compare(month) < 0 {
			month = p
		}
	}
	if first && s.indexSubmission(e.Issuer, e.TrackIDs[0]) >= 0 {
		return nil
	}
	_, err := s.putSubmission(issuing.Submission(e, state, month))
	return err
}

// OutboxCounts implements storage.Outbox.
func (s *Store) OutboxCounts(ctx context.Context, issuer chile.RUT) ([]storage.OutboxCount, error) {
	unlock, err := s.rlock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	type of struct {
		issuer chile.RUT
		kind   string
		state  storage.EnvelopeState
	}
	counts := map[of]storage.OutboxCount{}
	for _, e := range s.envelopes {
		if !wants(issuer, e.Issuer) || e.State == storage.EnvelopeSent || e.State == storage.EnvelopeRejected {
			continue
		}
		c := counts[of{e.Issuer, e.Kind, e.State}]
		if c.Count == 0 || e.Since.Before(c.Oldest) {
			c.Oldest = e.Since
		}
		c.Issuer, c.Kind, c.State, c.Count = e.Issuer, e.Kind, e.State, c.Count+1
		counts[of{e.Issuer, e.Kind, e.State}] = c
	}
	var all []storage.OutboxCount
	for _, c := range counts {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b storage.OutboxCount) int {
		return cmp.Or(a.Issuer.Compare(b.Issuer), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.State, b.State))
	})
	return all, nil
}
