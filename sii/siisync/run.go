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

// Run brings all registers of the plan that are due up to date and yields what
// became of each, in the order in which they end. A run does not stop because a
// company fails. What failed for a reason that may pass is tried once more at the
// end. A run ends early when the caller stops or the context ends: what is under
// way is then given up, and found due by the next run.
//
// An error of the second value is about the run as a whole, and the last element:
// storage.ErrInvalid for the plan, ErrStore for a store that stays out of order,
// or the context's error.
func (f *Fleet) Run(ctx context.Context, plan Plan) iter.Seq2[Outcome, error] {
	return func(yield func(Outcome, error) bool) {
		for p, err := range f.Progress(ctx, plan) {
			if !yield(p.Outcome, err) {
				return
			}
		}
	}
}

// Progress is Run, and yields how far the run is after each register.
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
				continue // until those under way have ended
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
	workers  chan struct{} // holds one token per register at work
	open     chan struct{} // holds one token per register under way

	storeFailures atomic.Int32 // units that the store could not keep, one after the other
}

// maxStoreFailures is after how many units that the store cannot keep, one after
// the other, the run ends: a disk that is full should not be downloaded to all
// night.
const maxStoreFailures = 10

// all works through the plan, one goroutine a credential, and closes the channel
// when all have ended.
func (r *run) all(ctx context.Context) {
	defer close(r.outcomes)
	var group sync.WaitGroup
	for _, c := range r.crews(ctx) {
		group.Go(func() { c.work(ctx) })
	}
	group.Wait()
}

// send tells an outcome. What ends with the context was given up, and has none.
func (r *run) send(ctx context.Context, o Outcome) {
	if ctx.Err() != nil {
		return
	}
	select {
	case r.outcomes <- o:
	case <-ctx.Done():
	}
}

// judgeStore ends the run if the store can keep nothing more.
func (r *run) judgeStore(err error) {
	switch {
	case err == nil:
		r.storeFailures.Store(0)
	case errors.Is(err, errStoreGone), errors.Is(err, ErrStore) && r.storeFailures.Add(1) >= maxStoreFailures:
		r.stop(err)
	}
}

// crews finds out what is due, and groups it by credential. A company that cannot
// be resolved fails in all that is due of it.
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

// due returns the units of a company that are due, and tells of those that are
// not.
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

// unit does a unit when the pace of its credential and the bounds of the run allow
// it.
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
