package rcv_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// The numbers of a filed form: its lines are made of documents, and its sums come
// out.
func TestF29OfFiledForm(t *testing.T) {
	t.Parallel()
	var f rcv.F29
	sell := func(n int, vat chile.CLP) {
		for i := range n {
			require.NoError(t, f.AddSale(&rcv.Document{Type: 33, VAT: part(vat, n, i)}))
		}
	}
	buy := func(n int, vat chile.CLP, docType chile.DocType, kind int) {
		for i := range n {
			d := &rcv.Document{State: rcv.Registro, Type: docType, VAT: part(vat, n, i), Transaction: rcv.Transaction{Kind: kind}}
			require.NoError(t, f.AddPurchase(d))
		}
	}
	sell(9, 6588397)
	buy(30, 1481178, 33, 1)
	buy(2, 512805, 61, 1)
	buy(1, 12443, 33, 2)
	for i := range 10 {
		require.NoError(t, f.AddPurchase(&rcv.Document{State: rcv.Registro, Type: 34, Exempt: part(17296416, 10, i)}))
	}
	codes := map[int]int64{}
	for _, l := range f.Lines() {
		codes[l.CountCode], codes[l.AmountCode] = l.Count, int64(l.Amount)
	}
	assert.Equal(t, map[int]int64{503: 9, 502: 6588397, 519: 30, 520: 1481178, 527: 2, 528: 512805, 761: 1, 762: 12443, 584: 10, 562: 17296416}, codes)
	debit, err := f.Debit()
	require.NoError(t, err)
	assert.EqualValues(t, 6588397, debit, "code 538")
	credit, err := f.Credit()
	require.NoError(t, err)
	assert.EqualValues(t, 980816, credit, "code 511, and 537 without 504")
	assert.Empty(t, f.Other())
}

// part cuts an amount in n parts that add up to it.
func part(amount chile.CLP, n, i int) chile.CLP {
	share := amount / chile.CLP(n)
	if i == 0 {
		return amount - share*chile.CLP(n-1)
	}
	return share
}

func TestF29Lines(t *testing.T) {
	t.Parallel()
	sale := func(docType chile.DocType, kind int) rcv.Document {
		return rcv.Document{Type: docType, VAT: 19, Exempt: 7, Total: 126, Net: 100, Transaction: rcv.Transaction{Kind: kind}}
	}
	for _, c := range []struct {
		book rcv.Book
		d    rcv.Document
		code int
		want chile.CLP
	}{
		{rcv.Sales, sale(33, 1), 502, 19},
		{rcv.Sales, sale(33, 2), 717, 19},
		{rcv.Sales, sale(34, 1), 142, 7},
		{rcv.Sales, sale(110, 1), 20, 126},
		{rcv.Sales, sale(56, 1), 513, 19},
		{rcv.Sales, sale(61, 1), 510, 19},
		{rcv.Purchases, sale(33, 0), 520, 19},
		{rcv.Purchases, sale(46, 1), 520, 19},
		{rcv.Purchases, sale(33, 2), 762, 19},
		{rcv.Purchases, sale(33, 3), 766, 19},
		{rcv.Purchases, sale(33, 4), 525, 19},
		{rcv.Purchases, sale(33, 6), 521, 100},
		{rcv.Purchases, sale(34, 1), 562, 7},
		{rcv.Purchases, sale(56, 1), 532, 19},
		{rcv.Purchases, sale(914, 1), 535, 19},
	} {
		var f rcv.F29
		add := f.AddSale
		if c.book == rcv.Purchases {
			c.d.State, add = rcv.Registro, f.AddPurchase
		}
		require.NoError(t, add(&c.d))
		lines := f.Lines()
		require.Len(t, lines, 1)
		assert.Equal(t, c.code, lines[0].AmountCode, "%s %d kind %d", c.book, int(c.d.Type), c.d.Kind)
		assert.Equal(t, c.want, lines[0].Amount)
	}
}

// What has no line is told, and is in no sum.
func TestF29Other(t *testing.T) {
	t.Parallel()
	var f rcv.F29
	pending := rcv.Document{State: rcv.Pendiente, Type: 33, VAT: 19}
	for range 2 {
		require.NoError(t, f.AddPurchase(&pending))
	}
	for _, d := range []rcv.Document{
		{State: rcv.Registro, Type: 33, VAT: 19, Transaction: rcv.Transaction{Kind: 5}},
		{State: rcv.Registro, Type: 33, VAT: 19, Transaction: rcv.Transaction{Kind: 7}},
		{State: rcv.Registro, Type: 999, VAT: 19},
	} {
		require.NoError(t, f.AddPurchase(&d))
	}
	require.NoError(t, f.AddSale(&rcv.Document{Type: 999, VAT: 19}))
	require.NoError(t, f.AddSale(&rcv.Document{Type: 112, VAT: 0}))
	require.NoError(t, f.AddSalesLine(&rcv.SummaryLine{Type: 919, Documents: 3, VAT: 19}))
	require.NoError(t, f.AddSalesLine(&rcv.SummaryLine{Type: 33, HasDetail: true, Documents: 3, VAT: 19}))
	assert.Empty(t, f.Lines())
	others := f.Other()
	require.Len(t, others, 7)
	assert.EqualValues(t, 2, others[0].Count)
	assert.EqualValues(t, 38, others[0].VAT)

	require.NoError(t, f.AddSalesLine(&rcv.SummaryLine{Type: 39, Documents: 120, VAT: 1900}))
	require.NoError(t, f.AddSalesLine(&rcv.SummaryLine{Type: 48, Documents: 5, VAT: 190}))
	require.NoError(t, f.AddSalesLine(&rcv.SummaryLine{Type: 41, Documents: 7, Exempt: 70}))
	debit, err := f.Debit()
	require.NoError(t, err)
	assert.EqualValues(t, 2090, debit)
	require.ErrorIs(t, f.AddSalesLine(&rcv.SummaryLine{Type: 39, Documents: 1, VAT: math.MaxInt64}), chile.ErrOverflow)
}

func ExampleF29() {
	var f rcv.F29
	sale := rcv.Document{Type: 33, Net: 100_000, VAT: 19_000}
	purchase := rcv.Document{State: rcv.Registro, Type: 33, Net: 40_000, VAT: 7_600}
	if err := f.AddSale(&sale); err != nil {
		fmt.Println(err)
		return
	}
	if err := f.AddPurchase(&purchase); err != nil {
		fmt.Println(err)
		return
	}
	for _, l := range f.Lines() {
		fmt.Println(l.AmountCode, l.Name, l.Amount)
	}
	debit, _ := f.Debit()
	credit, _ := f.Credit()
	fmt.Println(debit - credit)
	// Output:
	// 502 facturas emitidas 19000
	// 520 facturas recibidas del giro 7600
	// 11400
}
