package storage

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// Changes is the feed of the differences that imports found: every element of
// ImportResult.Changes, of every import.
//
// The feed is written in the transaction of the import and is never rewritten. The
// first import of a register has no changes. A program that starts from the
// register after it and applies the later changes in order (see
// StoredChange.InRegister) has what the store has, except for values that imports
// filled in without a change (see rcv.Adds).
//
// A document that moves to another month is gone from one register and appears in
// another. Two imports see this, one half each, in any order. The first cannot
// know the other half and reports Gone or Added; the second reports the whole as
// PeriodMoved:
//
//   - A document appears (is Added or Returned) that is gone from another month
//     and is in no other month: it moved from there. If it is gone from several
//     months, it moved from the one where it was last; if those are equal, from
//     the latest month. A document that returned has moved only if it
//     disappeared from there after it disappeared from here.
//   - A document is gone that is in another month: it moved there, to the
//     latest of several.
//
// The documents of two months of an owner's book are the same if counterparty,
// type and folio are equal. A purchase without supplier never matches another.
type Changes interface {
	// Changes yields changes in the order of their ids: imports in the order of their
	// commits, and the changes of one import in the order of ImportResult.Changes. A
	// new change always comes after all existing ones, so a reader that continues after
	// the last id seen misses none. A query may ask for the reverse order.
	Changes(ctx context.Context, query ChangeQuery) iter.Seq2[StoredChange, error]
}

// ChangeKind says what happened to a document, in an accountant's terms.
type ChangeKind string

// The kinds of change. If several apply, Kind is the first of PeriodMoved,
// Added, Gone, Returned, StateChanged, AmountsChanged, OtherChanged; see Is.
const (
	Added          ChangeKind = "added"    // was not in the register
	Gone           ChangeKind = "gone"     // is no longer in the register; the row is kept
	Returned       ChangeKind = "returned" // was gone and is back, perhaps with different values
	StateChanged   ChangeKind = "state"    // is in another state: pendiente, registro, reclamado …
	AmountsChanged ChangeKind = "amounts"  // an amount of money is different
	OtherChanged   ChangeKind = "other"    // dates, marks or texts are different, see rcv.Diff
	PeriodMoved    ChangeKind = "period"   // is in another month of the same book, and not in this one
)

// Change is what happened to one document between two imports.
type Change struct {
	Kind ChangeKind

	// From and To are, for PeriodMoved, the month where the document was and the
	// month where it is.
	From, To chile.Period

	// Before is the document as it was stored, nil if it was Added. After is the document
	// as it is stored now, nil if it is Gone. It has the snapshot's values and keeps the
	// stored values that the snapshot's source does not have (see rcv.Merge). For
	// PeriodMoved they are the document as it last was in From and as it is in To.
	Before, After *rcv.Document
}

// Document returns the document as it is now or, if it is gone, as it last was.
func (c *Change) Document() *rcv.Document {
	if c.After != nil {
		return c.After
	}
	return c.Before
}

// Differences returns the values that changed; none for a document that was
// added or is gone.
func (c *Change) Differences() []rcv.Difference {
	if c.Before == nil || c.After == nil {
		return nil
	}
	return rcv.Diff(c.Before, c.After)
}

// Is reports whether a change includes that kind, even if Kind names another: a
// document that moved to another state or month, or that returned, may also have
// different amounts.
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

// StoredChange is a change in the feed.
type StoredChange struct {
	ID       int64     // greater than those of all earlier changes
	ImportID int64     // the import that found it
	Key      rcv.Key   // the register that was imported
	TakenAt  time.Time // of that import
	Change
}

// InRegister returns the document in the register of Key after this change; nil
// if it is no longer in it.
func (c *StoredChange) InRegister() *rcv.Document {
	if c.Kind == PeriodMoved && c.Key.Period != c.To {
		return nil // it is in the register of another month
	}
	return c.After
}

// ChangeQuery selects changes. The zero value selects all changes of all
// companies.
type ChangeQuery struct {
	Owner    chile.RUT
	Book     rcv.Book
	Period   chile.Period // the month of the register that was imported
	ImportID int64

	// From and To bound the time at which the register was taken: from From on, and
	// before To. A zero end is open.
	From, To time.Time

	// Kinds selects changes for which Change.Is reports one of the kinds.
	Kinds []ChangeKind

	Counterparty chile.RUT
	Document     chile.DocumentID // as rcv.Document.ID returns it

	AfterID  int64 // only changes with a greater id
	BeforeID int64 // only changes with a smaller id; 0 is no bound

	Newest bool // newest first: in reverse order
	Limit  int  // at most that many; 0 is no limit, a negative one is ErrInvalid
}

// CompareDocuments returns what happened to a document of a register, from the
// stored row (nil if there is none) to the document in the register now (nil if
// it is not in it). ok is false if nothing happened. Store the After of the
// change: it is after itself or, if values of the row are kept (see rcv.Merge), a
// new document. Adapters call it.
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
