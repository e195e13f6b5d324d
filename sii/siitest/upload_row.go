package siitest

import (
	"cmp"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/rcv"
)

// rowOf returns the row of a document in the issuer's registers: a factura de
// compra in that of purchases, others in that of sales. The registers have boletas
// as sums of days, no guías, and exports in pesos.
func rowOf(d *dte.DTE, received time.Time) (key rcv.Key, row rcv.Document, ok bool) {
	id := d.ID()
	key = rcv.Key{Owner: id.Issuer, Period: d.IssueDate().Period(), Book: rcv.Sales}
	row = rcv.Document{State: rcv.Registro, Type: id.Type, Folio: id.Folio, Counterparty: d.Receiver(), Issued: d.IssueDate(), Received: received.Truncate(time.Second)}
	switch id.Type {
	case chile.BoletaElectronica, chile.BoletaExentaElectronica, chile.GuiaDespachoElectronica:
		return key, row, false
	case chile.FacturaCompraElectronica:
		key.Book = rcv.Purchases
	}
	switch p := d.Peso(); {
	case p != nil:
		row.Name = strings.Clone(p.Header.Receiver.Name)
		t := &p.Header.Totals
		row.Net, row.Exempt, row.VAT, row.Total = pesos(t.Net), pesos(t.Exempt), pesos(t.VAT), t.Total
		for _, tax := range t.OtherTaxes {
			row.OtherTaxTotal += tax.Amount
			row.OtherTaxes = append(row.OtherTaxes, rcv.OtherTax{Code: tax.Code, Amount: tax.Amount, Rate: rcv.Rate(tax.Rate.String())})
		}
	case d.Export != nil:
		row.Name = strings.Clone(d.Export.Header.Receiver.Name)
		inPesos := d.Export.Header.OtherCurrency
		if inPesos == nil || inPesos.Currency != "PESO CL" {
			return key, row, false
		}
		var errExempt, errTotal error
		row.Exempt, errExempt = inPesos.Exempt.CLP()
		row.Total, errTotal = inPesos.Total.CLP()
		if cmp.Or(errExempt, errTotal) != nil {
			return key, row, false
		}
	}
	for _, r := range references(d) {
		if r.Code != "" && row.RefFolio == "" {
			row.RefType, _ = chile.ParseDocType(r.Type)
			row.RefFolio = strings.Clone(r.Folio)
		}
	}
	return key, row, true
}

func pesos(amount *chile.CLP) chile.CLP {
	if amount == nil {
		return 0
	}
	return *amount
}
