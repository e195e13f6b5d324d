package memory

import (
	"context"
	"iter"
	"slices"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// Changes implements storage.Changes.
func (s *Store) Changes(ctx context.Context, query storage.ChangeQuery) iter.Seq2[storage.StoredChange, error] {
	return func(yield func(storage.StoredChange, error) bool) {
		selected := sequence(ctx, s, query.Check, func() []*storage.StoredChange {
			var selected []*storage.StoredChange
			for _, c := range inOrder(s.changes, query.Newest) {
				if query.Limit > 0 && len(selected) == query.Limit {
					break
				}
				if selectsChange(&query, c) {
					selected = append(selected, c)
				}
			}
			return selected
		})
		for c, err := range selected {
			c.Change = cloneChange(c.Change)
			if !yield(c, err) {
				return
			}
		}
	}
}

func selectsChange(q *storage.ChangeQuery, c *storage.StoredChange) bool {
	doc := c.Document()
	return c.ID > q.AfterID &&
		(q.BeforeID == 0 || c.ID < q.BeforeID) &&
		(q.Owner.IsZero() || c.Key.Owner == q.Owner) &&
		(q.Book == "" || c.Key.Book == q.Book) &&
		(q.Period.IsZero() || c.Key.Period == q.Period) &&
		(q.ImportID == 0 || c.ImportID == q.ImportID) &&
		(q.From.IsZero() || !c.TakenAt.Before(q.From)) &&
		(q.To.IsZero() || c.TakenAt.Before(q.To)) &&
		(q.Counterparty.IsZero() || doc.Counterparty == q.Counterparty) &&
		(q.Document.IsZero() || doc.ID(c.Key) == q.Document) &&
		(len(q.Kinds) == 0 || slices.ContainsFunc(q.Kinds, c.Is))
}

// appendChanges adds an import's changes to the feed, and returns them as
// reported. The caller holds the lock, and the registers are still as before the
// import.
func (s *Store) appendChanges(i *storage.Import, changes []change) []storage.Change {
	var others []*register
	for key, r := range s.registers {
		if key.Owner == i.Key.Owner && key.Book == i.Key.Book && key != i.Key {
			others = append(others, r)
		}
	}
	var reported []storage.Change
	for _, c := range changes {
		var elsewhere []storage.StoredDocument
		for _, r := range others {
			if row := r.find(identityOf(c.Document())); row != nil {
				elsewhere = append(elsewhere, row.StoredDocument)
			}
		}
		moved := storage.MoveDocument(c.Change, i.Key, c.goneSince, elsewhere)
		s.changes = append(s.changes, &storage.StoredChange{
			ID: int64(len(s.changes)) + 1, ImportID: i.ID, Key: i.Key, TakenAt: i.TakenAt, Change: moved,
		})
		reported = append(reported, cloneChange(moved))
	}
	return reported
}

func cloneChange(c storage.Change) storage.Change {
	for _, doc := range []**rcv.Document{&c.Before, &c.After} {
		if *doc != nil {
			clone := cloneDocument(*doc)
			*doc = &clone
		}
	}
	return c
}
