package issue

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/internal/codec"
)

// ErrDocument says that a dte.DTE holds no document, or has elements that no
// schema has. Drafts do not have them either.
var ErrDocument = errors.New("issue: not a document that a draft can be made of")

// DraftOf returns the draft of a document: everything except stamp, signature and
// ID. The draft states the document's totals. It shares nothing with the document.
// The error is ErrDocument.
func DraftOf(doc *dte.DTE) (*Draft, error) {
	d, unknown := draftOf(doc)
	switch {
	case d == nil:
		return nil, fmt.Errorf("%w: it is empty", ErrDocument)
	case len(unknown) > 0:
		return nil, fmt.Errorf("%w: %s", ErrDocument, shown(strings.Join(unknown, ", ")))
	}
	return d, nil
}

// draftOf returns the draft of a document and the paths that it omits.
func draftOf(doc *dte.DTE) (d *Draft, unknown []string) {
	var c dte.DTE
	unknown = codec.Copy(&c, doc)
	switch p := c.Peso(); {
	case p != nil:
		return ofPesos(p), unknown
	case c.Export != nil:
		return ofExport(c.Export), unknown
	default:
		return nil, unknown
	}
}

func ofPesos(doc *dte.Document) *Draft {
	h := &doc.Header
	d := &Draft{
		Identification: h.Identification, Issuer: h.Issuer, Principal: h.Principal, Receiver: h.Receiver, Requester: h.Requester,
		SoftwareRUT: h.SoftwareRUT, Transport: h.Transport, Totals: ofTotals(&h.Totals), OtherCurrency: h.OtherCurrency,
		Lines: make([]Line, len(doc.Lines)), Subtotals: doc.Subtotals, Adjustments: doc.Adjustments, References: doc.References,
		Location: doc.Location, Wood: doc.Wood, Commissions: doc.Commissions,
	}
	for i := range doc.Lines {
		l := &doc.Lines[i]
		d.Lines[i] = Line{
			Number: l.Number, Codes: l.Codes, SettledType: l.SettledType, Exemption: l.Exemption, ShowItem: l.ShowItem,
			Principal: l.Principal, Withholder: l.Withholder, Name: l.Name, Ticket: l.Ticket, Description: l.Description,
			ReferenceQuantity: l.ReferenceQuantity, ReferenceUnit: l.ReferenceUnit, ReferencePrice: l.ReferencePrice,
			Quantity: l.Quantity, SubQuantities: l.SubQuantities, Made: l.Made, Expires: l.Expires, Unit: l.Unit, Price: l.Price,
			OtherCurrency: l.OtherCurrency, DiscountRate: l.DiscountRate, Discount: decimalOf(l.Discount), Discounts: l.Discounts,
			SurchargeRate: l.SurchargeRate, Surcharge: decimalOf(l.Surcharge), Surcharges: l.Surcharges, TaxCodes: l.TaxCodes,
			Amount: decimalOf(&l.Amount),
		}
	}
	return d
}

func ofExport(doc *dte.Export) *Draft {
	h := &doc.Header
	d := &Draft{
		Identification: h.Identification, Issuer: h.Issuer, Receiver: h.Receiver, Transport: h.Transport,
		Totals:        Totals{Currency: h.Totals.Currency, Exempt: h.Totals.Exempt, Total: h.Totals.Total},
		OtherCurrency: h.OtherCurrency, Lines: make([]Line, len(doc.Lines)), Subtotals: doc.Subtotals,
		Adjustments: doc.Adjustments, References: doc.References,
	}
	for i := range doc.Lines {
		l := &doc.Lines[i]
		d.Lines[i] = Line{
			Number: l.Number, Codes: l.Codes, Exemption: l.Exemption, Name: l.Name, Description: l.Description,
			ReferenceQuantity: l.ReferenceQuantity, ReferenceUnit: l.ReferenceUnit, ReferencePrice: l.ReferencePrice,
			Quantity: l.Quantity, SubQuantities: l.SubQuantities, Made: l.Made, Expires: l.Expires, Unit: l.Unit, Price: l.Price,
			OtherCurrency: l.OtherCurrency, DiscountRate: l.DiscountRate, Discount: l.Discount, Discounts: l.Discounts,
			SurchargeRate: l.SurchargeRate, Surcharge: l.Surcharge, Surcharges: l.Surcharges, Amount: l.Amount,
		}
	}
	return d
}

func ofTotals(t *dte.Totals) Totals {
	d := Totals{
		Net: decimalOf(t.Net), Exempt: decimalOf(t.Exempt), SlaughterBase: decimalOf(t.SlaughterBase), Margin: decimalOf(t.Margin),
		VATRate: t.VATRate, VAT: decimalOf(t.VAT), OwnVAT: decimalOf(t.OwnVAT), ThirdVAT: decimalOf(t.ThirdVAT),
		UnretainedVAT: decimalOf(t.UnretainedVAT), BuilderCredit: decimalOf(t.BuilderCredit), Deposits: decimalOf(t.Deposits),
		Commissions: t.Commissions, Total: decimalOf(&t.Total), NotInvoiced: decimalOf(t.NotInvoiced),
		PeriodTotal: decimalOf(t.PeriodTotal), Period: decimalOf(t.Period), PreviousBalance: decimalOf(t.PreviousBalance),
		Payable: decimalOf(t.Payable),
	}
	for i := range t.OtherTaxes {
		tax := &t.OtherTaxes[i]
		d.OtherTaxes = append(d.OtherTaxes, Tax{Code: tax.Code, Rate: tax.Rate, Amount: decimalOf(&tax.Amount)})
	}
	return d
}

// decimalOf returns an amount, or an absent one if there is none.
func decimalOf(amount *chile.CLP) dte.Decimal {
	if amount == nil {
		return dte.Decimal{}
	}
	d, err := dte.DecimalOf(*amount)
	if err != nil {
		return dte.Decimal{} // at most 18 digits were read
	}
	return d
}
