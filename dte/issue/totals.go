package issue

import (
	"github.com/ofitec/chile/dte"
)

// total computes the amounts of a document in place: the lines, Totales and
// OtraMoneda. Before, the document has only the currency and its rate. Its result
// has no finding of dte.CheckTotals, unless it is refused.
//
// Rules: format of the documents 2.2, zones A to D, and of boletas 4.2. None of
// them says how to round: half away from zero, as in documents that the SII
// certified.
func total(doc *dte.DTE, given givenTotals, readings Readings) Findings {
	base := totals{given: given, readings: readings}
	if doc.Export != nil {
		t := exportTotals{totals: base, doc: doc.Export}
		t.compute()
		return t.found
	}
	t := pesoTotals{totals: base, doc: doc.Peso()}
	t.compute()
	return t.found
}

func (t *pesoTotals) compute() {
	i := &t.doc.Header.Identification
	t.kind = i.Type
	t.gross = i.GrossPrices == 1 || isBoleta(t.kind) && i.NetPrices != 2
	if !t.vatRate() || !t.countable(len(t.doc.Lines), len(t.doc.Adjustments), len(t.doc.Commissions), len(t.given.totals.OtherTaxes)) {
		return
	}
	for i := range t.doc.Lines {
		t.line(i)
	}
	t.collect()
	t.adjust()
	switch t.kind {
	case 39, 41:
		t.boleta()
	default:
		t.invoice()
	}
	t.period()
	t.compare()
	t.otherCurrency()
	if corrects(t.kind, t.doc.References) {
		t.correction()
	}
}

var nineteen, _ = dte.NewDecimal(19, 0)

// vatRate chooses the rate of VAT.
func (t *pesoTotals) vatRate() bool {
	t.rate = t.given.totals.VATRate
	if t.rate.IsZero() {
		t.rate = nineteen
	}
	var ok bool
	t.vat, ok = percent(t.rate)
	if !ok || t.rate.Sign() <= 0 {
		t.find(&ruleRate, pathOfTotals+"TasaIVA", t.rate.String(), nineteen.String())
		return false
	}
	return true
}

// correction finds the amounts of a note that corrects text.
func (t *pesoTotals) correction() {
	if total := int64(t.doc.Header.Totals.Total); total != 0 {
		t.find(&ruleTextOnly, pathOfTotals+"MntTotal", clp(total), "0")
		return
	}
	for i := range t.doc.Lines {
		if amount := int64(t.doc.Lines[i].Amount); amount != 0 {
			t.find(&ruleTextOnly, linePath(i, "MontoItem"), clp(amount), "0")
		}
	}
}
