package dte_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

// amountsCase is a document and all that is found of its amounts.
type amountsCase struct {
	name string
	doc  *dte.DTE
	want []string
}

// totalsCases are documents of which an amount is wrong, or stands where none
// should, and some that are right.
func totalsCases() []amountsCase {
	return []amountsCase{
		{"line", peso(33, 1000, 190, 0, 1190, line("2", "600", 1000)), []string{"totals.line Detalle[1]/MontoItem: 1000 → 1200"}},
		{"discount of a line", peso(33, 1000, 190, 0, 1190, line("2", "500", 1000, func(l *dte.Line) { l.Discount = pesos(100) })), []string{"totals.line Detalle[1]/MontoItem: 1000 → 900"}},
		{"rate of discount of a line", peso(33, 1000, 190, 0, 1190, line("2", "500", 1000, func(l *dte.Line) { l.DiscountRate = dec("10") })), []string{"totals.line Detalle[1]/MontoItem: 1000 → 900"}},
		{"surcharge of a line", peso(33, 1000, 190, 0, 1190, line("2", "500", 1000, func(l *dte.Line) { l.Surcharge = pesos(100) })), []string{"totals.line Detalle[1]/MontoItem: 1000 → 1100"}},
		{"rate of surcharge of a line", peso(33, 1000, 190, 0, 1190, line("2", "500", 1000, func(l *dte.Line) { l.SurchargeRate = dec("10") })), []string{"totals.line Detalle[1]/MontoItem: 1000 → 1100"}},
		{"surcharge before the discount", peso(33, 990, 188, 0, 1178, line("2", "500", 990, func(l *dte.Line) { l.Discount, l.SurchargeRate = pesos(100), dec("10") })), nil},
		{"surcharge of the whole", peso(33, 1000, 190, 0, 1190, line("2", "500", 1000, func(l *dte.Line) { l.Discount, l.SurchargeRate = pesos(100), dec("10") })), nil},
		{"one of a line without quantity", peso(33, 1000, 190, 0, 1190, dte.Line{Number: 1, Price: dec("1000"), Amount: 1000}), nil},
		{"two of a line without quantity", peso(33, 2000, 380, 0, 2380, dte.Line{Number: 1, Price: dec("1000"), Amount: 2000}), []string{"totals.line Detalle[1]/MontoItem: 2000 → 1000"}},
		{"line with an amount alone", peso(33, 1000, 190, 0, 1190, line("", "", 1000)), nil},
		{"line that is not charged in a guía", peso(52, 1000, 190, 0, 1190, line("1", "1000", 1000), line("1", "7", 0)), nil},
		{"net", peso(33, 1001, 190, 0, 1191, line("1", "1000", 1000)), []string{"totals.net Encabezado/Totales/MntNeto: 1001 → 1000"}},
		{"exempt", peso(33, 1000, 190, 1, 1191, line("1", "1000", 1000)), []string{"totals.exempt Encabezado/Totales/MntExe: 1 → 0"}},
		{"VAT", peso(33, 1000, 191, 0, 1191, line("1", "1000", 1000)), []string{"totals.vat Encabezado/Totales/IVA: 191 → 190"}},
		{"VAT at its rate", rated(peso(33, 1000, 100, 0, 1100, line("1", "1000", 1000)), "10"), nil},
		{"VAT not at its rate", rated(peso(33, 1000, 190, 0, 1190, line("1", "1000", 1000)), "10"), []string{"totals.vat Encabezado/Totales/IVA: 190 → 100"}},
		{"VAT of nothing", peso(33, 0, 7, 0, 7), []string{"totals.vat Encabezado/Totales/IVA: 7 → 0"}},
		{"total", peso(33, 1000, 190, 0, 1191, line("1", "1000", 1000)), []string{"totals.total Encabezado/Totales/MntTotal: 1191 → 1190"}},
		{"boleta", peso(39, 572, 109, 0, 681, line("1", "680", 680)), []string{
			"totals.net Encabezado/Totales/MntNeto: 572 → 571", "totals.total Encabezado/Totales/MntTotal: 681 → 680",
		}},
		{"VAT of a boleta", peso(39, 571, 110, 0, 680, line("1", "680", 680)), []string{"totals.vat Encabezado/Totales/IVA: 110 → 109"}},
		{"boleta at its rate", rated(peso(39, 1000, 100, 0, 1100, line("1", "1100", 1100)), "10"), nil},
		{"exempt of a boleta", peso(39, 571, 109, 5, 680, line("1", "680", 680)), []string{"totals.exempt Encabezado/Totales/MntExe: 5 → 0"}},
		{"exempt boleta without exempt", peso(41, 0, 0, 0, 680, line("1", "680", 680)), []string{"totals.exempt Encabezado/Totales/MntExe: 0 → 680"}},
		{"discount of an exempt boleta", adjusted(peso(41, 0, 0, 580, 580, line("1", "680", 680)), "D", "$", "100", 0), nil},
		{"discount of an exempt boleta, not taken", adjusted(peso(41, 0, 0, 680, 680, line("1", "680", 680)), "D", "$", "100", 1), []string{
			"totals.exempt Encabezado/Totales/MntExe: 680 → 580", "totals.total Encabezado/Totales/MntTotal: 680 → 580",
		}},

		{"shares of VAT", settled(func(t *dte.Totals) { t.OwnVAT, t.ThirdVAT = pesos(100), pesos(90) }, 1190), nil},
		{"shares that are less", settled(func(t *dte.Totals) { t.OwnVAT, t.ThirdVAT = pesos(100), pesos(89) }, 1190), []string{"totals.shares Encabezado/Totales/IVA: 190 → 189"}},
		{"own share alone", settled(func(t *dte.Totals) { t.OwnVAT = pesos(100) }, 1190), []string{"totals.shares Encabezado/Totales/IVA: 190 → 100"}},
		{"share of others alone", settled(func(t *dte.Totals) { t.ThirdVAT = pesos(90) }, 1190), []string{"totals.shares Encabezado/Totales/IVA: 190 → 90"}},
		{"deposits without lines", settled(func(t *dte.Totals) { t.Deposits = pesos(100) }, 1290), []string{"totals.deposits Encabezado/Totales/GrntDep: 100 → 0"}},
		{"lines without deposits", peso(33, 1000, 190, 0, 1190, line("1", "1000", 1000), line("1", "100", 100, func(l *dte.Line) { l.Exemption = 3 })), []string{"totals.deposits Encabezado/Totales/GrntDep: 0 → 100"}},
		{"commissions", commissioned(100, 50, 19, 1021, dte.Commission{Net: 60, Exempt: 50, VAT: pesos(11)}, dte.Commission{Net: 40, VAT: pesos(8)}), nil},
		{"commissions without lines", commissioned(100, 50, 19, 1021), nil},
		{"net of commissions", commissioned(100, 50, 19, 1021, dte.Commission{Net: 101, Exempt: 50, VAT: pesos(19)}), []string{"totals.commissions Encabezado/Totales/Comisiones: 100 + 50 + 19 → 101 + 50 + 19"}},
		{"exempt of commissions", commissioned(100, 50, 19, 1021, dte.Commission{Net: 100, Exempt: 51, VAT: pesos(19)}), []string{"totals.commissions Encabezado/Totales/Comisiones: 100 + 50 + 19 → 100 + 51 + 19"}},
		{"VAT of commissions", commissioned(100, 50, 19, 1021, dte.Commission{Net: 100, Exempt: 50, VAT: pesos(20)}), []string{"totals.commissions Encabezado/Totales/Comisiones: 100 + 50 + 19 → 100 + 50 + 20"}},
		{"commissions that are not subtracted", commissioned(100, 50, 19, 1190), []string{"totals.total Encabezado/Totales/MntTotal: 1190 → 1021"}},
		{"VAT that was not retained", taxed(46, 1000, 190, 1090, dte.OtherTax{Code: 34, Amount: 100}, func(t *dte.Totals) { t.UnretainedVAT = pesos(90) }), nil},
		{"VAT not retained that is less", taxed(46, 1000, 190, 1090, dte.OtherTax{Code: 34, Amount: 100}, func(t *dte.Totals) { t.UnretainedVAT = pesos(80) }), []string{"totals.unretained Encabezado/Totales/IVANoRet: 80 → 90"}},
		{"VAT not retained where nothing is", taxed(46, 1000, 190, 1190, dte.OtherTax{Code: 49, Amount: 10}, func(t *dte.Totals) { t.UnretainedVAT = pesos(190) }), nil},
		{"not charged", settled(func(t *dte.Totals) { t.NotInvoiced = pesos(5) }, 1190), []string{"totals.unbilled Encabezado/Totales/MontoNF: 5 → 0"}},
		{"amount of the period", settled(func(t *dte.Totals) { t.Period = pesos(1200) }, 1190), []string{"totals.period Encabezado/Totales/MontoPeriodo: 1200 → 1190"}},
		{"total of the period", settled(func(t *dte.Totals) { t.PeriodTotal = pesos(1200) }, 1190), []string{"totals.period Encabezado/Totales/TotalPeriodo: 1200 → 1190"}},

		{"amount of the period of a settlement, with what is not charged", func() *dte.DTE {
			d := settled(func(t *dte.Totals) { t.Period = pesos(1690) }, 1190)
			d.Document.Lines = append(d.Document.Lines, dte.Line{Number: 2, Exemption: 2, Amount: 500})
			return d
		}(), nil},
		{"retention without base on its line", taxed(46, 1000, 190, 1000, dte.OtherTax{Code: 15, Rate: dec("19"), Amount: 190}), nil},
		{"retention of another amount", taxed(46, 1000, 190, 1010, dte.OtherTax{Code: 15, Rate: dec("19"), Amount: 180}), []string{"totals.tax Encabezado/Totales/ImptoReten[15]/MontoImp: 180 → 190"}},
		{"retention on a line of nothing", func() *dte.DTE {
			d := taxed(46, 1000, 190, 1190, dte.OtherTax{Code: 15, Rate: dec("19")})
			d.Document.Lines = append(d.Document.Lines, dte.Line{Number: 2, TaxCodes: []int{15}})
			return d
		}(), nil},
		{"tax with a base of its own", taxed(33, 1000, 190, 1197, dte.OtherTax{Code: 28, Rate: dec("19"), Amount: 7}), nil},
		{"tax with a base of its own, on a line of its code", onLine(taxed(33, 1000, 190, 1197, dte.OtherTax{Code: 28, Rate: dec("19"), Amount: 7})), nil},
		{"tax without rate", onLine(taxed(33, 1000, 190, 1197, dte.OtherTax{Code: 24, Amount: 7})), nil},
		{"gross prices whose VAT is the rest", gross(peso(33, 571, 109, 0, 680, line("1", "680", 680))), nil},
		{"gross prices of another VAT", gross(peso(33, 571, 110, 0, 681, line("1", "680", 680))), []string{"totals.vat Encabezado/Totales/IVA: 110 → 109"}},
		{"tax without base", taxed(33, 1000, 190, 1197, dte.OtherTax{Code: 24, Rate: dec("19"), Amount: 7}), nil},
		{"tax of an unknown code", taxed(33, 1000, 190, 1197, dte.OtherTax{Code: 54, Amount: 7}), []string{"totals.unknown-tax Encabezado/Totales/ImptoReten/TipoImp: 54 → "}},
		{"tax of an unknown code, subtracted", taxed(33, 1000, 190, 1183, dte.OtherTax{Code: 54, Amount: 7}), []string{"totals.unknown-tax Encabezado/Totales/ImptoReten/TipoImp: 54 → "}},
		{"tax of an unknown code, otherwise", taxed(33, 1000, 190, 1191, dte.OtherTax{Code: 54, Amount: 7}), []string{
			"totals.unknown-tax Encabezado/Totales/ImptoReten/TipoImp: 54 → ", "totals.total Encabezado/Totales/MntTotal: 1191 → 1190",
		}},
		{"tax whose sign is disputed, subtracted", taxed(33, 1000, 190, 1183, dte.OtherTax{Code: 53, Amount: 7}), nil},
		{"tax whose sign is disputed, added", taxed(33, 1000, 190, 1197, dte.OtherTax{Code: 53, Amount: 7}), nil},
		{"tax whose sign is disputed, neither", taxed(33, 1000, 190, 1190, dte.OtherTax{Code: 53, Amount: 7}), []string{"totals.total Encabezado/Totales/MntTotal: 1190 → 1183"}},
		{"retained income tax is no VAT", taxed(46, 1000, 190, 1183, dte.OtherTax{Code: 53, Amount: 7}, func(t *dte.Totals) { t.UnretainedVAT = pesos(190) }), nil},
		{"many taxes of unknown codes", manyTaxes(), []string{
			"totals.unknown-tax Encabezado/Totales/ImptoReten/TipoImp: 54 → ", "totals.range Encabezado/Totales/ImptoReten: 5 → ",
		}},

		{"amount too large", peso(33, 1<<60, 0, 0, 1<<60, line("1", "1", 1)), []string{"totals.range :  → 100000000000000"}},
		{"amount too small", peso(33, -1<<60, 0, 0, -1<<60, line("1", "1", 1)), []string{"totals.range :  → 100000000000000"}},
		{"commission too large", commissioned(1<<60, 0, 0, 1), []string{"totals.range :  → 100000000000000"}},
		{"tax too large", taxed(33, 1000, 190, 1190, dte.OtherTax{Code: 24, Amount: 1 << 60}), []string{"totals.range :  → 100000000000000"}},
		{"discount too large", adjusted(peso(33, 1000, 190, 0, 1190, line("1", "1000", 1000)), "D", "$", "999999999999999999", 0), []string{"totals.range :  → 100000000000000"}},
		{"discount of a line too large", peso(33, 1000, 190, 0, 1190, line("1", "1000", 1000, func(l *dte.Line) { l.Discount = pesos(1 << 60) })), []string{"totals.range :  → 100000000000000"}},
		{"surcharge of a line too large", peso(33, 1000, 190, 0, 1190, line("1", "1000", 1000, func(l *dte.Line) { l.Surcharge = pesos(1 << 60) })), []string{"totals.range :  → 100000000000000"}},
		{"product too large", peso(33, 1000, 190, 0, 1190, line("999999999999", "999999999999", 1000)), []string{"totals.range Detalle[1]/MontoItem:  → 100000000000000"}},
		{"too many lines", peso(33, 1000, 190, 0, 1190, make([]dte.Line, 50_001)...), []string{"totals.range :  → 100000000000000"}},
		{"too many adjustments", func() *dte.DTE {
			d := peso(33, 1000, 190, 0, 1190, line("1", "1000", 1000))
			d.Document.Adjustments = make([]dte.Adjustment, 50_001)
			return d
		}(), []string{"totals.range :  → 100000000000000"}},

		{"export", abroad("10.50", "10.50", dte.ExportLine{Number: 1, Quantity: dec("3"), Price: dec("3.5"), Amount: dec("10.50")}), nil},
		{"line of an export", abroad("10.51", "10.51", dte.ExportLine{Number: 1, Quantity: dec("3"), Price: dec("3.5"), Amount: dec("10.51")}), []string{"totals.line Detalle[1]/MontoItem: 10.51 → 10.5000"}},
		{"surcharge of an export's line after its discount", abroad("19.8", "19.8", dte.ExportLine{Number: 1, Quantity: dec("2"), Price: dec("10"), Discount: dec("2"), SurchargeRate: dec("10"), Amount: dec("19.8")}), nil},
		{"surcharge of an export's line before its discount", abroad("20", "20", dte.ExportLine{Number: 1, Quantity: dec("2"), Price: dec("10"), Discount: dec("2"), SurchargeRate: dec("10"), Amount: dec("20")}), nil},
		{"line of an export without quantity", abroad("3.50", "3.50", dte.ExportLine{Number: 1, Price: dec("3.5"), Amount: dec("3.50")}), nil},
		{"discount of an export's line", abroad("9.50", "9.50", dte.ExportLine{Number: 1, Quantity: dec("3"), Price: dec("3.5"), Discount: dec("1"), Amount: dec("9.50")}), nil},
		{"rate of discount of an export's line", abroad("9.45", "9.45", dte.ExportLine{Number: 1, Quantity: dec("3"), Price: dec("3.5"), DiscountRate: dec("10"), Amount: dec("9.45")}), nil},
		{"surcharge of an export's line", abroad("11.50", "11.50", dte.ExportLine{Number: 1, Quantity: dec("3"), Price: dec("3.5"), Surcharge: dec("1"), Amount: dec("11.50")}), nil},
		{"exempt of an export", abroad("10.51", "10.50", dte.ExportLine{Number: 1, Amount: dec("10.50")}), []string{"totals.exempt Encabezado/Totales/MntExe: 10.51 → 10.5000"}},
		{"total of an export", abroad("10.50", "10.51", dte.ExportLine{Number: 1, Amount: dec("10.50")}), []string{"totals.total Encabezado/Totales/MntTotal: 10.51 → 10.5000"}},
		{"lines of an export that are not charged", abroad("10.50", "10.50", dte.ExportLine{Number: 1, Amount: dec("10.50")}, dte.ExportLine{Number: 2, Amount: dec("1"), Exemption: 2}, dte.ExportLine{Number: 3, Amount: dec("1"), Exemption: 6}), nil},
		{"export without payment", unpaid(abroad("10.50", "0", dte.ExportLine{Number: 1, Amount: dec("10.50")})), nil},
		{"export without payment, with a total", unpaid(abroad("10.50", "1", dte.ExportLine{Number: 1, Amount: dec("10.50")})), []string{"totals.total Encabezado/Totales/MntTotal: 1 → 10.5000"}},
		{"discount of an export", shipped(abroad("9.45", "9.45", dte.ExportLine{Number: 1, Amount: dec("10.50")}), "D", "%", "10", 0), nil},
		{"surcharge of an export", shipped(abroad("11.55", "11.55", dte.ExportLine{Number: 1, Amount: dec("10.50")}), "R", "%", "10", 0), nil},
		{"amount of discount of an export", shipped(abroad("10", "10", dte.ExportLine{Number: 1, Amount: dec("10.50")}), "D", "$", "0.50", 0), nil},
		{"percentages of an export, one on the other", shipped(shipped(abroad("8.1", "8.1", dte.ExportLine{Number: 1, Amount: dec("10")}), "D", "%", "10", 1), "D", "%", "10", 1), nil},
		{"percentages of an export, each on the whole", shipped(shipped(abroad("8", "8", dte.ExportLine{Number: 1, Amount: dec("10")}), "D", "%", "10", 1), "D", "%", "10", 1), nil},
		{"discount on what an export does not charge", shipped(abroad("10.50", "10.50", dte.ExportLine{Number: 1, Amount: dec("10.50")}), "D", "$", "0.50", 2), nil},
		{"too many lines of an export", abroad("1", "1", make([]dte.ExportLine, 50_001)...), []string{"totals.range :  → "}},
	}
}

