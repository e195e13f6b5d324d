package siisync

import (
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// MovementKind says what happened to a document between two imports, in the
// words of an accountant.
type MovementKind string

// The kinds of movement. A document whose state and amounts changed has moved
// its state; the differences tell all.
const (
	MovedIn        MovementKind = "new"            // was in no register
	MovedOut       MovementKind = "gone"           // is in the register no more
	MovedBack      MovementKind = "came back"      // was gone
	MovedState     MovementKind = "state moved"    // pendiente → registro, reclamado …
	MovedAmounts   MovementKind = "amounts differ" // exempt, net, VAT, taxes or total
	MovedPeriod    MovementKind = "period moved"   // gone from one month and new in another
	MovedOtherwise MovementKind = "values differ"  // dates, marks, texts
)

// Movement is what happened to one document between two imports of its register.
type Movement struct {
	Kind     MovementKind
	Key      rcv.Key      // where it is now or, of one that is gone, was last
	From     chile.Period // of MovedPeriod, where it was
	Document chile.DocumentID
	Before   *rcv.Document // nil if it is new
	After    *rcv.Document // nil if it is gone

	// Differences are the values that are not what they were.
	Differences []rcv.Difference
}

// Movements tells what the changes of an import are.
func Movements(result *storage.ImportResult) []Movement {
	list := make([]Movement, 0, len(result.Changes))
	for i := range result.Changes {
		list = append(list, movement(result.Key, &result.Changes[i]))
	}
	return list
}

func movement(key rcv.Key, c *storage.Change) Movement {
	m := Movement{Key: key, Before: c.Before, After: c.After}
	of := c.After
	if of == nil {
		of = c.Before
	}
	m.Document = of.ID(key)
	if c.Before != nil && c.After != nil {
		m.Differences = rcv.Diff(c.Before, c.After)
	}
	switch {
	case c.Kind == storage.Added:
		m.Kind = MovedIn
	case c.Kind == storage.Gone:
		m.Kind = MovedOut
	case c.Kind == storage.Returned:
		m.Kind = MovedBack
	case c.Before.State != c.After.State:
		m.Kind = MovedState
	case amounts(c.Before) != amounts(c.After):
		m.Kind = MovedAmounts
	default:
		m.Kind = MovedOtherwise
	}
	return m
}

// amounts are what a document charges.
func amounts(d *rcv.Document) [5]chile.CLP {
	return [5]chile.CLP{d.Exempt, d.Net, d.VAT, d.OtherTaxTotal, d.Total}
}

// JoinPeriods finds, among the movements of several imports, documents that are
// gone from one month and new in another of the same book: each pair becomes one
// movement, in the place of the new one.
func JoinPeriods(list []Movement) []Movement {
	type where struct {
		owner chile.RUT
		book  rcv.Book
		id    chile.DocumentID
		with  chile.RUT // sales of one company are told apart by the customer too
	}
	placeOf := func(m *Movement) where {
		of := m.After
		if of == nil {
			of = m.Before
		}
		return where{m.Key.Owner, m.Key.Book, m.Document, of.Counterparty}
	}
	gone := make(map[where]int)
	for i := range list {
		if list[i].Kind == MovedOut {
			gone[placeOf(&list[i])] = i
		}
	}
	joined := make(map[int]bool)
	result := slices.Clone(list)
	for i := range result {
		m := &result[i]
		if m.Kind != MovedIn && m.Kind != MovedBack {
			continue
		}
		g, ok := gone[placeOf(m)]
		if !ok || joined[g] || list[g].Key.Period == m.Key.Period {
			continue
		}
		joined[g] = true
		m.Kind, m.From, m.Before = MovedPeriod, list[g].Key.Period, list[g].Before
		m.Differences = rcv.Diff(m.Before, m.After)
	}
	kept := result[:0]
	for i := range result {
		if !joined[i] {
			kept = append(kept, result[i])
		}
	}
	return kept
}
