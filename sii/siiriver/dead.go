package siiriver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/ofitec/chile/storage"
)

// DeadJob is a job that is not retried.
type DeadJob struct {
	ID       int64
	Kind     string
	Args     river.JobArgs // SyncArgs, TrackArgs, PullArgs, AlertsArgs or PlanArgs; nil if they cannot be read
	Attempts int
	QueuedAt time.Time
	DiedAt   time.Time
	Lasting  bool   // cancelled by the engine or a person; if false, all attempts failed
	Err      string // of the last attempt, without secrets; empty if a person cancelled it before the first
}

// deadPage is how many jobs are read at once.
const deadPage = 200

// Dead yields the given-up jobs that River still keeps, oldest first: for a week
// if all attempts failed, for a day if they were cancelled. The error is the last
// element.
func (e *Engine) Dead(ctx context.Context) iter.Seq2[DeadJob, error] {
	return func(yield func(DeadJob, error) bool) {
		params := river.NewJobListParams().Queues(Queue).First(deadPage).
			States(rivertype.JobStateDiscarded, rivertype.JobStateCancelled).
			OrderBy(river.JobListOrderByFinalizedAt, river.SortOrderAsc)
		for {
			page, err := e.client.JobList(ctx, params)
			if err != nil {
				yield(DeadJob{}, fmt.Errorf("siiriver: dead jobs: %w", err))
				return
			}
			for _, row := range page.Jobs {
				if !yield(deadJob(row), nil) {
					return
				}
			}
			if len(page.Jobs) < deadPage {
				return
			}
			params = params.After(page.LastCursor)
		}
	}
}

func deadJob(row *rivertype.JobRow) DeadJob {
	d := DeadJob{
		ID: row.ID, Kind: row.Kind, Attempts: row.Attempt, QueuedAt: row.CreatedAt,
		Lasting: row.State == rivertype.JobStateCancelled, Args: argsOf(row),
	}
	if row.FinalizedAt != nil {
		d.DiedAt = *row.FinalizedAt
	}
	if n := len(row.Errors); n > 0 {
		d.Err = row.Errors[n-1].Error
	}
	return d
}

func argsOf(row *rivertype.JobRow) river.JobArgs {
	switch row.Kind {
	case SyncArgs{}.Kind():
		return decode[SyncArgs](row)
	case TrackArgs{}.Kind():
		return decode[TrackArgs](row)
	case PullArgs{}.Kind():
		return decode[PullArgs](row)
	case AlertsArgs{}.Kind():
		return decode[AlertsArgs](row)
	case PlanArgs{}.Kind():
		return decode[PlanArgs](row)
	}
	return nil
}

func decode[T river.JobArgs](row *rivertype.JobRow) river.JobArgs {
	var args T
	if json.Unmarshal(row.EncodedArgs, &args) != nil {
		return nil
	}
	return args
}

// ErrQueued says that the same job is already queued.
var ErrQueued = errors.New("siiriver: queued already")

// Requeue retries a dead job, once or as many times as it has attempts left. The
// error is fs.ErrNotExist if there is no such job, storage.ErrInvalid if it is
// not dead, and ErrQueued if the same work is already queued.
func (e *Engine) Requeue(ctx context.Context, id int64) error {
	row, err := e.client.JobGet(ctx, id)
	switch {
	case errors.Is(err, rivertype.ErrNotFound):
		return fmt.Errorf("siiriver: job %d: %w", id, fs.ErrNotExist)
	case err != nil:
		return fmt.Errorf("siiriver: job %d: %w", id, err)
	case row.State != rivertype.JobStateDiscarded && row.State != rivertype.JobStateCancelled:
		return fmt.Errorf("siiriver: job %d: %w: it is %s", id, storage.ErrInvalid, row.State)
	}
	_, err = e.client.JobRetry(ctx, id)
	var refused *pgconn.PgError
	const uniqueViolation = "23505"
	switch {
	case errors.As(err, &refused) && refused.Code == uniqueViolation:
		return fmt.Errorf("siiriver: job %d: %w", id, ErrQueued)
	case err != nil:
		return fmt.Errorf("siiriver: job %d: %w", id, err)
	}
	return nil
}
