package judge

import "github.com/ofitec/chile/dte"

// effect is the effect of a tax on the total.
type effect int

const (
	unsettled effect = iota // reports disagree, or say nothing
	added
	retained
	neutral
)

// effectOf returns what a tax does to the total (Formato DTE 2.2, formula of
// MntTotal, and its table of codes).
func effectOf(code int) effect {
	switch code {
	case 14, 17, 18, 19, 23, 24, 25, 26, 27, 28, 271, 35, 44, 45, 50, 51, 52:
		return added
	case 15, 30, 31, 32, 33, 34, 36, 37, 38, 39, 41, 46, 47, 48, 301, 321, 331, 341, 361, 371, 481:
		return retained
	case 49:
		return neutral
	default: // some say that 53 subtracts; 16, 40, 54, 55 are only in the schema
		return unsettled
	}
}

// retainedVAT is the code of the retention of all VAT.
const retainedVAT = 15

// taxes finds amounts of additional taxes and retentions that are not rate × base, and
// VAT not retained that is not the rest.
func (d *document) taxes() {
	if d.peso == nil || !d.sum() {
		return
	}
	t := &d.peso.Header.Totals
	rest := amountOf(t.VAT)
	for i := range t.OtherTaxes {
		tax := &t.OtherTaxes[i]
		if effectOf(tax.Code) == retained {
			rest -= int64(tax.Amount)
		}
		if bases := d.bases(tax.Code); !tax.Rate.IsZero() && bases != nil {
			d.tax(tax, bases)
		}
	}
	if t.UnretainedVAT != nil {
		d.among(CodeSum, pathOfTotals+"IVANoRet", int64(*t.UnretainedVAT), readings{rest})
	}
}

// bases returns the possible bases of a tax, nil if the amount is given. No source says
// whether global discounts reduce it.
func (d *document) bases(code int) readings {
	t := &d.peso.Header.Totals
	switch code {
	case 14, 50: // of a margin
		return nil
	case 28, 35, 51, 52: // in UTM
		return nil
	case 17: // of slaughtered animals
		return readings{amountOf(t.SlaughterBase)}
	}
	sum, marked := d.lines.byTax[code]
	if code == retainedVAT && !marked {
		return readings{amountOf(t.Net)}
	}
	return append(d.adjusted(sum, taxedLine), sum)
}

func (d *document) tax(tax *dte.OtherTax, bases readings) {
	var want readings
	for _, base := range bases {
		want = append(want, d.fit(percent(base, tax.Rate)))
	}
	if tax.Code == retainedVAT { // the whole VAT, rounded in any way
		want = append(want, amountOf(d.peso.Header.Totals.VAT))
	}
	d.among(CodeTax, pathOfTotals+"ImptoReten["+text(tax.Code)+"]/MontoImp", int64(tax.Amount), want)
}

// retention finds a total retention (15) that does not name its rate, the rate of VAT.
func (d *document) retention() {
	if d.peso == nil {
		return
	}
	for i := range d.peso.Header.Totals.OtherTaxes {
		tax := &d.peso.Header.Totals.OtherTaxes[i]
		if tax.Code == retainedVAT && tax.Rate.Cmp(nineteen) != 0 {
			path := pathOfTotals + "ImptoReten[15]/TasaImp"
			d.find(CodeTax, path, tax.Rate.String(), nineteen.String())
			d.find(CodeTaxLine, path, tax.Rate.String(), nineteen.String())
		}
	}
}

// maxUnsettled bounds the taxes that may add or subtract.
const maxUnsettled = 6

// withTaxes returns the possible values of a sum with additional taxes and retentions.
func (d *document) withTaxes(sum int64) readings {
	list, doubts := readings{sum}, 0
	for i := range d.peso.Header.Totals.OtherTaxes {
		tax := &d.peso.Header.Totals.OtherTaxes[i]
		amount := int64(tax.Amount)
		switch effectOf(tax.Code) {
		case added:
			list = list.plus(amount)
		case retained:
			list = list.plus(-amount)
		case neutral:
		case unsettled:
			if doubts++; doubts > maxUnsettled {
				d.lines.tooLarge = true
				return nil
			}
			list = append(list.plus(-amount), list.plus(amount)...)
		}
	}
	return list
}
