package siiriver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/option"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage"
)

// Settings are the settings of an Engine. Fleet is required. Every other zero value
// means the documented default.
type Settings struct {
	// Fleet imports the registers and has the access to companies. Its store should
	// use Complete, and its clients should share a Pacer: see the package.
	Fleet *siisync.Fleet

	// FollowUp sets how often uploads are queried. Its clock is not used.
	FollowUp siisync.FollowUp

	// Alerts reports to people; if nil, there are no alerts. The engine looks for them
	// with each plan, and AlertDelay (one minute by default) after an import that changed
	// something, so that other imports of the company can finish.
	Alerts     *siisync.Alerts
	AlertDelay time.Duration

	// Pulls downloads listings of the portal; if nil, none are downloaded.
	Pulls *Pulls

	// Plans run periodically.
	Plans []Plan

	// Workers bounds how many jobs this program works on at once: 10 by default. Each
	// may hold a connection of the store, and one of the engine's for a moment.
	Workers int

	// JobTimeout ends a job that takes longer, including its waits for the
	// credential's pace: 30 minutes by default. RescueAfter is when a running job
	// counts as killed and goes to another worker: by default JobTimeout plus five
	// minutes. It cannot be less than JobTimeout.
	JobTimeout, RescueAfter time.Duration

	// Grace is how long jobs that run may go on when the engine stops: 30 seconds
	// by default. Jobs that are still running then are interrupted, and others
	// continue them.
	Grace time.Duration

	// Patience is how long a job is postponed while the SII is unavailable, counted from
	// when it was queued: a day by default. After that its attempts count.
	Patience time.Duration

	// Observer receives every job.
	Observer Observer

	// Logger is River's; the default writes nothing.
	Logger *slog.Logger

	// Configure changes River's configuration, such as its schema, plugins and
	// intervals; if nil, nothing changes.
	Configure func(*river.Config)
}

// Plan is a plan that runs periodically.
type Plan struct {
	Name string

	// Every is how often the plan is checked for due units: one hour by default.
	// The plan's Cadence says how old a register may be.
	Every time.Duration

	// Of returns the current plan, with today's companies and months.
	Of func(ctx context.Context) (siisync.Plan, error)
}

// Engine queues jobs and processes them. It is safe for concurrent use.
type Engine struct {
	settings Settings
	pool     *pgxpool.Pool
	client   *river.Client[pgx.Tx]
	plans    map[string]Plan
}

// New returns an Engine over the tables of River that Migrate makes. It
// processes nothing before Run. Invalid settings are storage.ErrInvalid.
func New(pool *pgxpool.Pool, settings Settings) (*Engine, error) {
	if pool == nil || settings.Fleet == nil {
		return nil, fmt.Errorf("siiriver: %w: an engine needs a pool and a fleet", storage.ErrInvalid)
	}
	settings.setDefaults()
	if err := settings.check(); err != nil {
		return nil, fmt.Errorf("siiriver: %w", err)
	}
	e := &Engine{settings: settings, pool: pool, plans: make(map[string]Plan)}
	config := &river.Config{
		Queues:  map[string]river.QueueConfig{Queue: {MaxWorkers: settings.Workers}},
		Workers: river.NewWorkers(), FetchOnlyKnownKinds: true,
		JobTimeout: settings.JobTimeout, RescueStuckJobsAfter: settings.RescueAfter, SoftStopTimeout: settings.Grace,
		Logger: settings.Logger,
	}
	if err := errors.Join(e.addWorkers(config.Workers), e.addPlans(config)); err != nil {
		return nil, fmt.Errorf("siiriver: %w", err)
	}
	if settings.Configure != nil {
		settings.Configure(config)
	}
	var err error
	if e.client, err = river.NewClient(riverpgxv5.New(pool), config); err != nil {
		return nil, fmt.Errorf("siiriver: %w", err)
	}
	return e, nil
}

