package siihttp

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// AuditRecord is a request that was answered: who, what, when and with what
// outcome. It has no secrets.
type AuditRecord struct {
	Who    string // as Settings.Who says; may be empty
	Action Action
	Method string // of HTTP
	Time   time.Time
	Status int    // of the answer
	Kind   string // of the problem that was answered; empty if none was
}

// audit tells of a request once.
func (c *call) audit(problem *Problem) {
	if c.audited || c.h.config.Audit == nil {
		return
	}
	c.audited = true
	record := AuditRecord{
		Who: c.h.who(c.r), Action: c.action, Method: c.r.Method, Time: c.h.config.Now(), Status: c.status,
	}
	if problem != nil {
		record.Kind = problem.Kind
	}
	ctx := context.WithoutCancel(c.r.Context()) // also of a caller that has gone
	if err := c.h.config.Audit(ctx, record); err != nil {
		c.h.config.Logger.ErrorContext(ctx, "siihttp: a request was not audited", "operation", record.Action.Operation, "error", err)
	}
}

const maxWho = 200

// who names the caller.
func (h *Handler) who(r *http.Request) string {
	who := h.config.Who(r)
	if len(who) > maxWho {
		who = who[:maxWho]
	}
	return strings.ToValidUTF8(strings.ReplaceAll(who, "\x00", ""), "")
}

// EventAccess is the kind of the events that AuditEvents appends.
const EventAccess = "acceso"

// AuditEvents returns a function for Settings.Audit that appends an event for each
// request to the trail of a store, about the company that the request was about. Its
// detail is a JSON object: quien, operacion, metodo, estado, problema, and trabajo,
// sesion and track_id if it was about one.
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
