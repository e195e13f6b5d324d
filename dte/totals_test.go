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

// peso makes a document of whole amounts; change does the rest.
func peso(kind chile.DocType, net, vat, exempt, total int64, lines ...dte.Line) *dte.DTE {
	doc := &dte.Document{Lines: lines}
	doc.Header.Identification.Type = kind
	t := &doc.Header.Totals
	t.Total = chile.CLP(total)
	for _, part := range []struct {
		to     **chile.CLP
		amount int64
	}{{&t.Net, net}, {&t.VAT, vat}, {&t.Exempt, exempt}} {
		if part.amount != 0 {
			*part.to = pesos(part.amount)
		}
	}
	return &dte.DTE{Document: doc}
}

func dec(s string) dte.Decimal {
	d, err := dte.ParseDecimal(s)
	if err != nil {
		panic(err) // a test's own literal
	}
	return d
}

func line(quantity, price string, amount int64, change ...func(*dte.Line)) dte.Line {
	l := dte.Line{Number: 1, Amount: chile.CLP(amount)}
	if price != "" {
		l.Quantity, l.Price = dec(quantity), dec(price)
	}
	for _, f := range change {
		f(&l)
	}
	return l
}

// Amounts that the rules give, each with what is found when they are others.
func TestTotalsRules(t *testing.T) {
	t.Parallel()
	exempt := func(n int) func(*dte.Line) { return func(l *dte.Line) { l.Exemption = n } }
	discount := func(rate string, amount int64) func(*dte.Line) {
		return func(l *dte.Line) { l.DiscountRate, l.Discount = dec(rate), pesos(amount) }
	}
	taxed := func(codes ...int) func(*dte.Line) { return func(l *dte.Line) { l.TaxCodes = codes } }
	with := func(d *dte.DTE, change func(*dte.Document)) *dte.DTE {
		change(d.Document)
		return d
	}
	global := func(kind, valueKind, value string, exemption int) func(*dte.Document) {
		return func(doc *dte.Document) {
			doc.Adjustments = append(doc.Adjustments, dte.Adjustment{Kind: kind, ValueKind: valueKind, Value: dec(value), Exemption: exemption})
		}
	}
	other := func(code int, rate string, amount int64) func(*dte.Document) {
		return func(doc *dte.Document) {
			tax := dte.OtherTax{Code: code, Amount: chile.CLP(amount)}
			if rate != "" {
				tax.Rate = dec(rate)
			}
			doc.Header.Totals.OtherTaxes = append(doc.Header.Totals.OtherTaxes, tax)
		}
	}
	gross := func(doc *dte.Document) { doc.Header.Identification.GrossPrices = 1 }
	for name, c := range map[string]struct {
		doc  *dte.DTE
		want []dte.Code
	}{
		// The certification set 4943173 of the SII.
		"set, case 1": {peso(33, 123829, 23528, 0, 147357, line("118", "628", 74104), line("51", "975", 49725)), nil},
		"set, case 2": {peso(33, 301536, 57292, 0, 358828, line("175", "1472", 249872, discount("3", 7728)), line("99", "538", 51664, discount("3", 1598))), nil},
		"set, case 3": {peso(33, 432124, 82104, 34637, 548865, line("23", "1298", 29854), line("138", "2915", 402270), line("1", "34637", 34637, exempt(1))), nil},
		"set, case 4": {with(peso(33, 61705, 11724, 13520, 86949, line("43", "1184", 50912), line("19", "739", 14041), line("2", "6760", 13520, exempt(1))), global("D", "%", "5", 0)), nil},
		"set, case 5": {peso(61, 0, 0, 0, 0, line("", "", 0)), nil},

		"half a peso away from zero":        {peso(33, 1350, 257, 0, 1607, line("1", "1350", 1350)), nil},
		"half a peso to the even":           {peso(33, 1350, 256, 0, 1606, line("1", "1350", 1350)), []dte.Code{dte.CodeTotalsVAT}},
		"product rounded":                   {peso(33, 8943, 1699, 0, 10642, line("1.0", "8942.86", 8943)), nil},
		"product cut":                       {peso(33, 8942, 1699, 0, 10641, line("1.0", "8942.86", 8942)), []dte.Code{dte.CodeTotalsLine}},
		"discount not taken":                {peso(33, 257600, 48944, 0, 306544, line("175", "1472", 257600, discount("3", 7728))), []dte.Code{dte.CodeTotalsLine}},
		"gross prices":                      {with(peso(33, 1000, 190, 0, 1190, line("1", "1190", 1190)), gross), nil},
		"gross prices taken as net":         {with(peso(33, 1190, 226, 0, 1416, line("1", "1190", 1190)), gross), []dte.Code{dte.CodeTotalsNet}},
		"exempt lines in the net":           {peso(33, 2000, 380, 0, 2380, line("1", "1000", 1000), line("1", "1000", 1000, exempt(1))), []dte.Code{dte.CodeTotalsNet, dte.CodeTotalsExempt}},
		"exempt invoice":                    {peso(34, 0, 0, 1000, 1000, line("1", "1000", 1000)), nil},
		"exempt invoice with VAT":           {peso(34, 1000, 190, 0, 1190, line("1", "1000", 1000)), []dte.Code{dte.CodeTotalsNet, dte.CodeTotalsExempt}},
		"discount on exempt lines":          {with(peso(33, 1000, 190, 900, 2090, line("1", "1000", 1000), line("1", "1000", 1000, exempt(1))), global("D", "$", "100", 1)), nil},
		"discount not on taxed lines":       {with(peso(33, 900, 171, 1000, 2071, line("1", "1000", 1000), line("1", "1000", 1000, exempt(1))), global("D", "$", "100", 1)), []dte.Code{dte.CodeTotalsNet, dte.CodeTotalsExempt}},
		"surcharge":                         {with(peso(33, 1100, 209, 0, 1309, line("1", "1000", 1000)), global("R", "%", "10", 0)), nil},
		"two percentages, one on the other": {with(with(peso(33, 8100, 1539, 0, 9639, line("1", "10000", 10000)), global("D", "%", "10", 0)), global("D", "%", "10", 0)), nil},
		"two percentages, of the whole":     {with(with(peso(33, 8000, 1520, 0, 9520, line("1", "10000", 10000)), global("D", "%", "10", 0)), global("D", "%", "10", 0)), nil},
		"not charged":                       {with(peso(33, 1000, 190, 0, 1190, line("1", "1000", 1000), line("1", "500", 500, exempt(2)), line("1", "100", 100, exempt(6))), func(d *dte.Document) { d.Header.Totals.NotInvoiced, d.Header.Totals.Period = pesos(400), pesos(1590) }), nil},
		"not charged, and charged":          {with(peso(33, 1000, 190, 0, 1590, line("1", "1000", 1000), line("1", "400", 400, exempt(2))), func(d *dte.Document) { d.Header.Totals.NotInvoiced = pesos(400) }), []dte.Code{dte.CodeTotalsTotal}},
		"deposit":                           {with(peso(33, 1000, 190, 0, 1290, line("1", "1000", 1000), line("1", "100", 100, exempt(3))), func(d *dte.Document) { d.Header.Totals.Deposits = pesos(100) }), nil},
		"builder's credit":                  {with(peso(33, 1000, 190, 0, 1066, line("1", "1000", 1000)), func(d *dte.Document) { d.Header.Totals.BuilderCredit = pesos(124) }), nil},

		"pisco":                    {with(peso(33, 1000, 190, 0, 1505, line("1", "1000", 1000, taxed(24))), other(24, "31.5", 315)), nil},
		"pisco, tax subtracted":    {with(peso(33, 1000, 190, 0, 875, line("1", "1000", 1000, taxed(24))), other(24, "31.5", 315)), []dte.Code{dte.CodeTotalsTotal}},
		"pisco, another tax":       {with(peso(33, 1000, 190, 0, 1506, line("1", "1000", 1000, taxed(24))), other(24, "31.5", 316)), []dte.Code{dte.CodeTotalsTax}},
		"purchase, all retained":   {with(peso(46, 100000, 19000, 0, 100000, line("1", "100000", 100000, taxed(15))), other(15, "19", 19000)), nil},
		"purchase, part retained":  {with(with(peso(46, 10000, 1900, 0, 11500, line("2", "5000", 10000, taxed(34))), other(34, "4", 400)), func(d *dte.Document) { d.Header.Totals.UnretainedVAT = pesos(1500) }), nil},
		"purchase, not subtracted": {with(peso(46, 100000, 19000, 0, 119000, line("1", "100000", 100000, taxed(15))), other(15, "19", 19000)), []dte.Code{dte.CodeTotalsTotal}},
		"tax nobody knows":         {with(peso(33, 1000, 190, 0, 1290, line("1", "1000", 1000, taxed(54))), other(54, "10", 100)), []dte.Code{dte.CodeTotalsUnknownTax}},

		"boleta":                        {peso(39, 4202, 798, 0, 5000, line("1", "5000", 5000)), nil},
		"boleta, VAT subtracted":        {peso(39, 571, 109, 0, 680, line("1", "680", 680)), nil},
		"boleta, VAT by rate":           {peso(39, 571, 108, 0, 679, line("1", "680", 680)), nil},
		"boleta, VAT on top":            {peso(39, 680, 129, 0, 809, line("1", "680", 680)), []dte.Code{dte.CodeTotalsNet, dte.CodeTotalsVAT, dte.CodeTotalsTotal}},
		"boleta of net prices":          {with(peso(39, 680, 129, 0, 809, line("1", "680", 680)), func(d *dte.Document) { d.Header.Identification.NetPrices = 2 }), nil},
		"boleta with exempt":            {peso(39, 1516, 288, 9990, 11794, line("1", "1804", 1804), line("1", "9990", 9990, exempt(1))), nil},
		"boleta that shows its total":   {peso(39, 0, 0, 0, 680, line("1", "680", 680)), nil},
		"exempt boleta":                 {peso(41, 0, 0, 680, 680, line("1", "680", 680)), nil},
		"exempt boleta with net":        {peso(41, 571, 109, 0, 680, line("1", "680", 680)), []dte.Code{dte.CodeTotalsNet, dte.CodeTotalsVAT, dte.CodeTotalsExempt}},
		"guía without amounts":          {peso(52, 0, 0, 0, 0, line("3", "1000", 0)), nil},
		"guía of a sale":                {peso(52, 3000, 570, 0, 3570, line("3", "1000", 3000)), nil},
		"guía of a sale, VAT forgotten": {peso(52, 3000, 0, 0, 3000, line("3", "1000", 3000)), []dte.Code{dte.CodeTotalsVAT}},
		"note of a text":                {peso(61, 0, 0, 0, 0, line("1", "1000", 0)), nil},
		"invoice of nothing":            {peso(33, 0, 0, 0, 0, line("1", "1000", 0)), []dte.Code{dte.CodeTotalsLine}},
		"amounts too large":             {peso(33, 1<<60, 0, 0, 1<<60, line("1", "1", 1)), []dte.Code{dte.CodeTotalsRange}},
		"product too large":             {peso(33, 1, 0, 0, 1, line("999999999999", "999999999999", 1)), []dte.Code{dte.CodeTotalsRange}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := dte.CheckTotals(c.doc)
			var got []dte.Code
			for _, f := range g.Findings {
				got = append(got, f.Code)
				assert.NotEqual(t, f.Got, f.Want)
				assert.NotEqual(t, f.English(), f.Spanish())
			}
			assert.Equal(t, c.want, got, "%v", g.Findings)
		})
	}
	g := dte.CheckTotals(&dte.DTE{})
	assert.False(t, g.OK(), "there is nothing to sum")
}
