package rcv

import (
	"errors"
	"fmt"

	"github.com/ofitec/chile"
)

// ErrGap says that the amounts of a row do not add up to its total. It is a
// warning: the row was read.
var ErrGap = errors.New("the amounts of the row do not add up to the total")

// gapError adds the difference.
func gapError(gap chile.CLP) error { return fmt.Errorf("%w: they differ by %d", ErrGap, int64(gap)) }

// Gap returns the difference between the total and the sum of the row's other
// amounts: 0 if they add up, positive if the total is larger. It does not say
// which amount is wrong.
//
// Exempt, net, VAT, non-recoverable VAT and additional taxes are always counted;
// withholdings reduce the sum. Whether the SII counts other amounts depends on
// the document, so a row adds up if it does with or without them: VAT of common
// use, withheld, late and of the free zone, tax without credit, tobaccos and
// vehicles, deposits, non-billable amounts, fares, the builders' credit and the
// commission of a settlement. Parts of other amounts, such as fixed assets, are
// never counted.
//
// Source: format of the documents 2.2, field MntTotal. Unverified: that the
// register follows it for every kind of document.
func (d *Document) Gap() chile.CLP {
	gap := sum(d.Total, -d.Exempt, -d.Net, -d.VAT, -max(d.NonRecoverableVAT, d.NonRecoverableTotal))
	if sum(gap, -d.OtherTaxTotal) == 0 {
		return 0 // most rows
	}
	var terms gapTerms
	if len(d.OtherTaxes) == 0 {
		terms.add(d.OtherTaxTotal, 1, -1)
	}
	for _, tax := range d.OtherTaxes {
		terms.add(tax.Amount, 1, -1)
	}
	for _, amount := range [...]chile.CLP{
		d.CommonUseVAT, d.NoCreditTax, d.TobaccoCigars, d.TobaccoCigarettes, d.TobaccoProcessed, d.VehicleTax,
		d.Deposit,
	} {
		terms.add(amount, 1, 0)
	}
	for _, amount := range [...]chile.CLP{
		d.WithheldTotal, d.WithheldPartial, d.BuilderCredit, sum(d.CommissionNet, d.CommissionExe, d.CommissionVAT),
	} {
		terms.add(amount, -1, 0)
	}
	for _, amount := range [...]chile.CLP{d.Law18211, d.LateVAT, d.NonBillable, d.NationalFares, d.InternationalFares} {
		terms.add(amount, 0, 1)
	}
	if terms.explain(gap, 0) {
		return 0
	}
	for _, t := range terms.list[:terms.n] {
		gap = sum(gap, -t.first*t.amount)
	}
	return gap
}

// gapTerm is an amount that counts in one of two ways, the first one more
// likely.
type gapTerm struct{ amount, first, second chile.CLP }

// gapTerms are the amounts of a row that may count in two ways. Terms beyond
// the array's size are added to the last one: no row has that many.
type gapTerms struct {
	list [12]gapTerm
	n    int
}

func (t *gapTerms) add(amount, first, second chile.CLP) {
	switch {
	case amount == 0:
	case t.n == len(t.list):
		last := &t.list[t.n-1]
		last.amount = sum(last.amount, amount)
	default:
		t.list[t.n] = gapTerm{amount, first, second}
		t.n++
	}
}

// explain reports whether the terms from there on add up to the amount.
func (t *gapTerms) explain(amount chile.CLP, from int) bool {
	if from == t.n {
		return amount == 0
	}
	next := t.list[from]
	return t.explain(sum(amount, -next.first*next.amount), from+1) || t.explain(sum(amount, -next.second*next.amount), from+1)
}

// sum adds amounts of at most 18 digits. It stops at the largest possible number,
// which is not a total.
func sum(amounts ...chile.CLP) (total chile.CLP) {
	const most = 1<<63 - 1
	for _, amount := range amounts {
		next, err := total.Add(amount)
		switch {
		case err == nil:
			total = next
		case amount > 0:
			return most
		default:
			return -most
		}
	}
	return total
}
