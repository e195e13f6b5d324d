package siiemit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// Wait waits until the SII has judged a document, and returns it: accepted, observed,
// rejected or void. Meanwhile it does the work of Resume for this document and for those
// that it waits for.
//
// With an error it also returns the document as far as it has come. The error is the
// context's or the store's; ErrHeld if the SII refused its envelope; ErrReference if it is
// a note on a rejected document; ErrNoVerdict after the time of Settings.Follow; or
// ErrOutcomeUnknown if after that time it is still not known whether the SII has it.
func (e *Emitter) Wait(ctx context.Context, id chile.DocumentID) (*Document, error) {
	began := e.settings.Now()
	for {
		doc, err := e.Document(context.WithoutCancel(ctx), id)
		if err != nil || doc.State.Final() {
			return doc, err
		}
		if doc.State == StateHeld {
			return doc, fmt.Errorf("siiemit: %s: %w", id, ErrHeld)
		}
		until, err := e.step(ctx, doc, maxWaits)
		if err != nil {
			again, lookErr := e.Document(context.WithoutCancel(ctx), id)
			return again, errors.Join(err, lookErr)
		}
		now := e.settings.Now()
		if doc, err = e.Document(context.WithoutCancel(ctx), id); err != nil || doc.State.Final() {
			return doc, err
		}
		if !doc.since.IsZero() {
			began = doc.since
		}
		if now.Sub(began) > e.giveUp() {
			return doc, fmt.Errorf("siiemit: %s: %w", id, ended(doc))
		}
		if err := e.settings.Sleep(ctx, max(until.Sub(now), time.Millisecond)); err != nil {
			return doc, fmt.Errorf("siiemit: wait for %s: %w", id, err)
		}
	}
}

// maxWaits bounds the chain of notes that wait for each other.
const maxWaits = 5

func ended(doc *Document) error {
	if doc.State == StateUnknown || doc.State == StateSending {
		return ErrOutcomeUnknown
	}
	return ErrNoVerdict
}

func (e *Emitter) giveUp() time.Duration {
	const longest = 72 * time.Hour // the default of siisync.FollowUp
	if e.settings.Follow.GiveUp > 0 {
		return e.settings.Follow.GiveUp
	}
	return longest
}

// step does the due work for a document without verdict, and returns when the next is
// due.
func (e *Emitter) step(ctx context.Context, doc *Document, depth int) (until time.Time, err error) {
	soon := e.settings.Now().Add(e.first())
	if doc.envelope == 0 {
		for _, name := range doc.WaitsFor {
			named, err := e.Document(ctx, name)
			if err != nil || named.State.Final() || depth == 0 {
				continue // it is not of this store, or released looks at it
			}
			if until, err := e.step(ctx, named, depth-1); err != nil || until.Before(soon) {
				return until, err
			}
		}
		if doc.State == StateReserved {
			return soon, e.finishKey(ctx, doc.Key, false)
		}
		if _, err := e.Send(ctx, doc); err != nil {
			return soon, err
		}
		again, err := e.Document(ctx, doc.ID)
		if err != nil || again.envelope == 0 {
			return soon, err
		}
		doc = again
	}
	envelope, err := e.store.Envelope(ctx, doc.envelope)
	if err != nil {
		return soon, fmt.Errorf("siiemit: %w", err)
	}
	if envelope.State == storage.EnvelopeSent {
		err = e.follow(ctx, envelope.ID)
	} else if e.due(envelope) {
		_, err = e.deliver(ctx, envelope.ID)
	}
	if err != nil {
		return soon, err
	}
	if envelope, err = e.store.Envelope(ctx, doc.envelope); err != nil {
		return soon, fmt.Errorf("siiemit: %w", err)
	}
	return e.nextLook(envelope), nil
}

// nextLook returns when to look at an envelope again.
func (e *Emitter) nextLook(envelope *storage.Envelope) time.Time {
	at, soon := e.dueAt(envelope), e.settings.Now().Add(e.first())
	if at.After(e.settings.Now()) {
		return at
	}
	return soon
}
