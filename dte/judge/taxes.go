package judge

import (
	"github.com/ofitec/chile/dte"
)

// effect is what a tax does to the total.
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
	default: // 53 is said to subtract by some; 16, 40, 54, 55 are in the schema alone
		return unsettled
	}
}

// Codes whose amount has a base of its own.
const (
	retainedVAT    = 15
	slaughteredVAT = 17
)

// ofLines reports whether the base of a tax is the lines that have its code. The
// amounts of margins (14, 50) and of taxes in UTM (28, 35, 51, 52) are given.
func ofLines(code int) bool {
	switch code {
	case 14, 28, 35, 50, 51, 52, slaughteredVAT:
		return false
	}
	return true
}

// taxes finds amounts of additional taxes and retentions that are not their rate
// of their base, and VAT not retained that is not the rest.
func (d *document) taxes() {
	if d.peso == nil || len(d.peso.Header.Totals.OtherTaxes) == 0 || !d.sum() {
		return
	}
	t := &d.peso.Header.Totals
	var held int64
	for i := range t.OtherTaxes {
		tax := &t.OtherTaxes[i]
		if magnitude(int64(tax.Amount)) > maxAmount {
			d.tooLarge()
			return
		}
		if effectOf(tax.Code) == retained {
			held += int64(tax.Amount)
		}
		d.tax(tax)
	}
	if t.UnretainedVAT != nil {
		d.among(CodeSum, pathOfTotals+"IVANoRet", int64(*t.UnretainedVAT), readings{amountOf(t.VAT) - held})
	}
}

func (d *document) tax(tax *dte.OtherTax) {
	if tax.Rate.IsZero() {
		return
	}
	t := &d.peso.Header.Totals
	base, marked := d.lines.byTax[tax.Code]
	var bases readings
	switch {
	case tax.Code == slaughteredVAT && t.SlaughterBase != nil:
		bases = readings{int64(*t.SlaughterBase)}
	case !ofLines(tax.Code):
		return
	case marked:
		var ok bool
		if bases, ok = d.adjusted(readings{base}, ofTaxedLines); !ok {
			d.tooLarge()
			return
		}
		bases = append(bases, base) // whether globals reduce the base is not told
	case tax.Code == retainedVAT:
		bases = readings{amountOf(t.Net)}
	default:
		bases = readings{0} // no line has the code
	}
	var want readings
	for _, b := range bases {
		n, ok := percent(b, tax.Rate)
		if !ok {
			d.tooLarge()
			return
		}
		want = append(want, n)
	}
	if tax.Code == retainedVAT { // the whole VAT, whatever rounding it had
		want = append(want, amountOf(t.VAT))
	}
	d.among(CodeTax, pathOfTotals+"ImptoReten["+text(tax.Code)+"]/MontoImp", int64(tax.Amount), want)
}

// retention finds a total retention (15) that does not name its rate, which is
// that of VAT.
func (d *document) retention() {
	if d.peso == nil {
		return
	}
	for i := range d.peso.Header.Totals.OtherTaxes {
		tax := &d.peso.Header.Totals.OtherTaxes[i]
		if tax.Code != retainedVAT || !tax.Rate.IsZero() && tax.Rate.Cmp(nineteen) == 0 {
			continue
		}
		path := pathOfTotals + "ImptoReten[15]/TasaImp"
		d.find(CodeTax, path, tax.Rate.String(), nineteen.String())
		d.find(CodeTaxLine, path, tax.Rate.String(), nineteen.String())
	}
}

// maxUnsettled bounds the taxes that may add or subtract.
const maxUnsettled = 6

// withTaxes returns what a sum may be with the additional taxes and retentions.
func (d *document) withTaxes(sum int64) (list readings, ok bool) {
	list = readings{sum}
	doubts := 0
	for i := range d.peso.Header.Totals.OtherTaxes {
		tax := &d.peso.Header.Totals.OtherTaxes[i]
		amount := int64(tax.Amount)
		if magnitude(amount) > maxAmount {
			return nil, false
		}
		signs := []int64{0}
		switch effectOf(tax.Code) {
		case added:
			signs = []int64{1}
		case retained:
			signs = []int64{-1}
		case unsettled:
			signs = []int64{-1, 1}
			if doubts++; doubts > maxUnsettled {
				return nil, false
			}
		case neutral:
		}
		list = list.of(func(n int64) []int64 {
			var next []int64
			for _, sign := range signs {
				next = append(next, n+sign*amount)
			}
			return next
		})
	}
	return list, true
}
