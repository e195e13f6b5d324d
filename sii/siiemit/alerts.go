package siiemit

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage"
)

// EventAlert is the kind of the events about alerts. Each alert has one, even if it is
// sent to nobody.
const EventAlert = "alerta_emision"

// tell sends an alert once. A failure does not stop the caller: the event is kept, and
// the next occurrence sends the alert again.
func (e *Emitter) tell(ctx context.Context, alert siisync.Alert) {
	ctx = context.WithoutCancel(ctx)
	alert.Owner, alert.Key = e.company.RUT, "emision/"+string(e.environment)+"/"+e.company.RUT.String()+"/"+alert.Key
	detail, err := json.Marshal(alert)
	if err != nil {
		return
	}
	_, _ = e.store.AppendEvent(ctx, storage.Event{Kind: EventAlert, Owner: alert.Owner, Key: alert.Key, Detail: string(detail)})
	if e.alerts != nil {
		_ = e.alerts.Tell(ctx, alert.Owner, alert)
	}
}

func (e *Emitter) alertClock(now time.Time, back time.Duration) siisync.Alert {
	return siisync.Alert{
		Key: "reloj/" + chile.DateOf(now).String(), Kind: siisync.AlertClock,
		Text: fmt.Sprintf("El reloj de este equipo retrocedió %s: revíselo. Los documentos llevan la hora que muestra.", back.Round(time.Second)),
	}
}

func (e *Emitter) alertOld(old *StoreOldError) siisync.Alert {
	return siisync.Alert{
		Key: "antigua/" + old.Range.String() + fmt.Sprintf("/%d", int64(old.Next)), Kind: siisync.AlertOldStore,
		Text: fmt.Sprintf("La base de datos es más antigua que lo emitido (tipo %d, folio siguiente %d): no se emite hasta recuperarla.", int(old.Range.Type), int64(old.Next)),
	}
}

func alertStopped(envelope *storage.Envelope) siisync.Alert {
	return siisync.Alert{
		Key: fmt.Sprintf("detenido/%d", envelope.ID), Kind: siisync.AlertStopped,
		Text: fmt.Sprintf("El SII no recibe envíos (envío %d): se reintenta solo.", envelope.ID),
	}
}

func alertHeld(envelope *storage.Envelope) siisync.Alert {
	trackID := ""
	if n := len(envelope.TrackIDs); n > 0 {
		trackID = envelope.TrackIDs[n-1]
	}
	return siisync.Alert{
		Key: fmt.Sprintf("retenido/%d", envelope.ID), Kind: siisync.AlertHeld, TrackID: trackID,
		Text: fmt.Sprintf("El SII rechazó el envío %d completo (%s): sus documentos quedan retenidos hasta que alguien decida.", envelope.ID, envelope.Estado),
	}
}

func alertUndecided(id chile.DocumentID, why string) siisync.Alert {
	return siisync.Alert{
		Key: "sin-resultado/" + id.String(), Kind: siisync.AlertUndecided, Document: id,
		Text: fmt.Sprintf("%s folio %d: %s. Alguien debe revisarlo.", id.Type, int64(id.Folio), why),
	}
}

func alertWaiting(id, of chile.DocumentID) siisync.Alert {
	return siisync.Alert{
		Key: "en-espera/" + id.String(), Kind: siisync.AlertWaiting, Document: id,
		Text: fmt.Sprintf("%s folio %d espera al documento %s, que el SII aún no tiene.", id.Type, int64(id.Folio), of),
	}
}

// alertStock is one alert a day for each type and reason.
func alertStock(typ chile.DocType, today chile.Date, reason, what string) siisync.Alert {
	return siisync.Alert{
		Key: fmt.Sprintf("folios/%d/%s/%s", int(typ), today, reason), Kind: siisync.AlertStock,
		Text: fmt.Sprintf("%s: %s. Pida folios (CAF) al SII.", typ, what),
	}
}
