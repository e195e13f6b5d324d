package rcv_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// wheat is a factura de compra of the DTE format's example: 4 % of the net is
// withheld.
func wheat() rcv.Document {
	return rcv.Document{
		State: rcv.Registro, Type: 46, Net: 10_000, VAT: 1_900, Total: 11_500, OtherTaxTotal: 400,
		OtherTaxes: []rcv.OtherTax{{Code: 34, Amount: 400, Rate: "4"}}, Withholding: rcv.Withholding{NotWithheld: 1_500},
	}
}

// scrap is one of which all VAT is withheld.
func scrap() rcv.Document {
	return rcv.Document{
		State: rcv.Registro, Type: 46, Net: 10_000, VAT: 1_900, Total: 10_000, OtherTaxTotal: 1_900,
		OtherTaxes: []rcv.OtherTax{{Code: 38, Amount: 1_900, Rate: "19"}},
	}
}

func TestWithheldVAT(t *testing.T) {
	t.Parallel()
	all, part := rcv.WithheldVAT{Total: 1_900}, rcv.WithheldVAT{Partial: 400}
	for _, c := range []struct {
		name   string
		of     rcv.Document
		change func(*rcv.Document)
		want   rcv.WithheldVAT
		ok     bool
	}{
		{"breakdown, all", scrap(), func(*rcv.Document) {}, all, true},
		{"breakdown, a part", wheat(), func(*rcv.Document) {}, part, true},
		{"sum of the facade, all", scrap(), func(d *rcv.Document) { d.OtherTaxes = nil }, all, true},
		{"sum of the facade, a part", wheat(), func(d *rcv.Document) { d.OtherTaxes = nil }, part, true},
		{"total alone, all", scrap(), func(d *rcv.Document) { d.OtherTaxes, d.OtherTaxTotal = nil, 0 }, all, true},
		{"total alone, a part", wheat(), func(d *rcv.Document) { d.OtherTaxes, d.OtherTaxTotal = nil, 0 }, part, true},
		{"VAT that gives no credit", scrap(), func(d *rcv.Document) { d.OtherTaxes, d.VAT, d.NonRecoverableVAT = nil, 0, 1_900 }, all, true},
		{"VAT of common use", scrap(), func(d *rcv.Document) { d.OtherTaxes, d.VAT, d.CommonUseVAT = nil, 900, 1_000 }, all, true},
		{"columns of sales", rcv.Document{Type: 46, Withholding: rcv.Withholding{WithheldTotal: 5, WithheldPartial: 6}}, func(*rcv.Document) {}, rcv.WithheldVAT{Total: 5, Partial: 6}, true},
		{"several codes", scrap(), func(d *rcv.Document) {
			d.OtherTaxes = []rcv.OtherTax{{Code: 15, Amount: 1_000}, {Code: 301, Amount: 500}, {Code: 30, Amount: 250}, {Code: 28, Amount: 9}}
		}, rcv.WithheldVAT{Total: 1_500, Partial: 250}, true},
		{"none, code 49", wheat(), func(d *rcv.Document) { d.OtherTaxes, d.OtherTaxTotal, d.Total = []rcv.OtherTax{{Code: 49}}, 0, 11_900 }, rcv.WithheldVAT{}, true},
		{"an additional tax", scrap(), func(d *rcv.Document) { d.OtherTaxes, d.OtherTaxTotal, d.Total = nil, 100, 12_000 }, rcv.WithheldVAT{}, true},
		{"more than the VAT", scrap(), func(d *rcv.Document) { d.OtherTaxes, d.OtherTaxTotal, d.Total = nil, 0, 9_999 }, rcv.WithheldVAT{}, false},
		{"another sum", scrap(), func(d *rcv.Document) { d.OtherTaxes, d.OtherTaxTotal = nil, 1_899 }, rcv.WithheldVAT{}, false},
		{"a sum that the total does not have", scrap(), func(d *rcv.Document) { d.OtherTaxes, d.Total = nil, 11_900 }, rcv.WithheldVAT{}, false},
		{"a total above its parts", scrap(), func(d *rcv.Document) { d.OtherTaxes, d.OtherTaxTotal, d.Total = nil, 0, 12_000 }, rcv.WithheldVAT{}, false},
		{"no total", scrap(), func(d *rcv.Document) { d.OtherTaxes, d.Total = nil, 0 }, rcv.WithheldVAT{}, false},
		{"too large", scrap(), func(d *rcv.Document) { d.OtherTaxes, d.VAT, d.CommonUseVAT = nil, math.MaxInt64, 1 }, rcv.WithheldVAT{}, false},
		{"columns too large", rcv.Document{Withholding: rcv.Withholding{WithheldTotal: math.MaxInt64, WithheldPartial: 1}}, func(*rcv.Document) {}, rcv.WithheldVAT{Total: math.MaxInt64, Partial: 1}, false},
		{"codes too large", scrap(), func(d *rcv.Document) {
			d.OtherTaxes = []rcv.OtherTax{{Code: 15, Amount: math.MaxInt64}, {Code: 15, Amount: 1}}
		}, rcv.WithheldVAT{}, false},
	} {
		d := c.of
		c.change(&d)
		got, ok := d.WithheldVAT()
		assert.Equal(t, c.ok, ok, c.name)
		assert.Equal(t, c.want, got, c.name)
	}
	for code, withheld := range map[int]bool{15: true, 331: true, 46: true, 14: false, 17: false, 28: false, 49: false, 271: false} {
		assert.Equal(t, withheld, rcv.OtherTax{Code: code}.Withheld(), code)
	}
}