func TestFindingsOfTotals(t *testing.T) {
	t.Parallel()
	for _, c := range totalsCases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := dte.CheckTotals(c.doc)
			assert.True(t, g.Made)
			var got []string
			for _, f := range g.Findings {
				requireRule(t, &f)
				if text := brief(&f); len(got) == 0 || text != got[len(got)-1] {
					got = append(got, text)
				}
			}
			assert.Equal(t, c.want, got, "%s", strings.Join(got, "\n"))
		})
	}
}

func rated(d *dte.DTE, rate string) *dte.DTE {
	d.Document.Header.Totals.VATRate = dec(rate)
	return d
}

func adjusted(d *dte.DTE, kind, valueKind, value string, exemption int) *dte.DTE {
	d.Document.Adjustments = append(d.Document.Adjustments, dte.Adjustment{Kind: kind, ValueKind: valueKind, Value: dec(value), Exemption: exemption})
	return d
}

// settled is an invoice of 1,190 pesos with other totals.
func settled(change func(*dte.Totals), total int64) *dte.DTE {
	d := peso(43, 1000, 190, 0, total, line("1", "1000", 1000))
	change(&d.Document.Header.Totals)
	return d
}

func commissioned(net, exempt, vat, total int64, lines ...dte.Commission) *dte.DTE {
	d := settled(func(t *dte.Totals) {
		t.Commissions = &dte.CommissionTotals{Net: pesos(net), Exempt: pesos(exempt), VAT: pesos(vat)}
	}, total)
	d.Document.Commissions = lines
	return d
}

