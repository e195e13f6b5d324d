package siiemit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// released reports whether a signed document may be sent. A note waits until the SII has
// the documents that it names. If one of them is rejected or void, it is ErrReference,
// and a person decides (Emitter.Void).
func (e *Emitter) released(ctx context.Context, folio *storage.TakenFolio) (bool, error) {
	if !isNote(folio.Document.Type) {
		return true, nil
	}
	waits, err := e.store.Waits(ctx, folio.ID)
	if err != nil {
		return false, fmt.Errorf("siiemit: %s: %w", folio.Document, err)
	}
	free := true
	for _, w := range waits {
		if w.Over {
			continue
		}
		over, err := e.isOver(ctx, folio, &w)
		if err != nil {
			return false, err
		}
		free = free && over
	}
	return free, nil
}

// isOver reports whether the wait for a document has ended.
func (e *Emitter) isOver(ctx context.Context, folio *storage.TakenFolio, w *storage.Wait) (bool, error) {
	if w.Document.Issuer == e.company.RUT {
		named, err := e.store.FolioOf(ctx, w.Document)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return false, fmt.Errorf("siiemit: %s: %w", w.Document, err)
		case named.State == storage.FolioRejected, named.State == storage.FolioVoid:
			e.tell(ctx, alertUndecided(folio.Document, fmt.Sprintf("nombra el documento %s, que fue rechazado o anulado, y no se envía", w.Document)))
			return false, fmt.Errorf("siiemit: %s: %w: %s is %s", folio.Document, ErrReference, w.Document, named.State)
		case named.State == storage.FolioAccepted:
			return true, e.endWait(ctx, folio, w, "")
		case named.State != storage.FolioSkipped:
			return false, nil
		}
	}
	if e.settings.NotesUnasked || kindOf(w.Document.Type) == kindBoleta {
		return true, e.endWait(ctx, folio, w, "")
	}
	return e.askFor(ctx, folio, w)
}

func (e *Emitter) endWait(ctx context.Context, folio *storage.TakenFolio, w *storage.Wait, estado string) error {
	w.Over, w.Estado = true, estado
	return e.store.PutWait(ctx, folio.ID, *w)
}

// askFor asks the SII for another program's document by issuer, type and folio. A
// document with other data (DNK) is enough. If the SII has none, it is asked again
// later.
func (e *Emitter) askFor(ctx context.Context, folio *storage.TakenFolio, w *storage.Wait) (bool, error) {
	now := e.settings.Now()
	if !w.Asked.IsZero() && now.Before(w.Asked.Add(e.settings.AskNotes)) {
		return false, nil
	}
	ch := e.channels[kindOf(w.Document.Type)]
	l, err := ch.ask(ctx, w.Document, e.company.RUT, chile.DateOf(now))
	switch {
	case ctx.Err() != nil:
		return false, fmt.Errorf("siiemit: %s: %w", folio.Document, context.Cause(ctx))
	case err == nil && (l.is == has || l.is == other || l.is == arrived):
		return true, e.endWait(ctx, folio, w, l.estado)
	case err == nil:
		w.Asked, w.Estado = now, l.estado
		if err := e.store.PutWait(ctx, folio.ID, *w); err != nil {
			return false, fmt.Errorf("siiemit: %s: %w", folio.Document, err)
		}
	}
	if now.Sub(folio.Instant) > e.settings.AlertNotes {
		e.tell(ctx, alertWaiting(folio.Document, w.Document))
	}
	return false, nil
}
