package siihttp

import (
	"context"
	"encoding/json"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// AuditRecord is an answered request: who, what, when and with which outcome. It
// has no secrets.
type AuditRecord struct {
	Who    string // from Settings.Who; may be empty
	Action Action
	Method string // of HTTP
	Time   time.Time
	Status int    // of the answer
	Kind   string // of the answered problem; empty if none
}

// EventAccess is the kind of the events that AuditEvents appends.
const EventAccess = "acceso"

// AuditEvents returns a function for Settings.Audit that appends an event to the
// store's trail for each request, under the request's company. Its detail is a JSON
// object: quien, operacion, metodo, estado, problema, and, if present, trabajo,
// sesion and track_id.
func AuditEvents(events storage.Events) func(ctx context.Context, record AuditRecord) error {
	return func(ctx context.Context, record AuditRecord) error {
		detail, err := json.Marshal(struct {
			Who       string    `json:"quien,omitempty"`
			Operation Operation `json:"operacion"`
			Method    string    `json:"metodo"`
			Time      time.Time `json:"fecha"`
			Status    int       `json:"estado"`
			Kind      string    `json:"problema,omitempty"`
			Job       string    `json:"trabajo,omitempty"`
			Session   string    `json:"sesion,omitempty"`
			TrackID   string    `json:"track_id,omitempty"`
		}{
			record.Who, record.Action.Operation, record.Method, record.Time.In(chile.Santiago()), record.Status, record.Kind,
			record.Action.Job, record.Action.Session, record.Action.TrackID,
		})
		if err != nil {
			return err
		}
		_, err = events.AppendEvent(ctx, storage.Event{Kind: EventAccess, Owner: record.Action.Owner, Detail: string(detail)})
		return err
	}
}
