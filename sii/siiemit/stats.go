package siiemit

import (
	"context"
	"fmt"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siidoctor"
	"github.com/ofitec/chile/storage"
)

// Stats are numbers to watch. siiotel.ObserveIssuing makes metrics of them.
type Stats struct {
	Pending, Sending, Unknown int64 // envelopes not known to be at the SII

	// Oldest is when the oldest of them moved into its state; zero if there is none.
	Oldest time.Time

	Unsent   int64 // signed documents in no envelope, such as notes that wait
	Held     int64 // documents whose envelope was refused
	Orphans  int64 // documents issued after a restored backup, not decided yet
	Reserved int64 // taken folios whose document is not signed

	Stock []storage.Stock // of each type, today
}

// Stats counts open work. It asks only the store.
func (e *Emitter) Stats(ctx context.Context) (*Stats, error) {
	s := &Stats{}
	counts, err := e.store.OutboxCounts(ctx, e.company.RUT)
	if err != nil {
		return nil, fmt.Errorf("siiemit: %w", err)
	}
	for _, c := range counts {
		switch c.State {
		case storage.EnvelopePending:
			s.Pending += c.Count
		case storage.EnvelopeSending:
			s.Sending += c.Count
		case storage.EnvelopeUnknown:
			s.Unknown += c.Count
		default:
			continue
		}
		if s.Oldest.IsZero() || c.Oldest.Before(s.Oldest) {
			s.Oldest = c.Oldest
		}
	}
	for query, count := range map[*storage.IssuedQuery]*int64{{Unwrapped: true}: &s.Unsent, {Held: true}: &s.Held} {
		query.Issuer = e.company.RUT
		for _, err := range e.store.IssuedDocuments(ctx, *query) {
			if err != nil {
				return nil, fmt.Errorf("siiemit: %w", err)
			}
			*count++
		}
	}
	orphans, err := e.orphans(ctx)
	if err != nil {
		return nil, err
	}
	reserved, err := e.keysOf(ctx, storage.FolioReserved)
	if err != nil {
		return nil, err
	}
	s.Orphans, s.Reserved = int64(len(orphans)), int64(len(reserved))
	if s.Stock, err = e.store.Stock(ctx, e.company.RUT, chile.DateOf(e.settings.Now())); err != nil {
		return nil, fmt.Errorf("siiemit: %w", err)
	}
	return s, nil
}

// Diagnosis returns what siidoctor checks in a program that issues.
func (e *Emitter) Diagnosis(ctx context.Context) (*siidoctor.Issuing, error) {
	stock, err := e.store.Stock(ctx, e.company.RUT, chile.DateOf(e.settings.Now()))
	if err != nil {
		return nil, fmt.Errorf("siiemit: %w", err)
	}
	recent := make(map[chile.DocType]int64, len(stock))
	for _, s := range stock {
		recent[s.Type] = s.Recent
	}
	i := &siidoctor.Issuing{Company: e.company.RUT, ResolutionDate: e.company.ResolutionDate, ResolutionNumber: e.company.ResolutionNumber}
	for caf, err := range e.store.CAFs(ctx, storage.CAFQuery{Issuer: e.company.RUT}) {
		if err != nil {
			return nil, fmt.Errorf("siiemit: %w", err)
		}
		i.Folios = append(i.Folios, siidoctor.Folios{
			Type: caf.Type, Left: caf.Left(), Authorized: caf.Authorized, LastDay: caf.LastDay, KeyID: caf.KeyID, Held: caf.Held, Recent: recent[caf.Type],
		})
	}
	return i, nil
}
