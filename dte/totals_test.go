package dte_test

import (
	"encoding/json"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/internal/sharedtest"
)

// totalsCase is a case of the shared arithmetic cases.
type totalsCase struct {
	ID      string        `json:"id"`
	Kind    string        `json:"kind"`
	DocType chile.DocType `json:"doc_type"`
	Items   []struct {
		Name           string
		Qty, Price     json.Number
		ExemptInd      int         `json:"exempt_ind"`
		DiscountAmount json.Number `json:"discount_amount"`
		DiscountPct    json.Number `json:"discount_pct"`
		DiscountValue  json.Number `json:"discount_value"`
		DiscountType   string      `json:"discount_type"`
		TaxCodes       []int       `json:"extra_tax_codes"`
		GivenAmount    json.Number `json:"given_amount"`
	}
	Adjustments []struct {
		Mov       string
		ValueType string `json:"value_type"`
		Value     json.Number
		ExemptInd int `json:"exempt_ind"`
	} `json:"global_adjustments"`
	Taxes    []caseTax `json:"extra_taxes"`
	Expected struct {
		Net, VAT, Exempt, Total *int64
		Taxes                   []caseTax `json:"extra_taxes"`
		NotWithheld             *int64    `json:"vat_not_withheld"`
		NonBillable             *int64    `json:"non_billable"`
		PeriodTotal             *int64    `json:"period_total"`
	}
}

type caseTax struct {
	Code   int
	Type   string
	Rate   json.Number
	Amount int64
}

func decimal(tb testing.TB, n json.Number) dte.Decimal {
	tb.Helper()
	if n == "" {
		return dte.Decimal{}
	}
	d, err := dte.ParseDecimal(n.String())
	require.NoError(tb, err)
	return d
}

func pesos(n int64) *chile.CLP { return new(chile.CLP(n)) }

// document makes the document of a case with the totals that are expected.
func (c *totalsCase) document(tb testing.TB) *dte.DTE {
	tb.Helper()
	doc := &dte.Document{}
	doc.Header.Identification.Type = c.DocType
	if c.Kind == "form" && c.DocType == chile.BoletaElectronica {
		doc.Header.Identification.NetPrices = 2 // as the form understands them
	}
	var taxed, exempt int64
	for i, item := range c.Items {
		line := dte.Line{
			Number: i + 1, Name: item.Name, Exemption: item.ExemptInd, Quantity: decimal(tb, item.Qty), Price: decimal(tb, item.Price),
			DiscountRate: decimal(tb, item.DiscountPct), TaxCodes: item.TaxCodes,
		}
		amount := new(big.Rat).Mul(line.Quantity.Rat(), line.Price.Rat())
		switch {
		case item.DiscountType == "%":
			line.DiscountRate = decimal(tb, item.DiscountValue)
		case item.DiscountType == "$":
			item.DiscountAmount = item.DiscountValue
		}
		if !line.DiscountRate.IsZero() {
			amount.Sub(amount, new(big.Rat).Mul(amount, new(big.Rat).Quo(line.DiscountRate.Rat(), big.NewRat(100, 1))))
		}
		if item.DiscountAmount != "" {
			discount, err := item.DiscountAmount.Int64()
			require.NoError(tb, err)
			line.Discount = pesos(discount)
			amount.Sub(amount, big.NewRat(discount, 1))
		}
		if item.GivenAmount != "" {
			amount = decimal(tb, item.GivenAmount).Rat()
		}
		require.True(tb, amount.IsInt(), c.ID)
		line.Amount = chile.CLP(amount.Num().Int64())
		switch item.ExemptInd {
		case 0:
			taxed += int64(line.Amount)
		case 1:
			exempt += int64(line.Amount)
		}
		doc.Lines = append(doc.Lines, line)
	}
	for _, a := range c.Adjustments {
		doc.Adjustments = append(doc.Adjustments, dte.Adjustment{Kind: a.Mov, ValueKind: a.ValueType, Value: decimal(tb, a.Value), Exemption: a.ExemptInd})
	}
	e, t := &c.Expected, &doc.Header.Totals
	t.Total = chile.CLP(*e.Total)
	allExempt := c.DocType == 34 || c.DocType == 41
	if e.Exempt == nil && (allExempt || exempt != 0) {
		e.Exempt = new(*e.Total)
	}
	if e.Net == nil && !allExempt && taxed != 0 {
		e.Net = new(taxed) // a case that tells the total alone
	}
	if e.VAT == nil && e.Net != nil {
		e.VAT = new(*e.Total - *e.Net)
	}
	t.Net, t.Exempt, t.VAT = (*chile.CLP)(e.Net), (*chile.CLP)(e.Exempt), (*chile.CLP)(e.VAT)
	t.UnretainedVAT, t.NotInvoiced, t.Period = (*chile.CLP)(e.NotWithheld), (*chile.CLP)(e.NonBillable), (*chile.CLP)(e.PeriodTotal)
	for _, tax := range e.Taxes {
		t.OtherTaxes = append(t.OtherTaxes, dte.OtherTax{Code: tax.Code, Rate: decimal(tb, tax.Rate), Amount: chile.CLP(tax.Amount)})
	}
	c.taxes(tb, t)
	return &dte.DTE{Document: doc}
}

