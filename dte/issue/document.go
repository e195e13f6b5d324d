package issue

import (
	"cmp"
	"strconv"

	"github.com/ofitec/chile/dte"
)

// Options change how a draft becomes a document. If nil or zero, the defaults
// apply.
type Options struct {
	Readings Readings // choices where sources contradict each other
	Policy   *Policy  // what the rules need to know
}

// Document returns the draft's document: without stamp and signature, and without
// folio unless the draft has one. The findings are complete. A refused document is
// returned too, for inspection; it is nil if the type cannot be issued.
func (d *Draft) Document(o *Options) (*dte.DTE, Findings) {
	o = cmp.Or(o, &Options{})
	doc, given, found := d.convert()
	if doc == nil {
		return nil, found
	}
	found = append(found, total(doc, given, o.Readings)...)
	return doc, append(found, check(doc, o.Policy)...)
}

// convert returns everything of a draft except its totals.
func (d *Draft) convert() (*dte.DTE, givenTotals, Findings) {
	given := givenTotals{totals: &d.Totals, currency: d.OtherCurrency, lines: make([]dte.Decimal, len(d.Lines))}
	for i := range d.Lines {
		given.lines[i] = d.Lines[i].Amount
	}
	var found Findings
	if isBoleta(d.Identification.Type) {
		given, found = ofBoleta(given)
	}
	doc := &dte.DTE{Version: "1.0"}
	switch t := d.Identification.Type; {
	case isExport(t):
		doc.Export, found = d.export()
	case t == 43:
		doc.Settlement, found = d.pesos(found)
	case t.Electronic():
		doc.Document, found = d.pesos(found)
	default:
		return nil, given, Findings{ruleType.at("Encabezado/IdDoc/TipoDTE", strconv.Itoa(int(t)), twinText(t))}
	}
	return doc, given, found
}