func taxed(kind chile.DocType, net, vat, total int64, tax dte.OtherTax, changes ...func(*dte.Totals)) *dte.DTE {
	d := peso(kind, net, vat, 0, total, line("1", "1000", net))
	d.Document.Header.Totals.OtherTaxes = []dte.OtherTax{tax}
	for _, change := range changes {
		change(&d.Document.Header.Totals)
	}
	return d
}

// manyTaxes has more taxes than can be added, subtracted or neither.
func manyTaxes() *dte.DTE {
	d := peso(33, 1000, 190, 0, 1_000_000, line("1", "1000", 1000))
	for range 5 {
		d.Document.Header.Totals.OtherTaxes = append(d.Document.Header.Totals.OtherTaxes, dte.OtherTax{Code: 54, Amount: 7})
	}
	return d
}

func abroad(exempt, total string, lines ...dte.ExportLine) *dte.DTE {
	d := &dte.DTE{Export: &dte.Export{Lines: lines}}
	d.Export.Header.Totals.Exempt, d.Export.Header.Totals.Total = dec(exempt), dec(total)
	return d
}

func unpaid(d *dte.DTE) *dte.DTE {
	d.Export.Header.Identification.ExportPaymentTerms = 21
	return d
}

func shipped(d *dte.DTE, kind, valueKind, value string, exemption int) *dte.DTE {
	d.Export.Adjustments = append(d.Export.Adjustments, dte.Adjustment{Kind: kind, ValueKind: valueKind, Value: dec(value), Exemption: exemption})
	return d
}

// onLine says on the first line that the document's tax is on it.
func onLine(d *dte.DTE) *dte.DTE {
	d.Document.Lines[0].TaxCodes = []int{d.Document.Header.Totals.OtherTaxes[0].Code}
	return d
}

func gross(d *dte.DTE) *dte.DTE {
	d.Document.Header.Identification.GrossPrices = 1
	return d
}
