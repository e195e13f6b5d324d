package memory

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// register is a register after an import. It never changes.
type register struct {
	rows  []*row            // in order, including those that are gone
	lines []rcv.SummaryLine // in order
	last  storage.Import
}

// row is a document of a register.
type row struct {
	storage.StoredDocument
	since int64 // the import that added it; 0 until it is published
}

// Documents implements storage.Registers.
func (s *Store) Documents(ctx context.Context, query storage.DocumentQuery) iter.Seq2[storage.StoredDocument, error] {
	return func(yield func(storage.StoredDocument, error) bool) {
		selected := sequence(ctx, s, query.Check, func() []*storage.StoredDocument { return s.selectDocuments(&query) })
		for doc, err := range selected {
			if err == nil {
				doc.Document = cloneDocument(&doc.Document)
				doc.Place = placeOf(&doc)
			}
			if !yield(doc, err) {
				return
			}
		}
	}
}

// selectDocuments requires the lock.
func (s *Store) selectDocuments(query *storage.DocumentQuery) []*storage.StoredDocument {
	var keys []rcv.Key
	for key := range s.registers {
		if selectsRegister(query, key) {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b rcv.Key) int {
		return cmp.Or(a.Period.Compare(b.Period), cmp.Compare(a.Book, b.Book))
	})
	var selected []*storage.StoredDocument
	for _, key := range keys {
		for _, row := range rowsAfter(key, s.registers[key].rows, query.After) {
			if query.Limit > 0 && len(selected) == query.Limit {
				return selected
			}
			if selectsDocument(query, &row.StoredDocument) {
				selected = append(selected, &row.StoredDocument)
			}
		}
	}
	return selected
}

// placeOf returns the place of a document.
func placeOf(doc *storage.StoredDocument) storage.Place {
	return storage.Place{Period: doc.Key.Period.String(), Book: doc.Key.Book, Key: storage.DocumentKey(&doc.Document)}
}

// rowsAfter returns the rows of a register after a place.
func rowsAfter(key rcv.Key, rows []*row, place storage.Place) []*row {
	switch (storage.Place{Period: key.Period.String(), Book: key.Book}).Compare(storage.Place{Period: place.Period, Book: place.Book}) {
	case -1:
		return nil
	case 1:
		return rows
	}
	n, found := slices.BinarySearchFunc(rows, place, func(row *row, place storage.Place) int { return placeOf(&row.StoredDocument).Compare(place) })
	if found {
		n++
	}
	return rows[n:]
}

func selectsRegister(query *storage.DocumentQuery, key rcv.Key) bool {
	return key.Owner == query.Owner &&
		(query.Book == "" || key.Book == query.Book) &&
		(query.From.IsZero() || key.Period.Compare(query.From) >= 0) &&
		(query.To.IsZero() || key.Period.Compare(query.To) <= 0)
}

func selectsDocument(query *storage.DocumentQuery, row *storage.StoredDocument) bool {
	return (query.IncludeGone || row.GoneAt.IsZero()) &&
		(len(query.States) == 0 || slices.Contains(query.States, row.State)) &&
		(len(query.Types) == 0 || slices.Contains(query.Types, row.Type)) &&
		(query.Counterparty.IsZero() || query.Counterparty == row.Counterparty) &&
		(query.ReceivedFrom.IsZero() || !row.Received.IsZero() && !row.Received.Before(kept(query.ReceivedFrom))) &&
		(query.ReceivedTo.IsZero() || !row.Received.IsZero() && row.Received.Before(kept(query.ReceivedTo)))
}

// SummaryLines implements storage.Registers.
func (s *Store) SummaryLines(ctx context.Context, key rcv.Key) ([]rcv.SummaryLine, error) {
	r, err := s.register(ctx, key)
	if err != nil {
		return nil, err
	}
	return slices.Clone(r.lines), nil
}

// LastImport implements storage.Registers.
func (s *Store) LastImport(ctx context.Context, key rcv.Key) (*storage.Import, error) {
	r, err := s.register(ctx, key)
	if err != nil {
		return nil, err
	}
	last := cloneImport(&r.last)
	return &last, nil
}

func (s *Store) register(ctx context.Context, key rcv.Key) (*register, error) {
	unlock, err := s.rlock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	r, ok := s.registers[key]
	if !ok {
		return nil, absent("register %s", key)
	}
	return r, nil
}

func cloneDocument(doc *rcv.Document) rcv.Document {
	clone := *doc
	clone.OtherTaxes = slices.Clone(doc.OtherTaxes)
	return clone
}

func cloneImport(i *storage.Import) storage.Import {
	clone := *i
	clone.Sources = slices.Clone(i.Sources)
	if i.Size != nil {
		size := *i.Size
		clone.Size = &size
	}
	return clone
}
