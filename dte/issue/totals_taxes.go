package issue

import (
	"strconv"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/internal/taxes"
)

// taxBase is the sum of the taxed lines with a code.
type taxBase struct {
	code int
	sum
}

// collectTaxes adds a line to the bases of its codes.
func (t *pesoTotals) collectTaxes(l *dte.Line) {
	for i, code := range l.TaxCodes {
		if i > 0 && code == l.TaxCodes[0] {
			t.find(&ruleTaxTwice, "Detalle["+strconv.Itoa(l.Number)+"]/CodImpAdic", strconv.Itoa(code), "")
			continue
		}
		t.base(code).add(int64(l.Amount))
	}
}

// base returns the base of a code; new codes are added in order of appearance.
func (t *pesoTotals) base(code int) *taxBase {
	for i := range t.taxes {
		if t.taxes[i].code == code {
			return &t.taxes[i]
		}
	}
	t.taxes = append(t.taxes, taxBase{code: code})
	return &t.taxes[len(t.taxes)-1]
}

// otherTaxes fills in ImptoReten, the given ones first, and returns their effect on
// the total.
func (t *pesoTotals) otherTaxes(net, vat int64) (effect int64) {
	given := t.given.totals.OtherTaxes
	fromLines := len(t.taxes)
	if fromLines == 0 && len(given) == 0 {
		return 0
	}
	if t.allExempt() {
		t.find(&ruleNoTaxes, pathOfTotals+"ImptoReten", "", "")
		return 0
	}
	if t.gross {
		t.find(&ruleGrossTaxes, "Encabezado/IdDoc/MntBruto", "1", "")
	}
	r := retention{}
	all := make([]dte.OtherTax, 0, len(given)+fromLines)
	for i := range given {
		g := &given[i]
		if hasTax(all, g.Code) {
			t.find(&ruleTaxTwice, taxPath(g.Code, "TipoImp"), strconv.Itoa(g.Code), "")
			continue
		}
		all = append(all, t.otherTax(g, net))
		effect += t.effect(&all[len(all)-1], &r)
	}
	for i := range fromLines {
		if code := t.taxes[i].code; !hasTax(all, code) {
			all = append(all, t.otherTax(&Tax{Code: code}, net))
			effect += t.effect(&all[len(all)-1], &r)
		}
	}
	t.doc.Header.Totals.OtherTaxes = all
	t.unretained(&r, vat)
	return effect
}

func hasTax(all []dte.OtherTax, code int) bool {
	for i := range all {
		if all[i].Code == code {
			return true
		}
	}
	return false
}

func taxPath(code int, name string) string {
	return pathOfTotals + "ImptoReten[" + strconv.Itoa(code) + "]/" + name
}

// otherTax computes a tax.
func (t *pesoTotals) otherTax(given *Tax, net int64) dte.OtherTax {
	tax := dte.OtherTax{Code: given.Code, Rate: given.Rate}
	known := taxes.Of(given.Code)
	switch {
	case known.Effect == taxes.Unknown:
		t.find(&ruleTaxUnknown, taxPath(given.Code, "TipoImp"), strconv.Itoa(given.Code), "")
		return tax
	case known.Basis == taxes.Given:
		tax.Amount = t.givenTax(given)
		return tax
	case known.Effect == taxes.Neither:
		t.compareAmount(&ruleGiven, given.Amount, 0, taxPath(given.Code, "MontoImp"))
		return tax
	case tax.Rate.IsZero() && given.Code == totalRetention:
		tax.Rate = t.rate
	case tax.Rate.IsZero():
		tax.Rate, _ = dte.NewDecimal(int64(known.Tenths), 1)
		if known.Tenths%10 == 0 {
			tax.Rate, _ = dte.NewDecimal(int64(known.Tenths/10), 0)
		}
	}
	if given.Code == totalRetention && tax.Rate.Cmp(t.rate) != 0 {
		t.find(&ruleRetentionRate, taxPath(given.Code, "TasaImp"), tax.Rate.String(), t.rate.String())
	}
	path := taxPath(given.Code, "MontoImp")
	f, ok := percent(tax.Rate)
	if !ok || f.num <= 0 {
		t.find(&ruleTaxRate, taxPath(given.Code, "TasaImp"), tax.Rate.String(), "")
		return tax
	}
	amount := t.taxAmount(given.Code, known, f, net)
	tax.Amount = chile.CLP(t.bounded(amount, true, path))
	t.compareAmount(&ruleGiven, given.Amount, amount, path)
	return tax
}

