package main

import (
	"errors"
	"io"
	"os"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// read reads one file to its end, whatever single rows are like.
func read(path string, opts *rcv.CSVOptions) *summary {
	s := &summary{
		File: path, Missing: []string{}, Unknown: []string{}, Errors: []rowError{}, Warnings: []rowError{}, OtherTaxes: map[int]chile.CLP{},
	}
	if err := s.read(path, opts); err != nil {
		s.Error = err.Error()
	}
	return s
}

func (s *summary) read(path string, opts *rcv.CSVOptions) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	csv, err := rcv.OpenCSV(file, opts)
	if errors.Is(err, rcv.ErrBoletas) {
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return err
		}
		return s.readBoletas(file, opts)
	}
	if err != nil {
		return err
	}
	s.Layout, s.Book, s.State = "register", csv.Book(), csv.State()
	s.columns(csv.Missing(), csv.Unknown())
	if s.Book == rcv.Sales {
		s.LeavesOut = noBoletas
	}
	var totals rcv.Totals
	for doc, err := range csv.Documents() {
		if err == nil {
			err = errors.Join(totals.Add(&doc), s.addTaxes(&doc))
		}
		if err := s.note(err); err != nil {
			return err
		}
	}
	s.warn(csv.Warnings())
	s.sum(&totals)
	return nil
}

func (s *summary) readBoletas(file io.Reader, opts *rcv.CSVOptions) error {
	csv, err := rcv.OpenBoletas(file, opts)
	if err != nil {
		return err
	}
	s.Layout, s.Book, s.State = "boletas", rcv.Sales, rcv.Registro
	s.columns(csv.Missing(), csv.Unknown())
	var totals rcv.Totals
	for b, err := range csv.All() {
		if err == nil {
			err = totals.Add(&rcv.Document{Type: b.Type, Net: b.Net, VAT: b.VAT, Exempt: b.Exempt, Total: b.Total})
		}
		if err := s.note(err); err != nil {
			return err
		}
	}
	s.warn(csv.Warnings())
	s.sum(&totals)
	return nil
}

func (s *summary) columns(missing, unknown []string) {
	s.Missing, s.Unknown = append(s.Missing, missing...), append(s.Unknown, unknown...)
}

// note keeps what is wrong with a row, and returns any other error.
func (s *summary) note(err error) error {
	var row *rcv.RowError
	if !errors.As(err, &row) {
		return err
	}
	if s.NotRead++; len(s.Errors) < maxErrors {
		s.Errors = append(s.Errors, newRowError(row))
	}
	return nil
}

func (s *summary) warn(rows []*rcv.RowError) {
	for _, row := range rows {
		s.Warnings = append(s.Warnings, newRowError(row))
	}
}

func (s *summary) sum(totals *rcv.Totals) {
	s.Documents, s.Credits = totals.Documents, totals.Credits
	s.Net, s.VAT, s.Exempt, s.Total = totals.Net, totals.VAT, totals.Exempt, totals.Total
}

func (s *summary) addTaxes(doc *rcv.Document) error {
	for _, tax := range doc.OtherTaxes {
		amount := tax.Amount
		if doc.Type.Credit() {
			amount = -amount
		}
		sum, err := s.OtherTaxes[tax.Code].Add(amount)
		if err != nil {
			return err
		}
		s.OtherTaxes[tax.Code] = sum
	}
	return nil
}
