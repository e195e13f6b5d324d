package memory

import (
	"context"
	"iter"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// Imports implements storage.Imports.
func (s *Store) Imports(ctx context.Context, query storage.ImportQuery) iter.Seq2[storage.Import, error] {
	return func(yield func(storage.Import, error) bool) {
		selected := sequence(ctx, s, query.Check, func() []*storage.Import {
			var selected []*storage.Import
			for _, i := range inOrder(s.imports, query.Newest) {
				if query.Limit > 0 && len(selected) == query.Limit {
					break
				}
				if selectsImport(&query, i) {
					selected = append(selected, i)
				}
			}
			return selected
		})
		for i, err := range selected {
			if !yield(cloneImport(&i), err) {
				return
			}
		}
	}
}

func selectsImport(q *storage.ImportQuery, i *storage.Import) bool {
	return i.ID > q.AfterID && (q.BeforeID == 0 || i.ID < q.BeforeID) &&
		(q.Owner.IsZero() || i.Key.Owner == q.Owner) &&
		(q.Book == "" || i.Key.Book == q.Book) &&
		(q.Period.IsZero() || i.Key.Period == q.Period)
}

// Counterparties implements storage.Counterparties.
func (s *Store) Counterparties(ctx context.Context, query storage.CounterpartyQuery) iter.Seq2[storage.CounterpartyTotal, error] {
	return sequence(ctx, s, query.Check, func() []*storage.CounterpartyTotal { return s.sumCounterparties(&query) })
}

// sumCounterparties requires the lock.
func (s *Store) sumCounterparties(q *storage.CounterpartyQuery) []*storage.CounterpartyTotal {
	wanted := make(map[chile.RUT]bool, len(q.Counterparties))
	for _, rut := range q.Counterparties {
		wanted[rut] = true
	}
	totals := make(map[chile.RUT]*storage.CounterpartyTotal)
	counted := make(map[identity]bool)
	for key, r := range s.registers {
		if key.Owner != q.Owner || key.Book != q.Book {
			continue
		}
		for _, row := range r.rows {
			id := identityOf(&row.Document)
			if id.counterparty.Compare(q.After) <= 0 || q.Counterparties != nil && !wanted[id.counterparty] || q.BeforeImport != 0 && row.since >= q.BeforeImport {
				continue
			}
			total := totals[id.counterparty]
			if total == nil {
				total = &storage.CounterpartyTotal{Counterparty: id.counterparty, Largest: row.Total}
				totals[id.counterparty] = total
			}
			total.Largest = max(total.Largest, row.Total)
			if !counted[id] {
				counted[id] = true
				total.Documents++
			}
		}
	}
	var list []*storage.CounterpartyTotal
	for _, total := range totals {
		list = append(list, total)
	}
	slices.SortFunc(list, func(a, b *storage.CounterpartyTotal) int { return a.Counterparty.Compare(b.Counterparty) })
	if q.Limit > 0 {
		list = list[:min(len(list), q.Limit)]
	}
	return list
}
