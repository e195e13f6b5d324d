package issue

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/internal/sharedtest"
)

// totalsCase is a case of the shared arithmetic cases.
type totalsCase struct {
	ID       string
	Kind     string
	DocType  chile.DocType `json:"doc_type"`
	NotValid string        `json:"not_valid"`
	Currency string
	Flags    struct {
		Transfer int `json:"ind_traslado"`
		Service  int `json:"ind_servicio"`
	}
	OtherCurrency *struct {
		Currency string
		Rate     json.Number
	} `json:"other_currency"`
	GivenTotals *struct {
		Net, VAT, Total json.Number
		TasaIVA         json.Number
	} `json:"given_totals"`
	Items []struct {
		Qty, Price     json.Number
		ExemptInd      int         `json:"exempt_ind"`
		DiscountAmount json.Number `json:"discount_amount"`
		DiscountPct    json.Number `json:"discount_pct"`
		DiscountValue  json.Number `json:"discount_value"`
		DiscountType   string      `json:"discount_type"`
		TaxCodes       []int       `json:"extra_tax_codes"`
		GivenAmount    json.Number `json:"given_amount"`
		ExpectedAmount json.Number `json:"expected_amount"`
	}
	Adjustments []struct {
		Mov       string
		ValueType string `json:"value_type"`
		Value     json.Number
		ExemptInd int `json:"exempt_ind"`
	} `json:"global_adjustments"`
	References []struct {
		DocType json.Number `json:"doc_type"`
		Code    json.Number
	}
	Expected struct {
		Net, Exempt, VAT, Total json.Number
		NonBillable             json.Number `json:"non_billable"`
		PeriodTotal             json.Number `json:"period_total"`
		NotWithheld             json.Number `json:"vat_not_withheld"`
		Taxes                   []struct {
			Code         int
			Rate, Amount json.Number
		} `json:"extra_taxes"`
	}
}

func (c *totalsCase) draft() *Draft {
	d := &Draft{}
	d.Identification.Type = c.DocType
	d.Identification.Transfer, d.Identification.Service = c.Flags.Transfer, c.Flags.Service
	if isExport(c.DocType) {
		d.Totals.Currency = c.Currency
	}
	if o := c.OtherCurrency; o != nil {
		d.OtherCurrency = &dte.CurrencyTotals{Currency: o.Currency, ExchangeRate: read(o.Rate)}
	}
	if g := c.GivenTotals; g != nil {
		d.Totals.Net, d.Totals.VAT, d.Totals.Total, d.Totals.VATRate = read(g.Net), read(g.VAT), read(g.Total), read(g.TasaIVA)
	}
	for _, item := range c.Items {
		l := Line{
			Quantity: read(item.Qty), Price: read(item.Price), Exemption: item.ExemptInd,
			DiscountRate: read(item.DiscountPct), Discount: read(item.DiscountAmount),
			TaxCodes: item.TaxCodes, Amount: read(item.GivenAmount),
		}
		switch item.DiscountType {
		case "%":
			l.DiscountRate = read(item.DiscountValue)
		case "$":
			l.Discount = read(item.DiscountValue)
		}
		if l.Price.IsZero() && l.Amount.IsZero() {
			l.Amount = read(item.ExpectedAmount)
		}
		d.Lines = append(d.Lines, l)
	}
	for _, a := range c.Adjustments {
		d.Adjustments = append(d.Adjustments, dte.Adjustment{Kind: a.Mov, ValueKind: a.ValueType, Value: read(a.Value), Exemption: a.ExemptInd})
	}
	for _, r := range c.References {
		d.References = append(d.References, dte.Reference{Type: r.DocType.String(), Code: r.Code.String()})
	}
	return d
}

// read reads a number of the cases; none is absent.
func read(n json.Number) dte.Decimal {
	if n == "" {
		return dte.Decimal{}
	}
	return num(n.String())
}

// num is a number that is known to be one.
func num(s string) dte.Decimal {
	d, err := dte.ParseDecimal(s)
	if err != nil {
		panic(err)
	}
	return d
}

// totalled returns the document of a draft with its totals, judged by them alone.
func totalled(d *Draft, readings Readings) (*dte.DTE, Findings) {
	doc, given, found := d.convert()
	return doc, append(found, total(doc, given, readings)...)
}

// TestSharedTotals: all cases are right. Of those that are not valid one is
// explained by an advice, and one is a form that takes gross prices for net ones.
func TestSharedTotals(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile(sharedtest.Path(t, "totals", "cases.json"))
	require.NoError(t, err)
	var file struct{ Cases []totalsCase }
	require.NoError(t, json.Unmarshal(b, &file))
	require.NotEmpty(t, file.Cases)
	for i := range file.Cases {
		c := &file.Cases[i]
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			doc, found := totalled(c.draft(), Readings{})
			want := &c.Expected
			switch c.ID {
			case "dte-034_002_descuento_global":
				require.NotEmpty(t, c.NotValid)
				assert.Len(t, found.Of("adjustment.exempt"), 1)
				want.Exempt, want.Total = "112500", "112500"
			case "form-039_001_simple":
				require.NotEmpty(t, c.NotValid)
				want.Net, want.VAT, want.Total = "8403", "1597", "10000"
			default:
				require.Empty(t, c.NotValid)
			}
			assert.False(t, found.Refused(), "%v", found)
			assert.Empty(t, dte.CheckTotals(doc).Findings)
			if e := doc.Export; e != nil {
				equals(t, want.Exempt, e.Header.Totals.Exempt)
				equals(t, want.Total, e.Header.Totals.Total)
				return
			}
			got := &doc.Document.Header.Totals
			equals(t, want.Net, of(got.Net))
			equals(t, want.Exempt, of(got.Exempt))
			equals(t, want.VAT, of(got.VAT))
			equals(t, want.Total, of(&got.Total))
			equals(t, want.NonBillable, of(got.NotInvoiced))
			equals(t, want.PeriodTotal, of(got.Period))
			equals(t, want.NotWithheld, of(got.UnretainedVAT))
			for i, tax := range want.Taxes {
				require.Len(t, got.OtherTaxes, len(want.Taxes))
				assert.Equal(t, tax.Code, got.OtherTaxes[i].Code)
				equals(t, tax.Rate, got.OtherTaxes[i].Rate)
				equals(t, tax.Amount, of(&got.OtherTaxes[i].Amount))
			}
		})
	}
}

// of returns an amount as a decimal; none is zero.
func of(c *chile.CLP) dte.Decimal {
	d, _ := dte.DecimalOf(chile.CLP(amountOf(c)))
	return d
}

// equals compares by value what a case expects, if it does.
func equals(tb testing.TB, want json.Number, got dte.Decimal) {
	tb.Helper()
	if want != "" {
		assert.Zero(tb, num(want.String()).Cmp(got), "%s, want %s", got, want)
	}
}