// What the company withheld is on the lines of withheld VAT, and its VAT is credit
// like any other.
func TestF29Withheld(t *testing.T) {
	t.Parallel()
	var f rcv.F29
	whole, part, note, debit := scrap(), wheat(), scrap(), wheat()
	note.Type, note.OverPurchaseInvoice = 61, 1
	debit.Type, debit.RefType = 56, 45
	paper := scrap()
	paper.Type, paper.OtherTaxes = 45, nil
	gold := scrap()
	gold.Type, gold.OtherTaxes = 33, []rcv.OtherTax{{Code: 46, Amount: 1_900}}
	common := scrap()
	common.KindText, common.VAT, common.CommonUseVAT = "IVA Uso Común", 0, 1_900
	for _, d := range []rcv.Document{whole, part, note, debit, paper, gold, common} {
		require.NoError(t, f.AddPurchase(&d))
	}
	codes, err := f.Codes()
	require.NoError(t, err)
	assert.Equal(t, map[int]chile.CLP{
		39: 4 * 1_900, 554: 2 * 400, 736: 1_900,
		519: 4, 520: 4 * 1_900, 527: 1, 528: 1_900, 531: 1, 532: 1_900,
		538: 0, 537: 4 * 1_900, 511: 3 * 1_900,
	}, codes)
	withheld, err := f.Withheld()
	require.NoError(t, err)
	assert.EqualValues(t, 3*1_900+2*400, withheld)
	for _, line := range f.Lines() {
		assert.Equal(t, line.AmountCode == 39 || line.AmountCode == 554 || line.AmountCode == 736, line.CountCode == 0)
	}
	require.Len(t, f.Other(), 1, "of the VAT of common use a part is credit; what was withheld is owed whole")
	found, err := f.Compare(codes)
	require.NoError(t, err)
	assert.Empty(t, found)
	codes[554]++
	found, err = f.Compare(codes)
	require.NoError(t, err)
	assert.Equal(t, []rcv.F29Difference{{Code: 554, Registers: 800, Proposal: 801}}, found)
}

// What is on no line of withheld VAT is told.
func TestF29WithheldAside(t *testing.T) {
	t.Parallel()
	pending, excluded, unclear := scrap(), scrap(), scrap()
	pending.State = rcv.Pendiente
	excluded.KindText = "No Corresp. Incluir"
	unclear.OtherTaxes, unclear.Total = nil, 12_000
	for _, c := range []struct {
		d      rcv.Document
		reason string
		want   chile.CLP
	}{
		{pending, "state PENDIENTE", 1_900},
		{excluded, "not to be included", 1_900},
		{unclear, "how much VAT was withheld does not follow from the row", 0},
	} {
		var f rcv.F29
		require.NoError(t, f.AddPurchase(&c.d))
		others := f.Other()
		require.Len(t, others, 1, c.reason)
		assert.Equal(t, c.reason, others[0].Reason)
		assert.Equal(t, c.want, others[0].Withheld)
		withheld, err := f.Withheld()
		require.NoError(t, err)
		assert.Zero(t, withheld)
	}
}

// Facturas de compra that the company received: the buyer pays the VAT.
func TestF29WithheldFromTheCompany(t *testing.T) {
	t.Parallel()
	var f rcv.F29
	whole, part, unclear, note, invoice := scrap(), wheat(), scrap(), scrap(), scrap()
	unclear.OtherTaxes, unclear.Total = nil, 12_000
	note.Type, note.OverPurchaseInvoice = 61, 1
	invoice.Type, invoice.OtherTaxes, invoice.WithheldTotal = 33, nil, 1_900
	for _, d := range []rcv.Document{whole, part, unclear, note, invoice} {
		require.NoError(t, f.AddSale(&d))
	}
	codes, err := f.Codes()
	require.NoError(t, err)
	assert.Equal(t, map[int]chile.CLP{515: 1, 587: 10_000, 503: 1, 502: 1_900, 538: 1_900, 537: 0, 511: 0}, codes)
	others := f.Other()
	require.Len(t, others, 4)
	assert.EqualValues(t, 400, others[0].Withheld)
	assert.EqualValues(t, 1_900, others[2].Withheld)
	assert.EqualValues(t, 1_900, others[3].Withheld, "of an invoice, whose VAT stays on its line")
}
