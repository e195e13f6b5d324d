package issue

import (
	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

// boleta fills in the totals of 39 and 41. Their lines include VAT unless marked
// otherwise. VAT is the rest of them after the net, so the total is the price that
// was shown.
//
// Unverified: the format of boletas 4.2 computes VAT as the rate of the net,
// which may differ by a peso; issuers subtract.
func (t *pesoTotals) boleta() {
	totals := &t.doc.Header.Totals
	net, vat := t.netAndVAT()
	if t.taxed.lines > 0 {
		totals.Net = pesos(net)
		if vat != 0 { // older schemas have no VAT of 0
			totals.VAT = pesos(vat)
		}
	}
	t.fillExempt()
	totals.Total = chile.CLP(t.bounded(net+vat+t.exempt.amount, true, pathOfTotals+"MntTotal"))
	t.positive(int64(totals.Total), pathOfTotals+"MntTotal")
	t.positive(net, pathOfTotals+"MntNeto")
}

// netAndVAT splits the taxed lines.
func (t *pesoTotals) netAndVAT() (net, vat int64) {
	net, ok := t.taxed.amount, !isLarge(t.taxed.amount)
	if ok && t.gross {
		net, ok = rounded(t.taxed.amount, t.vat.den, t.vat.den+t.vat.num)
		return t.bounded(net, ok, pathOfTotals+"MntNeto"), t.taxed.amount - net
	}
	if ok {
		vat, ok = t.vat.of(net)
	}
	return t.bounded(net, ok, pathOfTotals+"MntNeto"), vat
}

// fillExempt fills in the exempt amount, which exempt documents always have.
func (t *pesoTotals) fillExempt() {
	if t.exempt.lines > 0 || t.allExempt() {
		t.doc.Header.Totals.Exempt = pesos(t.bounded(t.exempt.amount, true, pathOfTotals+"MntExe"))
		if t.kind != 43 {
			t.positive(t.exempt.amount, pathOfTotals+"MntExe")
		}
	}
}

// invoice fills in the totals of all other documents.
func (t *pesoTotals) invoice() {
	totals := &t.doc.Header.Totals
	net, vat := t.netAndVAT()
	t.fillVAT(net, vat)
	t.fillExempt()
	t.fillBases()
	t.fillShares(vat)
	sum := net + vat + t.exempt.amount + t.otherTaxes(net, vat)
	if t.deposits.lines > 0 {
		totals.Deposits = pesos(t.deposits.amount)
	}
	sum += t.deposits.amount - t.builderCredit(vat) - t.commissions()
	totals.Total = chile.CLP(t.bounded(sum, true, pathOfTotals+"MntTotal"))
	if t.kind != 43 {
		t.positive(net, pathOfTotals+"MntNeto")
		t.positive(sum, pathOfTotals+"MntTotal")
	}
}

// fillVAT fills in net, rate and VAT of documents that have taxed lines. A note of
// zero needs no rate, and a guía of zero needs none of them.
func (t *pesoTotals) fillVAT(net, vat int64) {
	totals := &t.doc.Header.Totals
	given := t.given.totals.VATRate
	switch {
	case t.taxed.lines == 0:
		if !given.IsZero() {
			t.find(&ruleDropped, pathOfTotals+"TasaIVA", given.String(), "")
		}
		return
	case net == 0 && t.kind == 52:
		return
	case net == 0 && isNote(t.kind):
		totals.VATRate = given
	default:
		totals.VATRate = t.rate
	}
	totals.Net, totals.VAT = pesos(net), pesos(vat)
}

// fillBases fills in the bases from the withholders' lines, or else from the
// draft.
func (t *pesoTotals) fillBases() {
	totals, given := &t.doc.Header.Totals, t.given.totals
	var slaughter, margin *chile.CLP
	for i := range t.doc.Lines {
		if w := t.doc.Lines[i].Withholder; w != nil {
			addTo(&slaughter, w.SlaughterBase)
			addTo(&margin, w.Margin)
		}
	}
	totals.SlaughterBase = t.orGiven(slaughter, given.SlaughterBase, "MntBase")
	totals.Margin = t.orGiven(margin, given.Margin, "MntMargenCom")
}

// addTo adds an amount to a sum; both may be absent.
func addTo(sum **chile.CLP, amount *chile.CLP) {
	if amount != nil && !isLarge(int64(*amount)) {
		*sum = pesos(amountOf(*sum) + int64(*amount))
	}
}

// orGiven returns an amount, or the given one if it is absent.
func (t *pesoTotals) orGiven(amount *chile.CLP, given dte.Decimal, name string) *chile.CLP {
	if amount != nil {
		t.compareAmount(&ruleGiven, given, int64(*amount), pathOfTotals+name)
		return amount
	}
	return t.taken(given, name)
}

// taken returns an amount of Totales that only the draft has.
func (t *pesoTotals) taken(given dte.Decimal, name string) *chile.CLP {
	amount := whole(given, pathOfTotals+name, &t.found)
	if amount != nil && isLarge(int64(*amount)) {
		t.bounded(0, false, pathOfTotals+name)
		return nil
	}
	return amount
}

// fillShares fills in the VAT of the issuer and that of third parties: one
// follows from the other.
func (t *pesoTotals) fillShares(vat int64) {
	totals := &t.doc.Header.Totals
	own, third := t.taken(t.given.totals.OwnVAT, "IVAProp"), t.taken(t.given.totals.ThirdVAT, "IVATerc")
	switch {
	case own == nil && third == nil:
		return
	case own == nil:
		own = pesos(vat - int64(*third))
	case third == nil:
		third = pesos(vat - int64(*own))
	}
	totals.OwnVAT, totals.ThirdVAT = own, third
	if int64(*own+*third) != vat || t.kind != 43 && (*own < 0 || *third < 0) {
		t.find(&ruleShares, pathOfTotals+"IVAProp", clp(int64(*own))+" + "+clp(int64(*third)), clp(vat))
	}
}

var sixtyFive = fraction{65, 100}

// builderCredit takes the credit of construction firms from the draft, because
// laws have changed its rate.
func (t *pesoTotals) builderCredit(vat int64) int64 {
	credit := t.taken(t.given.totals.BuilderCredit, "CredEC")
	if usual, _ := sixtyFive.of(vat); credit != nil && int64(*credit) != usual {
		t.find(&ruleCredit, pathOfTotals+"CredEC", clp(int64(*credit)), clp(usual))
	}
	t.doc.Header.Totals.BuilderCredit = credit
	return amountOf(credit)
}

// commissions fills in the totals of commissions and the VAT of each.
func (t *pesoTotals) commissions() int64 {
	if len(t.doc.Commissions) == 0 {
		return 0
	}
	var net, exempt, vat int64
	for i := range t.doc.Commissions {
		c := &t.doc.Commissions[i]
		path := "Comisiones[" + clp(int64(i+1)) + "]/"
		if isLarge(int64(c.Net)) || isLarge(int64(c.Exempt)) {
			t.bounded(0, false, path+"ValComNeto")
			return 0
		}
		ours, ok := t.vat.of(int64(c.Net))
		ours = t.bounded(ours, ok, path+"ValComIVA")
		if c.VAT != nil && int64(*c.VAT) != ours {
			t.find(&ruleGiven, path+"ValComIVA", clp(int64(*c.VAT)), clp(ours))
		}
		if ours != 0 || c.VAT != nil {
			c.VAT = pesos(ours)
		}
		net, exempt, vat = net+int64(c.Net), exempt+int64(c.Exempt), vat+ours
	}
	t.doc.Header.Totals.Commissions = &dte.CommissionTotals{
		Net:    pesos(t.bounded(net, true, pathOfTotals+"Comisiones/ValComNeto")),
		Exempt: pesos(t.bounded(exempt, true, pathOfTotals+"Comisiones/ValComExe")),
		VAT:    pesos(t.bounded(vat, true, pathOfTotals+"Comisiones/ValComIVA")),
	}
	return net + exempt + vat
}

// period fills in the amounts beside the total. Settlements have no element for
// what is not charged.
func (t *pesoTotals) period() {
	totals := &t.doc.Header.Totals
	totals.PreviousBalance = t.taken(t.given.totals.PreviousBalance, "SaldoAnterior")
	totals.Payable = t.taken(t.given.totals.Payable, "VlrPagar")
	if t.unbilled.lines == 0 {
		return
	}
	amount := t.bounded(t.unbilled.amount, true, pathOfTotals+"MontoNF")
	period := pesos(t.bounded(int64(totals.Total)+amount, true, pathOfTotals+"MontoPeriodo"))
	if t.kind != 43 {
		totals.NotInvoiced = pesos(amount)
	}
	if isBoleta(t.kind) {
		totals.PeriodTotal = period
	} else {
		totals.Period = period
	}
}

// compare adds a finding for each given amount of Totales that differs from
// ours.
func (t *pesoTotals) compare() {
	given, ours := t.given.totals, &t.doc.Header.Totals
	t.compareAmount(&ruleGiven, given.Net, amountOf(ours.Net), pathOfTotals+"MntNeto")
	t.compareAmount(&ruleExempt, given.Exempt, amountOf(ours.Exempt), pathOfTotals+"MntExe")
	t.compareAmount(&ruleGiven, given.VAT, amountOf(ours.VAT), pathOfTotals+"IVA")
	t.compareAmount(&ruleGiven, given.UnretainedVAT, amountOf(ours.UnretainedVAT), pathOfTotals+"IVANoRet")
	t.compareAmount(&ruleGiven, given.Deposits, amountOf(ours.Deposits), pathOfTotals+"GrntDep")
	t.compareCommissions()
	t.compareAmount(&ruleGiven, given.Total, int64(ours.Total), pathOfTotals+"MntTotal")
	t.compareAmount(&ruleGiven, given.NotInvoiced, amountOf(ours.NotInvoiced), pathOfTotals+"MontoNF")
	period := int64(ours.Total) + t.unbilled.amount
	t.compareAmount(&ruleGiven, given.PeriodTotal, period, pathOfTotals+"TotalPeriodo")
	t.compareAmount(&ruleGiven, given.Period, period, pathOfTotals+"MontoPeriodo")
}

func (t *pesoTotals) compareCommissions() {
	given, ours := t.given.totals.Commissions, t.doc.Header.Totals.Commissions
	if given == nil {
		return
	}
	if ours == nil {
		ours = &dte.CommissionTotals{}
	}
	for _, c := range []struct {
		name        string
		given, ours *chile.CLP
	}{{"ValComNeto", given.Net, ours.Net}, {"ValComExe", given.Exempt, ours.Exempt}, {"ValComIVA", given.VAT, ours.VAT}} {
		if c.given != nil && amountOf(c.given) != amountOf(c.ours) {
			t.find(&ruleGiven, pathOfTotals+"Comisiones/"+c.name, clp(amountOf(c.given)), clp(amountOf(c.ours)))
		}
	}
}

// compareAmount adds a finding if an amount is given and differs from ours.
func (t *totals) compareAmount(r *rule, given dte.Decimal, ours int64, path string) {
	if given.IsZero() {
		return
	}
	if amount, err := given.CLP(); err != nil || int64(amount) != ours {
		t.find(r, path, given.String(), clp(ours))
	}
}
