package rcv

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ofitec/chile"
)

// Sum counts documents and adds their totals: within one type, credit notes are
// not subtracted.
type Sum struct {
	Count int64
	Total chile.CLP
}

func (s *Sum) add(e *Entry) error {
	total, err := s.Total.Add(e.Total)
	if err != nil {
		return err
	}
	s.Count, s.Total = s.Count+1, total
	return nil
}

// TypeTotals are the sums of the documents of one type, per side and outcome.
// The outcomes of a side add up to the side.
type TypeTotals struct {
	Register, Books           Sum
	RegisterParts, BooksParts map[Outcome]Sum
}

// ReconcileTotals are the sums of a reconciliation. A pair of two types counts on
// each side under that side's type.
type ReconcileTotals struct {
	ByType   map[chile.DocType]*TypeTotals
	complete bool
}

func newReconcileTotals() ReconcileTotals {
	return ReconcileTotals{ByType: make(map[chile.DocType]*TypeTotals)}
}

// Types returns the types of the documents, in order.
func (t *ReconcileTotals) Types() []chile.DocType { return slices.Sorted(maps.Keys(t.ByType)) }

// Net returns the totals of both sides over all types, with credit notes
// subtracted.
func (t *ReconcileTotals) Net() (register, books chile.CLP, err error) {
	for docType, of := range t.ByType {
		r, b := of.Register.Total, of.Books.Total
		if docType.Credit() {
			r, b = -r, -b
		}
		if register, err = register.Add(r); err != nil {
			return 0, 0, err
		}
		if books, err = books.Add(b); err != nil {
			return 0, 0, err
		}
	}
	return register, books, nil
}

// add counts a pair.
func (t *ReconcileTotals) add(p *Pair) error {
	var registers, books []*Entry
	if p.Register != nil {
		registers = append(registers, p.Register)
	}
	if p.Books != nil {
		books = append(books, p.Books)
	}
	if p.NotesOfBooks {
		books = append(books, p.Notes...)
	} else {
		registers = append(registers, p.Notes...)
	}
	for _, e := range registers {
		of := t.of(e.Type)
		if err := addTo(&of.Register, of.RegisterParts, p.Outcome, e); err != nil {
			return err
		}
	}
	for _, e := range books {
		of := t.of(e.Type)
		if err := addTo(&of.Books, of.BooksParts, p.Outcome, e); err != nil {
			return err
		}
	}
	return nil
}

func addTo(whole *Sum, parts map[Outcome]Sum, outcome Outcome, e *Entry) error {
	part := parts[outcome]
	if err := part.add(e); err != nil {
		return fmt.Errorf("rcv: type %d: %w", int(e.Type), err)
	}
	parts[outcome] = part
	return whole.add(e)
}

func (t *ReconcileTotals) of(docType chile.DocType) *TypeTotals {
	found := t.ByType[docType]
	if found == nil {
		found = &TypeTotals{RegisterParts: make(map[Outcome]Sum), BooksParts: make(map[Outcome]Sum)}
		t.ByType[docType] = found
	}
	return found
}
