package siihttp

import (
	"encoding/json"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// jobEvent is the state of a job.
type jobEvent struct {
	Type    string       `json:"type"` // job
	Job     string       `json:"job_id"`
	State   JobState     `json:"estado"`
	Owner   chile.RUT    `json:"rut"`
	From    chile.Period `json:"desde"`
	To      chile.Period `json:"hasta"`
	Done    int          `json:"hechas"`
	Total   int          `json:"total"`
	Result  *JobResult   `json:"resultado,omitempty"`
	Problem *Problem     `json:"problema,omitempty"`
}

// unitEvent is the state of a unit of a job.
type unitEvent struct {
	Type      string       `json:"type"` // unidad
	Job       string       `json:"job_id"`
	Owner     chile.RUT    `json:"rut"`
	Period    chile.Period `json:"periodo"`
	Book      Book         `json:"libro"`
	State     UnitState    `json:"estado"`
	Rows      int64        `json:"filas"`
	Expected  int64        `json:"esperadas"`
	Documents int64        `json:"documentos"`
	Changes   int64        `json:"cambios"`
	Problem   *Problem     `json:"problema,omitempty"`
	Done      int          `json:"hechas"`
	Total     int          `json:"total"`
}

// updateEvent returns the event of a job's update.
func updateEvent(u *JobUpdate) *event {
	j := &u.Job
	var message any = jobEvent{"job", j.ID, j.State, j.Owner, j.From, j.To, j.Done, j.Total, j.Result, j.Problem}
	if u := u.Unit; u != nil {
		message = unitEvent{"unidad", j.ID, j.Owner, u.Period, u.Book, u.State, u.Rows, u.Expected, u.Documents, u.Changes, u.Problem, j.Done, j.Total}
	}
	data, err := json.Marshal(message)
	if err != nil { // only for an impossible period, which no job has
		data = []byte(`{"type":"job"}`)
	}
	return &event{owner: j.Owner, data: data}
}

// changeEvent returns the event of a change in the feed.
func changeEvent(c *storage.StoredChange) (*event, error) {
	data, err := json.Marshal(struct {
		Type string `json:"type"`
		change
	}{"cambio", viewOfChange(c)})
	return &event{owner: c.Key.Owner, id: c.ID, data: data}, err
}

// pingEvent is a sign of life.
func pingEvent(now time.Time) *event {
	data, _ := json.Marshal(struct { //nolint:errchkjson // a text and a time
		Type string  `json:"type"`
		TS   instant `json:"ts"`
	}{"ping", instant(now)})
	return &event{data: data}
}