// taxes adds the tax of which a case tells no amount: what the total has over
// or under net, exempt and VAT.
func (c *totalsCase) taxes(tb testing.TB, t *dte.Totals) {
	tb.Helper()
	if len(t.OtherTaxes) > 0 || len(c.Items[0].TaxCodes) == 0 {
		return
	}
	rest := int64(t.Total) - int64(*t.Net) - int64(*t.VAT)
	if t.Exempt != nil {
		rest -= int64(*t.Exempt)
	}
	if rest < 0 {
		rest = -rest
	}
	tax := dte.OtherTax{Code: c.Items[0].TaxCodes[0], Amount: chile.CLP(rest)}
	if len(c.Taxes) > 0 {
		tax.Rate = decimal(tb, c.Taxes[0].Rate)
	}
	t.OtherTaxes = append(t.OtherTaxes, tax)
}

// export makes the document of a case of an export.
func (c *totalsCase) export(tb testing.TB) *dte.DTE {
	tb.Helper()
	doc := &dte.Export{}
	doc.Header.Identification.Type = c.DocType
	for i, item := range c.Items {
		line := dte.ExportLine{Number: i + 1, Name: item.Name, Exemption: item.ExemptInd, Quantity: decimal(tb, item.Qty), Price: decimal(tb, item.Price)}
		amount := line.Price.Rat()
		if !line.Quantity.IsZero() {
			amount.Mul(amount, line.Quantity.Rat())
		}
		line.Amount = decimal(tb, json.Number(amount.FloatString(2)))
		doc.Lines = append(doc.Lines, line)
	}
	for _, a := range c.Adjustments {
		doc.Adjustments = append(doc.Adjustments, dte.Adjustment{Kind: a.Mov, ValueKind: a.ValueType, Value: decimal(tb, a.Value), Exemption: a.ExemptInd})
	}
	total, err := dte.NewDecimal(*c.Expected.Total, 0)
	require.NoError(tb, err)
	doc.Header.Totals.Exempt, doc.Header.Totals.Total = total, total
	return &dte.DTE{Export: doc}
}

func TestSharedTotalsCases(t *testing.T) {
	t.Parallel()
	var file struct{ Cases []totalsCase }
	require.NoError(t, json.Unmarshal(readFile(t, sharedtest.Path(t, "totals", "cases.json")), &file))
	require.Len(t, file.Cases, 67)
	for _, c := range file.Cases {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			if c.DocType >= 110 {
				d := c.export(t)
				assert.Empty(t, dte.CheckTotals(d).Findings)
				d.Export.Header.Totals.Total, _ = dte.NewDecimal(*c.Expected.Total*100+1, 2)
				g := dte.CheckTotals(d)
				assert.True(t, g.Has(dte.CodeTotalsTotal), "a cent more")
				return
			}
			d := c.document(t)
			g := dte.CheckTotals(d)
			require.Empty(t, g.Findings)
			// Nothing is off by three pesos: no two readings of a rule are.
			totals := &d.Document.Header.Totals
			zero := totals.Total == 0
			for name, amount := range map[string]*chile.CLP{"net": totals.Net, "VAT": totals.VAT, "exempt": totals.Exempt, "total": &totals.Total} {
				if amount == nil || zero && name == "exempt" {
					continue
				}
				*amount += 3
				g := dte.CheckTotals(d)
				assert.False(t, g.OK(), "%s three pesos more", name)
				*amount -= 3
			}
			if !zero {
				d.Document.Lines[0].Amount += 3
				g := dte.CheckTotals(d)
				assert.False(t, g.OK(), "a line three pesos more")
			}
		})
	}
}
