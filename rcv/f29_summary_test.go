package rcv_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// A shop that sells by boleta alone declares what it sold.
func TestF29OfBoletas(t *testing.T) {
	t.Parallel()
	var f rcv.F29
	for typ, line := range map[chile.DocType]rcv.SummaryLine{
		35: {Documents: 1, Net: 100, VAT: 19, Total: 119},
		39: {Documents: 2, Net: 1_000, VAT: 190, Total: 1_190},
		47: {Documents: 3, Net: 200, VAT: 38, Total: 238},
		48: {Documents: 4, Net: 2_000, VAT: 380, Total: 2_380},
		38: {Documents: 5, Exempt: 50, Total: 50},
		41: {Documents: 6, Exempt: 60, Total: 60},
	} {
		line.State, line.Type, line.HasDetail = rcv.Registro, typ, typ%2 == 0 // no rows came, whatever the mark says
		require.NoError(t, f.AddSalesLine(&line))
	}
	codes, err := f.Codes()
	require.NoError(t, err)
	assert.Equal(t, map[int]chile.CLP{110: 3, 111: 209, 758: 7, 759: 418, 586: 11, 142: 110, 538: 627, 537: 0, 511: 0}, codes)
	assert.Empty(t, f.Other())
}

// Where the SII gives boletas one by one, they count once.
func TestF29OfSingleBoletas(t *testing.T) {
	t.Parallel()
	var f rcv.F29
	for _, typ := range []chile.DocType{39, 48, 41} {
		d := rcv.Document{State: rcv.Registro, Type: typ, Net: 100, VAT: 19, Total: 119}
		if typ == 41 {
			d = rcv.Document{State: rcv.Registro, Type: typ, Exempt: 50, Total: 50}
		}
		require.NoError(t, f.AddSale(&d))
		require.NoError(t, f.AddSalesLine(&rcv.SummaryLine{State: rcv.Registro, Type: typ, Documents: 1, Exempt: d.Exempt, Net: d.Net, VAT: d.VAT, Total: d.Total}))
	}
	codes, err := f.Codes()
	require.NoError(t, err)
	assert.Equal(t, map[int]chile.CLP{110: 1, 111: 19, 758: 1, 759: 19, 586: 1, 142: 50, 538: 38, 537: 0, 511: 0}, codes)
	assert.Empty(t, f.Other())
}

// Every other line without documents is told, with its amounts.
func TestF29LinesWithoutDocuments(t *testing.T) {
	t.Parallel()
	const types, rows = "the line of this type is not known", "the summary counts documents and gives no rows of them"
	for _, c := range []struct {
		book   rcv.Book
		line   rcv.SummaryLine
		reason string
	}{
		{rcv.Sales, rcv.SummaryLine{Type: 105, Documents: 3, VAT: 19, Total: 119}, types},
		{rcv.Sales, rcv.SummaryLine{Type: 919, Documents: 3, Exempt: 19, Total: 19}, types},
		{rcv.Sales, rcv.SummaryLine{Type: 922, Documents: 3, VAT: 19, Total: 19}, types},
		{rcv.Sales, rcv.SummaryLine{Type: 40, Documents: 3, VAT: 19, Total: 119}, rows},
		{rcv.Sales, rcv.SummaryLine{Type: 33, Documents: 3, VAT: 19, Total: 119}, rows},
		{rcv.Sales, rcv.SummaryLine{Type: 39, Documents: 3, Total: 119}, "the summary gives a total without net, exempt and VAT"},
		{rcv.Purchases, rcv.SummaryLine{Type: 33, Documents: 3, VAT: 19, Total: 119}, rows},
		{rcv.Purchases, rcv.SummaryLine{State: rcv.Pendiente, Type: 33, Documents: 3, VAT: 19, Total: 119}, "state PENDIENTE"},
	} {
		var f rcv.F29
		add := f.AddSalesLine
		if c.book == rcv.Purchases {
			add = f.AddPurchasesLine
		}
		if c.line.State == "" {
			c.line.State = rcv.Registro
		}
		require.NoError(t, add(&c.line))
		assert.Empty(t, f.Lines())
		require.Equal(t, []rcv.F29Other{{
			Book: c.book, Type: c.line.Type, Reason: c.reason, Count: 3, Exempt: c.line.Exempt, VAT: c.line.VAT, Total: c.line.Total,
		}}, f.Other())
		require.NoError(t, add(&rcv.SummaryLine{State: c.line.State, Type: c.line.Type, HasDetail: true, Documents: 3, VAT: 19}))
		require.NoError(t, add(&rcv.SummaryLine{State: c.line.State, Type: c.line.Type}))
		assert.Len(t, f.Other(), 1, "lines with documents, and empty ones, are passed over")
	}
}

