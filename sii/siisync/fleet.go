package siisync

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"sync"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
)

// Fleet keeps the registers of many companies true. It has no state of its own:
// what was done stands in the store, so that a run that was killed goes on where
// it was, with nothing done twice in vain and nothing lost.
type Fleet struct {
	store   Store
	resolve Resolve
	workers int
	now     func() time.Time
	pacer   *Pacer
	report  func(RunProgress)
}

// Access is how the registers of a company are downloaded: a Syncer, and the
// name of the credential behind it. Companies of one credential take turns.
type Access struct {
	Syncer     *Syncer
	Credential string
}

// Resolve returns the access to a company's registers. It is called once per
// company and run, before the first download.
type Resolve func(ctx context.Context, owner chile.RUT) (Access, error)

// FleetOption changes a Fleet.
type FleetOption func(*Fleet)

// WithWorkers bounds how many registers are downloaded at once, of different
// credentials: 4 by default.
func WithWorkers(n int) FleetOption { return func(f *Fleet) { f.workers = max(n, 1) } }

// WithClock gives the time, for tests.
func WithClock(now func() time.Time) FleetOption { return func(f *Fleet) { f.now = now } }

// WithPacer has the pace slowed down when the SII says in words that it is asked
// too often. The pacer stands in the transports of the clients too.
func WithPacer(p *Pacer) FleetOption { return func(f *Fleet) { f.pacer = p } }

// WithRunProgress has the function called after each register, one call at a
// time. It must return soon.
func WithRunProgress(report func(RunProgress)) FleetOption {
	return func(f *Fleet) { f.report = report }
}

// NewFleet returns a Fleet that writes to the store.
func NewFleet(store Store, resolve Resolve, opts ...FleetOption) *Fleet {
	f := &Fleet{store: store, resolve: resolve, workers: 4, now: time.Now, report: func(RunProgress) {}} //nolint:forbidigo // the default of an option
	for _, opt := range opts {
		opt(f)
	}
	return f
}

// Status is what became of one register in a run.
type Status string

// The statuses.
const (
	StatusImported Status = "imported"  // downloaded and imported
	StatusNotDue   Status = "not due"   // the last import is young enough
	StatusFailed   Status = "failed"    // Err says why; nothing of it was written
	StatusNotTried Status = "not tried" // Err says why: the credential or the company was refused before
)

// Outcome is what became of one register in a run.
type Outcome struct {
	Key    rcv.Key
	Status Status
	Result *storage.ImportResult // of StatusImported
	Err    error
}

// RunProgress tells how far a run is.
type RunProgress struct {
	Outcome                             Outcome // the last
	Total                               int     // registers of the plan
	Imported, NotDue, Failed, NotTried  int
	Added, Changed, Gone, RowsUnchanged int64
}

// Done returns how many registers have an outcome.
func (p *RunProgress) Done() int { return p.Imported + p.NotDue + p.Failed + p.NotTried }

// Run brings all registers of the plan that are due up to date and yields what
// became of each, in the order in which they end. A run does not stop because a
// company fails. It ends early when the caller stops or the context ends: what
// is under way is then given up, and found due by the next run.
//
// An error of the second value is about the run as a whole: a plan that is
// storage.ErrInvalid, or the context's error, as the last element.
func (f *Fleet) Run(ctx context.Context, plan Plan) iter.Seq2[Outcome, error] {
	return func(yield func(Outcome, error) bool) {
		if err := plan.check(); err != nil {
			yield(Outcome{}, err)
			return
		}
		plan.Owners = unique(plan.Owners)
		running, stop := context.WithCancel(ctx)
		defer stop()
		outcomes := make(chan Outcome)
		go f.run(running, &plan, outcomes)
		progress := RunProgress{Total: plan.size()}
		stopped := false
		for o := range outcomes {
			if stopped {
				continue // until those under way have ended
			}
			progress.add(&o)
			f.report(progress)
			if !yield(o, nil) {
				stopped = true
				stop()
			}
		}
		if err := ctx.Err(); err != nil && !stopped {
			yield(Outcome{}, fmt.Errorf("siisync: run: %w", err))
		}
	}
}

// unique returns the companies, each once, in their order.
func unique(owners []chile.RUT) []chile.RUT {
	var list []chile.RUT
	seen := make(map[chile.RUT]bool, len(owners))
	for _, owner := range owners {
		if !seen[owner] {
			seen[owner] = true
			list = append(list, owner)
		}
	}
	return list
}

func (p *RunProgress) add(o *Outcome) {
	p.Outcome = *o
	switch o.Status {
	case StatusImported:
		p.Imported++
		c := o.Result.Counts
		p.Added, p.Changed, p.Gone, p.RowsUnchanged = p.Added+c.Added, p.Changed+c.Changed, p.Gone+c.Gone, p.RowsUnchanged+c.Unchanged
	case StatusNotDue:
		p.NotDue++
	case StatusNotTried:
		p.NotTried++
	default:
		p.Failed++
	}
}

