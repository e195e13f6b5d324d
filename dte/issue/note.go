package issue

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

// The errors of notes.
var (
	// ErrNote says that no note can do this to a document of this type, or that
	// the document has no number and date to refer to.
	ErrNote = errors.New("issue: no such note on this document")

	// ErrPart says that a returned part does not match the document: no such line,
	// more than the line has, or named twice.
	ErrPart = errors.New("issue: not a part of the document")

	// ErrShare says that the returned part's share of an amount is not defined:
	// write the note by hand.
	ErrShare = errors.New("issue: the share of an amount is not defined")
)

// CodRef: what a note does to the document that it refers to.
const (
	annuls         = "1"
	correctsText   = "2"
	correctsAmount = "3"
)

// Annul returns the note that annuls a whole document: a credit note, or for a
// credit note a debit note. It repeats the document's lines and states its totals,
// so a note with other totals is reported. For boletas and documents without taxed
// lines, the lines are adapted so that the totals stay the same.
//
// The note has no date: the caller sets it. The caller also sets what notes need and
// boletas do not have: the issuer's ActivityCodes and the receiver's Name. Errors are
// ErrNote (the SII allows no note that annuls a guía: REF-3-415), *PaperError and
// ErrDocument.
func Annul(original *dte.DTE, reason string) (*Draft, error) {
	return note(original, annuls, reason)
}

// CorrectText returns the note that corrects a text. The reason, "Donde dice …
// debe decir …", is its only line, and it charges nothing. The receiver is
// copied from the document: set what was corrected. Date and errors are those of
// Annul.
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

// Debit returns the debit note that charges more for a document: the given lines.
// Their prices include VAT if the document's do. If the document has no taxed
// lines, they are exempt. Date and errors are those of Annul.
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

// note returns a note with everything the document has.
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
	n.Totals.PeriodTotal, n.Totals.Period = dte.Decimal{}, dte.Decimal{} // they belong to the document's month
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

// noteOn returns the type of the note that annuls or corrects a document of
// type t.
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

// ofBoletaLines adapts the lines of a boleta to a note: prices include VAT, and
// there are no shows.
func ofBoletaLines(n *Draft, netPrices int) {
	n.Identification.Service = 0 // boletas have other codes
	taxed := slices.ContainsFunc(n.Lines, func(l Line) bool { return l.Exemption == 0 })
	if netPrices == 0 && taxed {
		n.Identification.GrossPrices = 1
	}
	for i := range n.Lines {
		l := &n.Lines[i]
		l.ShowItem, l.Ticket, l.Principal = 0, nil, chile.RUT{}
	}
}

// exemptLines marks lines and adjustments as exempt. Documents with only exempt
// lines need no mark; the notes 56 and 61 do.
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

// ofLines replaces the lines of a note and keeps only the rates of the document's
// totals.
func (d *Draft) ofLines(lines []Line) {
	has := func(lines []Line, code int) bool {
		return slices.ContainsFunc(lines, func(l Line) bool { return slices.Contains(l.TaxCodes, code) })
	}
	var taxes []Tax
	for _, tax := range d.Totals.OtherTaxes {
		// Lines need not have the code of a retention: then it applies to all lines.
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
