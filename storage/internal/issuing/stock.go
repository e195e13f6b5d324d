package issuing

import (
	"cmp"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// Stock adds up what a company may take on a day.
type Stock struct {
	issuer chile.RUT
	day    chile.Date
	types  map[chile.DocType]*storage.Stock
}

// NewStock returns an empty stock.
func NewStock(issuer chile.RUT, day chile.Date) *Stock {
	return &Stock{issuer: issuer, day: day, types: map[chile.DocType]*storage.Stock{}}
}

// Add adds what is left of a CAF, if it is of the company.
func (s *Stock) Add(c *storage.CAF) {
	if c.Issuer != s.issuer {
		return
	}
	of := s.types[c.Type]
	if of == nil {
		of = &storage.Stock{Type: c.Type}
		s.types[c.Type] = of
	}
	switch left := c.Left(); {
	case left == 0:
	case !c.Usable(s.day):
		of.Idle += left
	case c.Held != "":
		of.Held += left
	default:
		of.Free += left
		if !c.LastDay.IsZero() && (of.LastDay.IsZero() || c.LastDay.Compare(of.LastDay) < 0) {
			of.LastDay = c.LastDay
		}
	}
}

// Taken counts folios that were taken for documents of a day. Those of a type of which
// there is no CAF are not counted.
func (s *Stock) Taken(typ chile.DocType, day chile.Date, n int64) {
	of := s.types[typ]
	if of != nil && day.Compare(storage.RecentSince(s.day)) >= 0 && day.Compare(s.day) <= 0 {
		of.Recent += n
	}
}

// All returns the stock of each type.
func (s *Stock) All() []storage.Stock {
	all := make([]storage.Stock, 0, len(s.types))
	for _, of := range s.types {
		all = append(all, *of)
	}
	slices.SortFunc(all, func(a, b storage.Stock) int { return cmp.Compare(a.Type, b.Type) })
	return all
}
