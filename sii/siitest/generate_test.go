package siitest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siitest"
)

// documents are all documents of a month, each with its book.
func documents(month siitest.Month, each func(rcv.Key, rcv.Document)) {
	for _, p := range month.Purchases {
		each(rcv.Key{Owner: owner, Period: october, Book: rcv.Purchases}, p.Document)
	}
	for _, s := range month.Sales {
		each(rcv.Key{Owner: owner, Period: october, Book: rcv.Sales}, s.Document)
	}
}

func TestGeneratedMonthsAreTheSameEveryTime(t *testing.T) {
	t.Parallel()
	month := siitest.Generate(9, owner, october, 400)
	assert.Equal(t, month, siitest.Generate(9, owner, october, 400))
	assert.NotEqual(t, month, siitest.Generate(10, owner, october, 400))
	assert.Len(t, month.Purchases, 300)
	assert.Len(t, month.Sales, 100)
	assert.Empty(t, siitest.Generate(9, owner, october, 0).Purchases)
}

func TestGeneratedMonthsAddUp(t *testing.T) {
	t.Parallel()
	documents(siitest.Generate(9, owner, october, 2000), func(_ rcv.Key, d rcv.Document) {
		sum := d.Exempt + d.Net + d.VAT + d.NonRecoverableVAT + d.CommonUseVAT
		for _, tax := range d.OtherTaxes {
			if tax.Withheld() {
				sum -= tax.Amount
			} else {
				sum += tax.Amount
			}
		}
		assert.Equal(t, d.Total, sum, "%+v", d)
		assert.Positive(t, d.Total)
		var other chile.CLP
		for _, tax := range d.OtherTaxes {
			other += tax.Amount
		}
		assert.Equal(t, d.OtherTaxTotal, other)
		assert.LessOrEqual(t, d.FixedAssetNet, d.Net, "fixed assets are part of the net")
		assert.LessOrEqual(t, d.FixedAssetVAT, d.VAT, "and their VAT of the VAT")
	})
}

// Purchases have number and text of their kind, sales the text alone, as in the
// answers of the facade.
func TestGeneratedKindsAreAsTheFacadeGivesThem(t *testing.T) {
	t.Parallel()
	kinds := map[rcv.Book]map[rcv.TransactionKind]bool{rcv.Purchases: {}, rcv.Sales: {}}
	withheld := map[bool]int{}
	documents(siitest.Generate(9, owner, october, 2000), func(key rcv.Key, d rcv.Document) {
		kinds[key.Book][d.KindIn(key.Book)] = true
		assert.Equal(t, key.Book == rcv.Purchases, d.Kind != 0, "%+v", d)
		if d.Type == chile.FacturaCompraElectronica {
			vat, ok := d.WithheldVAT()
			assert.True(t, ok)
			assert.NotZero(t, vat.Total+vat.Partial)
			withheld[vat.Total != 0]++
			d.OtherTaxes = nil // as in the answers of the facade
			same, ok := d.WithheldVAT()
			assert.True(t, ok)
			assert.Equal(t, vat, same)
		}
	})
	assert.Equal(t, map[rcv.Book]map[rcv.TransactionKind]bool{
		rcv.Purchases: {rcv.KindTrade: true, rcv.KindFixedAsset: true, rcv.KindCommonUse: true, rcv.KindExcluded: true},
		rcv.Sales:     {rcv.KindTrade: true, rcv.KindFixedAsset: true, rcv.KindRealEstate: true, rcv.KindNone: true},
	}, kinds)
	assert.NotZero(t, withheld[true])
	assert.NotZero(t, withheld[false])
}

func TestGeneratedDocumentsAreDistinctAndValid(t *testing.T) {
	t.Parallel()
	seen, states, types := map[chile.DocumentID]bool{}, map[rcv.State]int{}, map[chile.DocType]int{}
	documents(siitest.Generate(9, owner, october, 20_000), func(key rcv.Key, d rcv.Document) {
		rut, err := chile.ParseRUT(d.Counterparty.String())
		assert.NoError(t, err)
		assert.Equal(t, d.Counterparty, rut)
		assert.NotEmpty(t, d.Name)
		assert.Positive(t, d.Folio)
		assert.Equal(t, october, chile.Period{Year: d.Issued.Year(), Month: d.Issued.Month()})
		id := d.ID(key)
		if d.Type == chile.FacturaCompraElectronica {
			id.Issuer = owner // by the SII's own naming, in which the buyer issues it
		}
		assert.False(t, seen[id], "%v twice", id)
		seen[id] = true
		states[d.State]++
		types[d.Type]++
	})
	assert.Len(t, seen, 20_000)
	assert.Len(t, states, 4, "all states")
	for _, typ := range []chile.DocType{
		chile.FacturaElectronica, chile.FacturaExentaElectronica, chile.NotaCreditoElectronica, chile.NotaDebitoElectronica,
		chile.FacturaCompraElectronica, chile.FacturaExportacionElectronica, chile.DeclaracionIngreso,
	} {
		assert.NotZero(t, types[typ], typ)
	}
}

// More documents than one issuer has folios of five digits.
func TestLargeMonthsHaveFolios(t *testing.T) {
	t.Parallel()
	month := siitest.Generate(1, owner, october, 50_000)
	assert.Len(t, month.Purchases, 37_500)
	assert.Len(t, month.Sales, 12_500)
}
