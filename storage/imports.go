package storage

import (
	"context"
	"iter"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// Imports lists all imports.
type Imports interface {
	// Imports yields imports in the order of their ids, which is the order of
	// their commits: a new import always comes after all existing ones.
	Imports(ctx context.Context, query ImportQuery) iter.Seq2[Import, error]
}

// ImportQuery selects imports. The zero value selects all of all companies.
type ImportQuery struct {
	Owner  chile.RUT
	Book   rcv.Book
	Period chile.Period

	AfterID  int64 // only imports with a greater id
	BeforeID int64 // only imports with a smaller id; 0 is no bound

	Newest bool // newest first
	Limit  int  // at most that many; 0 is no limit, a negative one is ErrInvalid
}

// Import is the record of an import.
type Import struct {
	ID      int64 // set by the store, greater than those of all earlier imports
	Key     rcv.Key
	TakenAt time.Time
	Counts  Counts
	Size    *Size // nil if there was no summary
	Sources []Source

	// Environment is the SII that the register came from; empty for an import from
	// before environments were recorded, unless another import adopted it.
	Environment chile.Environment
}

// Counts are the changes that an import made to the rows of its register.
// Changed counts rows whose state, amounts or other values changed. A document
// that moved here from another month is Added or Returned; one that moved away
// is Gone.
type Counts struct {
	Added     int64 `json:"added"`
	Changed   int64 `json:"changed"`
	Gone      int64 `json:"gone"`
	Returned  int64 `json:"returned"`
	Unchanged int64 `json:"unchanged"`
}

// Size is the size of a register by its summary: all states and all lines
// together, even lines without detail, such as boletas. It serves to compare
// two imports of one register. Total is not a business result, since credit
// notes count like all others.
type Size struct {
	Documents int64
	Total     chile.CLP
}

// SizeOf returns the sum of the lines of a summary; nil if it exceeds an
// amount. Adapters call it if the snapshot has Lines.
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
