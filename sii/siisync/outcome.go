package siisync

import (
	"errors"

	"github.com/ofitec/chile/storage"
)

// Status is the result for one register in a run.
type Status string

// The statuses.
const (
	StatusImported Status = "imported"  // downloaded and imported
	StatusNotDue   Status = "not_due"   // the last import is recent enough, or the month has not begun
	StatusFailed   Status = "failed"    // Err says why; nothing was written
	StatusNotTried Status = "not_tried" // Err says why: its company, its credential or the SII had failed before
)

// Outcome is the result of one unit of work.
type Outcome struct {
	Unit
	Status Status

	// Result is set with StatusImported. It lacks changes and warnings if the
	// store committed the import but failed before it could report them; the
	// changes are in the store.
	Result *BookResult

	// Err is nil unless the status is StatusFailed or StatusNotTried. errors.Is
	// finds in it a kind of package sii, ErrStore, or the error of the Resolve
	// function.
	Err error
}

var (
	// ErrNotTried says that a register was not tried, because its credential or
	// company was refused in the same run, or because the SII had not answered for
	// long.
	ErrNotTried = errors.New("siisync: not tried")

	// ErrStore says that the store failed, not the SII.
	ErrStore = errors.New("siisync: the store failed")
)

// RunProgress says how far a run is.
type RunProgress struct {
	Outcome                            Outcome // the last
	Total                              int     // registers of the plan
	Imported, NotDue, Failed, NotTried int
	Documents                          storage.Counts // of all imports of the run
}

// Done returns how many registers have an outcome.
func (p *RunProgress) Done() int { return p.Imported + p.NotDue + p.Failed + p.NotTried }

// Complete reports whether every register of the plan, which has at least one, is
// up to date.
func (p *RunProgress) Complete() bool { return p.Total > 0 && p.Imported+p.NotDue == p.Total }

func (p *RunProgress) add(o *Outcome) {
	p.Outcome = *o
	switch o.Status {
	case StatusImported:
		p.Imported++
		c, sum := &o.Result.Counts, &p.Documents
		sum.Added, sum.Changed, sum.Gone = sum.Added+c.Added, sum.Changed+c.Changed, sum.Gone+c.Gone
		sum.Returned, sum.Unchanged = sum.Returned+c.Returned, sum.Unchanged+c.Unchanged
	case StatusNotDue:
		p.NotDue++
	case StatusNotTried:
		p.NotTried++
	default:
		p.Failed++
	}
}
