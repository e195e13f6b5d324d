package siihttp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// The kinds of events that record the jobs of a local engine. The key of an event
// is the job's id, its detail the job.
const (
	EventJob    = "trabajo"     // a job was accepted
	EventJobEnd = "trabajo_fin" // it has ended
)

// records keep jobs in the event trail.
type records struct{ events storage.Events }

// jobRecord is the detail of an event.
type jobRecord struct {
	Job
	Who string `json:"quien,omitempty"`
}

func (r *records) started(ctx context.Context, job *Job, who string) error {
	record := jobRecord{*job, who}
	record.Units = nil
	return r.append(ctx, EventJob, &record)
}

func (r *records) ended(ctx context.Context, job *Job) error {
	return r.append(ctx, EventJobEnd, &jobRecord{Job: *job})
}

func (r *records) append(ctx context.Context, kind string, record *jobRecord) error {
	detail, err := json.Marshal(record)
	if err != nil {
		return err
	}
	_, err = r.events.AppendEvent(ctx, storage.Event{Kind: kind, Owner: record.Owner, Key: record.ID, Detail: string(detail)})
	return err
}

// job returns a job that does not run here: as it ended or, if there is no record
// of its end, as interrupted.
func (r *records) job(ctx context.Context, id string) (*Job, error) {
	job, err := r.find(ctx, EventJobEnd, id)
	if !errors.Is(err, fs.ErrNotExist) {
		return job, err
	}
	job, err = r.find(ctx, EventJob, id)
	if err != nil {
		return nil, err
	}
	job.State, job.Problem = JobFailed, newProblem(kindInterrupted, "")
	return job, nil
}

func (r *records) find(ctx context.Context, kind, id string) (*Job, error) {
	if id == "" || len(id) > maxJobID {
		return nil, fmt.Errorf("siihttp: job: %w", fs.ErrNotExist)
	}
	for event, err := range r.events.Events(ctx, storage.EventQuery{Kind: kind, Key: id, Limit: 1}) {
		if err != nil {
			return nil, fmt.Errorf("siihttp: job: %w", err)
		}
		var record jobRecord
		if err := json.Unmarshal([]byte(event.Detail), &record); err != nil {
			return nil, fmt.Errorf("siihttp: job: event %d: %w", event.ID, err)
		}
		record.Created = record.Created.In(chile.Santiago())
		if !record.Ended.IsZero() {
			record.Ended = record.Ended.In(chile.Santiago())
		}
		return &record.Job, nil
	}
	return nil, fmt.Errorf("siihttp: job: %w", fs.ErrNotExist)
}

// maxJobID bounds the length of a requested id.
const maxJobID = 64

// ids yields the ids of a company's jobs, newest first.
func (r *records) ids(ctx context.Context, owner chile.RUT) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for event, err := range r.events.Events(ctx, storage.EventQuery{Kind: EventJob, Owner: owner, Newest: true}) {
			if !yield(event.Key, err) || err != nil {
				return
			}
		}
	}
}

// isInterruption reports whether a job ended because its process ends.
func isInterruption(err error) bool { return errors.Is(err, context.Canceled) }