// givenTax returns the amount of a tax that only the draft has.
func (t *pesoTotals) givenTax(given *Tax) chile.CLP {
	amount, err := given.Amount.CLP()
	if err != nil || given.Amount.IsZero() || isLarge(int64(amount)) {
		t.find(&ruleTaxAmount, taxPath(given.Code, "MontoImp"), given.Amount.String(), "")
		return 0
	}
	return amount
}

// taxAmount returns a percentage of the base of a tax.
func (t *pesoTotals) taxAmount(code int, known taxes.Tax, rate fraction, net int64) int64 {
	if known.Basis == taxes.Slaughter {
		base := t.doc.Header.Totals.SlaughterBase
		if base == nil {
			t.find(&ruleSlaughter, pathOfTotals+"MntBase", "", "")
		}
		amount, ok := rate.of(amountOf(base))
		return t.bounded(amount, ok, taxPath(code, "MontoImp"))
	}
	base := t.base(code)
	if base.lines == 0 {
		// Lines need no code for the total retention.
		if code != totalRetention {
			t.find(&ruleTaxLines, taxPath(code, "TipoImp"), strconv.Itoa(code), "")
			return 0
		}
		amount, _ := rate.of(net)
		return amount
	}
	before, ok := rate.of(base.amount)
	if !ok {
		return t.bounded(before, ok, taxPath(code, "MontoImp"))
	}
	return t.taxRead(base, rate, before, known.Effect == taxes.Retained && rate == t.vat)
}

// taxRead chooses between the readings of the base of a tax. A retention of all VAT
// is the VAT itself, so there is no choice.
func (t *pesoTotals) taxRead(base *taxBase, rate fraction, before int64, isTotal bool) int64 {
	if !t.isAdjusted() {
		return before
	}
	reading := t.readings.TaxBase
	if isTotal {
		reading = TaxAfterAdjustments
	}
	if reading == TaxBeforeAdjustments {
		return before
	}
	if base.lines != t.taxed.lines && t.hasTaxedAmount() {
		if reading == TaxAfterAdjustments {
			t.find(&ruleAdjustmentShare, taxPath(base.code, "MontoImp"), "", "")
		} else {
			t.find(&ruleTaxBase, taxPath(base.code, "MontoImp"), "", "TaxBeforeAdjustments "+clp(before))
		}
		return before
	}
	after, _ := rate.of(t.readings.Adjustments.of(t.applied(base.amount, 0)))
	if reading != TaxAfterAdjustments && after != before {
		t.find(&ruleTaxBase, taxPath(base.code, "MontoImp"), "", "TaxBeforeAdjustments "+clp(before)+", TaxAfterAdjustments "+clp(after))
	}
	return after
}

// isAdjusted reports whether a global discount or surcharge acts on taxed lines.
func (t *pesoTotals) isAdjusted() bool {
	for i := range t.doc.Adjustments {
		if t.doc.Adjustments[i].Exemption == 0 {
			return true
		}
	}
	return false
}

// hasTaxedAmount reports whether one of them is an amount, whose share per line
// is not defined.
func (t *pesoTotals) hasTaxedAmount() bool {
	for i := range t.doc.Adjustments {
		if a := &t.doc.Adjustments[i]; a.Exemption == 0 && a.ValueKind != "%" {
			return true
		}
	}
	return false
}

// totalRetention is the code of the retention of all VAT, at its rate.
const totalRetention = 15

// retention is the retained VAT, and the number of codes that retain it.
type retention struct {
	amount int64
	codes  int64
}

// effect returns the effect of a tax on the total.
func (t *pesoTotals) effect(tax *dte.OtherTax, r *retention) int64 {
	amount := int64(tax.Amount)
	switch taxes.Of(tax.Code).Effect {
	case taxes.Added:
		return amount
	case taxes.Retained:
		r.amount += amount
		r.codes++
		return -amount
	case taxes.Neither:
		r.codes++
	case taxes.Disputed:
		switch t.readings.Code53 {
		case Code53Adds:
			return amount
		case Code53Subtracts:
		default:
			t.find(&ruleCode53, taxPath(tax.Code, "TipoImp"), "", "Code53Subtracts, Code53Adds")
		}
		return -amount
	}
	return 0
}

// unretained fills in the VAT that the buyer does not retain, for the types that
// have it. Several total retentions, each rounded, may exceed the VAT by a peso.
func (t *pesoTotals) unretained(r *retention, vat int64) {
	if r.codes == 0 {
		return
	}
	rest := vat - r.amount
	if rest <= -r.codes {
		t.find(&ruleRetained, pathOfTotals+"ImptoReten", clp(r.amount), clp(vat))
	}
	if rest > 0 && (t.kind == 46 || t.kind == 56 || t.kind == 61) {
		t.doc.Header.Totals.UnretainedVAT = pesos(rest)
	}
}
