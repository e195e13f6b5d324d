package issue

import (
	"math/big"

	"github.com/ofitec/chile/dte"
)

// otherCurrency fills in OtraMoneda of a document in pesos: amounts divided by the
// rate, with up to four decimals or as many as given.
func (t *pesoTotals) otherCurrency() {
	c, given := t.doc.Header.OtherCurrency, t.given.currency
	if c == nil {
		return
	}
	if c.ExchangeRate.Sign() <= 0 || c.Currency == pesosAbroad {
		t.unchecked(c)
		return
	}
	ours, rate := &t.doc.Header.Totals, c.ExchangeRate.Rat()
	in := func(amount int64, given dte.Decimal, name string) dte.Decimal {
		return t.inCurrency(amount, rate, given, "Encabezado/OtraMoneda/"+name)
	}
	c.Net = in(amountOf(ours.Net), given.Net, "MntNetoOtrMnda")
	c.Exempt = in(amountOf(ours.Exempt), given.Exempt, "MntExeOtrMnda")
	c.SlaughterBase = in(amountOf(ours.SlaughterBase), given.SlaughterBase, "MntFaeCarneOtrMnda")
	c.Margin = in(amountOf(ours.Margin), given.Margin, "MntMargComOtrMnda")
	c.VAT = in(amountOf(ours.VAT), given.VAT, "IVAOtrMnda")
	for i := range ours.OtherTaxes {
		tax := &ours.OtherTaxes[i]
		amount := in(int64(tax.Amount), taxIn(given, tax.Code), "ImpRetOtrMnda")
		if !amount.IsZero() {
			c.OtherTaxes = append(c.OtherTaxes, dte.CurrencyTax{Code: tax.Code, Rate: tax.Rate, Amount: amount})
		}
	}
	c.UnretainedVAT = in(amountOf(ours.UnretainedVAT), given.UnretainedVAT, "IVANoRetOtrMnda")
	c.Total = in(int64(ours.Total), given.Total, "MntTotOtrMnda")
}

func taxIn(given *dte.CurrencyTotals, code int) dte.Decimal {
	for i := range given.OtherTaxes {
		if given.OtherTaxes[i].Code == code {
			return given.OtherTaxes[i].Amount
		}
	}
	return dte.Decimal{}
}

// inCurrency returns an amount in another currency; zero is not written.
func (t *totals) inCurrency(amount int64, rate *big.Rat, given dte.Decimal, path string) dte.Decimal {
	value := new(big.Rat).Quo(big.NewRat(amount, 1), rate)
	if given.Sign() != 0 && given.Places() <= exportPlaces && given.String() == value.FloatString(given.Places()) {
		return given
	}
	ours, err := dte.ParseDecimal(value.FloatString(exportPlaces))
	if err != nil {
		t.find(&ruleRange, path, "", clp(maxAmount))
	}
	ours = t.decimal(exactOf(ours), exportPlaces, path) // without trailing zeros
	t.compareDecimal(&ruleGiven, given, ours, path)
	if ours.Sign() == 0 {
		return dte.Decimal{}
	}
	return ours
}

// unchecked copies the given amounts in another currency.
func (t *totals) unchecked(c *dte.CurrencyTotals) {
	t.find(&ruleUnchecked, "Encabezado/OtraMoneda/TpoCambio", c.ExchangeRate.String(), "")
	*c = *t.given.currency
}

// otherCurrency fills in OtraMoneda of an export: its amounts in pesos.
func (t *exportTotals) otherCurrency() {
	c, totals := t.doc.Header.OtherCurrency, &t.doc.Header.Totals
	switch {
	case c == nil:
		return
	case t.isUnpaid():
		if given := t.given.currency; given.ExchangeRate.Sign() != 0 || given.Exempt.Sign() != 0 || given.Total.Sign() != 0 {
			t.find(&ruleUnpaidCurrency, "Encabezado/OtraMoneda", given.Total.String(), "0")
		}
		c.ExchangeRate, c.Exempt, c.Total = dte.Decimal{}, zero, zero
		return
	case c.ExchangeRate.Sign() <= 0, c.Currency != pesosAbroad:
		t.unchecked(c)
		return
	}
	c.Exempt = t.inPesos(exactOf(totals.Exempt), t.given.currency.Exempt, "Encabezado/OtraMoneda/MntExeOtrMnda")
	c.Total = t.inPesos(exactOf(totals.Total), t.given.currency.Total, "Encabezado/OtraMoneda/MntTotOtrMnda")
}

// inPesos returns an amount in pesos, computed from cents, as the SII
// multiplies them.
//
// Unverified: one program does so, after a reparo for a difference of a peso.
func (t *exportTotals) inPesos(amount exact, given dte.Decimal, path string) dte.Decimal {
	ours := t.decimal(amount.rounded(2).times(exactOf(t.doc.Header.OtherCurrency.ExchangeRate)), 0, path)
	t.compareDecimal(&ruleGiven, given, ours, path)
	return ours
}

// adjustmentInPesos fills in a global discount or surcharge in pesos
// (ValorDROtrMnda).
//
// Unverified: for a percentage it is the resulting amount.
func (t *exportTotals) adjustmentInPesos(i int, a *dte.Adjustment, value exact) {
	c := t.doc.Header.OtherCurrency
	if c == nil || c.Currency != pesosAbroad || c.ExchangeRate.Sign() <= 0 || t.isUnpaid() {
		return
	}
	ours := t.inPesos(value, a.OtherCurrencyValue, adjustmentPath(i, "ValorDROtrMnda"))
	if ours.Sign() == 0 {
		ours = dte.Decimal{}
	}
	a.OtherCurrencyValue = ours
}
