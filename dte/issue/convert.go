package issue

import (
	"slices"

	"github.com/ofitec/chile/dte"
)

// The documents of a draft, without totals: total fills in those of the lines and
// of the document.

var ruleStranger = rule{
	"element.stranger", LevelRejects,
	"este tipo de documento no tiene este campo", "this type of document has no such field",
}

// pesos returns the document for all types except exports.
func (d *Draft) pesos(found Findings) (*dte.Document, Findings) {
	doc := &dte.Document{
		Header: dte.Header{
			Identification: d.Identification,
			Issuer:         d.Issuer,
			Principal:      d.Principal,
			Receiver:       d.Receiver,
			Requester:      d.Requester,
			SoftwareRUT:    d.SoftwareRUT,
			Transport:      copyOf(d.Transport),
			OtherCurrency:  d.currency(),
		},
		Lines:       make([]dte.Line, len(d.Lines)),
		Subtotals:   slices.Clone(d.Subtotals),
		Adjustments: slices.Clone(d.Adjustments),
		References:  slices.Clone(d.References),
		Location:    copyOf(d.Location),
		Wood:        copyOf(d.Wood),
		Commissions: slices.Clone(d.Commissions),
	}
	for i := range d.Lines {
		doc.Lines[i] = d.Lines[i].pesos(i, &found)
	}
	for i := range doc.Commissions {
		number(&doc.Commissions[i].Number, i)
	}
	numberAll(doc.Adjustments, doc.References)
	if isBoleta(d.Identification.Type) {
		return doc, append(found, asBoleta(doc)...)
	}
	if d.Totals.Currency != "" {
		found = append(found, ruleStranger.at("Encabezado/Totales/TpoMoneda", d.Totals.Currency, ""))
	}
	asInvoice(&doc.Header.Issuer)
	return doc, found
}

// export returns the document of exports.
func (d *Draft) export() (*dte.Export, Findings) {
	found := d.strangersOfExports()
	doc := &dte.Export{
		Header: dte.ExportHeader{
			Identification: d.Identification,
			Issuer:         d.Issuer,
			Receiver:       d.Receiver,
			Transport:      copyOf(d.Transport),
			Totals:         dte.ExportTotals{Currency: d.Totals.Currency},
			OtherCurrency:  d.currency(),
		},
		Lines:       make([]dte.ExportLine, len(d.Lines)),
		Subtotals:   slices.Clone(d.Subtotals),
		Adjustments: slices.Clone(d.Adjustments),
		References:  slices.Clone(d.References),
	}
	for i := range d.Lines {
		doc.Lines[i] = d.Lines[i].export(i, &found)
	}
	numberAll(doc.Adjustments, doc.References)
	asInvoice(&doc.Header.Issuer)
	return doc, found
}

// strangersOfExports finds fields that exports do not have.
func (d *Draft) strangersOfExports() (found Findings) {
	for _, f := range []struct {
		path string
		set  bool
	}{
		{"Encabezado/RUTMandante", !d.Principal.IsZero()},
		{"Encabezado/RUTSolicita", !d.Requester.IsZero()},
		{"Encabezado/RUTProvSW", !d.SoftwareRUT.IsZero()},
		{"GeoRefEmision", d.Location != nil},
		{"ManejoMadera", d.Wood != nil},
		{"Comisiones", len(d.Commissions) > 0},
	} {
		if f.set {
			found = append(found, ruleStranger.at(f.path, "", ""))
		}
	}
	return found
}

// currency returns the other currency and its rate.
func (d *Draft) currency() *dte.CurrencyTotals {
	if d.OtherCurrency == nil {
		return nil
	}
	return &dte.CurrencyTotals{Currency: d.OtherCurrency.Currency, ExchangeRate: d.OtherCurrency.ExchangeRate}
}

func (l *Line) pesos(i int, found *Findings) dte.Line {
	line := dte.Line{
		Number: l.Number, Codes: l.Codes, SettledType: l.SettledType, Exemption: l.Exemption, ShowItem: l.ShowItem,
		Principal: l.Principal, Withholder: l.Withholder, Name: l.Name, Ticket: l.Ticket, Description: l.Description,
		ReferenceQuantity: l.ReferenceQuantity, ReferenceUnit: l.ReferenceUnit, ReferencePrice: l.ReferencePrice,
		Quantity: l.Quantity, SubQuantities: l.SubQuantities, Made: l.Made, Expires: l.Expires, Unit: l.Unit, Price: l.Price,
		OtherCurrency: l.OtherCurrency, DiscountRate: l.DiscountRate, Discounts: l.Discounts,
		SurchargeRate: l.SurchargeRate, Surcharges: l.Surcharges, TaxCodes: l.TaxCodes,
	}
	number(&line.Number, i)
	line.Discount = whole(l.Discount, linePath(i, "DescuentoMonto"), found)
	line.Surcharge = whole(l.Surcharge, linePath(i, "RecargoMonto"), found)
	return line
}

func (l *Line) export(i int, found *Findings) dte.ExportLine {
	for _, f := range []struct {
		name string
		set  bool
	}{
		{"TpoDocLiq", l.SettledType != 0},
		{"ItemEspectaculo", l.ShowItem != 0},
		{"RUTMandante", !l.Principal.IsZero()},
		{"Retenedor", l.Withholder != nil},
		{"InfoTicket", l.Ticket != nil},
		{"CodImpAdic", len(l.TaxCodes) > 0},
	} {
		if f.set {
			*found = append(*found, ruleStranger.at(linePath(i, f.name), "", ""))
		}
	}
	line := dte.ExportLine{
		Number: l.Number, Codes: l.Codes, Exemption: l.Exemption, Name: l.Name, Description: l.Description,
		ReferenceQuantity: l.ReferenceQuantity, ReferenceUnit: l.ReferenceUnit, ReferencePrice: l.ReferencePrice,
		Quantity: l.Quantity, SubQuantities: l.SubQuantities, Made: l.Made, Expires: l.Expires, Unit: l.Unit, Price: l.Price,
		OtherCurrency: l.OtherCurrency, DiscountRate: l.DiscountRate, Discount: l.Discount, Discounts: l.Discounts,
		SurchargeRate: l.SurchargeRate, Surcharge: l.Surcharge, Surcharges: l.Surcharges,
	}
	number(&line.Number, i)
	return line
}

// number numbers the i-th item of a list, if it has no number.
func number(n *int, i int) {
	if *n == 0 {
		*n = i + 1
	}
}

func numberAll(adjustments []dte.Adjustment, references []dte.Reference) {
	for i := range adjustments {
		number(&adjustments[i].Number, i)
	}
	for i := range references {
		number(&references[i].Number, i)
	}
}

func copyOf[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}
