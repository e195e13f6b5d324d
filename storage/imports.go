package storage

import (
	"context"
	"iter"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// Imports is the record of all imports.
type Imports interface {
	// Imports yields imports in the order of their ids, which is that in which they
	// were committed: an import never appears before one that was there already.
	Imports(ctx context.Context, query ImportQuery) iter.Seq2[Import, error]
}

// ImportQuery selects imports. The zero value selects all of all companies.
type ImportQuery struct {
	Owner  chile.RUT
	Book   rcv.Book
	Period chile.Period

	AfterID  int64 // only imports with a greater id
	BeforeID int64 // only imports with a smaller id; 0 is no bound

	Newest bool // the newest first
	Limit  int  // at most that many; 0 is no limit
}

// Import is the record of an import.
type Import struct {
	ID      int64 // set by the store, greater than those of all imports that were there before
	Key     rcv.Key
	TakenAt time.Time
	Counts  Counts
	Size    *Size // nil if there was no summary
	Sources []Source

	// Environment is the SII that the register was of; empty of an import from before
	// environments were recorded, unless another adopted it.
	Environment chile.Environment
}

// Counts says what an import did to the rows of its register. Changed are those
// of which state, amounts or other values changed; one that moved here from
// another month is Added or Returned, one that moved away is Gone.
type Counts struct {
	Added     int64 `json:"added"`
	Changed   int64 `json:"changed"`
	Gone      int64 `json:"gone"`
	Returned  int64 `json:"returned"`
	Unchanged int64 `json:"unchanged"`
}

// Size is how large a register was by its summary, all states and all lines
// together, also those that never have detail, as boletas. It is for comparing
// two imports of one register: Total is no result of the trade, since credit
// notes count like all others.
type Size struct {
	Documents int64
	Total     chile.CLP
}

// SizeOf returns what the lines of a summary make together, nil if that is more
// than an amount can be. Adapters call it, if the snapshot has Lines.
func SizeOf(lines []rcv.SummaryLine) *Size {
	size := &Size{}
	for i := range lines {
		total, err := size.Total.Add(lines[i].Total)
		if err != nil {
			return nil
		}
		size.Documents, size.Total = size.Documents+lines[i].Documents, total
	}
	return size
}
