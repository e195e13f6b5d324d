package main

import (
	"cmp"
	"fmt"
	"iter"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
)

// samples returns one draft of each type that is issued.
func samples(date chile.Date, now time.Time) iter.Seq[source] {
	date = cmp.Or(date, chile.DateOf(now))
	return func(yield func(source) bool) {
		for i, s := range []struct {
			kind chile.DocType
			more func(*issue.Draft)
		}{
			{33, sale},
			{34, exempt},
			{39, boleta},
			{41, exemptBoleta},
			{43, settlement},
			{46, purchase},
			{52, guide},
			{56, debit},
			{61, credit},
			{110, export},
			{111, exportNote},
			{112, exportNote},
		} {
			draft := ofCompany(s.kind, date)
			s.more(draft)
			if !yield(source{name: fmt.Sprintf("sample#%d", i+1), key: fmt.Sprintf("sample/%d", i+1), draft: draft}) {
				return
			}
		}
	}
}

// ofCompany returns what all drafts of a company have.
func ofCompany(kind chile.DocType, date chile.Date) *issue.Draft {
	return &issue.Draft{
		Identification: dte.Identification{Type: kind, IssueDate: date},
		Issuer: dte.Issuer{
			RUT: chile.MustParseRUT("76111111-6"), Name: "Empresa de Prueba Ñuñoa SpA", Activity: "Venta de repuestos", ActivityCodes: []int{453000},
			Address: "Irarrázaval 100", Commune: "Ñuñoa", City: "Santiago",
		},
		Receiver: dte.Receiver{
			RUT: chile.MustParseRUT("77222222-K"), Name: "Panadería Ñandú Ltda.", Activity: "Panadería",
			Address: "Los Aromos 12", Commune: "Quilpué", City: "Quilpué",
		},
	}
}

func sale(d *issue.Draft) {
	d.Identification.PaymentTerms = 2
	d.Lines = []issue.Line{
		{Name: "Correa", Quantity: n("3"), Price: n("1990"), DiscountRate: n("10")},
		{Name: "Bebida", Quantity: n("24"), Price: n("520.5"), TaxCodes: []int{27}},
		{Name: "Manual impreso", Exemption: 1, Quantity: n("1"), Price: n("1000")},
	}
	d.Totals.OtherTaxes = []issue.Tax{{Code: 27, Rate: n("10")}}
}

func exempt(d *issue.Draft) {
	d.Identification.PaymentTerms = 1
	d.Lines = []issue.Line{{Name: "Curso de soldadura", Quantity: n("2"), Price: n("150000")}}
}

func boleta(d *issue.Draft) {
	d.Identification.Service = 3
	ofNobody(d)
	d.Lines = []issue.Line{{Name: "Pan amasado", Quantity: n("1.35"), Unit: "kg", Price: n("2190")}}
}

func exemptBoleta(d *issue.Draft) {
	d.Identification.Service = 3
	ofNobody(d)
	d.Lines = []issue.Line{{Name: "Pasaje a Valparaíso", Quantity: n("2"), Price: n("4900")}}
}

// ofNobody gives a boleta the receiver that is not known, and the issuer what
// boletas have of it.
func ofNobody(d *issue.Draft) {
	d.Receiver = dte.Receiver{RUT: chile.MustParseRUT("66666666-6")}
	d.Issuer.ActivityCodes = nil
}

func settlement(d *issue.Draft) {
	d.Identification.PaymentTerms = 2
	vat := chile.CLP(7_600)
	d.Lines = []issue.Line{{SettledType: 33, Name: "Facturas de la quincena", Quantity: n("4"), Amount: n("400000")}}
	d.Commissions = []dte.Commission{{Kind: "C", Text: "Comisión de venta", Rate: n("10"), Net: 40_000, VAT: &vat}}
}

func purchase(d *issue.Draft) {
	d.Receiver.RUT, d.Receiver.Name, d.Receiver.Activity = chile.MustParseRUT("12345678-5"), "Juana Prueba Soto", "Recolección"
	d.Lines = []issue.Line{{
		Name: "Fierro", Quantity: n("1200.5"), Unit: "kg", Price: n("130"), TaxCodes: []int{15},
	}}
	d.Totals.OtherTaxes = []issue.Tax{{Code: 15, Rate: n("19")}}
}

func guide(d *issue.Draft) {
	d.Identification.Dispatch, d.Identification.Transfer = 2, 1
	d.Transport = &dte.Transport{Plate: "ABCD12", CarrierRUT: d.Issuer.RUT, Address: d.Receiver.Address, Commune: d.Receiver.Commune}
	d.Lines = []issue.Line{{Name: "Correa", Quantity: n("3"), Unit: "un", Price: n("1990")}}
}

func debit(d *issue.Draft) {
	d.Lines = []issue.Line{{Name: "Intereses por mora", Quantity: n("1"), Price: n("8500")}}
	d.References = []dte.Reference{reference("33", "Intereses por mora", d.Identification.IssueDate)}
}

func credit(d *issue.Draft) {
	d.Lines = []issue.Line{{Name: "Correa", Quantity: n("1"), Price: n("1990"), DiscountRate: n("10")}}
	d.References = []dte.Reference{reference("33", "Devolución de mercaderías", d.Identification.IssueDate)}
}

func export(d *issue.Draft) {
	d.Identification.ExportPaymentTerms = 1
	d.Receiver = dte.Receiver{
		RUT: chile.MustParseRUT("55555555-5"), Name: "Test Fruit Inc.", Address: "1 Dock Road", City: "Rotterdam",
		Foreigner: &dte.Foreigner{Nationality: "515"},
	}
	d.Transport = &dte.Transport{Customs: &dte.Customs{
		SaleMode: 1, SaleClause: 5, ClauseTotal: n("5100"), Route: 1, LoadingPort: 906, UnloadingPort: 521, PackageCount: 40,
		ReceiverCountry: 515, DestinationCountry: 515,
	}}
	d.Totals.Currency = "DOLAR USA"
	d.OtherCurrency = &dte.CurrencyTotals{Currency: "PESO CL", ExchangeRate: n("950.25")}
	d.Lines = []issue.Line{{Name: "Cerezas", Quantity: n("400"), Unit: "10", Price: n("12.75")}}
}

func exportNote(d *issue.Draft) {
	export(d)
	d.Lines[0].Quantity, d.Transport.Customs.ClauseTotal = n("10"), n("127.5")
	d.References = []dte.Reference{reference("110", "Corrige la cantidad", d.Identification.IssueDate)}
}

func reference(kind, reason string, date chile.Date) dte.Reference {
	return dte.Reference{Type: kind, Folio: "1", Date: date, Code: "3", Reason: reason}
}

// n is a number of these samples.
func n(s string) dte.Decimal {
	d, err := dte.ParseDecimal(s)
	if err != nil {
		panic(err)
	}
	return d
}
