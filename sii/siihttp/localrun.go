package siihttp

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage"
)

// run processes a job, from the queue to its end.
func (e *localEngine) run(j *localJob) {
	err := e.work(j)
	e.mu.Lock()
	j.end(err, e.Now())
	job := j.copy()
	e.mu.Unlock()
	if err := e.records.ended(context.WithoutCancel(e.running), job); err != nil {
		e.Logger.Error("siihttp: the end of a job was not noted", "job", j.ID, "error", err)
	}
	e.forget(j)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.tell(j, nil)
}

// work imports the registers of a job. The error is of the job as a whole. A panic
// in a function of the service ends the job, not the process.
func (e *localEngine) work(j *localJob) (err error) {
	defer func() {
		if p := recover(); p != nil {
			e.Logger.Error("siihttp: an import panicked", "job", j.ID, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("siihttp: an import panicked: %v", p)
		}
	}()
	client, err := e.Clients(e.running, j.Owner)
	if err != nil {
		return fmt.Errorf("siihttp: client for %s: %w", j.Owner, err)
	}
	for _, turn := range []chan struct{}{e.turn(client.Credential), e.slots} {
		select {
		case turn <- struct{}{}:
			defer func() { <-turn }()
		case <-e.closing:
			return ErrInterrupted
		}
	}
	e.mu.Lock()
	j.State = JobRunning
	e.tell(j, nil)
	e.mu.Unlock()
	return e.download(j, client)
}

// turn returns a channel that holds one token while a credential is in use.
func (e *localEngine) turn(credential string) chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	turn := e.turns[credential]
	if turn == nil {
		turn = make(chan struct{}, 1)
		e.turns[credential] = turn
	}
	return turn
}

// download updates the registers through a fleet, regardless of the last update.
func (e *localEngine) download(j *localJob, client Client) error {
	options := append(e.Syncer[:len(e.Syncer):len(e.Syncer)], siisync.WithProgress(func(p siisync.Progress) { e.progress(j, p) }))
	syncer, err := siisync.New(client.Client, e.Store, options...)
	if err != nil {
		return err
	}
	access := siisync.Access{Syncer: syncer, Credential: client.Credential}
	resolve := func(context.Context, chile.RUT) (siisync.Access, error) { return access, nil }
	settings := []siisync.FleetOption{siisync.WithWorkers(1), siisync.WithClock(e.Now)}
	if e.Pacer != nil {
		settings = append(settings, siisync.WithPacer(e.Pacer))
	}
	fleet, err := siisync.NewFleet(e.Store, resolve, settings...)
	if err != nil {
		return err
	}
	plan := siisync.Plan{Owners: []chile.RUT{j.Owner}, From: j.From, To: j.To, Cadence: siisync.Cadence{Always: true}}
	for outcome, err := range fleet.Run(e.running, plan) {
		if err != nil {
			return err
		}
		e.settle(j, outcome)
	}
	return nil
}

// progress records the progress of a download.
func (e *localEngine) progress(j *localJob, p siisync.Progress) {
	if p.Stage == siisync.StageImported { // its outcome says more
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if unit := j.unit(p.Key); unit != nil {
		unit.State, unit.Rows, unit.Expected = UnitRunning, p.Rows, p.Expected
		e.tell(j, unit)
	}
}

// settle records the outcome of a register.
func (e *localEngine) settle(j *localJob, o siisync.Outcome) {
	var documents, changes int64
	if o.Result != nil {
		documents, changes = inRegister(&o.Result.Counts), e.countChanges(&o.Result.ImportResult)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	unit := j.unit(o.Key)
	if unit == nil {
		return
	}
	j.Done++
	switch o.Status {
	case siisync.StatusImported:
		unit.State, unit.Documents, unit.Changes = UnitOK, documents, changes
		unit.Adopted, unit.Warnings = o.Result.Adopted, warningsOf(&o.Result.Warnings)
	case siisync.StatusNotDue: // a month that has not begun
		unit.State, unit.Problem = UnitError, newProblem(kindInvalidValue, "El mes no ha comenzado.")
		j.fail(invalid(kindInvalidValue, "El mes no ha comenzado."))
	default:
		unit.State, unit.Problem = UnitError, problemOf(o.Err)
		j.fail(o.Err)
		e.Logger.Warn("siihttp: a register was not imported", "job", j.ID, "register", o.Key.String(), "error", o.Err)
	}
	e.tell(j, unit)
}

// inRegister returns the number of documents in a register after an import.
func inRegister(c *storage.Counts) int64 { return c.Added + c.Changed + c.Returned + c.Unchanged }

// countChanges returns the number of changes that an import found. Result lacks
// them if the store committed the import but failed to report it.
func (e *localEngine) countChanges(result *storage.ImportResult) int64 {
	c := &result.Counts
	if len(result.Changes) > 0 || c.Added+c.Changed+c.Gone+c.Returned == 0 {
		return int64(len(result.Changes))
	}
	n := int64(0)
	for _, err := range e.Store.Changes(e.running, storage.ChangeQuery{Owner: result.Key.Owner, ImportID: result.ID}) {
		if err != nil {
			e.Logger.Error("siihttp: changes of an import were not counted", "import", result.ID, "error", err)
			break
		}
		n++
	}
	return n
}

func (j *localJob) fail(err error) {
	if j.cause == nil {
		j.cause = err
	}
}

// end records the end of a job. The error is of the job as a whole.
func (j *localJob) end(err error, now time.Time) {
	j.Ended = now.In(chile.Santiago()).Truncate(time.Second)
	if err != nil {
		j.cause = err
		if isInterruption(err) {
			j.cause = ErrInterrupted
		}
	}
	if j.cause != nil {
		j.State, j.Problem = JobFailed, problemOf(j.cause)
		for i := range j.Units {
			if u := &j.Units[i]; u.State == UnitPending || u.State == UnitRunning {
				u.State, u.Problem = UnitError, j.Problem
			}
		}
		return
	}
	j.State, j.Result = JobDone, &JobResult{}
	for i := range j.Units {
		u := &j.Units[i]
		j.Result.Changes += u.Changes
		j.Result.Adopted = j.Result.Adopted || u.Adopted
		j.Result.Warnings = j.Result.Warnings.plus(u.Warnings)
		if rcv.Book(u.Book) == rcv.Sales {
			j.Result.Sales += u.Documents
		} else {
			j.Result.Purchases += u.Documents
		}
	}
}
