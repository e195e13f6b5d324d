package issue

// sheets are the rules of the totals, one by one.
func sheets() []sheet {
	all := [][]sheet{sheetsOfLines(), sheetsOfAdjustments(), sheetsOfTypes(), sheetsOfTaxes(), sheetsOfGiven(), sheetsOfExports()}
	var flat []sheet
	for _, some := range all {
		flat = append(flat, some...)
	}
	return flat
}

func sheetsOfLines() []sheet {
	return []sheet{
		{
			name: "price and quantity with decimals",
			id:   "33", lines: `{"QtyItem":1.0,"PrcItem":8942.86}`,
			amounts: "8943", totals: "MntNeto 8943, TasaIVA 19, IVA 1699, MntTotal 10642",
		},
		{
			name: "half away from zero",
			id:   "33", lines: `{"QtyItem":1.5,"PrcItem":901}`,
			amounts: "1352", totals: "MntNeto 1352, TasaIVA 19, IVA 257, MntTotal 1609",
		},
		{
			name: "price of one",
			id:   "33", lines: `{"PrcItem":1350}`,
			amounts: "1350", totals: "MntNeto 1350, TasaIVA 19, IVA 257, MntTotal 1607",
		},
		{
			name: "amount without price",
			id:   "33", lines: `{"QtyItem":3,"MontoItem":1000}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, MntTotal 1190",
		},
		{
			name: "percentage of discount",
			id:   "33", lines: `{"QtyItem":175,"PrcItem":1472,"DescuentoPct":3}`,
			amounts: "249872", totals: "MntNeto 249872, TasaIVA 19, IVA 47476, MntTotal 297348, DescuentoMonto 7728",
		},
		{
			name: "amount of discount and of surcharge",
			id:   "33", lines: `{"PrcItem":1000,"DescuentoMonto":100,"RecargoMonto":5}`,
			amounts: "905", totals: "MntNeto 905, TasaIVA 19, IVA 172, MntTotal 1077, DescuentoMonto 100, RecargoMonto 5",
		},
		{
			name: "surcharge alone",
			id:   "33", lines: `{"PrcItem":1000,"RecargoPct":2.5}`,
			amounts: "1025", totals: "MntNeto 1025, TasaIVA 19, IVA 195, MntTotal 1220, RecargoMonto 25",
		},
		{
			name: "surcharge after a discount, not chosen",
			id:   "33", lines: `{"PrcItem":1000,"DescuentoPct":10,"RecargoPct":10}`,
			amounts: "990", totals: "MntNeto 990, TasaIVA 19, IVA 188, MntTotal 1178, DescuentoMonto 100, RecargoMonto 90",
			found: "reading.surcharge rejects Detalle[1]/RecargoPct →SurchargeAfterDiscount 90, SurchargeBeforeDiscount 100",
		},
		{
			name: "surcharge after a discount",
			id:   "33", lines: `{"PrcItem":1000,"DescuentoPct":10,"RecargoPct":10}`, readings: Readings{Surcharge: SurchargeAfterDiscount},
			amounts: "990", totals: "MntNeto 990, TasaIVA 19, IVA 188, MntTotal 1178, DescuentoMonto 100, RecargoMonto 90",
		},
		{
			name: "surcharge before a discount",
			id:   "33", lines: `{"PrcItem":1000,"DescuentoPct":10,"RecargoPct":10}`, readings: Readings{Surcharge: SurchargeBeforeDiscount},
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, MntTotal 1190, DescuentoMonto 100, RecargoMonto 100",
		},
		{
			name: "surcharge before a discount, as given",
			id:   "33", lines: `{"PrcItem":1000,"DescuentoPct":10,"RecargoPct":10,"RecargoMonto":100}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, MntTotal 1190, DescuentoMonto 100, RecargoMonto 100",
		},
		{
			name: "surcharge after a discount, as given",
			id:   "33", lines: `{"PrcItem":1000,"DescuentoPct":10,"RecargoPct":10,"RecargoMonto":90}`,
			amounts: "990", totals: "MntNeto 990, TasaIVA 19, IVA 188, MntTotal 1178, DescuentoMonto 100, RecargoMonto 90",
		},
		{
			name: "surcharge as nobody reads it",
			id:   "33", lines: `{"PrcItem":1000,"DescuentoPct":10,"RecargoPct":10,"RecargoMonto":95}`, readings: Readings{Surcharge: SurchargeAfterDiscount},
			amounts: "990", totals: "MntNeto 990, TasaIVA 19, IVA 188, MntTotal 1178, DescuentoMonto 100, RecargoMonto 90",
			found: "DET-2-200 reparo Detalle[1]/RecargoMonto 95→90",
		},
		{
			name: "surcharge, the same in both readings",
			id:   "33", lines: `{"PrcItem":1000,"DescuentoMonto":1,"RecargoPct":10}`,
			amounts: "1099", totals: "MntNeto 1099, TasaIVA 19, IVA 209, MntTotal 1308, DescuentoMonto 1, RecargoMonto 100",
		},
		{
			name: "discount of less than a peso",
			id:   "33", lines: `{"PrcItem":10,"DescuentoPct":1}`,
			amounts: "10", totals: "MntNeto 10, TasaIVA 19, IVA 2, MntTotal 12",
			found: "DET-2-200 reparo Detalle[1]/DescuentoPct",
		},
		{
			name: "discount of less than a peso in a boleta",
			id:   "39", lines: `{"PrcItem":10,"DescuentoPct":1}`,
			amounts: "10", totals: "MntNeto 8, IVA 2, MntTotal 10, DescuentoMonto 0",
		},
		{
			name: "discount of zero",
			id:   "33", lines: `{"PrcItem":10,"DescuentoMonto":0,"RecargoMonto":0}`,
			amounts: "10", totals: "MntNeto 10, TasaIVA 19, IVA 2, MntTotal 12",
		},
		{
			name: "discount of zero in a boleta",
			id:   "39", lines: `{"PrcItem":10,"DescuentoMonto":0}`,
			amounts: "10", totals: "MntNeto 8, IVA 2, MntTotal 10, DescuentoMonto 0",
		},
		{
			name: "discount that is not its percentage",
			id:   "33", lines: `{"PrcItem":1000,"DescuentoPct":10,"DescuentoMonto":99}`,
			amounts: "900", totals: "MntNeto 900, TasaIVA 19, IVA 171, MntTotal 1071, DescuentoMonto 100",
			found: "DET-2-200 reparo Detalle[1]/DescuentoMonto 99→100",
		},
		{
			name: "discount larger than the price",
			id:   "33", lines: `{"PrcItem":1000,"DescuentoMonto":1001}`,
			amounts: "-1", totals: "MntNeto -1, TasaIVA 19, IVA 0, MntTotal -1, DescuentoMonto 1001",
			found: "totals.negative rejects Detalle[1]/MontoItem -1; totals.negative rejects Encabezado/Totales/MntNeto -1; totals.negative rejects Encabezado/Totales/MntTotal -1",
		},
		{
			name: "parts of a discount alone",
			id:   "33", lines: `{"PrcItem":1000,"SubDscto":{"TipoDscto":"%","ValorDscto":5},"SubRecargo":{"TipoRecargo":"$","ValorRecargo":5}}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, MntTotal 1190",
			found: "line.parts advice Detalle[1]/SubDscto; line.parts advice Detalle[1]/SubRecargo",
		},
		{
			name: "parts of a discount that is there",
			id:   "33", lines: `{"PrcItem":1000,"DescuentoMonto":50,"SubDscto":{"TipoDscto":"%","ValorDscto":5},"RecargoPct":1,"SubRecargo":{"TipoRecargo":"$","ValorRecargo":10}}`, readings: Readings{Surcharge: SurchargeBeforeDiscount},
			amounts: "960", totals: "MntNeto 960, TasaIVA 19, IVA 182, MntTotal 1142, DescuentoMonto 50, RecargoMonto 10",
		},
		{
			name: "amount that is given and right",
			id:   "33", lines: `{"PrcItem":1000,"QtyItem":2,"MontoItem":2000}`,
			amounts: "2000", totals: "MntNeto 2000, TasaIVA 19, IVA 380, MntTotal 2380",
		},
		{
			name: "amount that is given and wrong",
			id:   "33", lines: `{"PrcItem":1000,"QtyItem":2,"MontoItem":2001}`,
			amounts: "2000", totals: "MntNeto 2000, TasaIVA 19, IVA 380, MntTotal 2380",
			found: "DET-2-200 reparo Detalle[1]/MontoItem 2001→2000",
		},
		{
			name: "amount that is given with decimals",
			id:   "33", lines: `{"MontoItem":2000.5}`,
			amounts: "0", totals: "MntNeto 0, TasaIVA 19, IVA 0, MntTotal 0",
			found: "amount.whole rejects Detalle[1]/MontoItem 2000.5",
		},
		{
			name: "negative amount",
			id:   "33", lines: `{"MontoItem":-1},{"MontoItem":5}`,
			amounts: "-1 5", totals: "MntNeto 4, TasaIVA 19, IVA 1, MntTotal 5",
			found: "totals.negative rejects Detalle[1]/MontoItem -1",
		},
		{
			name: "neither price nor amount",
			id:   "33", lines: `{"QtyItem":2}`,
			amounts: "0", totals: "MntNeto 0, TasaIVA 19, IVA 0, MntTotal 0",
			found: "line.amount rejects Detalle[1]/MontoItem",
		},
		{
			name: "percentages without price",
			id:   "33", lines: `{"MontoItem":900,"DescuentoPct":10,"RecargoPct":5}`,
			amounts: "900", totals: "MntNeto 900, TasaIVA 19, IVA 171, MntTotal 1071",
			found: "DET-2-200 reparo Detalle[1]/DescuentoPct 10; DET-2-200 reparo Detalle[1]/RecargoPct 5",
		},
		{
			name: "percentages without price, with amounts",
			id:   "33", lines: `{"MontoItem":900,"DescuentoPct":10,"DescuentoMonto":100}`,
			amounts: "900", totals: "MntNeto 900, TasaIVA 19, IVA 171, MntTotal 1071, DescuentoMonto 100",
		},
		{
			name: "not sold, to deduct",
			id:   "33", lines: `{"IndExe":4,"PrcItem":1000},{"IndExe":5,"PrcItem":1000},{"PrcItem":10}`,
			amounts: "0 0 10", totals: "MntNeto 10, TasaIVA 19, IVA 2, MntTotal 12",
		},
		{
			name: "not sold, with an amount",
			id:   "33", lines: `{"IndExe":4,"PrcItem":1000,"MontoItem":1000},{"PrcItem":10}`,
			amounts: "0 10", totals: "MntNeto 10, TasaIVA 19, IVA 2, MntTotal 12",
			found: "DET-2-200 reparo Detalle[1]/MontoItem 1000→0",
		},
		{
			name: "too large a product",
			id:   "33", lines: `{"QtyItem":999999999999,"PrcItem":999999999999}`,
			amounts: "0", totals: "MntNeto 0, TasaIVA 19, IVA 0, MntTotal 0",
			found: "totals.range rejects Detalle[1]/PrcItem →100000000000000",
		},
		{
			name: "too large an amount",
			id:   "33", lines: `{"MontoItem":100000000000001}`,
			amounts: "0", totals: "MntNeto 0, TasaIVA 19, IVA 0, MntTotal 0",
			found: "totals.range rejects Detalle[1]/MontoItem →100000000000000",
		},
		{
			name: "too large a discount",
			id:   "33", lines: `{"PrcItem":1,"DescuentoMonto":100000000000001}`,
			amounts: "1", totals: "MntNeto 1, TasaIVA 19, IVA 0, MntTotal 1, DescuentoMonto 100000000000001",
			found: "totals.range rejects Detalle[1]/DescuentoMonto →100000000000000",
		},
		{
			name: "too large a percentage",
			id:   "33", lines: `{"PrcItem":100000000000000,"RecargoPct":999}`,
			amounts: "100000000000000", totals: "MntNeto 100000000000000, TasaIVA 19, IVA 19000000000000, MntTotal 0",
			found: "totals.range rejects Detalle[1]/RecargoPct →100000000000000; totals.range rejects Detalle[1]/RecargoPct →100000000000000; DET-2-200 reparo Detalle[1]/RecargoPct; totals.range rejects Encabezado/Totales/MntTotal →100000000000000",
		},
		{
			name: "too large with its surcharge",
			id:   "33", lines: `{"PrcItem":100000000000000,"RecargoMonto":1}`,
			amounts: "0", totals: "MntNeto 0, TasaIVA 19, IVA 0, MntTotal 0, RecargoMonto 1",
			found: "totals.range rejects Detalle[1]/MontoItem →100000000000000",
		},
		{
			name: "too many decimals",
			id:   "33", lines: `{"PrcItem":0.1234567891}`,
			amounts: "0", totals: "MntNeto 0, TasaIVA 19, IVA 0, MntTotal 0",
			found: "totals.range rejects Detalle[1]/PrcItem →100000000000000",
		},
		{
			name: "too many decimals of a percentage",
			id:   "33", lines: `{"PrcItem":1000,"DescuentoPct":0.1234567891}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, MntTotal 1190",
			found: "totals.range rejects Detalle[1]/DescuentoPct →100000000000000; DET-2-200 reparo Detalle[1]/DescuentoPct",
		},
		{
			name: "zeros behind a decimal",
			id:   "33", lines: `{"PrcItem":"1000.00000000000"}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, MntTotal 1190",
		},
		{
			name: "too large a sum",
			id:   "33", lines: `{"MontoItem":100000000000000},{"MontoItem":1}`,
			amounts: "100000000000000 1", totals: "MntNeto 0, TasaIVA 19, IVA 0, MntTotal 0",
			found: "totals.range rejects Encabezado/Totales/MntNeto →100000000000000",
		},
		{
			name: "too large a sum with VAT",
			id:   "33", lines: `{"MontoItem":100000000000000}`,
			amounts: "100000000000000", totals: "MntNeto 100000000000000, TasaIVA 19, IVA 19000000000000, MntTotal 0",
			found: "totals.range rejects Encabezado/Totales/MntTotal →100000000000000",
		},
	}
}

func sheetsOfAdjustments() []sheet {
	const ten = `{"TpoMov":"D","TpoValor":"%","ValorDR":10}`
	return []sheet{
		{
			name: "percentage of the whole",
			id:   "33", lines: `{"PrcItem":104090}`, rest: `"DscRcgGlobal":[` + ten + `]`,
			amounts: "104090", totals: "MntNeto 93681, TasaIVA 19, IVA 17799, MntTotal 111480",
		},
		{
			name: "surcharge of the whole",
			id:   "33", lines: `{"PrcItem":1000}`, rest: `"DscRcgGlobal":[{"TpoMov":"R","TpoValor":"%","ValorDR":2.5}]`,
			amounts: "1000", totals: "MntNeto 1025, TasaIVA 19, IVA 195, MntTotal 1220",
		},
		{
			name: "set, case 4",
			id:   "33", lines: `{"QtyItem":43,"PrcItem":1184},{"QtyItem":19,"PrcItem":739},{"IndExe":1,"QtyItem":2,"PrcItem":6760}`, rest: `"DscRcgGlobal":[{"TpoMov":"D","TpoValor":"%","ValorDR":5}]`,
			amounts: "50912 14041 13520", totals: "MntNeto 61705, MntExe 13520, TasaIVA 19, IVA 11724, MntTotal 86949",
		},
		{
			name: "printed example",
			id:   "33", lines: `{"QtyItem":551,"PrcItem":7659,"DescuentoMonto":1500},{"QtyItem":233,"PrcItem":9580,"DescuentoMonto":2000},{"IndExe":1,"QtyItem":2,"PrcItem":6860}`, rest: `"DscRcgGlobal":[{"TpoMov":"D","TpoValor":"$","ValorDR":1871152}]`,
			amounts: "4218609 2230140 13720", totals: "MntNeto 4577597, MntExe 13720, TasaIVA 19, IVA 869743, MntTotal 5461060, DescuentoMonto 1500, DescuentoMonto 2000",
		},
		{
			name: "one of each kind of lines",
			id:   "33", lines: `{"PrcItem":1000},{"IndExe":1,"PrcItem":100},{"IndExe":2,"PrcItem":10}`, rest: `"DscRcgGlobal":[` + ten + `,{"TpoMov":"D","TpoValor":"$","ValorDR":20,"IndExeDR":1},{"TpoMov":"R","TpoValor":"$","ValorDR":3,"IndExeDR":2}]`,
			amounts: "1000 100 10", totals: "MntNeto 900, MntExe 80, TasaIVA 19, IVA 171, MntTotal 1151, MontoNF 13, MontoPeriodo 1164, IndExeDR 1, IndExeDR 2",
		},
		{
			name: "exempt documents",
			id:   "34", lines: `{"QtyItem":5,"PrcItem":25000}`, rest: `"DscRcgGlobal":[` + ten + `]`,
			amounts: "125000", totals: "MntExe 112500, MntTotal 112500, IndExeDR 1",
			found: "adjustment.exempt advice DscRcgGlobal[1]/IndExeDR →1",
		},
		{
			name: "notes of exempt lines alone",
			id:   "61", lines: `{"IndExe":1,"PrcItem":1000}`, rest: `"DscRcgGlobal":[` + ten + `],"Referencia":{"TpoDocRef":34,"FolioRef":1,"CodRef":3}`,
			amounts: "1000", totals: "MntExe 900, MntTotal 900, IndExeDR 1",
			found: "adjustment.exempt advice DscRcgGlobal[1]/IndExeDR →1",
		},
		{
			name: "nothing to act on",
			id:   "33", lines: `{"PrcItem":1000}`, rest: `"DscRcgGlobal":[{"TpoMov":"D","TpoValor":"$","ValorDR":10,"IndExeDR":1}]`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, MntTotal 1180, IndExeDR 1",
			found: "adjustment.nothing rejects DscRcgGlobal[1]/IndExeDR 1",
		},
		{
			name: "of a kind that there is not",
			id:   "33", lines: `{"PrcItem":1000}`, rest: `"DscRcgGlobal":[{"TpoMov":"D","TpoValor":"$","ValorDR":10,"IndExeDR":3}]`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, MntTotal 1190, IndExeDR 3",
			found: "adjustment.nothing rejects DscRcgGlobal[1]/IndExeDR 3",
		},
		{
			name: "of no kind",
			id:   "33", lines: `{"PrcItem":1000}`, rest: `"DscRcgGlobal":[{"TpoMov":"X","TpoValor":"%","ValorDR":10},{"TpoMov":"D","TpoValor":"UF","ValorDR":1}]`, readings: Readings{Adjustments: AdjustmentsInOrder},
			amounts: "1000", totals: "MntNeto 1099, TasaIVA 19, IVA 209, MntTotal 1308",
			found: "adjustment.kind rejects DscRcgGlobal[1]/TpoMov X %; adjustment.kind rejects DscRcgGlobal[2]/TpoMov D UF",
		},
		{
			name: "of pesos with decimals",
			id:   "33", lines: `{"PrcItem":1000}`, rest: `"DscRcgGlobal":[{"TpoMov":"D","TpoValor":"$","ValorDR":10.5}]`,
			amounts: "1000", totals: "MntNeto 989, TasaIVA 19, IVA 188, MntTotal 1177",
			found: "adjustment.whole advice DscRcgGlobal[1]/ValorDR 10.5",
		},
		{
			name: "larger than what it acts on",
			id:   "33", lines: `{"PrcItem":1000}`, rest: `"DscRcgGlobal":[{"TpoMov":"D","TpoValor":"$","ValorDR":1001}]`,
			amounts: "1000", totals: "MntNeto -1, TasaIVA 19, IVA 0, MntTotal -1",
			found: "totals.negative rejects Encabezado/Totales/MntNeto -1; totals.negative rejects Encabezado/Totales/MntTotal -1",
		},
		{
			name: "larger than what is exempt",
			id:   "33", lines: `{"PrcItem":1000},{"IndExe":1,"PrcItem":5}`, rest: `"DscRcgGlobal":[{"TpoMov":"D","TpoValor":"$","ValorDR":6,"IndExeDR":1}]`,
			amounts: "1000 5", totals: "MntNeto 1000, MntExe -1, TasaIVA 19, IVA 190, MntTotal 1189, IndExeDR 1",
			found: "totals.negative rejects Encabezado/Totales/MntExe -1",
		},
		{
			name: "too large",
			id:   "33", lines: `{"PrcItem":1000}`, rest: `"DscRcgGlobal":[{"TpoMov":"R","TpoValor":"$","ValorDR":100000000000001}]`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, MntTotal 1190",
			found: "totals.range rejects DscRcgGlobal[1]/ValorDR →100000000000000",
		},
		{
			name: "several, not chosen",
			id:   "33", lines: `{"PrcItem":10000}`, rest: `"DscRcgGlobal":[` + ten + `,` + ten + `]`,
			amounts: "10000", totals: "MntNeto 8100, TasaIVA 19, IVA 1539, MntTotal 9639",
			found: "reading.adjustments rejects DscRcgGlobal →AdjustmentsInOrder 8100, AdjustmentsOnSum 8000",
		},
		{
			name: "several, in order",
			id:   "33", lines: `{"PrcItem":10000}`, rest: `"DscRcgGlobal":[` + ten + `,` + ten + `]`, readings: Readings{Adjustments: AdjustmentsInOrder},
			amounts: "10000", totals: "MntNeto 8100, TasaIVA 19, IVA 1539, MntTotal 9639",
		},
		{
			name: "several, on the sum",
			id:   "33", lines: `{"PrcItem":10000}`, rest: `"DscRcgGlobal":[` + ten + `,` + ten + `]`, readings: Readings{Adjustments: AdjustmentsOnSum},
			amounts: "10000", totals: "MntNeto 8000, TasaIVA 19, IVA 1520, MntTotal 9520",
		},
		{
			name: "several amounts",
			id:   "33", lines: `{"PrcItem":10000}`, rest: `"DscRcgGlobal":[{"TpoMov":"D","TpoValor":"$","ValorDR":10},{"TpoMov":"R","TpoValor":"$","ValorDR":3}]`,
			amounts: "10000", totals: "MntNeto 9993, TasaIVA 19, IVA 1899, MntTotal 11892",
		},
		{
			name: "an amount after a percentage",
			id:   "33", lines: `{"PrcItem":10000}`, rest: `"DscRcgGlobal":[` + ten + `,{"TpoMov":"D","TpoValor":"$","ValorDR":10}]`,
			amounts: "10000", totals: "MntNeto 8990, TasaIVA 19, IVA 1708, MntTotal 10698",
		},
		{
			name: "tax, not chosen",
			id:   "33", lines: `{"PrcItem":1000,"CodImpAdic":24}`, rest: `"DscRcgGlobal":[` + ten + `]`,
			amounts: "1000", totals: "MntNeto 900, TasaIVA 19, IVA 171, TipoImp 24, TasaImp 31.5, MontoImp 284, MntTotal 1355",
			found: "reading.tax-base rejects Encabezado/Totales/ImptoReten[24]/MontoImp →TaxBeforeAdjustments 315, TaxAfterAdjustments 284",
		},
		{
			name: "tax of the lines",
			id:   "33", lines: `{"PrcItem":1000,"CodImpAdic":24}`, rest: `"DscRcgGlobal":[` + ten + `]`, readings: Readings{TaxBase: TaxBeforeAdjustments},
			amounts: "1000", totals: "MntNeto 900, TasaIVA 19, IVA 171, TipoImp 24, TasaImp 31.5, MontoImp 315, MntTotal 1386",
		},
		{
			name: "tax of what is left",
			id:   "33", lines: `{"PrcItem":1000,"CodImpAdic":24},{"PrcItem":500}`, rest: `"DscRcgGlobal":[` + ten + `]`, readings: Readings{TaxBase: TaxAfterAdjustments},
			amounts: "1000 500", totals: "MntNeto 1350, TasaIVA 19, IVA 257, TipoImp 24, TasaImp 31.5, MontoImp 284, MntTotal 1891",
		},
		{
			name: "tax, the same in both readings",
			id:   "33", lines: `{"PrcItem":10,"CodImpAdic":18}`, rest: `"DscRcgGlobal":[{"TpoMov":"D","TpoValor":"%","ValorDR":1}]`,
			amounts: "10", totals: "MntNeto 10, TasaIVA 19, IVA 2, TipoImp 18, TasaImp 5, MontoImp 1, MntTotal 13",
		},
		{
			name: "tax of some lines and an amount, not chosen",
			id:   "33", lines: `{"PrcItem":1000,"CodImpAdic":24},{"PrcItem":500}`, rest: `"DscRcgGlobal":[{"TpoMov":"D","TpoValor":"$","ValorDR":100}]`,
			amounts: "1000 500", totals: "MntNeto 1400, TasaIVA 19, IVA 266, TipoImp 24, TasaImp 31.5, MontoImp 315, MntTotal 1981",
			found: "reading.tax-base rejects Encabezado/Totales/ImptoReten[24]/MontoImp →TaxBeforeAdjustments 315",
		},
		{
			name: "tax of some lines and an amount",
			id:   "33", lines: `{"PrcItem":1000,"CodImpAdic":24},{"PrcItem":500}`, rest: `"DscRcgGlobal":[{"TpoMov":"D","TpoValor":"$","ValorDR":100}]`, readings: Readings{TaxBase: TaxAfterAdjustments},
			amounts: "1000 500", totals: "MntNeto 1400, TasaIVA 19, IVA 266, TipoImp 24, TasaImp 31.5, MontoImp 315, MntTotal 1981",
			found: "adjustment.share rejects Encabezado/Totales/ImptoReten[24]/MontoImp",
		},
		{
			name: "tax of all lines and an amount",
			id:   "33", lines: `{"PrcItem":1000,"CodImpAdic":24}`, rest: `"DscRcgGlobal":[{"TpoMov":"D","TpoValor":"$","ValorDR":100}]`, readings: Readings{TaxBase: TaxAfterAdjustments},
			amounts: "1000", totals: "MntNeto 900, TasaIVA 19, IVA 171, TipoImp 24, TasaImp 31.5, MontoImp 284, MntTotal 1355",
		},
		{
			name: "tax where what is exempt is adjusted",
			id:   "33", lines: `{"PrcItem":1000,"CodImpAdic":24},{"IndExe":1,"PrcItem":500}`, rest: `"DscRcgGlobal":[{"TpoMov":"D","TpoValor":"$","ValorDR":100,"IndExeDR":1}]`,
			amounts: "1000 500", totals: "MntNeto 1000, MntExe 400, TasaIVA 19, IVA 190, TipoImp 24, TasaImp 31.5, MontoImp 315, MntTotal 1905, IndExeDR 1",
		},
		{
			name: "total retention of what is left",
			id:   "46", lines: `{"PrcItem":1000,"CodImpAdic":15}`, rest: `"DscRcgGlobal":[` + ten + `]`,
			amounts: "1000", totals: "MntNeto 900, TasaIVA 19, IVA 171, TipoImp 15, TasaImp 19, MontoImp 171, MntTotal 900",
		},
	}
}

func sheetsOfTypes() []sheet {
	return []sheet{
		{
			name: "set, case 1",
			id:   "33", lines: `{"QtyItem":118,"PrcItem":628},{"QtyItem":51,"PrcItem":975}`,
			amounts: "74104 49725", totals: "MntNeto 123829, TasaIVA 19, IVA 23528, MntTotal 147357",
		},
		{
			name: "set, case 2",
			id:   "33", lines: `{"QtyItem":175,"PrcItem":1472,"DescuentoPct":3},{"QtyItem":99,"PrcItem":538,"DescuentoPct":3}`,
			amounts: "249872 51664", totals: "MntNeto 301536, TasaIVA 19, IVA 57292, MntTotal 358828, DescuentoMonto 7728, DescuentoMonto 1598",
		},
		{
			name: "set, case 3",
			id:   "33", lines: `{"QtyItem":23,"PrcItem":1298},{"QtyItem":138,"PrcItem":2915},{"IndExe":1,"PrcItem":34637}`,
			amounts: "29854 402270 34637", totals: "MntNeto 432124, MntExe 34637, TasaIVA 19, IVA 82104, MntTotal 548865",
		},
		{
			name: "set, case 5",
			id:   "61", lines: `{"NmbItem":"Donde dice"}`, rest: `"Referencia":[{"TpoDocRef":"SET","FolioRef":"1"},{"TpoDocRef":33,"FolioRef":1,"CodRef":2}]`,
			amounts: "0", totals: "MntNeto 0, IVA 0, MntTotal 0",
		},
		{
			name: "set, case 6",
			id:   "61", lines: `{"QtyItem":64,"PrcItem":1472,"DescuentoPct":3},{"QtyItem":67,"PrcItem":538,"DescuentoPct":3}`, rest: `"Referencia":{"TpoDocRef":33,"FolioRef":2,"CodRef":3}`,
			amounts: "91382 34965", totals: "MntNeto 126347, TasaIVA 19, IVA 24006, MntTotal 150353, DescuentoMonto 2826, DescuentoMonto 1081",
		},
		{
			name: "set, case 8",
			id:   "56", lines: `{"NmbItem":"Anula"}`, rest: `"Referencia":{"TpoDocRef":61,"FolioRef":1,"CodRef":1}`,
			amounts: "0", totals: "MntNeto 0, IVA 0, MntTotal 0",
		},
		{
			name: "note of nothing that says its rate",
			id:   "61", header: `"Totales":{"TasaIVA":19}`, lines: `{"NmbItem":"Donde dice"}`, rest: `"Referencia":{"TpoDocRef":33,"FolioRef":1,"CodRef":2}`,
			amounts: "0", totals: "MntNeto 0, TasaIVA 19, IVA 0, MntTotal 0",
		},
		{
			name: "note of part without amounts",
			id:   "61", lines: `{"NmbItem":"Donde dice"}`, rest: `"Referencia":{"TpoDocRef":33,"FolioRef":1,"CodRef":3}`,
			amounts: "0", totals: "MntNeto 0, IVA 0, MntTotal 0",
			found: "line.amount rejects Detalle[1]/MontoItem",
		},
		{
			name: "correction of text with amounts",
			id:   "61", lines: `{"PrcItem":1000}`, rest: `"Referencia":{"TpoDocRef":33,"FolioRef":1,"CodRef":2}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, MntTotal 1190",
			found: "REF-2-781 reparo Encabezado/Totales/MntTotal 1190→0",
		},
		{
			name: "correction of text with what is not charged",
			id:   "61", lines: `{"PrcItem":1000,"IndExe":2}`, rest: `"Referencia":{"TpoDocRef":33,"FolioRef":1,"CodRef":2}`,
			amounts: "1000", totals: "MntTotal 0, MontoNF 1000, MontoPeriodo 1000",
			found: "REF-2-781 reparo Detalle[1]/MontoItem 1000→0",
		},
		{
			name: "free of charge",
			id:   "33", lines: `{"PrcItem":1000,"DescuentoPct":100}`,
			amounts: "0", totals: "MntNeto 0, TasaIVA 19, IVA 0, MntTotal 0, DescuentoMonto 1000",
		},
		{
			name: "what is not charged",
			id:   "33", lines: `{"PrcItem":1000},{"IndExe":2,"PrcItem":500},{"IndExe":6,"PrcItem":700}`,
			amounts: "1000 500 700", totals: "MntNeto 1000, TasaIVA 19, IVA 190, MntTotal 1190, MontoNF -200, MontoPeriodo 990",
		},
		{
			name: "deposits",
			id:   "33", lines: `{"PrcItem":1000},{"IndExe":3,"PrcItem":500}`,
			amounts: "1000 500", totals: "MntNeto 1000, TasaIVA 19, IVA 190, GrntDep 500, MntTotal 1690",
		},
		{
			name: "exempt lines alone",
			id:   "33", header: `"Totales":{"TasaIVA":19}`, lines: `{"IndExe":1,"PrcItem":1000}`,
			amounts: "1000", totals: "MntExe 1000, MntTotal 1000",
			found: "totals.dropped advice Encabezado/Totales/TasaIVA 19",
		},
		{
			name: "gross prices",
			id:   "33,\"MntBruto\":1", lines: `{"PrcItem":680}`,
			amounts: "680", totals: "MntNeto 571, TasaIVA 19, IVA 109, MntTotal 680",
		},
		{
			name: "another rate",
			id:   "33", header: `"Totales":{"TasaIVA":"18.00"}`, lines: `{"PrcItem":1000}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 18.00, IVA 180, MntTotal 1180",
		},
		{
			name: "rate of zero",
			id:   "33", header: `"Totales":{"TasaIVA":0}`, lines: `{"PrcItem":1000}`,
			amounts: "0", totals: "MntTotal 0",
			found: "totals.rate rejects Encabezado/Totales/TasaIVA 0→19",
		},
		{
			name: "exempt",
			id:   "34", lines: `{"PrcItem":1000},{"IndExe":1,"PrcItem":1},{"IndExe":2,"PrcItem":35000}`,
			amounts: "1000 1 35000", totals: "MntExe 1001, MntTotal 1001, MontoNF 35000, MontoPeriodo 36001",
		},
		{
			name: "exempt with a rate",
			id:   "34", header: `"Totales":{"TasaIVA":19}`, lines: `{"PrcItem":1000}`,
			amounts: "1000", totals: "MntExe 1000, MntTotal 1000",
			found: "totals.dropped advice Encabezado/Totales/TasaIVA 19",
		},
		{
			name: "boleta",
			id:   "39", lines: `{"PrcItem":680}`,
			amounts: "680", totals: "MntNeto 571, IVA 109, MntTotal 680",
		},
		{
			name: "boleta with net prices",
			id:   "39,\"IndMntNeto\":2", lines: `{"PrcItem":1350}`,
			amounts: "1350", totals: "MntNeto 1350, IVA 257, MntTotal 1607",
		},
		{
			name: "boleta of a peso",
			id:   "39", lines: `{"PrcItem":1}`,
			amounts: "1", totals: "MntNeto 1, MntTotal 1",
		},
		{
			name: "boleta of exempt lines",
			id:   "39", lines: `{"IndExe":1,"PrcItem":1000}`,
			amounts: "1000", totals: "MntExe 1000, MntTotal 1000",
		},
		{
			name: "boleta of a period",
			id:   "39", lines: `{"PrcItem":1190},{"IndExe":2,"PrcItem":500}`,
			amounts: "1190 500", totals: "MntNeto 1000, IVA 190, MntTotal 1190, MontoNF 500, TotalPeriodo 1690",
		},
		{
			name: "boleta with a rate",
			id:   "39", header: `"Totales":{"TasaIVA":19}`, lines: `{"PrcItem":1190}`,
			amounts: "1190", totals: "MntNeto 1000, IVA 190, MntTotal 1190",
			found: "boleta.left-out advice Encabezado/Totales/TasaIVA",
		},
		{
			name: "boleta with another rate",
			id:   "39", header: `"Totales":{"TasaIVA":18}`, lines: `{"PrcItem":1190}`,
			amounts: "1190", totals: "MntNeto 1000, IVA 190, MntTotal 1190",
			found: "boleta.left-out advice Encabezado/Totales/TasaIVA",
		},
		{
			name: "boleta of less than nothing",
			id:   "39", lines: `{"PrcItem":100}`, rest: `"DscRcgGlobal":{"TpoMov":"D","TpoValor":"$","ValorDR":101}`,
			amounts: "100", totals: "MntNeto -1, MntTotal -1",
			found: "totals.negative rejects Encabezado/Totales/MntTotal -1; totals.negative rejects Encabezado/Totales/MntNeto -1",
		},
		{
			name: "exempt boleta",
			id:   "41", lines: `{"PrcItem":1000}`,
			amounts: "1000", totals: "MntExe 1000, MntTotal 1000",
		},
		{
			name: "exempt boleta of nothing",
			id:   "41", lines: `{"IndExe":2,"PrcItem":1000}`,
			amounts: "1000", totals: "MntExe 0, MntTotal 0, MontoNF 1000, TotalPeriodo 1000",
		},
		{
			name: "guía of a sale",
			id:   "52,\"IndTraslado\":1", lines: `{"PrcItem":1000}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, MntTotal 1190",
		},
		{
			name: "guía of a sale without price",
			id:   "52,\"IndTraslado\":1", lines: `{"QtyItem":3}`,
			amounts: "0", totals: "MntTotal 0",
			found: "line.amount rejects Detalle[1]/MontoItem",
		},
		{
			name: "guía of an export without price",
			id:   "52,\"IndTraslado\":9", lines: `{"QtyItem":3}`,
			amounts: "0", totals: "MntTotal 0",
			found: "line.amount rejects Detalle[1]/MontoItem",
		},
		{
			name: "guía within a company, without price",
			id:   "52,\"IndTraslado\":5", lines: `{"QtyItem":3}`,
			amounts: "0", totals: "MntTotal 0",
		},
		{
			name: "guía within a company, with a price and no amount",
			id:   "52,\"IndTraslado\":5", lines: `{"QtyItem":3,"PrcItem":1000,"MontoItem":0}`,
			amounts: "0", totals: "MntTotal 0",
		},
		{
			name: "guía within a company, with a price",
			id:   "52,\"IndTraslado\":5", lines: `{"QtyItem":3,"PrcItem":1000}`,
			amounts: "3000", totals: "MntNeto 3000, TasaIVA 19, IVA 570, MntTotal 3570",
		},
		{
			name: "guía of a sale, with a price and no amount",
			id:   "52,\"IndTraslado\":1", lines: `{"QtyItem":3,"PrcItem":1000,"MontoItem":0}`,
			amounts: "3000", totals: "MntNeto 3000, TasaIVA 19, IVA 570, MntTotal 3570",
			found: "DET-2-200 reparo Detalle[1]/MontoItem 0→3000",
		},
		{
			name: "invoice with a price and no amount",
			id:   "33", lines: `{"QtyItem":3,"PrcItem":1000,"MontoItem":0}`,
			amounts: "3000", totals: "MntNeto 3000, TasaIVA 19, IVA 570, MntTotal 3570",
			found: "DET-2-200 reparo Detalle[1]/MontoItem 0→3000",
		},
		{
			name: "settlement",
			id:   "43", header: `"Totales":{"IVAProp":918}`, lines: `{"MontoItem":300000},{"MontoItem":-65045}`, rest: `"Comisiones":[{"TipoMovim":"C","Glosa":"x","ValComNeto":4832,"ValComExe":0},{"TipoMovim":"O","Glosa":"y","ValComNeto":0,"ValComExe":100}]`,
			amounts: "300000 -65045", totals: "MntNeto 234955, TasaIVA 19, IVA 44641, IVAProp 918, IVATerc 43723, ValComNeto 4832, ValComExe 100, ValComIVA 918, MntTotal 273746, ValComIVA 918",
		},
		{
			name: "settlement of less than nothing",
			id:   "43", lines: `{"MontoItem":-1000},{"IndExe":1,"MontoItem":-5}`,
			amounts: "-1000 -5", totals: "MntNeto -1000, MntExe -5, TasaIVA 19, IVA -190, MntTotal -1195",
		},
		{
			name: "settlement with what is not charged",
			id:   "43", lines: `{"MontoItem":1000},{"IndExe":2,"MontoItem":5}`,
			amounts: "1000 5", totals: "MntNeto 1000, TasaIVA 19, IVA 190, MntTotal 1190, MontoPeriodo 1195",
		},
		{
			name: "settlement of the share of others",
			id:   "43", header: `"Totales":{"IVATerc":100}`, lines: `{"MontoItem":1000}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, IVAProp 90, IVATerc 100, MntTotal 1190",
		},
		{
			name: "shares that are not the VAT",
			id:   "43", header: `"Totales":{"IVATerc":100,"IVAProp":91}`, lines: `{"MontoItem":1000}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, IVAProp 91, IVATerc 100, MntTotal 1190",
			found: "totals.shares rejects Encabezado/Totales/IVAProp 91 + 100→190",
		},
		{
			name: "share larger than the VAT",
			id:   "33", header: `"Totales":{"IVATerc":191}`, lines: `{"MontoItem":1000}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, IVAProp -1, IVATerc 191, MntTotal 1190",
			found: "totals.shares rejects Encabezado/Totales/IVAProp -1 + 191→190",
		},
		{
			name: "commission with its VAT",
			id:   "43", lines: `{"MontoItem":1000}`, rest: `"Comisiones":{"TipoMovim":"C","Glosa":"x","ValComNeto":100,"ValComExe":0,"ValComIVA":19}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, ValComNeto 100, ValComExe 0, ValComIVA 19, MntTotal 1071, ValComIVA 19",
		},
		{
			name: "commission with another VAT",
			id:   "43", lines: `{"MontoItem":1000}`, rest: `"Comisiones":{"TipoMovim":"C","Glosa":"x","ValComNeto":100,"ValComExe":0,"ValComIVA":20}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, ValComNeto 100, ValComExe 0, ValComIVA 19, MntTotal 1071, ValComIVA 19",
			found: "totals.given reparo Comisiones[1]/ValComIVA 20→19",
		},
		{
			name: "commission too large",
			id:   "43", lines: `{"MontoItem":1000}`, rest: `"Comisiones":{"TipoMovim":"C","Glosa":"x","ValComNeto":0,"ValComExe":100000000000001}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, MntTotal 1190",
			found: "totals.range rejects Comisiones[1]/ValComNeto →100000000000000",
		},
		{
			name: "more commission than goods",
			id:   "46", lines: `{"MontoItem":1000}`, rest: `"Comisiones":{"TipoMovim":"C","Glosa":"x","ValComNeto":2000,"ValComExe":0}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, ValComNeto 2000, ValComExe 0, ValComIVA 380, MntTotal -1190, ValComIVA 380",
			found: "totals.negative rejects Encabezado/Totales/MntTotal -1190",
		},
		{
			name: "builder",
			id:   "33", header: `"Totales":{"CredEC":124}`, lines: `{"PrcItem":1000}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, CredEC 124, MntTotal 1066",
		},
		{
			name: "builder by another rate",
			id:   "33", header: `"Totales":{"CredEC":62}`, lines: `{"PrcItem":1000}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, CredEC 62, MntTotal 1128",
			found: "totals.credit advice Encabezado/Totales/CredEC 62→124",
		},
		{
			name: "balances",
			id:   "33", header: `"Totales":{"SaldoAnterior":-5,"VlrPagar":1185}`, lines: `{"PrcItem":1000}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, MntTotal 1190, SaldoAnterior -5, VlrPagar 1185",
		},
		{
			name: "balance too large",
			id:   "33", header: `"Totales":{"SaldoAnterior":100000000000001}`, lines: `{"PrcItem":1000}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, MntTotal 1190",
			found: "totals.range rejects Encabezado/Totales/SaldoAnterior →100000000000000",
		},
		{
			name: "balance with decimals",
			id:   "33", header: `"Totales":{"VlrPagar":1.5}`, lines: `{"PrcItem":1000}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, MntTotal 1190",
			found: "amount.whole rejects Encabezado/Totales/VlrPagar 1.5",
		},
	}
}

