package rcv_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
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
		return rcv.Document{Type: docType, VAT: 19, Net: 100, Total: 119, Transaction: rcv.Transaction{Kind: kind}}
	}
	exempt := func(docType chile.DocType, kind int) rcv.Document {
		return rcv.Document{Type: docType, Exempt: 7, Total: 7, Transaction: rcv.Transaction{Kind: kind}}
	}
	lost := sale(33, 1)
	lost.VAT, lost.NonRecoverableVAT = 0, 19
	for _, c := range []struct {
		book rcv.Book
		d    rcv.Document
		code int
		want chile.CLP
	}{
		{rcv.Sales, sale(33, 1), 502, 19},
		{rcv.Sales, sale(30, 0), 502, 19},
		{rcv.Sales, sale(33, 2), 717, 19},
		{rcv.Sales, sale(33, 3), 764, 19},
		{rcv.Sales, exempt(34, 1), 142, 7},
		{rcv.Sales, exempt(32, 2), 715, 7},
		{rcv.Sales, exempt(110, 1), 20, 7},
		{rcv.Sales, sale(56, 1), 513, 19},
		{rcv.Sales, sale(56, 2), 717, 19},
		{rcv.Sales, sale(61, 1), 510, 19},
		{rcv.Sales, sale(61, 2), 734, 19},
		{rcv.Purchases, sale(33, 0), 520, 19},
		{rcv.Purchases, sale(46, 1), 520, 19},
		{rcv.Purchases, sale(33, 2), 762, 19},
		{rcv.Purchases, sale(33, 3), 766, 19},
		{rcv.Purchases, sale(33, 4), 525, 19},
		{rcv.Purchases, sale(33, 6), 521, 100},
		{rcv.Purchases, lost, 521, 100},
		{rcv.Purchases, exempt(34, 1), 562, 7},
		{rcv.Purchases, sale(56, 1), 532, 19},
		{rcv.Purchases, sale(61, 4), 528, 19},
		{rcv.Purchases, sale(914, 1), 535, 19},
		{rcv.Purchases, sale(914, 4), 553, 19},
		{rcv.Purchases, sale(914, 6), 560, 100},
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
		assert.EqualValues(t, 1, lines[0].Count)
		assert.Empty(t, f.Other())
	}
}

// The form is whole: lines in their order, no code twice.
func TestF29Form(t *testing.T) {
	t.Parallel()
	var f rcv.F29
	for _, docType := range []chile.DocType{110, 34, 33, 56, 61} {
		for kind := range 8 {
			d := rcv.Document{State: rcv.Registro, Type: docType, VAT: 1, Net: 5, Exempt: 1, Transaction: rcv.Transaction{Kind: kind}}
			require.NoError(t, f.AddSale(&d))
			require.NoError(t, f.AddPurchase(&d))
			d.Type = 914
			require.NoError(t, f.AddPurchase(&d))
		}
	}
	for _, docType := range []chile.DocType{39, 48} {
		require.NoError(t, f.AddSalesLine(&rcv.SummaryLine{Type: docType, Documents: 1, VAT: 1}))
	}
	seen, before := map[int]bool{}, 0
	for _, line := range f.Lines() {
		assert.Greater(t, line.Line, before)
		before = line.Line
		assert.False(t, seen[line.CountCode] || seen[line.AmountCode], line.Name)
		seen[line.CountCode], seen[line.AmountCode] = true, true
		assert.NotEmpty(t, line.Name)
	}
	assert.Len(t, seen, 2*23, "and codes 39, 554, 736 and line 5 have tests of their own")
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
		{State: rcv.Registro, Type: 33, Transaction: rcv.Transaction{Kind: 5, CommonUseVAT: 19}},
		{State: rcv.Registro, Type: 33, VAT: 19, Transaction: rcv.Transaction{Kind: 7}},
		{State: rcv.Registro, Type: 61, Exempt: 50},
		{State: rcv.Registro, Type: 43, VAT: 19},
		{State: rcv.Registro, Type: 999, VAT: 19},
	} {
		require.NoError(t, f.AddPurchase(&d))
	}
	for _, docType := range []chile.DocType{999, 112, 43, 46} {
		require.NoError(t, f.AddSale(&rcv.Document{Type: docType, Net: 100, VAT: 19, Total: 119}))
	}
	require.NoError(t, f.AddSalesLine(&rcv.SummaryLine{Type: 919, Documents: 3, VAT: 19, Exempt: 4, Total: 23}))
	require.NoError(t, f.AddSalesLine(&rcv.SummaryLine{Type: 33, HasDetail: true, Documents: 3, VAT: 19}))
	assert.Empty(t, f.Lines())
	others := f.Other()
	require.Len(t, others, 11)
	assert.Equal(t, rcv.F29Other{Book: rcv.Purchases, Type: 33, Reason: "state PENDIENTE", Count: 2, VAT: 38}, others[0])
	assert.EqualValues(t, 19, others[1].CommonUseVAT)
	for _, o := range others {
		assert.NotEmpty(t, o.Reason)
	}
	codes, err := f.Codes()
	require.NoError(t, err)
	assert.Equal(t, map[int]chile.CLP{538: 0, 537: 0, 511: 0}, codes)

	require.NoError(t, f.AddSalesLine(&rcv.SummaryLine{Type: 39, Documents: 120, VAT: 1900, Exempt: 9}))
	require.NoError(t, f.AddSalesLine(&rcv.SummaryLine{Type: 48, Documents: 5, VAT: 190}))
	require.NoError(t, f.AddSalesLine(&rcv.SummaryLine{Type: 41, Documents: 7, Exempt: 70}))
	debit, err := f.Debit()
	require.NoError(t, err)
	assert.EqualValues(t, 2090, debit)
	last := f.Other()
	assert.Equal(t, rcv.F29Other{Book: rcv.Sales, Type: 39, Reason: "exempt part of taxed documents", Count: 120, Exempt: 9}, last[len(last)-1])
}

