package issue

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

// Why there is no note.
var (
	// ErrNote says that no note does that to a document of such a type, or that the
	// document has no number and date to refer to.
	ErrNote = errors.New("issue: no such note on this document")

	// ErrPart says that a part that comes back is none of the document's lines, more
	// than it has, or named twice.
	ErrPart = errors.New("issue: not a part of the document")

	// ErrShare says that it is open what share of an amount belongs to a part that
	// comes back: the note is to be written by hand.
	ErrShare = errors.New("issue: the share of an amount is open")
)

// What a note does to the document that it refers to: CodRef.
const (
	annuls         = "1"
	correctsText   = "2"
	correctsAmount = "3"
)

// Annul returns the note that annuls a whole document: a credit note, or of credit
// notes a debit note. It repeats the lines and states the totals of the document, so
// that a note with others is told. Boletas and documents without taxed lines are
// repeated so that the totals stay.
//
// The note has no date: it is the caller's to set, and so is what boletas do not say
// and notes must: the issuer's ActivityCodes, the receiver's Name. Errors are ErrNote
// (guías are annulled by no note, says the SII: REF-3-415), *PaperError and
// ErrDocument.
func Annul(original *dte.DTE, reason string) (*Draft, error) {
	return note(original, annuls, reason)
}

// CorrectText returns the note that corrects a text: what it says, "Donde dice …
// debe decir …", is its one line, and it charges nothing. The receiver is as the
// document has it: set what was corrected. Date and errors are those of Annul.
func CorrectText(original *dte.DTE, reason string) (*Draft, error) {
	n, err := note(original, correctsText, reason)
	if err != nil {
		return nil, err
	}
	zero, err := dte.DecimalOf(0)
	if err != nil {
		return nil, err
	}
	n.Totals = Totals{Currency: n.Totals.Currency}
	n.OtherCurrency, n.Adjustments, n.Commissions, n.Identification.GrossPrices = nil, nil, nil, 0
	n.Lines = []Line{{Number: 1, Name: reason, Amount: zero}}
	if kindOf(original) == 34 || kindOf(original) == 41 {
		n.Lines[0].Exemption = 1
	}
	return n, nil
}

// Debit returns the debit note that charges more for a document: the lines, whose
// prices include VAT if those of the document do. Those of documents without taxed
// lines are exempt. Date and errors are those of Annul.
func Debit(original *dte.DTE, reason string, lines ...Line) (*Draft, error) {
	n, err := note(original, correctsAmount, reason)
	if err != nil {
		return nil, err
	}
	n.Identification.Type = 56
	if isExport(kindOf(original)) {
		n.Identification.Type = 111
	}
	n.ofLines(slices.Clone(lines))
	n.Adjustments, n.Commissions = nil, nil
	exemptLines(n, kindOf(original))
	return n, nil
}

// note returns a note with everything that the document has.
func note(original *dte.DTE, code, reason string) (*Draft, error) {
	d, _ := draftOf(original)
	if d == nil {
		return nil, fmt.Errorf("%w: it is empty", ErrDocument)
	}
	id := &d.Identification
	kind, err := noteOn(id.Type)
	if err != nil {
		return nil, err
	}
	if id.Folio == 0 || id.IssueDate.IsZero() {
		return nil, fmt.Errorf("%w: it has no number or no date", ErrNote)
	}
	reference := dte.Reference{
		Number: 1, Type: strconv.Itoa(int(id.Type)), Folio: strconv.FormatInt(int64(id.Folio), 10), Date: id.IssueDate,
		Code: code, Reason: reason,
	}
	n := &Draft{
		Identification: dte.Identification{Type: kind, GrossPrices: id.GrossPrices, Service: id.Service},
		Issuer:         d.Issuer, Principal: d.Principal, Receiver: d.Receiver, Requester: d.Requester,
		Totals: d.Totals, OtherCurrency: d.OtherCurrency, Lines: d.Lines, Adjustments: d.Adjustments,
		References: []dte.Reference{reference}, Commissions: d.Commissions,
	}
	n.Totals.PeriodTotal, n.Totals.Period = dte.Decimal{}, dte.Decimal{} // of the document's month, not of the note's
	n.Totals.PreviousBalance, n.Totals.Payable = dte.Decimal{}, dte.Decimal{}
	switch {
	case isBoleta(id.Type):
		ofBoletaLines(n, id.NetPrices)
	case isExport(id.Type):
		n.Transport, n.Identification.ExportPaymentTerms = d.Transport, id.ExportPaymentTerms
	case id.Type == 43:
		for i := range n.Lines {
			n.Lines[i].SettledType = 0
		}
	}
	exemptLines(n, id.Type)
	return n, nil
}

// noteOn returns the type of the note that annuls or corrects.
func noteOn(t chile.DocType) (chile.DocType, error) {
	switch t {
	case 33, 34, 39, 41, 43, 46, 56:
		return 61, nil
	case 61:
		return 56, nil
	case 110, 111:
		return 112, nil
	case 112:
		return 111, nil
	}
	if twin, ok := twins[t]; ok {
		return 0, &PaperError{Type: t, Twin: twin}
	}
	return 0, fmt.Errorf("%w: type %d", ErrNote, int(t))
}

func kindOf(doc *dte.DTE) chile.DocType { return doc.ID().Type }

// ofBoletaLines takes the lines of a boleta into a note, which says that prices
// include VAT, and knows no shows.
func ofBoletaLines(n *Draft, netPrices int) {
	n.Identification.Service = 0 // the codes of boletas are others
	taxed := slices.ContainsFunc(n.Lines, func(l Line) bool { return l.Exemption == 0 })
	if netPrices == 0 && taxed {
		n.Identification.GrossPrices = 1
	}
	for i := range n.Lines {
		l := &n.Lines[i]
		l.ShowItem, l.Ticket, l.Principal = 0, nil, chile.RUT{}
	}
}

// exemptLines says of lines and adjustments what goes without saying where all lines
// are exempt, and not in the notes 56 and 61.
func exemptLines(n *Draft, original chile.DocType) {
	if original != 34 && original != 41 {
		return
	}
	n.Identification.GrossPrices = 0
	for i := range n.Lines {
		if n.Lines[i].Exemption == 0 {
			n.Lines[i].Exemption = 1
		}
	}
	for i := range n.Adjustments {
		if n.Adjustments[i].Exemption == 0 {
			n.Adjustments[i].Exemption = 1
		}
	}
}

// ofLines makes a note be about these lines: of the document's totals the rates stay.
func (d *Draft) ofLines(lines []Line) {
	has := func(lines []Line, code int) bool {
		return slices.ContainsFunc(lines, func(l Line) bool { return slices.Contains(l.TaxCodes, code) })
	}
	var taxes []Tax
	for _, tax := range d.Totals.OtherTaxes {
		// Retentions need not stand in the lines: then they are of all.
		if has(lines, tax.Code) || !has(d.Lines, tax.Code) && !isByAmount(tax.Code) {
			taxes = append(taxes, Tax{Code: tax.Code, Rate: tax.Rate})
		}
	}
	d.Lines = lines
	d.Totals = Totals{Currency: d.Totals.Currency, VATRate: d.Totals.VATRate, OtherTaxes: taxes}
	d.OtherCurrency = d.currency()
}

// isByAmount reports whether a tax is given by amount: margins, fuels by volume,
// public prices.
func isByAmount(code int) bool {
	switch code {
	case 14, 28, 35, 50, 51, 52, 53:
		return true
	default:
		return false
	}
}
