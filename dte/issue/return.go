package issue

import (
	"fmt"
	"slices"

	"github.com/ofitec/chile/dte"
)

// Part is the returned part of a line.
type Part struct {
	Line     int         // the line's number
	Quantity dte.Decimal // returned quantity; absent for all
}

// Return returns the credit note for returned goods: parts of a document's lines, at
// their prices and with their percentages and those of the whole document. Without
// parts it covers everything, but still corrects amounts and does not annul.
//
// It fails with ErrShare if the returned share of an amount is not defined. That is
// so for discounts and surcharges in pesos, of the whole document or of a partly
// returned line; for amounts without a price; and for taxes given by amount. ErrPart
// says that there is no such part. Date and other errors are those of Annul; nothing
// can be returned from a credit note.
func Return(original *dte.DTE, reason string, parts ...Part) (*Draft, error) {
	n, err := note(original, correctsAmount, reason)
	if err != nil {
		return nil, err
	}
	switch n.Identification.Type {
	case 61, 112:
	default:
		return nil, fmt.Errorf("%w: nothing can be returned from a credit note", ErrNote)
	}
	if len(parts) == 0 {
		return n, nil
	}
	lines, all, err := returned(n.Lines, parts)
	if err != nil {
		return nil, err
	}
	if all {
		return n, nil
	}
	if err := n.share(lines); err != nil {
		return nil, err
	}
	n.ofLines(lines)
	return n, nil
}

// returned returns the returned lines, and whether they are all lines in full.
func returned(lines []Line, parts []Part) (back []Line, all bool, err error) {
	all = true
	used := make(map[int]bool, len(parts))
	for _, part := range parts {
		at := slices.IndexFunc(lines, func(l Line) bool { return l.Number == part.Line })
		if at < 0 || used[part.Line] {
			return nil, false, fmt.Errorf("%w: line %d", ErrPart, part.Line)
		}
		used[part.Line] = true
		line, whole, err := lines[at].part(part.Quantity)
		if err != nil {
			return nil, false, err
		}
		line.Number = len(back) + 1
		back, all = append(back, line), all && whole
	}
	return back, all && len(back) == len(lines), nil
}

// part returns a quantity of a line, and whether it is the whole line.
func (l *Line) part(quantity dte.Decimal) (line Line, whole bool, err error) {
	line = *l
	had := l.Quantity
	if had.IsZero() {
		if had, err = dte.DecimalOf(1); err != nil {
			return line, false, err
		}
	}
	switch {
	case quantity.IsZero() || quantity.Cmp(had) == 0:
		return line, true, nil
	case quantity.Sign() <= 0 || quantity.Cmp(had) > 0:
		return line, false, fmt.Errorf("%w: %s of the %s of line %d", ErrPart, quantity, had, l.Number)
	case l.Price.IsZero():
		return line, false, fmt.Errorf("%w: line %d has no price", ErrShare, l.Number)
	case !l.Discount.IsZero() && l.DiscountRate.IsZero(), !l.Surcharge.IsZero() && l.SurchargeRate.IsZero():
		return line, false, fmt.Errorf("%w: line %d has a discount or surcharge by amount", ErrShare, l.Number)
	case l.OtherCurrency != nil || l.Withholder != nil:
		return line, false, fmt.Errorf("%w: line %d has other amounts", ErrShare, l.Number)
	}
	line.Quantity, line.SubQuantities = quantity, nil
	line.ReferenceQuantity, line.ReferenceUnit, line.ReferencePrice = dte.Decimal{}, "", dte.Decimal{}
	line.Discount, line.Discounts, line.Surcharge, line.Surcharges = dte.Decimal{}, nil, dte.Decimal{}, nil
	line.Amount = dte.Decimal{}
	return line, false, nil
}

// share keeps the adjustments that concern the lines. It fails if the lines' share
// of an amount is not defined.
func (d *Draft) share(lines []Line) error {
	d.Adjustments = slices.DeleteFunc(d.Adjustments, func(a dte.Adjustment) bool {
		return !slices.ContainsFunc(lines, func(l Line) bool { return d.concerns(&a, &l) })
	})
	for i := range d.Adjustments {
		d.Adjustments[i].Number = i + 1
		if d.Adjustments[i].ValueKind != "%" {
			return fmt.Errorf("%w: the document has a discount or surcharge in pesos", ErrShare)
		}
	}
	t := &d.Totals
	for i := range t.OtherTaxes {
		if tax := &t.OtherTaxes[i]; isByAmount(tax.Code) || tax.Rate.IsZero() {
			return fmt.Errorf("%w: tax %d is given by amount", ErrShare, tax.Code)
		}
	}
	if !t.BuilderCredit.IsZero() || !t.OwnVAT.IsZero() || !t.ThirdVAT.IsZero() || len(d.Commissions) > 0 {
		return fmt.Errorf("%w: the document has a credit, shares of VAT, or commissions", ErrShare)
	}
	return nil
}

// concerns reports whether an adjustment applies to a line.
func (d *Draft) concerns(a *dte.Adjustment, l *Line) bool {
	switch {
	case isExport(d.Identification.Type):
		return a.Exemption == 2 == (l.Exemption == 2 || l.Exemption == 6)
	case a.Exemption == 2:
		return l.Exemption == 2 || l.Exemption == 6
	default:
		return a.Exemption == l.Exemption
	}
}
