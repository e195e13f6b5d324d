package siisync

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/option"
	"github.com/ofitec/chile/internal/wait"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
)

// Fleet keeps the registers of many companies up to date. Its state is in the
// store, so a new run continues a killed one and repeats or loses nothing.
type Fleet struct {
	store    Store
	resolve  Resolve
	workers  int
	open     int
	patience time.Duration
	now      func() time.Time
	sleep    func(ctx context.Context, d time.Duration) error
	pacer    *Pacer
	report   func(RunProgress)
}

// Access is how the registers of a company are downloaded: a Syncer to the
// Fleet's store, and the name of its credential. Companies of one credential
// take turns.
type Access struct {
	Syncer     *Syncer
	Credential string
}

// Resolve returns the access to a company's registers. A run calls it once for
// each company with due units, before the first download.
type Resolve func(ctx context.Context, owner chile.RUT) (Access, error)

// NewFleet returns a Fleet that writes to the store. Store and resolve are
// required. The error says what is missing or invalid.
func NewFleet(store Store, resolve Resolve, opts ...FleetOption) (*Fleet, error) {
	if store == nil || resolve == nil {
		return nil, errors.New("siisync: NewFleet: a fleet needs a store and a function to resolve companies")
	}
	f := &Fleet{
		store: store, resolve: resolve, workers: defaultWorkers, patience: defaultPatience,
		now: time.Now, sleep: wait.For, report: func(RunProgress) {}, //nolint:forbidigo // the default of an option
	}
	if err := option.Apply("siisync", f, opts); err != nil {
		return nil, err
	}
	switch {
	case f.open == 0:
		f.open = openPerWorker * f.workers
	case f.open < f.workers:
		return nil, fmt.Errorf("siisync: WithOpen: %d registers are fewer than the %d workers", f.open, f.workers)
	}
	return f, nil
}

// Due yields the due units of a plan, the newest months of each company first,
// for a job engine. An error is the last element: storage.ErrInvalid for the
// plan, the context's, or ErrStore.
func (f *Fleet) Due(ctx context.Context, plan Plan) iter.Seq2[Unit, error] {
	return func(yield func(Unit, error) bool) {
		if err := plan.check(); err != nil {
			yield(Unit{}, err)
			return
		}
		for _, owner := range unique(plan.Owners) {
			for key := range plan.keys(owner) {
				unit, due, err := f.look(ctx, &plan, key)
				if err != nil {
					yield(Unit{}, err)
					return
				}
				if due && !yield(unit, nil) {
					return
				}
			}
		}
	}
}

// look finds the unit of a register, and whether it is due.
func (f *Fleet) look(ctx context.Context, plan *Plan, key rcv.Key) (unit Unit, due bool, err error) {
	unit.Key = key
	last, err := f.lastImport(ctx, key)
	if err != nil {
		return unit, false, err
	}
	var taken time.Time
	if last != nil {
		unit.After, taken = last.ID, last.TakenAt
	}
	return unit, plan.Cadence.due(key.Period, taken, f.now()), nil
}

// lastImport returns the last import of a register; nil if there is none. A
// failing store is asked again with growing waits, until the patience ends.
func (f *Fleet) lastImport(ctx context.Context, key rcv.Key) (*storage.Import, error) {
	const first, longest = 100 * time.Millisecond, 10 * time.Second
	waited := time.Duration(0)
	for wait := first; ; wait = min(2*wait, longest) {
		last, err := f.store.LastImport(ctx, key)
		switch {
		case err == nil:
			return last, nil
		case errors.Is(err, fs.ErrNotExist):
			return nil, nil
		case ctx.Err() != nil:
			return nil, fmt.Errorf("siisync: last import of %s: %w", key, context.Cause(ctx))
		case waited >= f.patience:
			return nil, fmt.Errorf("siisync: last import of %s: %w: %w", key, errStoreGone, err)
		}
		if err := f.sleep(ctx, wait); err != nil {
			return nil, fmt.Errorf("siisync: last import of %s: %w", key, err)
		}
		waited += wait
	}
}

// Do does one unit of work for a job engine. It is done if its status is
// StatusImported, or StatusNotDue because the register has a later import
// already. Many calls may run concurrently. Those of one credential keep its
// pace, and the caller bounds their number.
func (f *Fleet) Do(ctx context.Context, unit Unit) Outcome {
	o := Outcome{Unit: unit, Status: StatusFailed}
	if !unit.Valid() || unit.After < 0 {
		o.Err = fmt.Errorf("siisync: %w: unit %q", storage.ErrInvalid, unit)
		return o
	}
	last, err := f.lastImport(ctx, unit.Key)
	if err != nil {
		o.Err = err
		return o
	}
	if last != nil && last.ID != unit.After {
		o.Status = StatusNotDue
		return o
	}
	access, err := f.Access(ctx, unit.Owner)
	if err != nil {
		o.Err = err
		return o
	}
	if f.pacer != nil {
		if o.Err = f.pacer.Wait(ctx, access.Credential); o.Err != nil {
			return o
		}
	}
	return f.do(ctx, unit, access)
}

// Access returns the access to a company, as the Resolve function gives it.
func (f *Fleet) Access(ctx context.Context, owner chile.RUT) (Access, error) {
	access, err := f.resolve(ctx, owner)
	if err != nil {
		return Access{}, noAccess(owner, err)
	}
	return access, nil
}

func noAccess(owner chile.RUT, err error) error {
	return fmt.Errorf("siisync: access to %s: %w", owner, err)
}

// errStoreGone says that the store has stopped answering.
var errStoreGone = fmt.Errorf("%w: no answer for long", ErrStore)

// storeAttempts is how often a unit is tried while the store fails.
const storeAttempts = 3

// do does a due unit.
func (f *Fleet) do(ctx context.Context, unit Unit, access Access) Outcome {
	o := Outcome{Unit: unit, Status: StatusImported}
	for attempt := 1; ; attempt++ {
		var err error
		if o.Result, err = access.Syncer.Book(ctx, unit.Key); err == nil {
			return o
		}
		f.slow(ctx, access.Credential, err)
		if !errors.Is(err, ErrStore) || attempt == storeAttempts || ctx.Err() != nil {
			o.Status, o.Result, o.Err = StatusFailed, nil, err
			return o
		}
		last, lost := f.lastImport(ctx, unit.Key)
		switch {
		case lost != nil:
			o.Status, o.Result, o.Err = StatusFailed, nil, lost
			return o
		case last != nil && last.ID != unit.After: // it was committed, and only the answer was lost
			o.Result = &BookResult{ImportResult: storage.ImportResult{Import: *last}}
			return o
		}
	}
}

// slow slows down the pace of a credential after an answer that asks for it.
func (f *Fleet) slow(ctx context.Context, credential string, err error) {
	if f.pacer != nil && isThrottled(err) {
		f.pacer.Slow(ctx, credential)
	}
}

func isThrottled(err error) bool { return errors.Is(err, sii.ErrThrottled) }
