package siiriver

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// worker works on the jobs of one kind.
type worker[T river.JobArgs] struct {
	river.WorkerDefaults[T]
	engine *Engine
	do     func(ctx context.Context, job *river.Job[T]) error
}

// Work implements river.Worker: it does a job, and tells River how to react to
// its failure.
func (w *worker[T]) Work(ctx context.Context, job *river.Job[T]) error {
	began := time.Now() //nolint:forbidigo // how long it takes; nothing depends on it
	err := w.do(ctx, job)
	verdict := w.engine.judge(ctx, job.JobRow, err)
	w.engine.observe(ctx, job.JobRow, began, err, verdict)
	return verdict
}

// Observer receives jobs. Functions that are nil are skipped. They must return soon,
// and may be called from many goroutines at once.
type Observer struct {
	// JobEnd receives each attempt of a job. The client's sii.Observer receives the
	// calls to the SII meanwhile.
	JobEnd func(ctx context.Context, end JobEnd)
}

// Outcome is the result of an attempt of a job.
type Outcome string

// The outcomes.
const (
	OutcomeDone        Outcome = "done"
	OutcomePutOff      Outcome = "put_off"     // it continues later: there is no verdict yet, or the SII asks for a pause
	OutcomeFailed      Outcome = "failed"      // it is retried
	OutcomeDead        Outcome = "dead"        // it is not retried: see Engine.Dead
	OutcomeInterrupted Outcome = "interrupted" // the engine stopped; another one continues it
)

// JobEnd describes how an attempt of a job ended.
type JobEnd struct {
	Kind     string
	JobID    int64
	Attempt  int           // from 1
	Waited   time.Duration // from when it could have begun
	Duration time.Duration
	Outcome  Outcome
	PutOff   time.Duration // with OutcomePutOff
	Err      error         // nil if nothing failed
}

func (e *Engine) observe(ctx context.Context, job *rivertype.JobRow, began time.Time, err, verdict error) {
	if e.settings.Observer.JobEnd == nil {
		return
	}
	end := JobEnd{
		Kind: job.Kind, JobID: job.ID, Attempt: job.Attempt, Err: err,
		Waited: max(began.Sub(job.ScheduledAt), 0), Duration: time.Since(began), //nolint:forbidigo // as above
	}
	var snooze *rivertype.JobSnoozeError
	var cancel *rivertype.JobCancelError
	switch {
	case verdict == nil:
		end.Outcome = OutcomeDone
	case errors.As(verdict, &snooze):
		end.Outcome, end.PutOff = OutcomePutOff, snooze.Duration
		if errors.As(err, &snooze) {
			end.Err = nil // nothing failed
		}
	case errors.As(verdict, &cancel):
		end.Outcome = OutcomeDead
	case ctx.Err() != nil && errors.Is(verdict, context.Canceled):
		end.Outcome = OutcomeInterrupted
	case job.Attempt >= job.MaxAttempts:
		end.Outcome = OutcomeDead
	default:
		end.Outcome = OutcomeFailed
	}
	e.settings.Observer.JobEnd(ctx, end)
}