// What does not fit changes nothing.
func TestF29Overflow(t *testing.T) {
	t.Parallel()
	var f rcv.F29
	huge := rcv.Document{State: rcv.Registro, Type: 33, VAT: math.MaxInt64}
	require.NoError(t, f.AddPurchase(&huge))
	require.NoError(t, f.AddSale(&huge))
	before := f.Lines()
	for _, d := range []rcv.Document{{State: rcv.Registro, Type: 33, VAT: 1}, {State: rcv.Registro, Type: 56, VAT: 1}} {
		require.ErrorIs(t, f.AddPurchase(&d), chile.ErrOverflow, "code 520, and code 511")
	}
	require.ErrorIs(t, f.AddSale(&huge), chile.ErrOverflow)
	assert.Equal(t, before, f.Lines())
	require.NoError(t, f.AddSalesLine(&rcv.SummaryLine{Type: 39, Documents: 1, VAT: 1}))
	_, err := f.Debit()
	require.ErrorIs(t, err, chile.ErrOverflow)
	_, err = f.Codes()
	require.ErrorIs(t, err, chile.ErrOverflow)
	_, err = f.Compare(nil)
	require.ErrorIs(t, err, chile.ErrOverflow)
	pending := rcv.Document{State: rcv.Pendiente, Type: 33, VAT: math.MaxInt64}
	require.NoError(t, f.AddPurchase(&pending))
	require.ErrorIs(t, f.AddPurchase(&pending), chile.ErrOverflow)
}

// Exempt sales are lowered by their credit notes, down to nothing.
func TestF29ExemptCreditNotes(t *testing.T) {
	t.Parallel()
	var f rcv.F29
	require.NoError(t, f.AddSale(&rcv.Document{Type: 34, Exempt: 1000, Total: 1000}))
	require.NoError(t, f.AddSale(&rcv.Document{Type: 61, Exempt: 400, Total: 400}))
	codes, err := f.Codes()
	require.NoError(t, err)
	assert.Equal(t, map[int]chile.CLP{586: 2, 142: 600, 538: 0, 537: 0, 511: 0}, codes)
	require.NoError(t, f.AddSale(&rcv.Document{Type: 61, Exempt: 700, Total: 700}))
	assert.Empty(t, f.Other())
	lines := f.Lines()
	require.Len(t, lines, 1, "the line stays, below zero")
	assert.EqualValues(t, -100, lines[0].Amount)
	assert.EqualValues(t, 3, lines[0].Count)
	codes, err = f.Codes()
	require.NoError(t, err)
	assert.EqualValues(t, -100, codes[142])
}

