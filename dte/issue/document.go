package issue

import (
	"cmp"
	"strconv"

	"github.com/ofitec/chile/dte"
)

// Options say how a draft becomes a document. Nil and the zero value are the
// default.
type Options struct {
	Readings Readings // where sources contradict each other
	Policy   *Policy  // what is asked of drafts
}

// Document makes the document of a draft: without folio unless the draft has one,
// stamp and signature. The findings are everything that there is to say of it. A
// document that is refused is returned too, to be looked at; it is nil if the type
// is none that is issued.
func (d *Draft) Document(o *Options) (*dte.DTE, Findings) {
	o = cmp.Or(o, &Options{})
	doc, given, found := d.convert()
	if doc == nil {
		return nil, found
	}
	found = append(found, total(doc, given, o.Readings)...)
	return doc, append(found, check(doc, o.Policy)...)
}

// convert returns what of a draft is no total.
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
