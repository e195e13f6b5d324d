package storage

import (
	"context"
	"encoding/json"
	"iter"
	"time"

	"github.com/ofitec/chile"
)

// Events is the audit trail: one event for every import and every query.
type Events interface {
	// AppendEvent adds an event and returns it with its id and time. An event
	// appended after another was returned has a greater id. An event without kind,
	// or with a kind that is too long, is ErrInvalid. If the event's submission is
	// not stored, the submission is absent. If another event of its kind has its
	// key, the error is fs.ErrExist.
	AppendEvent(ctx context.Context, event Event) (*Event, error)

	// Events yields events in the order of their ids, or in reverse order.
	Events(ctx context.Context, query EventQuery) iter.Seq2[Event, error]
}

// The kinds of event that the SDK writes. Other programs may write others.
const (
	EventImport      = "rcv_import"    // a register was imported; see ImportEvent
	EventTracking    = "seguimiento"   // the state of an upload or document was queried
	EventStateChange = "cambio_estado" // a submission changed its state
	EventError       = "error"         // an import or query failed
)

// ImportEvent returns the event about an import. Its detail is a JSON object:
// registro (the register, as rcv.Key writes it), importacion_id, ambiente, adopta
// (true if the import adopted what was stored before, see Environments), cambios
// (the Counts) and fuentes (the Sources). Adapters call it.
func ImportEvent(of *ImportResult) (Event, error) {
	detail, err := json.Marshal(struct {
		Register    string            `json:"registro"`
		ImportID    int64             `json:"importacion_id"`
		Environment chile.Environment `json:"ambiente"`
		Adopted     bool              `json:"adopta,omitempty"`
		Counts      Counts            `json:"cambios"`
		Sources     []Source          `json:"fuentes"`
	}{of.Key.String(), of.ID, of.Environment, of.Adopted, of.Counts, of.Sources})
	if err != nil {
		return Event{}, err
	}
	return Event{Kind: EventImport, Owner: of.Key.Owner, Detail: string(detail)}, nil
}

// Event is an entry of the trail.
type Event struct {
	ID           int64
	Kind         string    // at most 30 characters; required
	SubmissionID int64     // its submission; 0 for none
	Owner        chile.RUT // its company; the zero value for none
	Detail       string    // JSON or text, without secrets

	// Key makes the event unique: only one event of its kind may have it. Use it
	// to record something at most once, whichever program does so. It has at most
	// 200 characters; empty means no key.
	Key string

	CreatedAt time.Time // set by the store
}

// EventQuery selects events. The zero value selects all.
type EventQuery struct {
	Owner        chile.RUT
	SubmissionID int64
	Kind         string
	Key          string
	AfterID      int64 // only events with a greater id
	BeforeID     int64 // only events with a smaller id; 0 is no bound
	Newest       bool  // newest first
	Limit        int   // at most that many; 0 is no limit, a negative one is ErrInvalid
}