// run works through the plan, one goroutine a credential, and closes the channel
// when all have ended.
func (f *Fleet) run(ctx context.Context, plan *Plan, outcomes chan<- Outcome) {
	defer close(outcomes)
	crews := f.crews(ctx, plan, outcomes)
	turns := make(chan struct{}, f.workers)
	var group sync.WaitGroup
	for _, c := range crews {
		group.Go(func() { c.work(ctx, f, plan, turns, outcomes) })
	}
	group.Wait()
}

// crew is what one credential has to do.
type crew struct {
	credential string
	owners     []chile.RUT
	access     map[chile.RUT]*Syncer
	refused    map[chile.RUT]error // companies that the credential may not see
	failures   int                 // refusals of the credential itself, one after the other
	lost       error               // why nothing more is tried with it
}

// crews resolves the companies and groups them by credential, in the order of the
// plan. A company that cannot be resolved fails in all its registers.
func (f *Fleet) crews(ctx context.Context, plan *Plan, outcomes chan<- Outcome) []*crew {
	var list []*crew
	byCredential := make(map[string]*crew)
	for _, owner := range plan.Owners {
		if ctx.Err() != nil {
			break
		}
		access, err := f.resolve(ctx, owner)
		if err != nil {
			for key := range plan.keys([]chile.RUT{owner}) {
				send(ctx, outcomes, Outcome{Key: key, Status: StatusFailed, Err: fmt.Errorf("siisync: access to %s: %w", owner, err)})
			}
			continue
		}
		c := byCredential[access.Credential]
		if c == nil {
			c = &crew{credential: access.Credential, access: make(map[chile.RUT]*Syncer), refused: make(map[chile.RUT]error)}
			byCredential[access.Credential] = c
			list = append(list, c)
		}
		c.owners = append(c.owners, owner)
		c.access[owner] = access.Syncer
	}
	return list
}

func send(ctx context.Context, outcomes chan<- Outcome, o Outcome) {
	select {
	case outcomes <- o:
	case <-ctx.Done():
	}
}

// work goes through the registers of a credential's companies.
func (c *crew) work(ctx context.Context, f *Fleet, plan *Plan, turns chan struct{}, outcomes chan<- Outcome) {
	for key := range plan.keys(c.owners) {
		select {
		case turns <- struct{}{}:
		case <-ctx.Done():
			return
		}
		o := c.register(ctx, f, plan, key)
		<-turns
		if ctx.Err() != nil {
			return // what was given up has no outcome
		}
		send(ctx, outcomes, o)
	}
}

// ErrNotTried says that a register was not tried, because its credential or
// company had been refused in the same run.
var ErrNotTried = errors.New("siisync: not tried")

// Attempts at one register that the SII throttles, each slower, and refusals of a credential
// after which nothing more is tried with it.
const (
	maxAttempts = 3
	maxRefusals = 3
)

// register brings one register up to date.
func (c *crew) register(ctx context.Context, f *Fleet, plan *Plan, key rcv.Key) Outcome {
	o := Outcome{Key: key}
	last, err := f.store.LastImport(ctx, key)
	switch {
	case err == nil && !plan.Cadence.due(key.Period, last.TakenAt, f.now()):
		o.Status = StatusNotDue
		return o
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		o.Status, o.Err = StatusFailed, fmt.Errorf("siisync: last import of %s: %w", key, err)
		return o
	}
	if cause := errors.Join(c.lost, c.refused[key.Owner]); cause != nil {
		o.Status, o.Err = StatusNotTried, fmt.Errorf("%w: %s: %w", ErrNotTried, key, cause)
		return o
	}
	for attempt := 1; ; attempt++ {
		o.Result, err = c.access[key.Owner].Book(ctx, key)
		if !errors.Is(err, sii.ErrThrottled) || f.pacer == nil || attempt == maxAttempts || ctx.Err() != nil {
			break // without a pacer nothing would wait before the next attempt
		}
		f.pacer.Slow(c.credential)
	}
	c.judge(key, err)
	o.Status, o.Err = StatusImported, err
	if err != nil {
		o.Status, o.Result = StatusFailed, nil
	}
	return o
}

// judge notes what a failure says of the company and of the credential.
func (c *crew) judge(key rcv.Key, err error) {
	switch {
	case errors.Is(err, sii.ErrForbidden):
		c.refused[key.Owner] = err
	case errors.Is(err, sii.ErrUnauthorized):
		if c.failures++; c.failures >= maxRefusals {
			c.lost = err
		}
	case err == nil:
		c.failures = 0
	}
}