func sheetsOfTaxes() []sheet {
	return []sheet{
		{
			name: "spirits",
			id:   "33", lines: `{"PrcItem":1000,"CodImpAdic":24}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, TipoImp 24, TasaImp 31.5, MontoImp 315, MntTotal 1505",
		},
		{
			name: "flour, by a rate that is given",
			id:   "33", header: `"Totales":{"ImptoReten":{"TipoImp":19,"TasaImp":10}}`, lines: `{"PrcItem":700000,"CodImpAdic":19}`,
			amounts: "700000", totals: "MntNeto 700000, TasaIVA 19, IVA 133000, TipoImp 19, TasaImp 10, MontoImp 70000, MntTotal 903000",
		},
		{
			name: "two codes on a line",
			id:   "33", lines: `{"PrcItem":1000,"CodImpAdic":[27,19]},{"PrcItem":500,"CodImpAdic":19},{"PrcItem":5}`,
			amounts: "1000 500 5", totals: "MntNeto 1505, TasaIVA 19, IVA 286, TipoImp 27, TasaImp 10, MontoImp 100, TipoImp 19, TasaImp 12, MontoImp 180, MntTotal 2071",
		},
		{
			name: "one code twice on a line",
			id:   "33", lines: `{"PrcItem":1000,"CodImpAdic":[19,19]}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, TipoImp 19, TasaImp 12, MontoImp 120, MntTotal 1310",
			found: "tax.twice rejects Detalle[1]/CodImpAdic 19",
		},
		{
			name: "one code twice in the totals",
			id:   "33", header: `"Totales":{"ImptoReten":[{"TipoImp":19},{"TipoImp":19}]}`, lines: `{"PrcItem":1000,"CodImpAdic":[19]}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, TipoImp 19, TasaImp 12, MontoImp 120, MntTotal 1310",
			found: "tax.twice rejects Encabezado/Totales/ImptoReten[19]/TipoImp 19",
		},
		{
			name: "amount of a tax that is wrong",
			id:   "33", header: `"Totales":{"ImptoReten":{"TipoImp":24,"MontoImp":314}}`, lines: `{"PrcItem":1000,"CodImpAdic":24}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, TipoImp 24, TasaImp 31.5, MontoImp 315, MntTotal 1505",
			found: "totals.given reparo Encabezado/Totales/ImptoReten[24]/MontoImp 314→315",
		},
		{
			name: "tax without lines",
			id:   "33", header: `"Totales":{"ImptoReten":{"TipoImp":24,"MontoImp":315}}`, lines: `{"PrcItem":1000}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, TipoImp 24, TasaImp 31.5, MontoImp 0, MntTotal 1190",
			found: "tax.lines rejects Encabezado/Totales/ImptoReten[24]/TipoImp 24; totals.given reparo Encabezado/Totales/ImptoReten[24]/MontoImp 315→0",
		},
		{
			name: "tax of an exempt line",
			id:   "33", lines: `{"PrcItem":1000},{"IndExe":1,"PrcItem":10,"CodImpAdic":24}`,
			amounts: "1000 10", totals: "MntNeto 1000, MntExe 10, TasaIVA 19, IVA 190, MntTotal 1200",
			found: "tax.untaxed rejects Detalle[2]/CodImpAdic 24",
		},
		{
			name: "tax of an exempt document",
			id:   "34", header: `"Totales":{"ImptoReten":{"TipoImp":24}}`, lines: `{"PrcItem":1000}`,
			amounts: "1000", totals: "MntExe 1000, MntTotal 1000",
			found: "tax.none rejects Encabezado/Totales/ImptoReten",
		},
		{
			name: "tax of a boleta",
			id:   "39", lines: `{"PrcItem":1190,"CodImpAdic":24}`,
			amounts: "1190", totals: "MntNeto 1000, IVA 190, MntTotal 1190",
			found: "boleta.left-out advice Detalle[1]/CodImpAdic",
		},
		{
			name: "tax of gross prices",
			id:   "33,\"MntBruto\":1", lines: `{"PrcItem":1190,"CodImpAdic":24}`,
			amounts: "1190", totals: "MntNeto 1000, TasaIVA 19, IVA 190, TipoImp 24, TasaImp 31.5, MontoImp 375, MntTotal 1565",
			found: "tax.gross rejects Encabezado/IdDoc/MntBruto 1",
		},
		{
			name: "tax of an unknown code",
			id:   "33", lines: `{"PrcItem":1000,"CodImpAdic":54}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, TipoImp 54, MontoImp 0, MntTotal 1190",
			found: "tax.unknown rejects Encabezado/Totales/ImptoReten[54]/TipoImp 54",
		},
		{
			name: "tax of a rate of zero",
			id:   "33", header: `"Totales":{"ImptoReten":{"TipoImp":24,"TasaImp":0}}`, lines: `{"PrcItem":1000,"CodImpAdic":24}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, TipoImp 24, TasaImp 0, MontoImp 0, MntTotal 1190",
			found: "tax.rate rejects Encabezado/Totales/ImptoReten[24]/TasaImp 0",
		},
		{
			name: "diesel",
			id:   "33", header: `"Totales":{"ImptoReten":{"TipoImp":28,"MontoImp":777}}`, lines: `{"PrcItem":1000,"CodImpAdic":28}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, TipoImp 28, MontoImp 777, MntTotal 1967",
		},
		{
			name: "diesel without its amount",
			id:   "33", lines: `{"PrcItem":1000,"CodImpAdic":28}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, TipoImp 28, MontoImp 0, MntTotal 1190",
			found: "tax.amount rejects Encabezado/Totales/ImptoReten[28]/MontoImp",
		},
		{
			name: "margin",
			id:   "33", header: `"Totales":{"MntMargenCom":500,"ImptoReten":{"TipoImp":14,"TasaImp":19,"MontoImp":95}}`, lines: `{"PrcItem":1000,"CodImpAdic":14}`,
			amounts: "1000", totals: "MntNeto 1000, MntMargenCom 500, TasaIVA 19, IVA 190, TipoImp 14, TasaImp 19, MontoImp 95, MntTotal 1285",
		},
		{
			name: "margin of the lines",
			id:   "33", header: `"Totales":{"MntMargenCom":500,"ImptoReten":{"TipoImp":14,"MontoImp":95}}`, lines: `{"PrcItem":1000,"CodImpAdic":14,"Retenedor":{"IndAgente":"R","MntMargComer":300}},{"PrcItem":1000,"CodImpAdic":14,"Retenedor":{"IndAgente":"R","MntMargComer":201}}`,
			amounts: "1000 1000", totals: "MntNeto 2000, MntMargenCom 501, TasaIVA 19, IVA 380, TipoImp 14, MontoImp 95, MntTotal 2475",
			found: "totals.given reparo Encabezado/Totales/MntMargenCom 500→501",
		},
		{
			name: "slaughter",
			id:   "33", lines: `{"PrcItem":1000,"CodImpAdic":17,"Retenedor":{"IndAgente":"R","MntBaseFaena":610}}`,
			amounts: "1000", totals: "MntNeto 1000, MntBase 610, TasaIVA 19, IVA 190, TipoImp 17, TasaImp 5, MontoImp 31, MntTotal 1221",
		},
		{
			name: "slaughter, by its base",
			id:   "33", header: `"Totales":{"MntBase":610,"ImptoReten":{"TipoImp":17}}`, lines: `{"PrcItem":1000}`,
			amounts: "1000", totals: "MntNeto 1000, MntBase 610, TasaIVA 19, IVA 190, TipoImp 17, TasaImp 5, MontoImp 31, MntTotal 1221",
		},
		{
			name: "slaughter without base",
			id:   "33", lines: `{"PrcItem":1000,"CodImpAdic":17}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, TipoImp 17, TasaImp 5, MontoImp 0, MntTotal 1190",
			found: "tax.slaughter rejects Encabezado/Totales/MntBase",
		},
		{
			name: "newspapers, not chosen",
			id:   "33", header: `"Totales":{"ImptoReten":{"TipoImp":53,"MontoImp":5}}`, lines: `{"PrcItem":1000}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, TipoImp 53, MontoImp 5, MntTotal 1185",
			found: "reading.code-53 rejects Encabezado/Totales/ImptoReten[53]/TipoImp →Code53Subtracts, Code53Adds",
		},
		{
			name: "newspapers, subtracted",
			id:   "33", header: `"Totales":{"ImptoReten":{"TipoImp":53,"MontoImp":5}}`, lines: `{"PrcItem":1000}`, readings: Readings{Code53: Code53Subtracts},
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, TipoImp 53, MontoImp 5, MntTotal 1185",
		},
		{
			name: "newspapers, added",
			id:   "33", header: `"Totales":{"ImptoReten":{"TipoImp":53,"MontoImp":5}}`, lines: `{"PrcItem":1000}`, readings: Readings{Code53: Code53Adds},
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, TipoImp 53, MontoImp 5, MntTotal 1195",
		},
		{
			name: "wheat",
			id:   "46", lines: `{"QtyItem":2,"PrcItem":5000,"CodImpAdic":34}`,
			amounts: "10000", totals: "MntNeto 10000, TasaIVA 19, IVA 1900, TipoImp 34, TasaImp 4, MontoImp 400, IVANoRet 1500, MntTotal 11500",
		},
		{
			name: "total retention",
			id:   "46", lines: `{"PrcItem":100000,"CodImpAdic":15}`,
			amounts: "100000", totals: "MntNeto 100000, TasaIVA 19, IVA 19000, TipoImp 15, TasaImp 19, MontoImp 19000, MntTotal 100000",
		},
		{
			name: "total retention that lines do not say",
			id:   "46", header: `"Totales":{"ImptoReten":{"TipoImp":15,"TasaImp":19}}`, lines: `{"PrcItem":1350}`,
			amounts: "1350", totals: "MntNeto 1350, TasaIVA 19, IVA 257, TipoImp 15, TasaImp 19, MontoImp 257, MntTotal 1350",
		},
		{
			name: "total retention by another rate",
			id:   "46", header: `"Totales":{"ImptoReten":{"TipoImp":15,"TasaImp":10}}`, lines: `{"PrcItem":1000,"CodImpAdic":15}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, TipoImp 15, TasaImp 10, MontoImp 100, IVANoRet 90, MntTotal 1090",
			found: "HED-2-302 reparo Encabezado/Totales/ImptoReten[15]/TasaImp 10→19",
		},
		{
			name: "total retention where VAT has another rate",
			id:   "46", header: `"Totales":{"TasaIVA":18}`, lines: `{"PrcItem":1000,"CodImpAdic":15}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 18, IVA 180, TipoImp 15, TasaImp 18, MontoImp 180, MntTotal 1000",
		},
		{
			name: "purchase without retention",
			id:   "46", lines: `{"PrcItem":1000}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, MntTotal 1190",
		},
		{
			name: "purchase at the exchange",
			id:   "46", lines: `{"PrcItem":1000,"CodImpAdic":49}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, TipoImp 49, MontoImp 0, IVANoRet 190, MntTotal 1190",
		},
		{
			name: "purchase at the exchange, with an amount",
			id:   "46", header: `"Totales":{"ImptoReten":{"TipoImp":49,"MontoImp":5}}`, lines: `{"PrcItem":1000,"CodImpAdic":49}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, TipoImp 49, MontoImp 0, IVANoRet 190, MntTotal 1190",
			found: "totals.given reparo Encabezado/Totales/ImptoReten[49]/MontoImp 5→0",
		},
		{
			name: "gold",
			id:   "33", lines: `{"PrcItem":1000,"CodImpAdic":46},{"PrcItem":1000}`,
			amounts: "1000 1000", totals: "MntNeto 2000, TasaIVA 19, IVA 380, TipoImp 46, TasaImp 19, MontoImp 190, MntTotal 2190",
		},
		{
			name: "note of a retention",
			id:   "61", lines: `{"QtyItem":2,"PrcItem":5000,"CodImpAdic":34}`, rest: `"Referencia":{"TpoDocRef":46,"FolioRef":1,"CodRef":1}`,
			amounts: "10000", totals: "MntNeto 10000, TasaIVA 19, IVA 1900, TipoImp 34, TasaImp 4, MontoImp 400, IVANoRet 1500, MntTotal 11500",
		},
		{
			name: "debit of a retention",
			id:   "56", lines: `{"QtyItem":2,"PrcItem":5000,"CodImpAdic":34}`, rest: `"Referencia":{"TpoDocRef":61,"FolioRef":1,"CodRef":1}`,
			amounts: "10000", totals: "MntNeto 10000, TasaIVA 19, IVA 1900, TipoImp 34, TasaImp 4, MontoImp 400, IVANoRet 1500, MntTotal 11500",
		},
		{
			name: "two total retentions, a peso more",
			id:   "46", lines: `{"PrcItem":3,"CodImpAdic":321},{"PrcItem":3,"CodImpAdic":331}`,
			amounts: "3 3", totals: "MntNeto 6, TasaIVA 19, IVA 1, TipoImp 321, TasaImp 19, MontoImp 1, TipoImp 331, TasaImp 19, MontoImp 1, MntTotal 5",
		},
		{
			name: "more retention than VAT",
			id:   "46", lines: `{"PrcItem":1000,"CodImpAdic":[15,34]}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, TipoImp 15, TasaImp 19, MontoImp 190, TipoImp 34, TasaImp 4, MontoImp 40, MntTotal 960",
			found: "tax.retained rejects Encabezado/Totales/ImptoReten 230→190",
		},
	}
}

func sheetsOfGiven() []sheet {
	return []sheet{
		{
			name: "totals that are given and right",
			id:   "33", header: `"Totales":{"MntNeto":1000,"MntExe":0,"TasaIVA":19,"IVA":"190","MntTotal":1190.0}`, lines: `{"PrcItem":1000}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, MntTotal 1190",
		},
		{
			name: "totals that are given and wrong",
			id:   "46", header: `"Totales":{"MntNeto":1,"MntExe":2,"IVA":3,"IVANoRet":4,"GrntDep":5,"MntTotal":6.5,"MontoNF":7,"MontoPeriodo":8,"MntBase":9,"Comisiones":{"ValComNeto":1,"ValComExe":0,"ValComIVA":2}}`, lines: `{"PrcItem":1000},{"IndExe":1,"PrcItem":1}`,
			amounts: "1000 1", totals: "MntNeto 1000, MntExe 1, MntBase 9, TasaIVA 19, IVA 190, MntTotal 1191",
			found: "totals.given reparo Encabezado/Totales/MntNeto 1→1000; HED-2-220 reparo Encabezado/Totales/MntExe 2→1; totals.given reparo Encabezado/Totales/IVA 3→190; totals.given reparo Encabezado/Totales/IVANoRet 4→0; totals.given reparo Encabezado/Totales/GrntDep 5→0; totals.given reparo Encabezado/Totales/Comisiones/ValComNeto 1→0; totals.given reparo Encabezado/Totales/Comisiones/ValComIVA 2→0; totals.given reparo Encabezado/Totales/MntTotal 6.5→1191; totals.given reparo Encabezado/Totales/MontoNF 7→0; totals.given reparo Encabezado/Totales/MontoPeriodo 8→1191",
		},
		{
			name: "commissions that are given and wrong",
			id:   "43", header: `"Totales":{"Comisiones":{"ValComNeto":100,"ValComExe":5,"ValComIVA":19}}`, lines: `{"PrcItem":1000}`, rest: `"Comisiones":{"TipoMovim":"C","Glosa":"x","ValComNeto":100,"ValComExe":0}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, ValComNeto 100, ValComExe 0, ValComIVA 19, MntTotal 1071, ValComIVA 19",
			found: "totals.given reparo Encabezado/Totales/Comisiones/ValComExe 5→0",
		},
		{
			name: "period of a boleta",
			id:   "39", header: `"Totales":{"TotalPeriodo":5}`, lines: `{"PrcItem":1190}`,
			amounts: "1190", totals: "MntNeto 1000, IVA 190, MntTotal 1190",
			found: "totals.given reparo Encabezado/Totales/TotalPeriodo 5→1190",
		},
		{
			name: "other currency",
			id:   "33", header: `"Totales":{"ImptoReten":[{"TipoImp":24}],"MntBase":93,"MntMargenCom":186},"OtraMoneda":{"TpoMoneda":"DOLAR USA","TpoCambio":930,"MntTotOtrMnda":"1.62"}`, lines: `{"PrcItem":1000,"CodImpAdic":24},{"IndExe":1,"PrcItem":1}`,
			amounts: "1000 1", totals: "MntNeto 1000, MntExe 1, MntBase 93, MntMargenCom 186, TasaIVA 19, IVA 190, TipoImp 24, TasaImp 31.5, MontoImp 315, MntTotal 1506, TpoMoneda DOLAR USA, TpoCambio 930, MntNetoOtrMnda 1.0753, MntExeOtrMnda 0.0011, MntFaeCarneOtrMnda 0.1, MntMargComOtrMnda 0.2, IVAOtrMnda 0.2043, TipoImpOtrMnda 24, TasaImpOtrMnda 31.5, VlrImpOtrMnda 0.3387, MntTotOtrMnda 1.62",
		},
		{
			name: "other currency, wrong",
			id:   "46", header: `"OtraMoneda":{"TpoMoneda":"DOLAR USA","TpoCambio":100,"MntNetoOtrMnda":11,"ImpRetOtrMnda":{"TipoImpOtrMnda":34,"VlrImpOtrMnda":1},"MntTotOtrMnda":1}`, lines: `{"PrcItem":1000,"CodImpAdic":34}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, TipoImp 34, TasaImp 4, MontoImp 40, IVANoRet 150, MntTotal 1150, TpoMoneda DOLAR USA, TpoCambio 100, MntNetoOtrMnda 10, IVAOtrMnda 1.9, TipoImpOtrMnda 34, TasaImpOtrMnda 4, VlrImpOtrMnda 0.4, IVANoRetOtrMnda 1.5, MntTotOtrMnda 11.5",
			found: "totals.given reparo Encabezado/OtraMoneda/MntNetoOtrMnda 11→10; totals.given reparo Encabezado/OtraMoneda/ImpRetOtrMnda 1→0.4; totals.given reparo Encabezado/OtraMoneda/MntTotOtrMnda 1→11.5",
		},
		{
			name: "other currency without rate",
			id:   "33", header: `"OtraMoneda":{"TpoMoneda":"DOLAR USA","MntTotOtrMnda":1.5}`, lines: `{"PrcItem":1000}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, MntTotal 1190, TpoMoneda DOLAR USA, MntTotOtrMnda 1.5",
			found: "currency.unchecked advice Encabezado/OtraMoneda/TpoCambio",
		},
		{
			name: "pesos in pesos",
			id:   "33", header: `"OtraMoneda":{"TpoMoneda":"PESO CL","TpoCambio":1,"MntTotOtrMnda":1.5}`, lines: `{"PrcItem":1000}`,
			amounts: "1000", totals: "MntNeto 1000, TasaIVA 19, IVA 190, MntTotal 1190, TpoMoneda PESO CL, TpoCambio 1, MntTotOtrMnda 1.5",
			found: "currency.unchecked advice Encabezado/OtraMoneda/TpoCambio 1",
		},
		{
			name: "other currency, too large",
			id:   "33", header: `"OtraMoneda":{"TpoMoneda":"LIRA","TpoCambio":0.0001}`, lines: `{"PrcItem":10000000000000}`,
			amounts: "10000000000000", totals: "MntNeto 10000000000000, TasaIVA 19, IVA 1900000000000, MntTotal 11900000000000, TpoMoneda LIRA, TpoCambio 0.0001",
			found: "totals.range rejects Encabezado/OtraMoneda/MntNetoOtrMnda →100000000000000; totals.range rejects Encabezado/OtraMoneda/IVAOtrMnda →100000000000000; totals.range rejects Encabezado/OtraMoneda/MntTotOtrMnda →100000000000000",
		},
	}
}

func sheetsOfExports() []sheet {
	const usd, inPesos = `"Totales":{"TpoMoneda":"DOLAR USA"}`, `"Totales":{"TpoMoneda":"DOLAR USA"},"OtraMoneda":{"TpoMoneda":"PESO CL","TpoCambio":927.87}`
	return []sheet{
		{
			name: "discount of an export, whole",
			id:   "110", header: usd, lines: `{"QtyItem":239,"PrcItem":114,"DescuentoPct":5}`,
			amounts: "25884", totals: "TpoMoneda DOLAR USA, MntExe 25884, MntTotal 25884, DescuentoMonto 1362",
		},
		{
			name: "surcharge of an export, whole",
			id:   "110", header: usd, lines: `{"PrcItem":14,"RecargoPct":10}`,
			amounts: "15", totals: "TpoMoneda DOLAR USA, MntExe 15, MntTotal 15, RecargoMonto 1",
		},
		{
			name: "discount of an export below one",
			id:   "110", header: usd, lines: `{"PrcItem":4.5,"DescuentoPct":10}`,
			amounts: "4.05", totals: "TpoMoneda DOLAR USA, MntExe 4.05, MntTotal 4.05",
			found: "DET-2-200 reparo Detalle[1]/DescuentoPct",
		},
		{
			name: "four decimals",
			id:   "110", header: usd, lines: `{"QtyItem":3.00005,"PrcItem":1.5},{"PrcItem":"50.60"}`,
			amounts: "4.5001 50.6", totals: "TpoMoneda DOLAR USA, MntExe 55.1001, MntTotal 55.1001",
		},
		{
			name: "export in pesos",
			id:   "110", header: `"Totales":{"TpoMoneda":"PESO CL"}`, lines: `{"QtyItem":1.5,"PrcItem":901}`,
			amounts: "1352", totals: "TpoMoneda PESO CL, MntExe 1352, MntTotal 1352",
		},
		{
			name: "amounts of a line",
			id:   "110", header: usd, lines: `{"PrcItem":100,"DescuentoMonto":10,"RecargoMonto":1,"MontoItem":91.00}`,
			amounts: "91", totals: "TpoMoneda DOLAR USA, MntExe 91, MntTotal 91, DescuentoMonto 10, RecargoMonto 1",
		},
		{
			name: "amounts of a line, wrong",
			id:   "110", header: usd, lines: `{"PrcItem":100,"DescuentoPct":10,"DescuentoMonto":9,"MontoItem":91}`,
			amounts: "90", totals: "TpoMoneda DOLAR USA, MntExe 90, MntTotal 90, DescuentoMonto 10",
			found: "DET-2-200 reparo Detalle[1]/DescuentoMonto 9→10; DET-2-200 reparo Detalle[1]/MontoItem 91→90",
		},
		{
			name: "amounts of a line, not whole",
			id:   "110", header: usd, lines: `{"PrcItem":100,"DescuentoMonto":0.5}`,
			amounts: "100", totals: "TpoMoneda DOLAR USA, MntExe 100, MntTotal 100",
			found: "amount.whole rejects Detalle[1]/DescuentoMonto 0.5",
		},
		{
			name: "amounts of a line, zero",
			id:   "110", header: usd, lines: `{"PrcItem":100,"DescuentoMonto":0}`,
			amounts: "100", totals: "TpoMoneda DOLAR USA, MntExe 100, MntTotal 100",
		},
		{
			name: "parts of an export's discount",
			id:   "110", header: usd, lines: `{"PrcItem":100,"SubDscto":{"TipoDscto":"%","ValorDscto":5},"SubRecargo":{"TipoRecargo":"$","ValorRecargo":5}}`,
			amounts: "100", totals: "TpoMoneda DOLAR USA, MntExe 100, MntTotal 100",
			found: "line.parts advice Detalle[1]/SubDscto; line.parts advice Detalle[1]/SubRecargo",
		},
		{
			name: "export's surcharge, not chosen",
			id:   "110", header: usd, lines: `{"PrcItem":1000,"DescuentoPct":10,"RecargoPct":10}`,
			amounts: "990", totals: "TpoMoneda DOLAR USA, MntExe 990, MntTotal 990, DescuentoMonto 100, RecargoMonto 90",
			found: "reading.surcharge rejects Detalle[1]/RecargoPct →SurchargeAfterDiscount 90, SurchargeBeforeDiscount 100",
		},
		{
			name: "export's surcharge after",
			id:   "110", header: usd, lines: `{"PrcItem":1000,"DescuentoPct":10,"RecargoPct":10}`, readings: Readings{Surcharge: SurchargeAfterDiscount},
			amounts: "990", totals: "TpoMoneda DOLAR USA, MntExe 990, MntTotal 990, DescuentoMonto 100, RecargoMonto 90",
		},
		{
			name: "export's surcharge before",
			id:   "110", header: usd, lines: `{"PrcItem":1000,"DescuentoPct":10,"RecargoPct":10}`, readings: Readings{Surcharge: SurchargeBeforeDiscount},
			amounts: "1000", totals: "TpoMoneda DOLAR USA, MntExe 1000, MntTotal 1000, DescuentoMonto 100, RecargoMonto 100",
		},
		{
			name: "export's surcharge, as given",
			id:   "110", header: usd, lines: `{"PrcItem":1000,"DescuentoPct":10,"RecargoPct":10,"RecargoMonto":100},{"PrcItem":1000,"DescuentoPct":10,"RecargoPct":10,"RecargoMonto":90}`,
			amounts: "1000 990", totals: "TpoMoneda DOLAR USA, MntExe 1990, MntTotal 1990, DescuentoMonto 100, RecargoMonto 100, DescuentoMonto 100, RecargoMonto 90",
		},
		{
			name: "export's line without price",
			id:   "110", header: usd, lines: `{"MontoItem":10.25}`,
			amounts: "10.25", totals: "TpoMoneda DOLAR USA, MntExe 10.25, MntTotal 10.25",
		},
		{
			name: "export's line without price, too many decimals",
			id:   "110", header: usd, lines: `{"MontoItem":10.00005}`,
			amounts: "10.0001", totals: "TpoMoneda DOLAR USA, MntExe 10.0001, MntTotal 10.0001",
			found: "totals.range rejects Detalle[1]/MontoItem 10.00005→10.0001",
		},
		{
			name: "export's line without price, percentages",
			id:   "110", header: usd, lines: `{"MontoItem":10,"DescuentoPct":1,"RecargoPct":2}`,
			amounts: "10", totals: "TpoMoneda DOLAR USA, MntExe 10, MntTotal 10",
			found: "DET-2-200 reparo Detalle[1]/DescuentoPct 1; DET-2-200 reparo Detalle[1]/RecargoPct 2",
		},
		{
			name: "export's line of nothing",
			id:   "110", header: usd, lines: `{"QtyItem":1}`,
			amounts: "0", totals: "TpoMoneda DOLAR USA, MntExe 0, MntTotal 0",
			found: "line.amount rejects Detalle[1]/MontoItem",
		},
		{
			name: "export's line of less than nothing",
			id:   "110", header: usd, lines: `{"PrcItem":1,"DescuentoMonto":2},{"PrcItem":5}`,
			amounts: "-1 5", totals: "TpoMoneda DOLAR USA, MntExe 4, MntTotal 4, DescuentoMonto 2",
			found: "totals.negative rejects Detalle[1]/MontoItem -1",
		},
		{
			name: "export's line too large",
			id:   "110", header: usd, lines: `{"QtyItem":999999999999,"PrcItem":999999999999}`,
			amounts: "0", totals: "TpoMoneda DOLAR USA, MntExe 0, MntTotal 0",
			found: "totals.range rejects Detalle[1]/MontoItem →100000000000000",
		},
		{
			name: "export's line not sold",
			id:   "110", header: usd, lines: `{"IndExe":4,"PrcItem":10,"MontoItem":10},{"IndExe":5,"PrcItem":10},{"PrcItem":3}`,
			amounts: "0 0 3", totals: "TpoMoneda DOLAR USA, MntExe 3, MntTotal 3",
			found: "DET-2-200 reparo Detalle[1]/MontoItem 10→0",
		},
		{
			name: "export's line not charged",
			id:   "110", header: usd, lines: `{"IndExe":2,"PrcItem":10},{"IndExe":6,"PrcItem":10},{"PrcItem":3}`,
			amounts: "10 10 3", totals: "TpoMoneda DOLAR USA, MntExe 3, MntTotal 3",
		},
		{
			name: "correction of an export's text",
			id:   "112", header: usd, lines: `{"NmbItem":"Donde dice"}`, rest: `"Referencia":{"TpoDocRef":110,"FolioRef":1,"CodRef":2}`,
			amounts: "0", totals: "TpoMoneda DOLAR USA, MntExe 0, MntTotal 0",
		},
		{
			name: "correction of an export's text, with amounts",
			id:   "111", header: usd, lines: `{"PrcItem":50}`, rest: `"Referencia":{"TpoDocRef":112,"FolioRef":1,"CodRef":2}`,
			amounts: "50", totals: "TpoMoneda DOLAR USA, MntExe 50, MntTotal 50",
			found: "REF-2-781 reparo Encabezado/Totales/MntTotal 50→0",
		},
		{
			name: "export's discount",
			id:   "110", header: inPesos, lines: `{"PrcItem":200}`, rest: `"DscRcgGlobal":[{"TpoMov":"D","TpoValor":"%","ValorDR":50,"IndExeDR":1},{"TpoMov":"R","TpoValor":"$","ValorDR":0.6,"IndExeDR":1}]`,
			amounts: "200", totals: "TpoMoneda DOLAR USA, MntExe 100.6, MntTotal 100.6, TpoMoneda PESO CL, TpoCambio 927.87, MntExeOtrMnda 93344, MntTotOtrMnda 93344, ValorDROtrMnda 92787, IndExeDR 1, ValorDROtrMnda 557, IndExeDR 1",
		},
		{
			name: "export's discount of decimals",
			id:   "110", header: usd, lines: `{"PrcItem":50.6}`, rest: `"DscRcgGlobal":[{"TpoMov":"D","TpoValor":"$","ValorDR":0.6}]`,
			amounts: "50.6", totals: "TpoMoneda DOLAR USA, MntExe 50, MntTotal 50, IndExeDR 1",
			found: "adjustment.exempt advice DscRcgGlobal[1]/IndExeDR →1",
		},
		{
			name: "export's discounts, not chosen",
			id:   "110", header: usd, lines: `{"PrcItem":100}`, rest: `"DscRcgGlobal":[{"TpoMov":"D","TpoValor":"%","ValorDR":10,"IndExeDR":1},{"TpoMov":"D","TpoValor":"%","ValorDR":10,"IndExeDR":1}]`,
			amounts: "100", totals: "TpoMoneda DOLAR USA, MntExe 81, MntTotal 81, IndExeDR 1, IndExeDR 1",
			found: "reading.adjustments rejects DscRcgGlobal →AdjustmentsInOrder 81, AdjustmentsOnSum 80",
		},
		{
			name: "export's discounts, on the sum",
			id:   "110", header: inPesos, lines: `{"PrcItem":100}`, rest: `"DscRcgGlobal":[{"TpoMov":"D","TpoValor":"%","ValorDR":10,"IndExeDR":1},{"TpoMov":"D","TpoValor":"%","ValorDR":10,"IndExeDR":1}]`, readings: Readings{Adjustments: AdjustmentsOnSum},
			amounts: "100", totals: "TpoMoneda DOLAR USA, MntExe 80, MntTotal 80, TpoMoneda PESO CL, TpoCambio 927.87, MntExeOtrMnda 74230, MntTotOtrMnda 74230, ValorDROtrMnda 9279, IndExeDR 1, ValorDROtrMnda 9279, IndExeDR 1",
		},
		{
			name: "export's discount on what is not charged",
			id:   "110", header: inPesos, lines: `{"PrcItem":100},{"IndExe":2,"PrcItem":5}`, rest: `"DscRcgGlobal":{"TpoMov":"D","TpoValor":"%","ValorDR":10,"IndExeDR":2}`,
			amounts: "100 5", totals: "TpoMoneda DOLAR USA, MntExe 100, MntTotal 100, TpoMoneda PESO CL, TpoCambio 927.87, MntExeOtrMnda 92787, MntTotOtrMnda 92787, IndExeDR 2",
		},
		{
			name: "export's discount, larger",
			id:   "110", header: usd, lines: `{"PrcItem":100}`, rest: `"DscRcgGlobal":{"TpoMov":"D","TpoValor":"$","ValorDR":101,"IndExeDR":1}`,
			amounts: "100", totals: "TpoMoneda DOLAR USA, MntExe -1, MntTotal -1, IndExeDR 1",
			found: "totals.negative rejects Encabezado/Totales/MntTotal -1",
		},
		{
			name: "in pesos",
			id:   "110", header: inPesos, lines: `{"PrcItem":30276}`,
			amounts: "30276", totals: "TpoMoneda DOLAR USA, MntExe 30276, MntTotal 30276, TpoMoneda PESO CL, TpoCambio 927.87, MntExeOtrMnda 28092192, MntTotOtrMnda 28092192",
		},
		{
			name: "in pesos, of cents",
			id:   "110", header: inPesos, lines: `{"PrcItem":0.3349}`,
			amounts: "0.3349", totals: "TpoMoneda DOLAR USA, MntExe 0.3349, MntTotal 0.3349, TpoMoneda PESO CL, TpoCambio 927.87, MntExeOtrMnda 306, MntTotOtrMnda 306",
		},
		{
			name: "in pesos, wrong",
			id:   "110", header: `"Totales":{"TpoMoneda":"DOLAR USA","MntExe":1,"MntTotal":2,"MntNeto":3,"IVA":4},"OtraMoneda":{"TpoMoneda":"PESO CL","TpoCambio":10,"MntExeOtrMnda":999,"MntTotOtrMnda":998}`, lines: `{"PrcItem":100}`, rest: `"DscRcgGlobal":{"TpoMov":"D","TpoValor":"$","ValorDR":1,"IndExeDR":1,"ValorDROtrMnda":11}`,
			amounts: "100", totals: "TpoMoneda DOLAR USA, MntExe 99, MntTotal 99, TpoMoneda PESO CL, TpoCambio 10, MntExeOtrMnda 990, MntTotOtrMnda 990, ValorDROtrMnda 10, IndExeDR 1",
			found: "totals.given reparo DscRcgGlobal[1]/ValorDROtrMnda 11→10; totals.given reparo Encabezado/OtraMoneda/MntExeOtrMnda 999→990; totals.given reparo Encabezado/OtraMoneda/MntTotOtrMnda 998→990; HED-2-220 reparo Encabezado/Totales/MntExe 1→99; totals.given reparo Encabezado/Totales/MntTotal 2→99; totals.given reparo Encabezado/Totales/MntNeto 3→0; totals.given reparo Encabezado/Totales/IVA 4→0",
		},
		{
			name: "in euros",
			id:   "110", header: `"Totales":{"TpoMoneda":"DOLAR USA"},"OtraMoneda":{"TpoMoneda":"EURO","TpoCambio":2,"MntTotOtrMnda":5}`, lines: `{"PrcItem":100}`,
			amounts: "100", totals: "TpoMoneda DOLAR USA, MntExe 100, MntTotal 100, TpoMoneda EURO, TpoCambio 2, MntTotOtrMnda 5",
			found: "currency.unchecked advice Encabezado/OtraMoneda/TpoCambio 2",
		},
		{
			name: "in pesos without rate",
			id:   "110", header: `"Totales":{"TpoMoneda":"DOLAR USA"},"OtraMoneda":{"TpoMoneda":"PESO CL","MntTotOtrMnda":5}`, lines: `{"PrcItem":100}`, rest: `"DscRcgGlobal":{"TpoMov":"D","TpoValor":"$","ValorDR":1,"IndExeDR":1}`,
			amounts: "100", totals: "TpoMoneda DOLAR USA, MntExe 99, MntTotal 99, TpoMoneda PESO CL, MntTotOtrMnda 5, IndExeDR 1",
			found: "currency.unchecked advice Encabezado/OtraMoneda/TpoCambio",
		},
		{
			name: "without payment, not chosen",
			id:   "110,\"FmaPagExp\":21", header: inPesos, lines: `{"PrcItem":100}`,
			amounts: "100", totals: "TpoMoneda DOLAR USA, MntExe 100, MntTotal 100, TpoMoneda PESO CL, MntExeOtrMnda 0, MntTotOtrMnda 0",
			found: "reading.unpaid rejects Encabezado/Totales/MntTotal →UnpaidIsZero 0, UnpaidHasAmount 100; HED-1-803 reparo Encabezado/OtraMoneda →0",
		},
		{
			name: "without payment, zero",
			id:   "110,\"FmaPagExp\":21", header: `"Totales":{"TpoMoneda":"DOLAR USA"},"OtraMoneda":{"TpoMoneda":"PESO CL"}`, lines: `{"PrcItem":100}`, readings: Readings{Unpaid: UnpaidIsZero},
			amounts: "100", totals: "TpoMoneda DOLAR USA, MntExe 100, MntTotal 0, TpoMoneda PESO CL, MntExeOtrMnda 0, MntTotOtrMnda 0",
		},
		{
			name: "without payment, with its worth",
			id:   "110,\"FmaPagExp\":21", header: usd, lines: `{"PrcItem":100}`, readings: Readings{Unpaid: UnpaidHasAmount},
			amounts: "100", totals: "TpoMoneda DOLAR USA, MntExe 100, MntTotal 100",
		},
		{
			name: "without payment, of nothing",
			id:   "110,\"FmaPagExp\":21", header: usd, lines: `{"IndExe":4,"PrcItem":100}`,
			amounts: "0", totals: "TpoMoneda DOLAR USA, MntExe 0, MntTotal 0",
		},
		{
			name: "export with VAT",
			id:   "110", header: `"Totales":{"TpoMoneda":"DOLAR USA","TasaIVA":19,"ImptoReten":{"TipoImp":24}}`, lines: `{"PrcItem":100}`,
			amounts: "100", totals: "TpoMoneda DOLAR USA, MntExe 100, MntTotal 100",
			found: "totals.dropped advice Encabezado/Totales/TasaIVA 19; tax.none rejects Encabezado/Totales/ImptoReten",
		},
		{
			name: "parts of an export's discount that is there", id: "110", header: usd, lines: `{"PrcItem":100,"DescuentoMonto":5,"SubDscto":{"TipoDscto":"%","ValorDscto":5},"RecargoPct":1,"SubRecargo":{"TipoRecargo":"$","ValorRecargo":5}}`,
			amounts: "96", totals: "TpoMoneda DOLAR USA, MntExe 96, MntTotal 96, DescuentoMonto 5, RecargoMonto 1",
		},
		{
			name: "export's line without price, percentages with amounts", id: "110", header: usd, lines: `{"MontoItem":10,"DescuentoPct":1,"DescuentoMonto":1,"RecargoPct":2,"RecargoMonto":2}`,
			amounts: "10", totals: "TpoMoneda DOLAR USA, MntExe 10, MntTotal 10, DescuentoMonto 1, RecargoMonto 2",
		},
		{
			name: "export's discount too large", id: "110", header: usd, lines: `{"QtyItem":1000,"PrcItem":999999999999,"DescuentoPct":100}`,
			amounts: "0", totals: "TpoMoneda DOLAR USA, MntExe 0, MntTotal 0, DescuentoMonto 999999999999000",
			found: "totals.range rejects Detalle[1]/DescuentoMonto →100000000000000",
		},
		{
			name: "export's sum too large", id: "110", header: usd, lines: `{"MontoItem":90000000000000},{"MontoItem":90000000000000}`,
			amounts: "90000000000000 90000000000000", totals: "TpoMoneda DOLAR USA, MntExe 0, MntTotal 0",
			found: "totals.range rejects Encabezado/Totales/MntExe →100000000000000",
		},
		{
			name: "without payment, with a total in pesos", id: "110,\"FmaPagExp\":21", header: `"Totales":{"TpoMoneda":"DOLAR USA"},"OtraMoneda":{"TpoMoneda":"PESO CL","MntTotOtrMnda":5}`, lines: `{"PrcItem":100}`, readings: Readings{Unpaid: UnpaidHasAmount},
			amounts: "100", totals: "TpoMoneda DOLAR USA, MntExe 100, MntTotal 100, TpoMoneda PESO CL, MntExeOtrMnda 0, MntTotOtrMnda 0",
			found: "HED-1-803 reparo Encabezado/OtraMoneda 5→0",
		},
		{
			name: "without payment, with an exempt amount in pesos and a discount", id: "110,\"FmaPagExp\":21", header: `"Totales":{"TpoMoneda":"DOLAR USA"},"OtraMoneda":{"TpoMoneda":"PESO CL","TpoCambio":2,"MntExeOtrMnda":5}`, lines: `{"PrcItem":100}`, readings: Readings{Unpaid: UnpaidHasAmount},
			rest:    `"DscRcgGlobal":{"TpoMov":"D","TpoValor":"$","ValorDR":1,"IndExeDR":1}`,
			amounts: "100", totals: "TpoMoneda DOLAR USA, MntExe 99, MntTotal 99, TpoMoneda PESO CL, MntExeOtrMnda 0, MntTotOtrMnda 0, IndExeDR 1",
			found: "HED-1-803 reparo Encabezado/OtraMoneda →0",
		},
		{
			name: "export's discount in euros", id: "110", header: `"Totales":{"TpoMoneda":"DOLAR USA"},"OtraMoneda":{"TpoMoneda":"EURO","TpoCambio":2,"MntTotOtrMnda":5}`, lines: `{"PrcItem":100}`,
			rest:    `"DscRcgGlobal":{"TpoMov":"D","TpoValor":"$","ValorDR":1,"IndExeDR":1}`,
			amounts: "100", totals: "TpoMoneda DOLAR USA, MntExe 99, MntTotal 99, TpoMoneda EURO, TpoCambio 2, MntTotOtrMnda 5, IndExeDR 1",
			found: "currency.unchecked advice Encabezado/OtraMoneda/TpoCambio 2",
		},
	}
}
