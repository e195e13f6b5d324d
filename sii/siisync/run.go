package siisync

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"

	"github.com/ofitec/chile"
)

// Run brings all due registers of the plan up to date and yields the result of
// each, in the order in which they end. Temporary failures are retried once at
// the end. A run ends early when the caller stops or the context ends. Unfinished
// units are then given up, and the next run finds them due.
//
// An error as second value concerns the whole run and is the last element:
// storage.ErrInvalid for the plan, ErrStore for a store that keeps failing, or
// the context's error.
func (f *Fleet) Run(ctx context.Context, plan Plan) iter.Seq2[Outcome, error] {
	return func(yield func(Outcome, error) bool) {
		for p, err := range f.Progress(ctx, plan) {
			if !yield(p.Outcome, err) {
				return
			}
		}
	}
}

// Progress is like Run, and yields the progress of the run after each register.
func (f *Fleet) Progress(ctx context.Context, plan Plan) iter.Seq2[RunProgress, error] {
	return func(yield func(RunProgress, error) bool) {
		if err := plan.check(); err != nil {
			yield(RunProgress{}, err)
			return
		}
		plan.Owners = unique(plan.Owners)
		running, stop := context.WithCancelCause(ctx)
		defer stop(nil)
		r := &run{
			fleet: f, plan: &plan, stop: stop, outcomes: make(chan Outcome),
			workers: make(chan struct{}, f.workers), open: make(chan struct{}, f.open),
		}
		go r.all(running)
		progress := RunProgress{Total: plan.size()}
		stopped := false
		for o := range r.outcomes {
			if stopped {
				continue // until the current ones have ended
			}
			progress.add(&o)
			f.report(progress)
			if !yield(progress, nil) {
				stopped = true
				stop(nil)
			}
		}
		if err := context.Cause(running); err != nil && !stopped {
			yield(RunProgress{}, fmt.Errorf("siisync: run: %w", err))
		}
	}
}

// run is one Run of a Fleet.
type run struct {
	fleet    *Fleet
	plan     *Plan
	stop     context.CancelCauseFunc
	outcomes chan Outcome
	workers  chan struct{} // holds one token per working register
	open     chan struct{} // holds one token per open register

	storeFailures atomic.Int32 // consecutive units that the store could not keep
}

// maxStoreFailures is the number of consecutive units that the store cannot keep
// after which the run ends: a full disk should not cause downloads all night.
const maxStoreFailures = 10

// all does the plan, one goroutine per credential, and closes the channel when
// all have ended.
func (r *run) all(ctx context.Context) {
	defer close(r.outcomes)
	var group sync.WaitGroup
	for _, c := range r.crews(ctx) {
		group.Go(func() { c.work(ctx) })
	}
	group.Wait()
}

// send yields an outcome. A unit that ended with the context was given up and
// has none.
func (r *run) send(ctx context.Context, o Outcome) {
	if ctx.Err() != nil {
		return
	}
	select {
	case r.outcomes <- o:
	case <-ctx.Done():
	}
}

// judgeStore ends the run if the store keeps nothing any more.
func (r *run) judgeStore(err error) {
	switch {
	case err == nil:
		r.storeFailures.Store(0)
	case errors.Is(err, errStoreGone), errors.Is(err, ErrStore) && r.storeFailures.Add(1) >= maxStoreFailures:
		r.stop(err)
	}
}

// crews finds the due units and groups them by credential. If a company cannot be
// resolved, all its due units fail.
func (r *run) crews(ctx context.Context) []*crew {
	var list []*crew
	byCredential := make(map[string]*crew)
	for _, owner := range r.plan.Owners {
		due, err := r.due(ctx, owner)
		if err != nil {
			r.stop(err)
			return nil
		}
		if len(due) == 0 {
			continue
		}
		access, err := r.fleet.resolve(ctx, owner)
		if err != nil {
			for _, unit := range due {
				r.send(ctx, Outcome{Unit: unit, Status: StatusFailed, Err: noAccess(owner, err)})
			}
			continue
		}
		c := byCredential[access.Credential]
		if c == nil {
			c = newCrew(r, access.Credential)
			byCredential[access.Credential] = c
			list = append(list, c)
		}
		c.add(access, due)
	}
	return list
}

// due returns the due units of a company, and reports the others as not due.
func (r *run) due(ctx context.Context, owner chile.RUT) ([]Unit, error) {
	var list []Unit
	for key := range r.plan.keys(owner) {
		unit, due, err := r.fleet.look(ctx, r.plan, key)
		switch {
		case err != nil:
			return nil, err
		case due:
			list = append(list, unit)
		default:
			r.send(ctx, Outcome{Unit: unit, Status: StatusNotDue})
		}
	}
	return list, nil
}

// unit does a unit when its credential's pace and the run's bounds allow it.
func (r *run) unit(ctx context.Context, unit Unit, access Access) Outcome {
	o := Outcome{Unit: unit, Status: StatusFailed}
	if r.fleet.pacer != nil {
		if o.Err = r.fleet.pacer.Wait(ctx, access.Credential); o.Err != nil {
			return o
		}
	}
	select {
	case r.open <- struct{}{}:
		defer func() { <-r.open }()
	case <-ctx.Done():
		o.Err = context.Cause(ctx)
		return o
	}
	w := &worker{rights: r.workers}
	defer w.end()
	if o.Err = w.work(ctx); o.Err != nil {
		return o
	}
	return r.fleet.do(context.WithValue(ctx, workerKey{}, w), unit, access)
}
