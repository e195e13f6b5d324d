package siiemit

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage"
)

// senderOf returns the signer of an envelope (RutEnvia), who must also upload it.
func senderOf(xml []byte) chile.RUT {
	_, rest, _ := bytes.Cut(xml, []byte("<RutEnvia>"))
	text, _, _ := bytes.Cut(rest, []byte("</RutEnvia>"))
	rut, _ := chile.ParseRUT(string(text)) // zero if there is none
	return rut
}

// ofAnother handles an envelope that the holder of another certificate signed. If it has
// not left, its documents go into another envelope. If it has, only the same bytes may be
// sent, and only the signer can send them: it sends an alert.
func (e *Emitter) ofAnother(ctx context.Context, envelope *storage.Envelope, state storage.EnvelopeState, sender chile.RUT) error {
	if state == storage.EnvelopePending && !envelope.Left {
		move := storage.EnvelopeMove{ID: envelope.ID, From: state, To: storage.EnvelopeHeld, Answer: answerUndone}
		if err := e.move(ctx, move); err != nil {
			return err
		}
		return e.rewrap(ctx, envelope.ID)
	}
	const wait = time.Hour
	e.tell(ctx, siisync.Alert{
		Key: fmt.Sprintf("firmante/%d/%s", envelope.ID, e.sender), Kind: siisync.AlertUndecided,
		Text: fmt.Sprintf("No se sabe si el SII tiene el envío %d, y solo %s, que lo firmó, puede repetirlo: hace falta su certificado.", envelope.ID, sender),
	})
	return e.move(ctx, storage.EnvelopeMove{ID: envelope.ID, From: state, To: state, NextTry: e.settings.Now().Add(wait)})
}

// rewrap puts the documents of a held envelope that never left into another one.
func (e *Emitter) rewrap(ctx context.Context, id int64) error {
	var left []parcel
	for doc, err := range e.store.IssuedDocuments(ctx, storage.IssuedQuery{Issuer: e.company.RUT, Envelope: id, State: storage.FolioSigned}) {
		if err != nil {
			return err
		}
		left = append(left, parcel{folio: &storage.TakenFolio{ID: doc.Folio, Document: doc.Document, Key: doc.Key, State: doc.State}})
	}
	_, err := e.wrap(ctx, left)
	return err
}

// adriftFor is how long an envelope stays unknown before there is an alert.
const adriftFor = 24 * time.Hour

// tellAdrift sends an alert about an envelope whose outcome is unknown for a day.
func (e *Emitter) tellAdrift(ctx context.Context, envelope *storage.Envelope) {
	if envelope.State != storage.EnvelopeUnknown || e.settings.Now().Sub(envelope.CreatedAt) < adriftFor {
		return
	}
	e.tell(ctx, siisync.Alert{
		Key: fmt.Sprintf("sin-respuesta/%d", envelope.ID), Kind: siisync.AlertUndecided,
		Text: fmt.Sprintf("Desde hace más de un día no se sabe si el SII tiene el envío %d: se sigue intentando con los mismos bytes.", envelope.ID),
	})
}
