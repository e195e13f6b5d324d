package rcv

import (
	"slices"

	"github.com/ofitec/chile"
)

// withholdings are the codes of VAT that the buyer withholds and pays itself; the
// value says whether it is all of the VAT. Source: DTE format 2.2, table of
// additional taxes and withholdings. Three-digit codes are those of sellers that
// are difficult to audit, for whom all VAT is withheld.
var withholdings = map[int]bool{
	15: true, 30: false, 31: true, 32: false, 33: false, 34: false, 36: false, 37: false, 38: true, 39: true,
	41: true, 46: true, 47: true, 48: false,
	301: true, 321: true, 331: true, 341: true, 361: true, 371: true, 481: true,
}

// Withheld reports whether the amount is VAT that the buyer withholds, which
// reduces the document's total. All other codes increase it.
func (t OtherTax) Withheld() bool { _, ok := withholdings[t.Code]; return ok }

// WithheldVAT is VAT that the buyer withholds from the seller and pays itself.
type WithheldVAT struct {
	Total   chile.CLP // at rates that withhold all VAT
	Partial chile.CLP // at rates that withhold a part
}

// sum returns all withheld VAT of a document for which WithheldVAT returns
// true.
func (w WithheldVAT) sum() chile.CLP { return w.Total + w.Partial }

func (w WithheldVAT) fits() bool {
	_, err := w.Total.Add(w.Partial)
	return err == nil
}

// WithheldVAT returns the withheld VAT. It uses the first of these that the row
// has: the SII's columns of withheld VAT, the codes of its additional taxes, and
// the total, which does not include withheld VAT.
//
// It returns false if the row does not determine it: its amounts and its total do
// not fit a withholding.
//
// Unverified: the last of the three, the only one that rows from the facade have.
func (d *Document) WithheldVAT() (vat WithheldVAT, ok bool) {
	if d.WithheldTotal != 0 || d.WithheldPartial != 0 {
		vat = WithheldVAT{d.WithheldTotal, d.WithheldPartial}
		return vat, vat.fits()
	}
	if slices.ContainsFunc(d.OtherTaxes, OtherTax.Withheld) {
		return withheldByCode(d.OtherTaxes)
	}
	whole, err := sumOf(d.VAT, max(d.NonRecoverableVAT, d.NonRecoverableTotal), d.CommonUseVAT)
	if err != nil {
		return vat, false
	}
	missing, err := sumOf(d.Exempt, d.Net, whole, -d.Total)
	switch {
	case err != nil:
		return vat, false
	case missing == 0 && d.OtherTaxTotal == 0, missing < 0 && missing == -d.OtherTaxTotal:
		return vat, true // all VAT was charged
	case missing <= 0 || missing > whole || d.OtherTaxTotal != 0 && d.OtherTaxTotal != missing:
		return vat, false
	case missing == whole:
		return WithheldVAT{Total: missing}, true
	default:
		return WithheldVAT{Partial: missing}, true
	}
}

func withheldByCode(taxes []OtherTax) (vat WithheldVAT, ok bool) {
	for _, tax := range taxes {
		all, withheld := withholdings[tax.Code]
		if !withheld {
			continue
		}
		into := &vat.Partial
		if all {
			into = &vat.Total
		}
		sum, err := into.Add(tax.Amount)
		if err != nil {
			return WithheldVAT{}, false
		}
		*into = sum
	}
	return vat, vat.fits()
}

// withholds reports whether VAT of the document may have been withheld.
func (d *Document) withholds() bool {
	return d.byBuyer() || d.WithheldTotal != 0 || d.WithheldPartial != 0 || slices.ContainsFunc(d.OtherTaxes, OtherTax.Withheld)
}

// sumOf adds amounts.
func sumOf(amounts ...chile.CLP) (sum chile.CLP, err error) {
	for _, amount := range amounts {
		if sum, err = sum.Add(amount); err != nil {
			return 0, err
		}
	}
	return sum, nil
}