// Of a type whose documents were counted the line is not told again, whatever the
// summary says of its detail; of another state it is.
func TestF29LinesOfCountedDocuments(t *testing.T) {
	t.Parallel()
	var f rcv.F29
	d := rcv.Document{State: rcv.Registro, Type: 33, Net: 100, VAT: 19, Total: 119}
	require.NoError(t, f.AddPurchase(&d))
	require.NoError(t, f.AddPurchasesLine(&rcv.SummaryLine{State: rcv.Registro, Type: 33, Documents: 1, VAT: 19}))
	assert.Empty(t, f.Other())
	require.NoError(t, f.AddPurchasesLine(&rcv.SummaryLine{State: rcv.Reclamado, Type: 33, Documents: 1, VAT: 19}))
	assert.Len(t, f.Other(), 1)
	require.NoError(t, f.AddSalesLine(&rcv.SummaryLine{State: rcv.Registro, Type: 33, Documents: 1, VAT: 19}))
	assert.Len(t, f.Other(), 2, "sales of the type were not counted")
}

// The lines of a side make up its sum, also where one is below zero or has an
// amount without documents.
func TestF29LinesMakeUpSums(t *testing.T) {
	t.Parallel()
	var f rcv.F29
	for _, vat := range []chile.CLP{-500, 19} {
		require.NoError(t, f.AddSale(&rcv.Document{State: rcv.Registro, Type: 33, VAT: vat}))
		require.NoError(t, f.AddPurchase(&rcv.Document{State: rcv.Registro, Type: 61, VAT: vat}))
	}
	require.NoError(t, f.AddSalesLine(&rcv.SummaryLine{State: rcv.Registro, Type: 39, VAT: 7, Total: 7}))
	sums := map[bool]chile.CLP{}
	for _, line := range f.Lines() {
		amount := line.Amount
		if line.Subtracts {
			amount = -amount
		}
		sums[line.AmountCode == 528] += amount
	}
	debit, err := f.Debit()
	require.NoError(t, err)
	credit, err := f.Credit()
	require.NoError(t, err)
	assert.Equal(t, map[bool]chile.CLP{false: -474, true: 481}, sums)
	assert.EqualValues(t, -474, debit)
	assert.EqualValues(t, 481, credit)
}

func TestTotalsOfLines(t *testing.T) {
	t.Parallel()
	var totals rcv.Totals
	for _, line := range []rcv.SummaryLine{
		{Type: 33, HasDetail: true, Documents: 3, Net: 1_000, VAT: 190, Exempt: 5, Total: 1_195},
		{Type: 39, Documents: 17, Net: 500, VAT: 95, Total: 595},
		{Type: 61, Documents: 2, Net: 100, VAT: 19, Total: 119},
		{Type: 922, Documents: 1, VAT: 10, Total: 10},
		{Type: 33, Documents: 1, NonRecoverableVAT: 3, CommonUseVAT: 4, Total: 7},
	} {
		require.NoError(t, totals.AddLine(&line))
	}
	want := rcv.Totals{Documents: 24, Credits: 2, Net: 1_400, VAT: 256, Exempt: 5, NonRecoverableVAT: 3, CommonUseVAT: 4, Total: 1_668}
	assert.Equal(t, want, totals)
	require.NoError(t, totals.AddLine(&rcv.SummaryLine{Type: 39, Documents: 1, Total: 1 << 62}))
	require.ErrorIs(t, totals.AddLine(&rcv.SummaryLine{Type: 39, Documents: 1, Total: 1 << 62}), chile.ErrOverflow)
}