// A month whose proposal was seen live: it agrees, code by code.
func TestF29Compare(t *testing.T) {
	t.Parallel()
	var f rcv.F29
	for i := range 2 {
		require.NoError(t, f.AddPurchase(&rcv.Document{State: rcv.Registro, Type: 33, Net: 1, VAT: part(96_995, 2, i)}))
	}
	require.NoError(t, f.AddPurchase(&rcv.Document{State: rcv.Registro, Type: 61, Net: 1, VAT: 1_900}))
	proposal := map[int]chile.CLP{519: 2, 520: 96_995, 527: 1, 528: 1_900, 511: 95_095, 504: 77, 537: 95_172, 563: 5, 115: 1}
	found, err := f.Compare(proposal)
	require.NoError(t, err)
	assert.Empty(t, found)
	proposal[520]++
	proposal[502] = 8
	delete(proposal, 527)
	found, err = f.Compare(proposal)
	require.NoError(t, err)
	assert.Equal(t, []rcv.F29Difference{{502, 0, 8}, {520, 96_995, 96_996}, {527, 1, 0}}, found)
	delete(proposal, 504)
	found, err = f.Compare(proposal)
	require.NoError(t, err)
	assert.Contains(t, found, rcv.F29Difference{Code: 537, Registers: 95_095, Proposal: 95_172})
}

// The sums are those of arithmetic that knows nothing of lines.
func TestF29AddsUp(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 3))
		var f rcv.F29
		debit, credit, electronic, withheld := new(big.Int), new(big.Int), new(big.Int), new(big.Int)
		documents, asides := int64(0), int64(0)
		for range r.IntN(80) {
			types := []chile.DocType{33, 30, 34, 46, 56, 61, 60, 110, 112, 43, 914, 999}
			d := rcv.Document{Type: types[r.IntN(len(types))], State: rcv.Registro}
			sold := rcv.Document{}
			d.Kind = r.IntN(8)
			d.Net = chile.CLP(r.Int64N(1e12))
			d.VAT = d.Net * 19 / 100
			if r.IntN(6) == 0 {
				d.Exempt, d.Net, d.VAT = d.Net, 0, 0
			}
			if r.IntN(9) == 0 {
				d.NonRecoverableVAT, d.VAT = d.VAT, 0
			}
			if r.IntN(9) == 0 {
				d.CommonUseVAT, d.VAT = d.VAT, 0
			}
			if r.IntN(7) == 0 {
				d.State = rcv.Pendiente
			}
			d.Total = d.Exempt + d.Net + d.VAT + d.NonRecoverableVAT + d.CommonUseVAT
			sold = d
			sold.Kind = r.IntN(4)
			if d.Type == 46 && d.State == rcv.Registro && d.Kind != 7 {
				withheld.Add(withheld, big.NewInt(int64(d.Total-d.Exempt-d.Net)))
			}
			if d.Type == 46 {
				d.Total = d.Exempt + d.Net
			}
			documents += 2
			require.NoError(t, f.AddSale(&sold))
			require.NoError(t, f.AddPurchase(&d))
			vat := big.NewInt(int64(d.VAT))
			if d.Type == 61 || d.Type == 60 {
				vat.Neg(vat)
			}
			switch d.Type {
			case 33, 30, 56, 61, 60:
				debit.Add(debit, vat)
			}
			if d.State != rcv.Registro || d.Kind == 7 || d.Kind == 6 || d.Kind == 5 || d.CommonUseVAT != 0 {
				continue
			}
			switch d.Type {
			case 33, 46, 56, 61:
				electronic.Add(electronic, vat)
				credit.Add(credit, vat)
			case 30, 60, 914:
				credit.Add(credit, vat)
			}
		}
		codes, err := f.Codes()
		require.NoError(t, err)
		require.Equal(t, debit.Int64(), int64(codes[538]), "seed %d", seed)
		require.Equal(t, credit.Int64(), int64(codes[537]), "seed %d", seed)
		require.Equal(t, electronic.Int64(), int64(codes[511]), "seed %d", seed)
		require.Equal(t, withheld.Int64(), int64(codes[39]), "seed %d", seed)
		for _, line := range f.Lines() {
			if line.CountCode != 0 { // what was withheld is a part of documents on other lines
				documents -= line.Count
			}
		}
		for _, o := range f.Other() {
			if o.Reason != "exempt part of taxed documents" {
				asides += o.Count
			}
		}
		require.Equal(t, documents, asides, "each document is on a line, or aside")
	}
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
	// 502 facturas emitidas del giro 19000
	// 520 facturas recibidas del giro y facturas de compra emitidas 7600
	// 11400
}
