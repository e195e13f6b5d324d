package rcv

import "github.com/ofitec/chile"

// Totals are sums over documents as for the tax form: credit notes (60, 61,
// 106, 112) are subtracted. The zero value is ready for use. It is not safe for
// concurrent use.
//
// For boletas and some other types registers have no documents, only a monthly
// total in the summary: to include them, see AddLine.
type Totals struct {
	Documents int64 `json:"documents"` // all documents, including credit notes
	Credits   int64 `json:"credits"`   // how many of them are credit notes

	Exempt            chile.CLP `json:"exempt"`
	Net               chile.CLP `json:"net"`
	VAT               chile.CLP `json:"vat"` // the recoverable part in purchases
	NonRecoverableVAT chile.CLP `json:"non_recoverable_vat"`
	CommonUseVAT      chile.CLP `json:"common_use_vat"`
	OtherTaxes        chile.CLP `json:"other_taxes"` // as the SII sums them, including withheld VAT
	Total             chile.CLP `json:"total"`
}

// Add counts a document. If a sum overflows, it returns chile.ErrOverflow and
// changes nothing.
func (t *Totals) Add(d *Document) error {
	one := Totals{
		Documents:         1,
		Exempt:            d.Exempt,
		Net:               d.Net,
		VAT:               d.VAT,
		NonRecoverableVAT: d.NonRecoverableVAT,
		CommonUseVAT:      d.CommonUseVAT,
		OtherTaxes:        d.OtherTaxTotal,
		Total:             d.Total,
	}
	if d.Type.Credit() {
		one.Credits = 1
		one.negate()
	}
	return t.Merge(one)
}

// AddLine counts a line of a summary: all its documents. To total a register, add
// either all lines of its summary, or its documents and the lines without
// documents. If a sum overflows, it returns chile.ErrOverflow and changes nothing.
//
// The summary has no sum of additional taxes: OtherTaxes does not change.
//
// Unverified: 922, other records that reduce the debit, is subtracted.
func (t *Totals) AddLine(l *SummaryLine) error {
	one := Totals{
		Documents:         l.Documents,
		Exempt:            l.Exempt,
		Net:               l.Net,
		VAT:               l.VAT,
		NonRecoverableVAT: l.NonRecoverableVAT,
		CommonUseVAT:      l.CommonUseVAT,
		Total:             l.Total,
	}
	if l.Type.Credit() {
		one.Credits = l.Documents
	}
	if l.Type.Credit() || l.Type == chile.OtrosDisminuyenDebito {
		one.negate()
	}
	return t.Merge(one)
}

func (t *Totals) negate() {
	for _, amount := range t.amounts() {
		*amount = -*amount
	}
}

// Merge adds other totals. If a sum overflows, it returns chile.ErrOverflow and
// changes nothing.
func (t *Totals) Merge(other Totals) error {
	sum := *t
	add := other.amounts()
	for i, amount := range sum.amounts() {
		var err error
		if *amount, err = amount.Add(*add[i]); err != nil {
			return err
		}
	}
	sum.Documents += other.Documents
	sum.Credits += other.Credits
	*t = sum
	return nil
}

func (t *Totals) amounts() [7]*chile.CLP {
	return [...]*chile.CLP{&t.Exempt, &t.Net, &t.VAT, &t.NonRecoverableVAT, &t.CommonUseVAT, &t.OtherTaxes, &t.Total}
}
