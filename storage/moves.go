package storage

import (
	"time"

	"github.com/ofitec/chile/rcv"
)

// MoveDocument turns a change into PeriodMoved if it is the second half of a
// move, by the rules in the interface Changes. It takes the register; for a
// document that returned, the time since which it had been gone, else the zero
// time; and the stored rows of the document in other months of the same owner
// and book. Adapters call it.
func MoveDocument(c Change, key rcv.Key, goneSince time.Time, elsewhere []StoredDocument) Change {
	if key.Book == rcv.Purchases && c.Document().Counterparty.IsZero() {
		return c
	}
	var here, gone *StoredDocument // the latest of each
	for i := range elsewhere {
		row := &elsewhere[i]
		switch {
		case row.Key == key:
		case row.GoneAt.IsZero():
			if here == nil || row.Key.Period.Compare(here.Key.Period) > 0 {
				here = row
			}
		case gone == nil, row.GoneAt.After(gone.GoneAt),
			row.GoneAt.Equal(gone.GoneAt) && row.Key.Period.Compare(gone.Key.Period) > 0:
			gone = row
		}
	}
	switch {
	case c.Kind == Gone && here != nil:
		return Change{Kind: PeriodMoved, From: key.Period, To: here.Key.Period, Before: c.Before, After: &here.Document}
	case (c.Kind == Added || c.Kind == Returned) && here == nil && gone != nil && gone.GoneAt.After(goneSince):
		return Change{Kind: PeriodMoved, From: gone.Key.Period, To: key.Period, Before: &gone.Document, After: c.After}
	}
	return c
}
