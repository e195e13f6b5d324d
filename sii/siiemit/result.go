package siiemit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
)

// Result stores the file that the SII mails when it has processed an upload
// (RESULTADO_ENVIO). Only this file has the codes of rejections and objections. It
// returns the documents of the upload after that. Take the file only from mails of the
// SII: it is not signed.
//
// The mail's answer about a document is its verdict, with two exceptions. An accepted
// document stays accepted. A repeated document (DTE-3-100, DTE-3-101) is not rejected:
// Wait and Resume look up the earlier upload. The errors are ErrResult and those of the
// store.
func (e *Emitter) Result(ctx context.Context, xml []byte) ([]*Document, error) {
	m, err := readMail(xml, e.company.RUT)
	if err != nil {
		return nil, err
	}
	envelope, err := e.withTrack(ctx, m.trackID)
	if err != nil {
		return nil, err
	}
	var docs []storage.IssuedDocument
	for doc, err := range e.store.IssuedDocuments(ctx, storage.IssuedQuery{Issuer: e.company.RUT, Envelope: envelope.ID}) {
		if err != nil {
			return nil, fmt.Errorf("siiemit: %w", err)
		}
		docs = append(docs, doc)
	}
	return e.takeMail(ctx, m, docs)
}

// withTrack finds the envelope of a track id.
func (e *Emitter) withTrack(ctx context.Context, trackID string) (*storage.Envelope, error) {
	if strings.Trim(trackID, "0123456789") != "" {
		return nil, fmt.Errorf("%w: track id %.40q", ErrResult, trackID)
	}
	query := storage.EnvelopeQuery{Issuer: e.company.RUT, TrackID: strings.TrimLeft(trackID, "0")}
	for envelope, err := range e.store.Envelopes(ctx, query) {
		if err != nil {
			return nil, fmt.Errorf("siiemit: %w", err)
		}
		if slices.ContainsFunc(envelope.TrackIDs, func(id string) bool { return sii.SameTrackID(id, trackID) }) {
			return &envelope, nil
		}
	}
	return nil, fmt.Errorf("%w: track id %.40q", ErrResult, trackID)
}

// takeMail stores what a mail says of the documents of an envelope.
func (e *Emitter) takeMail(ctx context.Context, m *mailed, docs []storage.IssuedDocument) (after []*Document, err error) {
	known := make(map[docName]bool, len(docs))
	for i := range docs {
		known[docName{docs[i].Document.Type, docs[i].Document.Folio}] = true
	}
	for name := range m.reviews {
		if !known[name] {
			return nil, fmt.Errorf("%w: the upload has no document %d/%d", ErrResult, int(name.typ), int64(name.folio))
		}
	}
	for i := range docs {
		if verdict, ok := m.verdictOn(&docs[i]); ok {
			err := e.store.PutVerdict(ctx, docs[i].Folio, verdict)
			if errors.Is(err, storage.ErrAccepted) { // another program has stored that meanwhile
				err = nil
			}
			if err != nil {
				return nil, fmt.Errorf("siiemit: %s: %w", docs[i].Document, err)
			}
		}
		doc, err := e.Document(ctx, docs[i].Document)
		if err != nil {
			return nil, err
		}
		after = append(after, doc)
	}
	return after, nil
}

// verdictOn returns a mail's verdict on a document, and whether it has one.
func (m *mailed) verdictOn(doc *storage.IssuedDocument) (storage.Verdict, bool) {
	if !m.processed {
		return storage.Verdict{}, false
	}
	r, named := m.reviews[docName{doc.Document.Type, doc.Document.Folio}]
	if !named {
		// The mail does not list documents that were simply accepted.
		if !m.acceptsRest(doc.Document.Type) {
			return storage.Verdict{}, false
		}
		r = review{estado: m.estado, verdict: sii.VerdictAccepted}
	}
	verdict := storage.Verdict{Estado: r.estado, Codes: r.codes, CodesKnown: true}
	accepted := doc.Verdict.State == storage.VerdictAccepted || doc.Verdict.State == storage.VerdictObserved
	switch {
	case r.verdict == sii.VerdictAccepted:
		verdict.State = storage.VerdictAccepted
	case r.verdict == sii.VerdictObserved:
		verdict.State = storage.VerdictObserved
	case r.repeated() && accepted:
		return storage.Verdict{}, false // of a later copy
	case r.verdict == sii.VerdictRejected && !r.repeated() && !accepted:
		verdict.State = storage.VerdictRejected
	case accepted:
		return storage.Verdict{}, false
	}
	if verdict.State == storage.VerdictAccepted && doc.Verdict.State == storage.VerdictObserved {
		verdict.State = storage.VerdictObserved
	}
	return verdict, true
}

// acceptsRest reports whether a mail's counts accept the documents of a type that it
// does not name.
func (m *mailed) acceptsRest(typ chile.DocType) bool {
	c, ok := m.counts[typ]
	if !ok {
		return false
	}
	var named int
	for name, r := range m.reviews {
		if name.typ == typ && r.verdict != sii.VerdictAccepted {
			named++
		}
	}
	return c.Accepted+named == c.Informed && c.Rejected+c.Observed == named
}
