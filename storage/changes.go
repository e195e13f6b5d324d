package storage

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// Changes is the feed of what imports found to be different from what was
// stored: every element of ImportResult.Changes, of every import.
//
// The feed is written in the transaction of the import and is never rewritten.
// Whoever knows what was in a register after its first import, which has no
// changes, and puts the later ones in their order upon it (see
// StoredChange.InRegister), has what the store has, but for what imports filled in
// without a change (see rcv.Adds).
//
// A document that moves to another month is gone from one register and appears
// in another. Two imports see that, each one half of it, in any order. The first
// cannot know of the other half, and tells Gone or Added; the second tells of the
// whole as PeriodMoved:
//
//   - A document appears (is Added or Returned) that is gone from another month,
//     and stands in no other month: it moved from there. Of several months it is
//     the one from which it is gone since the latest time, and of those of one
//     time the latest month. One that returned has moved only if it is gone from
//     there since later than from here.
//   - A document is gone that stands in another month: it moved there, to the
//     latest of several.
//
// The documents of two months of an owner's book are the same if counterparty,
// type and folio are. A purchase without supplier is never taken for another.
type Changes interface {
	// Changes yields changes in the order of their ids: import after import, as they
	// were committed, and of one import in the order of ImportResult.Changes. A
	// change never appears before one that was there already, so that a reader who goes
	// on after the last id seen misses none. A query may want the opposite order.
	Changes(ctx context.Context, query ChangeQuery) iter.Seq2[StoredChange, error]
}

// ChangeKind says what happened to a document, in an accountant's terms.
type ChangeKind string

// The kinds of change. Where several apply Kind is the first of PeriodMoved,
// Added, Gone, Returned, StateChanged, AmountsChanged, OtherChanged; see Is.
const (
	Added          ChangeKind = "added"    // was not in the register
	Gone           ChangeKind = "gone"     // is in the register no more; the row is kept
	Returned       ChangeKind = "returned" // was gone and is there again, perhaps with different values
	StateChanged   ChangeKind = "state"    // is in another state: pendiente, registro, reclamado …
	AmountsChanged ChangeKind = "amounts"  // an amount of money is different
	OtherChanged   ChangeKind = "other"    // dates, marks or texts are different, see rcv.Diff
	PeriodMoved    ChangeKind = "period"   // is in another month of the same book, and not in this one
)

// Change is what happened to one document between two imports.
type Change struct {
	Kind ChangeKind

	// From and To are, of PeriodMoved, the month where the document was and the
	// month where it is.
	From, To chile.Period

	// Before is the document as it was stored, nil if it was Added. After is the
	// document as it is stored now, nil if it is Gone: what the snapshot says and, of
	// what its source cannot know, what was stored (see rcv.Merge). Of PeriodMoved they are the
	// document as it last stood in From and as it stands in To.
	Before, After *rcv.Document
}

// Document returns the document as it stands now or, if it is gone, as it last
// stood.
func (c *Change) Document() *rcv.Document {
	if c.After != nil {
		return c.After
	}
	return c.Before
}

// Differences returns the values that are not what they were; none of a document
// that was added or is gone.
func (c *Change) Differences() []rcv.Difference {
	if c.Before == nil || c.After == nil {
		return nil
	}
	return rcv.Diff(c.Before, c.After)
}

// Is reports whether that happened, be it beside what Kind says: a document that
// moved to another state, to another month, or that returned, may have different
// amounts too.
func (c *Change) Is(kind ChangeKind) bool {
	switch {
	case c.Kind == kind:
		return true
	case c.Before == nil || c.After == nil:
		return false
	case kind == StateChanged:
		return c.Before.State != c.After.State
	case kind == AmountsChanged:
		return slices.ContainsFunc(c.Differences(), rcv.Difference.IsAmount)
	default:
		return false
	}
}

// StoredChange is a change as the feed has it.
type StoredChange struct {
	ID       int64     // greater than those of all changes that were there before
	ImportID int64     // the import that found it
	Key      rcv.Key   // the register that was imported
	TakenAt  time.Time // of that import
	Change
}

// InRegister returns the document as it stands in the register of Key since that
// change, nil if it is not in it any more.
func (c *StoredChange) InRegister() *rcv.Document {
	if c.Kind == PeriodMoved && c.Key.Period != c.To {
		return nil // it is in the register of another month
	}
	return c.After
}

// ChangeQuery selects changes. The zero value selects all of all companies.
type ChangeQuery struct {
	Owner    chile.RUT
	Book     rcv.Book
	Period   chile.Period // the month of the register that was imported
	ImportID int64

	// From and To bound the time at which the register was taken: from From on, and
	// before To. A zero end is open.
	From, To time.Time

	// Kinds selects changes for one of which Change.Is holds.
	Kinds []ChangeKind

	Counterparty chile.RUT
	Document     chile.DocumentID // as rcv.Document.ID names it

	AfterID  int64 // only changes with a greater id
	BeforeID int64 // only changes with a smaller id; 0 is no bound

	Newest bool // the newest first: in the opposite order
	Limit  int  // at most that many; 0 is no limit
}

// CompareDocuments tells what happened to a document of a register: from the
// row that the store has of it, nil for none, to what the register shows now,
// nil if it is not in it. ok is false if nothing did. The After of the change is
// to be stored: after itself or, if something of the row is kept (see rcv.Merge),
// a document of its own. Adapters call it.
func CompareDocuments(stored *StoredDocument, after *rcv.Document) (c Change, ok bool) {
	if stored == nil {
		return Change{Kind: Added, After: after}, after != nil
	}
	c.Before, c.After = &stored.Document, after
	if after != nil {
		if merged, kept := rcv.Merge(stored.Key.Book, c.Before, after); kept {
			c.After = &merged
		}
	}
	gone := !stored.GoneAt.IsZero()
	switch {
	case after == nil:
		c.Kind = Gone
		return c, !gone
	case gone:
		c.Kind = Returned
		return c, true
	}
	differences := c.Differences()
	switch {
	case c.Before.State != c.After.State:
		c.Kind = StateChanged
	case slices.ContainsFunc(differences, rcv.Difference.IsAmount):
		c.Kind = AmountsChanged
	default:
		c.Kind = OtherChanged
	}
	return c, len(differences) > 0
}
