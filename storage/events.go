package storage

import (
	"context"
	"encoding/json"
	"iter"
	"time"

	"github.com/ofitec/chile"
)

// Events is the audit trail: one entry for every import and every query.
type Events interface {
	// AppendEvent adds an event and returns it with its id and time. An event that
	// is appended after another one was returned has a greater id. An event without
	// kind, or with a longer one than fits, is ErrInvalid; of one about a submission
	// that is not stored, the submission is absent. An event whose key another of
	// its kind has is fs.ErrExist.
	AppendEvent(ctx context.Context, event Event) (*Event, error)

	// Events yields events in the order of their ids, or in the opposite order.
	Events(ctx context.Context, query EventQuery) iter.Seq2[Event, error]
}

// The kinds of event that the SDK writes. Other programs may write others.
const (
	EventImport      = "rcv_import"    // a register was imported; see ImportEvent
	EventTracking    = "seguimiento"   // the state of an upload or document was asked for
	EventStateChange = "cambio_estado" // a submission changed its state
	EventError       = "error"         // an import or query failed
)

// ImportEvent returns the event that tells of an import. Its detail is a JSON
// object: registro (the register, as rcv.Key writes it), importacion_id, ambiente,
// adopta (true if the import adopted what was stored before, see Environments),
// cambios (the Counts) and fuentes (the Sources). Adapters call it.
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
	SubmissionID int64     // the submission it is about; 0 is none
	Owner        chile.RUT // the company it is about; the zero value is none
	Detail       string    // JSON or text, without secrets

	// Key has the event be the only one of its kind that has it, so that what may
	// happen but once is noted but once, whoever notes it: at most 200 characters;
	// empty is none.
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
	Newest       bool  // the newest first
	Limit        int   // at most that many; 0 is no limit
}