func (s *Settings) setDefaults() {
	s.Workers = cmp.Or(s.Workers, 10)
	s.JobTimeout = cmp.Or(s.JobTimeout, 30*time.Minute)
	s.RescueAfter = cmp.Or(s.RescueAfter, s.JobTimeout+5*time.Minute)
	s.Grace = cmp.Or(s.Grace, 30*time.Second)
	s.AlertDelay = cmp.Or(s.AlertDelay, time.Minute)
	s.Patience = cmp.Or(s.Patience, 24*time.Hour)
	if s.Logger == nil {
		s.Logger = slog.New(slog.DiscardHandler)
	}
}

// check refuses invalid settings.
func (s *Settings) check() error {
	workers := option.NotNegative("Workers", storage.ErrInvalid, s.Workers)
	times := option.NotNegative("time", storage.ErrInvalid, s.JobTimeout, s.RescueAfter, s.Grace, s.AlertDelay, s.Patience)
	if err := cmp.Or(workers, times); err != nil {
		return err
	}
	if s.RescueAfter < s.JobTimeout {
		return fmt.Errorf("%w: RescueAfter %v is less than JobTimeout %v", storage.ErrInvalid, s.RescueAfter, s.JobTimeout)
	}
	return s.FollowUp.Check()
}

func (e *Engine) addWorkers(workers *river.Workers) error {
	errs := []error{
		river.AddWorkerSafely(workers, &worker[SyncArgs]{engine: e, do: e.sync}),
		river.AddWorkerSafely(workers, &worker[TrackArgs]{engine: e, do: e.track}),
		river.AddWorkerSafely(workers, &worker[PlanArgs]{engine: e, do: e.plan}),
	}
	if e.settings.Alerts != nil {
		errs = append(errs, river.AddWorkerSafely(workers, &worker[AlertsArgs]{engine: e, do: e.alerts}))
	}
	if e.settings.Pulls != nil {
		errs = append(errs, e.settings.Pulls.check(), river.AddWorkerSafely(workers, &worker[PullArgs]{engine: e, do: e.pull}))
	}
	return errors.Join(errs...)
}

// Client returns the client of River: to insert jobs in a transaction, to subscribe
// to events, to pause the queue.
func (e *Engine) Client() *river.Client[pgx.Tx] { return e.client }

// Run processes jobs until the context ends. Then it takes no new jobs, and
// running jobs may continue for at most Settings.Grace. It returns nil after
// that, or an error if it could not start. An Engine runs once.
func (e *Engine) Run(ctx context.Context) error {
	if err := e.client.Start(ctx); err != nil {
		if ctx.Err() != nil {
			return nil // it was stopped before it began
		}
		return fmt.Errorf("siiriver: start: %w", err)
	}
	<-e.client.Stopped()
	return nil
}

// Sync queues a unit. If the unit is already queued, it is not queued again.
// This is not an error, here and in all methods that queue.
func (e *Engine) Sync(ctx context.Context, unit siisync.Unit) error {
	return e.insert(ctx, NewSyncArgs(unit))
}

// SyncPlan queues the due units of a plan once, and returns their number.
func (e *Engine) SyncPlan(ctx context.Context, plan siisync.Plan) (int, error) {
	return e.queueDue(ctx, plan)
}

// Track queues the follow-up of an upload.
func (e *Engine) Track(ctx context.Context, issuer chile.RUT, trackID string) error {
	if issuer.IsZero() || trackID == "" {
		return fmt.Errorf("siiriver: %w: an upload needs an issuer and a track id", storage.ErrInvalid)
	}
	return e.insert(ctx, TrackArgs{Issuer: issuer, TrackID: trackID})
}

// Pull queues the download of a listing.
func (e *Engine) Pull(ctx context.Context, args PullArgs) error {
	if err := args.check(); err != nil {
		return err
	}
	return e.insert(ctx, args)
}

// Alert queues a search for alerts of a company.
func (e *Engine) Alert(ctx context.Context, owner chile.RUT) error {
	return e.insert(ctx, AlertsArgs{Owner: owner})
}

func (e *Engine) insert(ctx context.Context, args river.JobArgs) error {
	if _, err := e.client.Insert(ctx, args, nil); err != nil {
		return fmt.Errorf("siiriver: queue %s: %w", args.Kind(), err)
	}
	return nil
}
