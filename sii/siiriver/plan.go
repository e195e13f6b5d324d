package siiriver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/riverqueue/river"

	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage"
)

// addPlans schedules each plan in River, on the program that is currently the
// leader.
func (e *Engine) addPlans(config *river.Config) error {
	for _, plan := range e.settings.Plans {
		if _, known := e.plans[plan.Name]; known || plan.Name == "" || plan.Of == nil || plan.Every < 0 {
			return fmt.Errorf("%w: a plan needs a unique name and a function, and no negative interval", storage.ErrInvalid)
		}
		e.plans[plan.Name] = plan
		config.PeriodicJobs = append(config.PeriodicJobs, river.NewPeriodicJob(
			river.PeriodicInterval(cmp.Or(plan.Every, time.Hour)),
			func() (river.JobArgs, *river.InsertOpts) { return PlanArgs{Name: plan.Name}, nil },
			// Its schedule ends with the leader; units that are not due are not queued.
			&river.PeriodicJobOpts{RunOnStart: true},
		))
	}
	return nil
}

// plan queues the due units of a plan, and the alerts of its companies.
func (e *Engine) plan(ctx context.Context, job *river.Job[PlanArgs]) error {
	of, ok := e.plans[job.Args.Name]
	if !ok {
		return forAPerson("no plan has the name %q here", job.Args.Name)
	}
	plan, err := of.Of(ctx)
	if err != nil {
		return fmt.Errorf("siiriver: plan %s: %w", of.Name, err)
	}
	if _, err := e.queueDue(ctx, plan); err != nil || e.settings.Alerts == nil {
		return err
	}
	args := make([]river.JobArgs, len(plan.Owners))
	for i, owner := range plan.Owners {
		args[i] = AlertsArgs{Owner: owner}
	}
	return e.insertMany(ctx, args)
}

// queueDue queues the due units of a plan: the newest months of all companies
// first, so credentials take turns.
func (e *Engine) queueDue(ctx context.Context, plan siisync.Plan) (int, error) {
	var units []siisync.Unit
	for unit, err := range e.settings.Fleet.Due(ctx, plan) {
		if err != nil {
			return 0, err
		}
		units = append(units, unit)
	}
	slices.SortStableFunc(units, func(a, b siisync.Unit) int { return b.Period.Compare(a.Period) })
	args := make([]river.JobArgs, len(units))
	for i, unit := range units {
		args[i] = NewSyncArgs(unit)
	}
	return len(units), e.insertMany(ctx, args)
}

// insertedAtOnce is how many jobs are queued in one transaction.
const insertedAtOnce = 1000

func (e *Engine) insertMany(ctx context.Context, args []river.JobArgs) error {
	var errs []error
	for chunk := range slices.Chunk(args, insertedAtOnce) {
		params := make([]river.InsertManyParams, len(chunk))
		for i := range chunk {
			params[i].Args = chunk[i]
		}
		if _, err := e.client.InsertMany(ctx, params); err != nil {
			errs = append(errs, fmt.Errorf("siiriver: queue %s: %w", chunk[0].Kind(), err))
		}
	}
	return errors.Join(errs...)
}
