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

// DeadJob is a job that is not tried again.
type DeadJob struct {
	ID       int64
	Kind     string
	Args     river.JobArgs // SyncArgs, TrackArgs, PullArgs, AlertsArgs or PlanArgs; nil if they cannot be read
	Attempts int
	QueuedAt time.Time
	DiedAt   time.Time
	Lasting  bool   // cancelled at once, or by a person; else all attempts were in vain
	Err      string // of the last attempt, without secrets; empty if a person cancelled it before
}

// deadPage is how many jobs are read at once.
const deadPage = 200

// Dead yields the jobs that were given up and that River still has (a week if all
// attempts were in vain, a day if they were cancelled), those that died first
// first. The error is the last element.
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

// ErrQueued says that the same work is queued already.
var ErrQueued = errors.New("siiriver: queued already")

// Requeue has a dead job tried once more, or as often as it has attempts left. A
// job that is not there is absent (fs.ErrNotExist), one that is not dead
// storage.ErrInvalid, and one whose work is queued anew ErrQueued.
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
