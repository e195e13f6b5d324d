package rcv_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// Each kind is on its line, given as text, as number or as both.
func TestF29Kinds(t *testing.T) {
	t.Parallel()
	numbers := map[rcv.Book]map[string]int{
		rcv.Purchases: {"Del Giro": 1, "Supermercados": 2, "Bienes Raíces": 3, "Activo Fijo": 4, "IVA no Recuperable": 6},
		rcv.Sales:     {"Del Giro": 1, "Activo Fijo": 2, "Bienes Raíces": 3, "NCE MR": 4},
	}
	for _, c := range []struct {
		book   rcv.Book
		typ    chile.DocType
		text   string
		code   int
		amount chile.CLP
	}{
		{rcv.Sales, 33, "Del Giro", 502, 19},
		{rcv.Sales, 33, "Activo Fijo", 717, 19},
		{rcv.Sales, 33, "Bienes Raíces", 764, 19},
		{rcv.Sales, 56, "Activo Fijo", 717, 19},
		{rcv.Sales, 61, "Activo Fijo", 734, 19},
		{rcv.Sales, 61, "NCE MR", 709, 19},
		{rcv.Purchases, 33, "Del Giro", 520, 19},
		{rcv.Purchases, 33, "Supermercados", 762, 19},
		{rcv.Purchases, 33, "Bienes Raíces", 766, 19},
		{rcv.Purchases, 33, "Activo Fijo", 525, 19},
		{rcv.Purchases, 33, "IVA no Recuperable", 521, 100},
		{rcv.Purchases, 914, "Activo Fijo", 553, 19},
		{rcv.Purchases, 914, "IVA no Recuperable", 560, 100},
	} {
		number := numbers[c.book][c.text]
		for _, transaction := range []rcv.Transaction{{KindText: c.text}, {Kind: number}, {Kind: number, KindText: c.text}} {
			d := rcv.Document{State: rcv.Registro, Type: c.typ, Net: 100, VAT: 19, Total: 119, Transaction: transaction}
			var f rcv.F29
			add := f.AddSale
			if c.book == rcv.Purchases {
				add = f.AddPurchase
			}
			require.NoError(t, add(&d))
			lines := f.Lines()
			require.Len(t, lines, 1, "%+v", transaction)
			assert.Equal(t, c.code, lines[0].AmountCode, "%s %d %+v", c.book, int(c.typ), transaction)
			assert.Equal(t, c.amount, lines[0].Amount)
			assert.Empty(t, f.Other())
		}
	}
}

// A kind that is not known, or is not of the book, is on no line rather than on
// that of Del Giro.
func TestF29UnknownKinds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		book   rcv.Book
		of     rcv.Transaction
		reason string
	}{
		{rcv.Purchases, rcv.Transaction{KindText: "Leasing"}, "the kind of purchase or sale is not known"},
		{rcv.Purchases, rcv.Transaction{Kind: 8}, "the kind of purchase or sale is not known"},
		{rcv.Purchases, rcv.Transaction{KindText: "No Corresp. Incluir"}, "not to be included"},
		{rcv.Purchases, rcv.Transaction{KindText: "IVA Uso Común"}, "VAT of common use: a part of it is credit"},
		{rcv.Sales, rcv.Transaction{KindText: "Leasing"}, "the kind of purchase or sale is not known"},
		{rcv.Sales, rcv.Transaction{Kind: 9}, "the kind of purchase or sale is not known"},
		{rcv.Sales, rcv.Transaction{KindText: "Supermercados"}, "no line is for documents of this type and kind"},
	} {
		d := rcv.Document{State: rcv.Registro, Type: 33, Net: 100, VAT: 19, Total: 119, Transaction: c.of}
		var f rcv.F29
		add := f.AddSale
		if c.book == rcv.Purchases {
			add = f.AddPurchase
		}
		require.NoError(t, add(&d))
		assert.Empty(t, f.Lines(), "%+v", c.of)
		others := f.Other()
		require.Len(t, others, 1)
		assert.Equal(t, c.reason, others[0].Reason)
		assert.EqualValues(t, 19, others[0].VAT)
		assert.EqualValues(t, 119, others[0].Total)
	}
}

// An invoice that bought fixed assets among other things is on two lines.
func TestF29FixedAssetPart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typ    chile.DocType
		kind   string
		assets chile.CLP
		want   map[int]chile.CLP
	}{
		{33, "Del Giro", 300, map[int]chile.CLP{519: 1, 520: 1_600, 524: 1, 525: 300}},
		{33, "", 1_900, map[int]chile.CLP{524: 1, 525: 1_900}},
		{33, "Activo Fijo", 1_900, map[int]chile.CLP{524: 1, 525: 1_900}},
		{33, "Bienes Raíces", 300, map[int]chile.CLP{765: 1, 766: 1_900}},
		{914, "Del Giro", 300, map[int]chile.CLP{534: 1, 535: 1_600, 536: 1, 553: 300}},
	} {
		var f rcv.F29
		d := rcv.Document{
			State: rcv.Registro, Type: c.typ, Net: 10_000, VAT: 1_900, Total: 11_900,
			Transaction: rcv.Transaction{KindText: c.kind, FixedAssetVAT: c.assets},
		}
		require.NoError(t, f.AddPurchase(&d))
		codes, err := f.Codes()
		require.NoError(t, err)
		assert.EqualValues(t, 1_900, codes[rcv.F29TotalCredits])
		for _, sum := range []int{rcv.F29TotalDebits, rcv.F29TotalCredits, rcv.F29ElectronicCredit} {
			delete(codes, sum)
		}
		assert.Equal(t, c.want, codes, "%d %s", int(c.typ), c.kind)
	}
}
