package siitest

import (
	"errors"
	"fmt"
	"io"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// Month is both books of a month.
type Month struct {
	Purchases []rcv.Purchase
	Sales     []rcv.Sale

	// Lines are summary lines of sales without detail, such as the month's total
	// of boletas. All others are computed from the documents.
	Lines []rcv.SummaryLine

	// Boletas are the days of lines of boletas electrónicas (39) among them.
	Boletas []rcv.BoletaDay
}

// Load adds both books of a month.
func (s *Server) Load(owner chile.RUT, period chile.Period, month Month) {
	s.AddPurchases(owner, period, month.Purchases...)
	s.AddSales(owner, period, month.Sales...)
	for _, line := range month.Lines {
		s.AddSummaryLine(rcv.Key{Owner: owner, Period: period, Book: rcv.Sales}, line)
	}
	s.addDays(owner, period, chile.BoletaElectronica, month.Boletas)
}

// AddPurchases adds documents to the Registro de Compras of a company and month.
// One without a state is in rcv.Registro.
func (s *Server) AddPurchases(owner chile.RUT, period chile.Period, purchases ...rcv.Purchase) {
	docs := make([]rcv.Document, len(purchases))
	for i, p := range purchases {
		docs[i] = p.Document
	}
	s.add(rcv.Key{Owner: owner, Period: period, Book: rcv.Purchases}, docs)
}

// AddSales adds documents to the Registro de Ventas of a company and month.
func (s *Server) AddSales(owner chile.RUT, period chile.Period, sales ...rcv.Sale) {
	docs := make([]rcv.Document, len(sales))
	for i, p := range sales {
		docs[i] = p.Document
	}
	s.add(rcv.Key{Owner: owner, Period: period, Book: rcv.Sales}, docs)
}

func (s *Server) add(key rcv.Key, docs []rcv.Document) {
	for i := range docs {
		if docs[i].State == "" {
			docs[i].State = rcv.Registro
		}
	}
	s.Change(key, func(have []rcv.Document) []rcv.Document { return append(have, docs...) })
}

// Change replaces the documents of a register by what the function makes of
// them. It may change the slice that it is given, and must not keep it.
func (s *Server) Change(key rcv.Key, change func([]rcv.Document) []rcv.Document) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.registers.at(key)
	r.set(change(r.all()))
}

// AddSummaryLine adds a line without detail to the summary of a register.
func (s *Server) AddSummaryLine(key rcv.Key, line rcv.SummaryLine) {
	s.mu.Lock()
	defer s.mu.Unlock()
	line.HasDetail = false
	if line.State == "" {
		line.State = rcv.Registro
	}
	r := s.registers.at(key)
	r.lines = append(r.lines, line)
}

// LoadCSV adds the documents of an export to a register. A file of another book,
// or with rows that cannot be read, is refused, with the reasons, and nothing of
// it is added.
func (s *Server) LoadCSV(key rcv.Key, name string, r io.Reader) error {
	csv, err := rcv.OpenCSV(r, &rcv.CSVOptions{Book: key.Book})
	if err != nil {
		return fmt.Errorf("siitest: %s: %w", name, err)
	}
	var docs []rcv.Document
	var bad []error
	for doc, err := range csv.Documents() {
		var row *rcv.RowError
		switch {
		case errors.As(err, &row):
			bad = append(bad, err)
		case err != nil:
			return fmt.Errorf("siitest: %s: %w", name, err)
		default:
			docs = append(docs, doc)
		}
	}
	if len(bad) > 0 {
		return fmt.Errorf("siitest: %s: %d rows cannot be read: %w", name, len(bad), errors.Join(bad...))
	}
	s.add(key, docs)
	return nil
}

// lookup returns the documents of one state and the lines without detail. The
// documents are shared by all calls, and must be left as they are.
func (s *Server) lookup(key rcv.Key, state rcv.State) (docs []rcv.Document, lines []rcv.SummaryLine) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.registers.byKey[key]
	if r == nil {
		return nil, nil
	}
	for _, line := range r.lines {
		if line.State == state {
			lines = append(lines, line)
		}
	}
	return r.of(state), lines
}

// ofType returns those of one type, or all of them for none.
func ofType(docs []rcv.Document, typ chile.DocType) (list []rcv.Document) {
	if typ == 0 {
		return docs
	}
	for i := range docs {
		if docs[i].Type == typ {
			list = append(list, docs[i])
		}
	}
	return list
}
