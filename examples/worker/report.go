package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii/siiriver"
	"github.com/ofitec/chile/sii/siisync"
)

// report prints what becomes of jobs, and alerts, of which it is the notifier.
type report struct {
	mu     sync.Mutex
	out    *cli.Output
	done   int
	failed map[int64]bool // jobs whose last attempt failed
}

func (r *report) ready(id string) {
	r.out.Event(map[string]string{"event": "ready", "worker": id})
	r.out.Text("Working as %s; interrupt to stop", id)
}

func (r *report) jobEnd(_ context.Context, end siiriver.JobEnd) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if end.Outcome == siiriver.OutcomeDone {
		r.done++
	}
	if r.failed == nil {
		r.failed = map[int64]bool{}
	}
	if delete(r.failed, end.JobID); end.Err != nil && end.Outcome != siiriver.OutcomeDead {
		r.failed[end.JobID] = true
	}
	event := struct {
		Event    string  `json:"event"`
		Kind     string  `json:"kind"`
		Job      int64   `json:"job"`
		Attempt  int     `json:"attempt"`
		Outcome  string  `json:"outcome"`
		Seconds  float64 `json:"seconds"`
		PutOff   float64 `json:"put_off,omitempty"`
		ErrorMsg string  `json:"error,omitempty"`
	}{"job", end.Kind, end.JobID, end.Attempt, string(end.Outcome), end.Duration.Seconds(), end.PutOff.Seconds(), ""}
	text := fmt.Sprintf("%s %d: %s in %s", end.Kind, end.JobID, end.Outcome, end.Duration.Round(time.Millisecond))
	if end.PutOff > 0 {
		text += fmt.Sprintf(", again in %s", end.PutOff)
	}
	if end.Err != nil {
		event.ErrorMsg = cli.Text(end.Err)
		text += ": " + event.ErrorMsg
	}
	r.out.Event(event)
	r.out.Text("%s", text)
}

// imported tells what of a register deserves a look.
func (r *report) imported(result *siisync.BookResult) {
	r.mu.Lock()
	defer r.mu.Unlock()
	cli.TellWarnings(r.out, result)
}

// Name implements siisync.Notifier.
func (r *report) Name() string { return "worker" }

// Notify implements siisync.Notifier.
func (r *report) Notify(_ context.Context, alert siisync.Alert) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.out.Event(map[string]any{"event": "alert", "alert": alert})
	r.out.Text("%s: %s", alert.Kind.Title(), alert.Text)
	return r.out.Err()
}

// dead prints the jobs that were given up.
func (r *report) dead(ctx context.Context, engine *siiriver.Engine) error {
	n := 0
	for d, err := range engine.Dead(ctx) {
		if err != nil {
			return err
		}
		n++
		r.out.Event(map[string]any{"event": "dead", "job": d.ID, "kind": d.Kind, "args": d.Args, "attempts": d.Attempts, "died_at": d.DiedAt, "error": d.Err})
		r.out.Text("%d %s %+v, given up at %s after %d attempts: %s", d.ID, d.Kind, d.Args, d.DiedAt.Format(time.DateTime), d.Attempts, d.Err)
	}
	r.out.Text("%d jobs were given up", n)
	return r.out.Err()
}

// end prints the sums of a run that ends by itself.
func (r *report) end(dead, waiting int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.out.Event(map[string]any{"event": "done", "jobs": r.done, "dead": dead, "failed": len(r.failed), "waiting": waiting})
	r.out.Text("Done: %d jobs, %d given up, %d failed and to be tried again, %d wait for later", r.done, dead, len(r.failed), waiting)
	var failures []error
	if dead > 0 {
		failures = append(failures, fmt.Errorf("%d jobs were given up; -dead shows them", dead))
	}
	if n := len(r.failed); n > 0 {
		failures = append(failures, fmt.Errorf("%d jobs failed; a later run tries them again", n))
	}
	return errors.Join(append(failures, r.out.Err())...)
}

func (r *report) err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.Err()
}
