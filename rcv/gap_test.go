package rcv_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// TestGap has every amount of a row count.
func TestGap(t *testing.T) {
	t.Parallel()
	base := func(total chile.CLP) rcv.Document {
		return rcv.Document{Exempt: 50, Net: 1000, VAT: 190, Total: total}
	}
	for name, c := range map[string]struct {
		change func(*rcv.Document)
		total  chile.CLP // with which it adds up
	}{
		"plain":                 {func(*rcv.Document) {}, 1240},
		"not recoverable":       {func(d *rcv.Document) { d.NonRecoverableVAT = 7 }, 1247},
		"sum of those":          {func(d *rcv.Document) { d.NonRecoverableVAT, d.NonRecoverableTotal = 7, 9 }, 1249},
		"common use":            {func(d *rcv.Document) { d.CommonUseVAT = 7 }, 1247},
		"no credit":             {func(d *rcv.Document) { d.NoCreditTax = 7 }, 1247},
		"cigars":                {func(d *rcv.Document) { d.TobaccoCigars = 7 }, 1247},
		"cigarettes":            {func(d *rcv.Document) { d.TobaccoCigarettes = 7 }, 1247},
		"tobacco":               {func(d *rcv.Document) { d.TobaccoProcessed = 7 }, 1247},
		"vehicle":               {func(d *rcv.Document) { d.VehicleTax = 7 }, 1247},
		"deposit":               {func(d *rcv.Document) { d.Deposit = 7 }, 1247},
		"other tax, sum":        {func(d *rcv.Document) { d.OtherTaxTotal = 7 }, 1247},
		"withholding, sum":      {func(d *rcv.Document) { d.OtherTaxTotal = 7 }, 1233},
		"other taxes":           {func(d *rcv.Document) { d.OtherTaxTotal, d.OtherTaxes = 12, []rcv.OtherTax{{Amount: 7}, {Amount: 5}} }, 1252},
		"a tax, a withholding":  {func(d *rcv.Document) { d.OtherTaxTotal, d.OtherTaxes = 12, []rcv.OtherTax{{Amount: 7}, {Amount: 5}} }, 1242},
		"withheld":              {func(d *rcv.Document) { d.WithheldTotal = 190 }, 1050},
		"withheld in part":      {func(d *rcv.Document) { d.WithheldPartial = 90 }, 1150},
		"builder":               {func(d *rcv.Document) { d.BuilderCredit = 90 }, 1150},
		"commission":            {func(d *rcv.Document) { d.CommissionNet, d.CommissionExe, d.CommissionVAT = 100, 1, 19 }, 1120},
		"late":                  {func(d *rcv.Document) { d.LateVAT = 7 }, 1247},
		"free zone":             {func(d *rcv.Document) { d.Law18211 = 7 }, 1247},
		"not billed":            {func(d *rcv.Document) { d.NonBillable = 7 }, 1247},
		"fares":                 {func(d *rcv.Document) { d.NationalFares, d.InternationalFares = 7, 8 }, 1255},
		"fixed asset: a part":   {func(d *rcv.Document) { d.FixedAssetNet, d.FixedAssetVAT = 1000, 190 }, 1240},
		"two that may count":    {func(d *rcv.Document) { d.CommonUseVAT, d.NoCreditTax = 7, 100 }, 1247},
		"withheld, not counted": {func(d *rcv.Document) { d.WithheldTotal = 190 }, 1240},
	} {
		d := base(c.total)
		c.change(&d)
		assert.Zero(t, d.Gap(), name)
		d.Total++
		assert.NotZero(t, d.Gap(), name)
		d.Total += 500_000
		assert.NotZero(t, d.Gap(), name)
	}
	d := base(1250)
	assert.EqualValues(t, 10, d.Gap())
	d = base(1230)
	assert.EqualValues(t, -10, d.Gap())
	d = rcv.Document{Net: math.MaxInt64, VAT: math.MaxInt64, Total: -2}
	assert.NotZero(t, d.Gap(), "sums do not wrap")
}

// TestGapsOfAFile are warnings: the rows are read.
func TestGapsOfAFile(t *testing.T) {
	t.Parallel()
	file := openText(t, lines(registro, oneRow, with(with(oneRow, "Folio", "8"), "Monto Total", "1191")), nil)
	docs, bad, err := read(t, file.Documents())
	require.NoError(t, err)
	assert.Empty(t, bad)
	assert.Len(t, docs, 2)
	require.Len(t, file.Warnings(), 1)
	w := file.Warnings()[0]
	assert.Equal(t, 3, w.Line)
	assert.Equal(t, "Monto Total", w.Heading)
	require.ErrorIs(t, w, rcv.ErrGap)
	assert.EqualError(t, w, `rcv: row 3: Monto Total "1191": the amounts of the row do not add up to the total: they differ by 1`)

	// Taxes in rows of their own count.
	taxed := with(with(with(oneRow, "Monto Exento", ""), "Codigo Otro Impuesto", "24"), "Valor Otro Impuesto", "5")
	file = openText(t, lines(registro, with(taxed, "Monto Total", "1201"), ";33;Del Giro;76192083-9;Uno SpA;7;05/10/2026;;;;;;;;;;;;;;;;;;27;6;10;"), nil)
	docs, bad, err = read(t, file.Documents())
	require.NoError(t, err)
	assert.Empty(t, bad, "exempt is zero, since the taxes make up the total")
	assert.Len(t, docs, 1)
	assert.Empty(t, file.Warnings())
}
