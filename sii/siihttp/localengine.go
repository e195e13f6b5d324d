package siihttp

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/option"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siisync"
)

// LocalEngineSettings are the settings of a local engine.
type LocalEngineSettings struct {
	Store   Store                                                      // required
	Clients func(ctx context.Context, owner chile.RUT) (Client, error) // required
	Syncer  []siisync.Option
	Pacer   *siisync.Pacer // if nil, calls are not paced

	Workers int              // imports at work at once: 4 by default
	Waiting int              // imports that may wait: 200 by default
	Logger  *slog.Logger     // if nil, nothing is logged
	Now     func() time.Time // time.Now by default
}

// localEngine runs imports in this process. Memory holds the unfinished jobs; the
// store records the ended ones: see records.
type localEngine struct {
	LocalEngineSettings
	records *records
	slots   chan struct{} // holds one token per job at work
	closing chan struct{}
	jobs    sync.WaitGroup
	running context.Context //nolint:containedctx // of the jobs, ended by Close
	giveUp  context.CancelFunc

	mu       sync.Mutex // guards the fields below, and those of jobs
	closed   bool
	byID     map[string]*localJob
	byOrder  map[Order]*localJob // without Who
	turns    map[string]chan struct{}
	watchers map[int]func(JobUpdate)
	watched  int
}

// NewLocalEngine returns an engine that runs imports in this process, through
// siisync. Imports of one credential take turns. The store's events record the
// start and the end of each job, so a restarted process knows them: unfinished jobs
// as interrupted. Processes that share a store see each other's unfinished jobs
// this way too. Close it. It fails without a store or clients, for a negative bound
// (chile.ErrRange), and for an option that siisync.New refuses.
func NewLocalEngine(settings LocalEngineSettings) (Engine, error) {
	switch {
	case settings.Store == nil:
		return nil, errors.New("siihttp: NewLocalEngine: LocalEngineSettings.Store is required")
	case settings.Clients == nil:
		return nil, errors.New("siihttp: NewLocalEngine: LocalEngineSettings.Clients is required")
	}
	if err := option.NotNegative("siihttp: NewLocalEngine: Workers and Waiting", chile.ErrRange, settings.Workers, settings.Waiting); err != nil {
		return nil, err
	}
	if err := siisync.CheckOptions(settings.Syncer...); err != nil {
		return nil, fmt.Errorf("siihttp: NewLocalEngine: %w", err)
	}
	e := &localEngine{
		LocalEngineSettings: settings, records: &records{settings.Store}, closing: make(chan struct{}),
		byID: make(map[string]*localJob), byOrder: make(map[Order]*localJob),
		turns: make(map[string]chan struct{}), watchers: make(map[int]func(JobUpdate)),
	}
	e.Workers = cmp.Or(e.Workers, 4)
	e.Waiting = cmp.Or(e.Waiting, 200)
	if e.Now == nil {
		e.Now = time.Now //nolint:forbidigo // the default of the clock
	}
	if e.Logger == nil {
		e.Logger = slog.New(slog.DiscardHandler)
	}
	e.slots = make(chan struct{}, e.Workers)
	e.running, e.giveUp = context.WithCancel(context.Background())
	return e, nil
}

// Start implements Engine.
func (e *localEngine) Start(ctx context.Context, order Order) (*Job, error) {
	j := newLocalJob(order, e.Now())
	e.mu.Lock()
	same := e.byOrder[j.order()]
	switch {
	case same != nil:
		defer e.mu.Unlock()
		return same.copy(), nil
	case e.closed:
		e.mu.Unlock()
		return nil, ErrClosed
	case len(e.byID) >= e.Workers+e.Waiting:
		e.mu.Unlock()
		return nil, ErrBusy
	}
	e.byID[j.ID], e.byOrder[j.order()] = j, j
	e.jobs.Add(1)
	job := j.copy()
	e.mu.Unlock()
	if err := e.records.started(ctx, job, order.Who); err != nil {
		e.forget(j)
		e.jobs.Done()
		return nil, fmt.Errorf("siihttp: note a job: %w: %w", siisync.ErrStore, err)
	}
	go func() {
		defer e.jobs.Done()
		e.run(j)
	}()
	return job, nil
}

// forget removes a job from memory.
func (e *localEngine) forget(j *localJob) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.byID, j.ID)
	delete(e.byOrder, j.order())
}

// Job implements Engine.
func (e *localEngine) Job(ctx context.Context, id string) (*Job, error) {
	e.mu.Lock()
	if j := e.byID[id]; j != nil {
		defer e.mu.Unlock()
		return j.copy(), nil
	}
	e.mu.Unlock()
	return e.records.job(ctx, id) // the record is written before the job is forgotten
}

// Jobs implements Engine.
func (e *localEngine) Jobs(ctx context.Context, owner chile.RUT) iter.Seq2[*Job, error] {
	return func(yield func(*Job, error) bool) {
		for id, err := range e.records.ids(ctx, owner) {
			var job *Job
			if err == nil {
				job, err = e.Job(ctx, id)
			}
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if !yield(job, err) || err != nil {
				return
			}
		}
	}
}

// Watch implements Engine.
func (e *localEngine) Watch(report func(JobUpdate)) (stop func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	number := e.watched
	e.watched++
	e.watchers[number] = report
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.watchers, number)
	}
}

// tell calls the watchers. The lock is held, so that they get changes in order.
func (e *localEngine) tell(j *localJob, unit *JobUnit) {
	update := JobUpdate{Job: j.Job}
	update.Job.Units = nil
	if unit != nil {
		u := *unit
		update.Unit = &u
	}
	for _, report := range e.watchers {
		report(update)
	}
}

// Close implements Engine.
func (e *localEngine) Close(ctx context.Context) error {
	e.mu.Lock()
	if !e.closed {
		e.closed = true
		close(e.closing)
	}
	e.mu.Unlock()
	done := make(chan struct{})
	go func() {
		e.jobs.Wait()
		close(done)
	}()
	var err error
	select {
	case <-done:
	case <-ctx.Done():
		err = fmt.Errorf("siihttp: imports were given up: %w", context.Cause(ctx))
	}
	e.giveUp()
	<-done
	return err
}

// localJob is an unfinished job.
type localJob struct {
	Job
	cause error // of the first failed unit
}

func newLocalJob(order Order, now time.Time) *localJob {
	j := &localJob{Job: Job{
		ID: rand.Text(), State: JobQueued, Owner: order.Owner, From: order.From, To: order.To,
		Created: now.In(chile.Santiago()).Truncate(time.Second),
	}}
	for period := order.To; period.Valid() && period.Compare(order.From) >= 0; period = period.Previous() {
		for _, book := range []rcv.Book{rcv.Purchases, rcv.Sales} {
			j.Units = append(j.Units, JobUnit{Period: period, Book: Book(book), State: UnitPending})
		}
	}
	j.Total = len(j.Units)
	return j
}

func (j *localJob) order() Order { return Order{Owner: j.Owner, From: j.From, To: j.To} }

// unit returns the unit of a register.
func (j *localJob) unit(key rcv.Key) *JobUnit {
	i := slices.IndexFunc(j.Units, func(u JobUnit) bool { return u.Period == key.Period && rcv.Book(u.Book) == key.Book })
	if i < 0 {
		return nil
	}
	return &j.Units[i]
}

// copy returns a copy of the job for the caller. The lock must be held.
func (j *localJob) copy() *Job {
	job := j.Job
	job.Units = slices.Clone(j.Units)
	return &job
}
