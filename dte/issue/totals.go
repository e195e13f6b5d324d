package issue

import (
	"slices"
	"strconv"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

// givenTotals are the amounts that a draft gives. Those that follow from others
// are compared, the rest is taken over: see Totals and Line.
type givenTotals struct {
	totals   *Totals
	currency *dte.CurrencyTotals // nil if none is given; that of the document is a copy
	lines    []dte.Decimal       // MontoItem of each line; absent if not given
}

// total computes the amounts of a document in place: the lines, Totales and
// OtraMoneda, of which the document has nothing but what says no amount: the
// currency and its rate. What it makes has no finding of dte.CheckTotals, unless it
// is refused.
//
// Rules: format of the documents 2.2, zones A to D, and of boletas 4.2. None of
// them tells how to round: half away from zero, as the documents that the SII
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

// totals is what computing has of any document.
type totals struct {
	given    givenTotals
	readings Readings
	found    Findings
}

func (t *totals) find(r *rule, path, is, want string) {
	t.found = append(t.found, r.at(path, is, want))
}

const pathOfTotals = "Encabezado/Totales/"

// corrects reports whether a note corrects text alone.
func corrects(kind chile.DocType, references []dte.Reference) bool {
	return isNote(kind) && hasCode(references, "2")
}

// mayBeEmpty reports whether the lines of a document need no amounts: those of
// notes that correct text, and of notes that annul such notes.
func mayBeEmpty(kind chile.DocType, references []dte.Reference) bool {
	return isNote(kind) && (hasCode(references, "1") || hasCode(references, "2"))
}

func isNote(kind chile.DocType) bool {
	return kind == 56 || kind == 61 || kind == 111 || kind == 112
}

func hasCode(references []dte.Reference, code string) bool {
	for i := range references {
		if references[i].Code == code {
			return true
		}
	}
	return false
}

// pesoTotals computes the totals of a document in pesos.
type pesoTotals struct {
	totals
	doc *dte.Document

	kind  chile.DocType
	rate  dte.Decimal // of VAT
	vat   fraction    // the rate as a fraction
	gross bool        // prices include VAT

	taxed, exempt, unbilled, deposits sum
	taxes                             []taxBase // by code, of the taxed lines
}

// sum is the sum of the lines of one kind, and of how many.
type sum struct {
	amount int64
	lines  int
}

func (s *sum) add(amount int64) {
	s.amount += amount
	s.lines++
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

// vatRate decides on the rate of VAT.
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

// maxCount bounds how many amounts are summed, so that no sum overflows.
const maxCount = 10_000

func (t *totals) countable(counts ...int) bool {
	if slices.Max(counts) > maxCount {
		t.find(&ruleRange, "", "", strconv.Itoa(maxCount))
		return false
	}
	return true
}

// bounded returns an amount, or zero with a finding if it is larger than can be
// summed.
func (t *totals) bounded(amount int64, ok bool, path string) int64 {
	if !ok || isLarge(amount) {
		t.find(&ruleRange, path, "", strconv.FormatInt(maxAmount, 10))
		return 0
	}
	return amount
}

// positive finds an amount that must not be negative.
func (t *totals) positive(amount int64, path string) {
	if amount < 0 {
		t.find(&ruleNegative, path, clp(amount), "")
	}
}

func clp(amount int64) string { return strconv.FormatInt(amount, 10) }

func amountOf(c *chile.CLP) int64 {
	if c == nil {
		return 0
	}
	return int64(*c)
}

func pesos(amount int64) *chile.CLP { return new(chile.CLP(amount)) }
