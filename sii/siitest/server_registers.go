package siitest

import (
	"io"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// Load adds both books of a month.
func (s *Server) Load(owner chile.RUT, period chile.Period, month Month) {
	s.AddPurchases(owner, period, month.Purchases...)
	s.AddSales(owner, period, month.Sales...)
	for _, line := range month.Lines {
		s.AddSummaryLine(rcv.Key{Owner: owner, Period: period, Book: rcv.Sales}, line)
	}
	s.registers.addDays(owner, period, chile.BoletaElectronica, month.Boletas)
}

// AddPurchases adds documents to the Registro de Compras of a company and month. A
// document without a state gets rcv.Registro.
func (s *Server) AddPurchases(owner chile.RUT, period chile.Period, purchases ...rcv.Purchase) {
	docs := make([]rcv.Document, len(purchases))
	for i, p := range purchases {
		docs[i] = p.Document
	}
	s.registers.add(rcv.Key{Owner: owner, Period: period, Book: rcv.Purchases}, docs)
}

// AddSales adds documents to the Registro de Ventas of a company and month.
func (s *Server) AddSales(owner chile.RUT, period chile.Period, sales ...rcv.Sale) {
	docs := make([]rcv.Document, len(sales))
	for i, p := range sales {
		docs[i] = p.Document
	}
	s.registers.add(rcv.Key{Owner: owner, Period: period, Book: rcv.Sales}, docs)
}

// Change replaces the documents of a register by the function's result. The
// function may change its argument but must not keep it.
func (s *Server) Change(key rcv.Key, change func([]rcv.Document) []rcv.Document) {
	s.registers.change(key, change)
}

// AddSummaryLine adds a line without detail to the summary of a register.
func (s *Server) AddSummaryLine(key rcv.Key, line rcv.SummaryLine) { s.registers.addLine(key, line) }

// LoadCSV adds the documents of an export to a register. A file of another book,
// or with unreadable rows, is refused with the reasons, and nothing is added.
func (s *Server) LoadCSV(key rcv.Key, name string, r io.Reader) error {
	docs, err := readCSV(key, name, r)
	if err != nil {
		return err
	}
	s.registers.add(key, docs)
	return nil
}

// AddBoletas adds days with boletas, or payment vouchers, of a company, and their
// sums to the line without detail of the summary of its sales. The month's Period
// and Total are computed.
func (s *Server) AddBoletas(owner chile.RUT, period chile.Period, typ chile.DocType, days ...rcv.BoletaDay) {
	var line rcv.SummaryLine
	for _, day := range days {
		line.Documents += day.Documents
		line.Exempt += day.Exempt
		line.Net += day.Net
		line.VAT += day.VAT
		line.Total += day.Total
	}
	line.State, line.Type = rcv.Registro, typ
	s.AddSummaryLine(rcv.Key{Owner: owner, Period: period, Book: rcv.Sales}, line)
	s.registers.addDays(owner, period, typ, days)
}

// NameCompany sets the listed name of a company. The SII lists most of them
// without a name.
func (s *Server) NameCompany(company chile.RUT, name string) { s.desk.access.setName(company, name) }

// WantRecaptcha makes the methods with a recaptcha refuse a call if the function
// returns false. If nil, the default, all are accepted.
func (s *Server) WantRecaptcha(good func(action, token string) bool) { s.registers.wantRecaptcha(good) }

// SetDeferred sets how exports are made from now on.
func (s *Server) SetDeferred(d Deferred) { s.exports.set(d) }

// Exports returns how many deferred exports were made.
func (s *Server) Exports() int { return s.exports.count() }
