package judge_test

import (
	"fmt"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/judge"
)

// global is a global discount or surcharge.
func global(move, kind, value, exemption string) string {
	s := "<DscRcgGlobal><NroLinDR>1</NroLinDR><TpoMov>" + move + "</TpoMov><TpoValor>" + kind + "</TpoValor><ValorDR>" + value + "</ValorDR>"
	if exemption != "" {
		s += "<IndExeDR>" + exemption + "</IndExeDR>"
	}
	return s + "</DscRcgGlobal>\n"
}

func amount(n int) string { return fmt.Sprintf("<MontoItem>%d</MontoItem>", n) }

// plain is a line of an amount alone.
func plain(n, of int) string { return line(n, "Hormigón", amount(of)) }

func sumSpecimens() []specimen {
	// one line of 33, whose net is what stands in it
	of33 := func(rest string, net int) scene {
		vat := (net*19 + 50) / 100
		return of(lined(33, fmt.Sprint(net+vat), fmt.Sprintf("<MntNeto>%d</MntNeto><TasaIVA>19</TasaIVA><IVA>%d</IVA>", net, vat), line(1, "Hormigón", rest+amount(net))))
	}
	boleta := func(rest string, total int) scene {
		return of(lined(39, fmt.Sprint(total), "", line(1, "Hormigón", rest+amount(total))))
	}
	priced := "<QtyItem>3</QtyItem><PrcItem>33.5</PrcItem>" // 100.5, rounded up
	invoiced := func(net, exempt, vat, total string, rest ...string) scene {
		return of(but(33, func(p *paper) {
			p.totals, p.total, p.lines = "", total, rest[0]
			for _, part := range [][2]string{{"MntNeto", net}, {"MntExe", exempt}} {
				if part[1] != "" {
					p.totals += "<" + part[0] + ">" + part[1] + "</" + part[0] + ">"
				}
			}
			if vat != "" {
				p.totals += "<TasaIVA>19</TasaIVA><IVA>" + vat + "</IVA>"
			}
			for _, r := range rest[1:] {
				switch {
				case strings.HasPrefix(r, "<DscRcg"):
					p.tail = r
				case strings.HasPrefix(r, "<IndServicio>"), strings.HasPrefix(r, "<MntBruto>"):
					p.idDoc = r
				case strings.HasPrefix(r, "<Monto"):
					p.behind = r
				default:
					p.totals += r
				}
			}
		}))
	}
	exemptLine := line(1, "Hormigón", "<IndExe>1</IndExe>"+amount(1000))
	exemptLine = strings.Replace(exemptLine, "<NmbItem>Hormigón</NmbItem><IndExe>1</IndExe>", "<IndExe>1</IndExe><NmbItem>Hormigón</NmbItem>", 1)
	marked := func(n int, mark string, of int) string {
		return fmt.Sprintf("<Detalle><NroLinDet>%d</NroLinDet><IndExe>%s</IndExe><NmbItem>Hormigón</NmbItem>%s</Detalle>\n", n, mark, amount(of))
	}
	taxed := func(code string, of int) string {
		return fmt.Sprintf("<Detalle><NroLinDet>1</NroLinDet><NmbItem>Hormigón</NmbItem><CodImpAdic>%s</CodImpAdic>%s</Detalle>\n", code, amount(of))
	}
	tax := func(code, rate, of string) string {
		if rate != "" {
			rate = "<TasaImp>" + rate + "</TasaImp>"
		}
		return "<ImptoReten><TipoImp>" + code + "</TipoImp>" + rate + "<MontoImp>" + of + "</MontoImp></ImptoReten>"
	}
	commissioned := func(total, totals string) scene {
		return of(but(43, func(p *paper) {
			p.totals += "<Comisiones>" + totals + "</Comisiones>"
			p.total = total
			p.tail = "<Comisiones><NroLinCom>1</NroLinCom><TipoMovim>C</TipoMovim><Glosa>Venta</Glosa><ValComNeto>1000</ValComNeto><ValComExe>50</ValComExe><ValComIVA>190</ValComIVA></Comisiones>\n" +
				"<Comisiones><NroLinCom>2</NroLinCom><TipoMovim>O</TipoMovim><Glosa>Flete</Glosa><ValComNeto>100</ValComNeto><ValComExe>0</ValComExe><ValComIVA>19</ValComIVA></Comisiones>\n"
		}))
	}
	good43 := commissioned("10541", "<ValComNeto>1100</ValComNeto><ValComExe>50</ValComExe><ValComIVA>209</ValComIVA>")
	purchase := func(total, rest string) scene {
		return of(but(46, func(p *paper) { p.total = total; p.totals += rest }))
	}
	ten := plain(1, 10000)
	return []specimen{
		{"line", judge.CodeLineSum, judge.CheckLineSums, of33(priced, 100), of33(priced, 101)},
		{"price without quantity", judge.CodeLineSum, judge.CheckLineSums, of33("<PrcItem>99.4</PrcItem>", 100), of33("<PrcItem>99.5</PrcItem>", 100)},
		{
			"discount", judge.CodeLineSum, judge.CheckLineSums,
			of33(priced+"<DescuentoPct>10</DescuentoPct><DescuentoMonto>10</DescuentoMonto>", 90), of33(priced+"<DescuentoPct>10</DescuentoPct><DescuentoMonto>10</DescuentoMonto>", 91),
		},
		{
			"surcharge", judge.CodeLineSum, judge.CheckLineSums,
			of33(priced+"<RecargoPct>10</RecargoPct><RecargoMonto>10</RecargoMonto>", 101), of33(priced+"<RecargoPct>10</RecargoPct><RecargoMonto>10</RecargoMonto>", 111),
		},
		{
			"discount as percentage alone", judge.CodeLineSum, judge.CheckLineSums,
			of33(priced+"<DescuentoPct>10</DescuentoPct>", 91), of33(priced+"<DescuentoPct>0.4</DescuentoPct>", 101),
		},
		{
			"surcharge as percentage alone", judge.CodeLineSum, judge.CheckLineSums,
			of33(priced+"<RecargoPct>10</RecargoPct>", 111), of33(priced+"<RecargoPct>0.4</RecargoPct>", 101),
		},
		{
			"discount as percentage alone, not applied", judge.CodeLineSum, judge.CheckLineSums,
			of33(priced+"<DescuentoPct>10</DescuentoPct>", 101), of33(priced+"<DescuentoPct>10</DescuentoPct><DescuentoMonto>10</DescuentoMonto>", 91),
		},
		{
			"surcharge as percentage alone, not applied", judge.CodeLineSum, judge.CheckLineSums,
			of33(priced+"<RecargoPct>10</RecargoPct>", 101), of33(priced+"<RecargoPct>10</RecargoPct><RecargoMonto>10</RecargoMonto>", 111),
		},
		{
			"percentage of an amount that stands alone", judge.CodeLineSum, judge.CheckLineSums,
			of33("<DescuentoPct>10</DescuentoPct>", 90), of33("<DescuentoPct>10</DescuentoPct><DescuentoMonto>10</DescuentoMonto>", 90),
		},
		{
			"line of a guía", judge.CodeLineSum, judge.CheckLineSums,
			of(lined(52, "1190", "<MntNeto>1000</MntNeto><TasaIVA>19</TasaIVA><IVA>190</IVA>", line(1, "Hormigón", priced+amount(1000)))),
			of(but(52, func(p *paper) {
				p.idDoc, p.total, p.totals, p.lines = "<IndTraslado>5</IndTraslado>", "0", "", line(1, "Hormigón", priced+amount(0))
			})),
		},
		{
			"line that is not sold", judge.CodeLineSum, judge.CheckLineSums,
			invoiced("0", "", "0", "0", strings.Replace(marked(1, "1", 0), amount(0), priced+amount(0), 1)), invoiced("0", "", "0", "0", strings.Replace(marked(1, "4", 0), amount(0), priced+amount(0), 1)),
		},
		{
			"line of a settlement", judge.CodeLineSum, judge.CheckLineSums,
			of(but(43, func(p *paper) {
				p.lines = strings.Replace(p.lines, amount(10000), "<PrcItem>4001</PrcItem>"+amount(10000), 1)
			})),
			of(but(43, func(p *paper) {
				p.lines = strings.Replace(p.lines, amount(10000), "<PrcItem>4000</PrcItem>"+amount(10000), 1)
			})),
		},
		{"line of a boleta", judge.CodeBoletaLineSum, judge.CheckLineSums, boleta(priced, 100), boleta(priced, 101)},
		{
			"line of an export", judge.CodeLineSum, judge.CheckLineSums,
			of(swapped(110, "<PrcItem>100.2<", "<PrcItem>100.3<")), of(swapped(110, "<PrcItem>100.2<", "<PrcItem>100.2000<")),
		},
		{
			"line of an export with a discount in whole units", judge.CodeLineSum, judge.CheckLineSums,
			exported("25883.7", "25883.70", "<QtyItem>239</QtyItem><PrcItem>114</PrcItem><DescuentoPct>5</DescuentoPct><DescuentoMonto>1362</DescuentoMonto>"),
			exported("25884", "25884", "<QtyItem>239</QtyItem><PrcItem>114</PrcItem><DescuentoPct>5</DescuentoPct><DescuentoMonto>1362</DescuentoMonto>"),
		},
		{
			"line of an export with a surcharge", judge.CodeLineSum, judge.CheckLineSums,
			exported("15.4", "15.4", "<QtyItem>1</QtyItem><PrcItem>14</PrcItem><RecargoPct>10</RecargoPct><RecargoMonto>1</RecargoMonto>"),
			exported("15", "15", "<QtyItem>1</QtyItem><PrcItem>14</PrcItem><RecargoPct>10</RecargoPct><RecargoMonto>1</RecargoMonto>"),
		},
		{
			"percentage alone in an export", judge.CodeLineSum, judge.CheckLineSums,
			exported("12.6", "12.6", "<QtyItem>1</QtyItem><PrcItem>14</PrcItem><DescuentoPct>10</DescuentoPct>"+"<RecargoPct>0.01</RecargoPct>"),
			exported("8.1", "8.1", "<QtyItem>1</QtyItem><PrcItem>9</PrcItem><DescuentoPct>10</DescuentoPct>"),
		},

		{
			"line of an export in pesos", judge.CodeLineSum, judge.CheckLineSums,
			exported("101", "101", "<QtyItem>3</QtyItem><PrcItem>33.5</PrcItem>"), inPesos("101", "<QtyItem>3</QtyItem><PrcItem>33.5</PrcItem>"),
		},
		{
			"line of an export in pesos, wrong", judge.CodeLineSum, judge.CheckLineSums,
			inPesos("102", "<QtyItem>3</QtyItem><PrcItem>33.5</PrcItem>"), inPesos("100.5", "<QtyItem>3</QtyItem><PrcItem>33.5</PrcItem>"),
		},
		{
			"line of an export without quantity", judge.CodeLineSum, judge.CheckLineSums,
			exported("11", "11", "<PrcItem>10</PrcItem>"), exported("10", "10", "<PrcItem>10</PrcItem>"),
		},
		{
			"line of an export without price", judge.CodeLineSum, judge.CheckLineSums,
			exported("11", "11", "<QtyItem>1</QtyItem><PrcItem>10</PrcItem>"), exported("11", "11", "<QtyItem>1</QtyItem>"),
		},
		{
			"line of an export that charges nothing", judge.CodeLineSum, judge.CheckLineSums,
			exported("0", "0", "<PrcItem>10</PrcItem>"), of(correctedExport("0", "0")),
		},
		{
			"line of a note of an export that charges nothing beside others", judge.CodeLineSum, judge.CheckLineSums,
			of(correctedExport("0", "5")), of(correctedExport("0", "0")),
		},
		{
			"line of a note of an export that charges something", judge.CodeLineSum, judge.CheckLineSums,
			of(correctedExport("5", "0")), of(correctedExport("0", "0")),
		},

		{"net", judge.CodeNet, judge.CheckNet, invoiced("10001", "", "1900", "11901", ten), invoiced("10000", "", "1900", "11900", ten)},
		{"net absent", judge.CodeNet, judge.CheckNet, invoiced("", "10000", "", "10000", ten), invoiced("", "1000", "", "1000", exemptLine)},
		{
			"net after a discount", judge.CodeNet, judge.CheckNet,
			invoiced("10000", "", "1900", "11900", ten, global("D", "%", "5", "")), invoiced("9500", "", "1805", "11305", ten, global("D", "%", "5", "")),
		},
		{
			"net after a surcharge of the exempt", judge.CodeNet, judge.CheckNet,
			invoiced("10100", "", "1919", "12019", ten, global("R", "$", "100", "1")), invoiced("10100", "", "1919", "12019", ten, global("R", "$", "100", "")),
		},
		{
			"net of prices with VAT", judge.CodeNet, judge.CheckNet,
			invoiced("10000", "", "1900", "11900", ten, "<MntBruto>1</MntBruto>"), invoiced("8403", "", "1597", "10000", ten, "<MntBruto>1</MntBruto>"),
		},
		{
			"net of a boleta", judge.CodeNet, judge.CheckNet,
			of(lined(39, "680", "<MntNeto>572</MntNeto><IVA>108</IVA>", plain(1, 680))), of(lined(39, "680", "<MntNeto>571</MntNeto><IVA>109</IVA>", plain(1, 680))),
		},
		{
			"net of a boleta, absent", judge.CodeNet, judge.CheckNet,
			of(lined(39, "680", "<MntNeto>0</MntNeto>", plain(1, 680))), of(lined(39, "680", "", plain(1, 680))),
		},
		{
			"net of a boleta of net prices", judge.CodeNet, judge.CheckNet,
			of(but(39, func(p *paper) { p.idDoc += "<IndMntNeto>2</IndMntNeto>" })), netBoleta("1190"),
		},
		{
			"net of a guía without header", judge.CodeNet, judge.CheckNet,
			of(lined(52, "0", "", plain(1, 10))), of(lined(52, "0", "", plain(1, 0))),
		},

		{"exempt", judge.CodeExempt, judge.CheckExempt, invoiced("", "1001", "", "1001", exemptLine), invoiced("", "1000", "", "1000", exemptLine)},
		{"exempt invoice", judge.CodeExempt, judge.CheckExempt, of(lined(34, "9999", "<MntExe>9999</MntExe>", ten)), of(invoice(34))},
		{
			"exempt invoice with a discount that acts on nothing", judge.CodeExempt, judge.CheckExempt,
			of(but(34, func(p *paper) {
				p.tail = global("D", "%", "5", "2") + ""
				p.totals, p.total = "<MntExe>9500</MntExe>", "9500"
			})),
			of(but(34, func(p *paper) {
				p.tail = global("D", "%", "5", "")
				p.totals, p.total = "<MntExe>9500</MntExe>", "9500"
			})),
		},
		{"exempt boleta", judge.CodeExempt, judge.CheckExempt, of(lined(41, "9999", "<MntExe>9999</MntExe>", ten)), of(invoice(41))},
		{
			"exempt of an export", judge.CodeExempt, judge.CheckExempt,
			exported("14", "14.01", "<QtyItem>1</QtyItem><PrcItem>14</PrcItem>"), exported("14", "14", "<QtyItem>1</QtyItem><PrcItem>14</PrcItem>"),
		},
		{"exempt of an export that is not paid", judge.CodeExempt, judge.CheckExempt, of(unpaidOf("250", "250")), of(unpaidOf("250.50", "250.50"))},
		{"nothing exempt in an export", judge.CodeExempt, judge.CheckExempt, exported("14", "0", "<QtyItem>1</QtyItem><PrcItem>14</PrcItem>"), of(unpaidOf("0", "0"))},
		{
			"exempt of an export with freight", judge.CodeExempt, judge.CheckExempt,
			of(but(110, func(p *paper) { p.tail = global("R", "$", "10.25", "1") })),
			of(but(110, func(p *paper) {
				p.tail = global("R", "$", "10.25", "1")
				p.totals, p.total = strings.Replace(p.totals, "250.50", "260.75", 1), "260.75"
				p.currency = strings.ReplaceAll(p.currency, "238100", "247843")
			})),
		},
		{
			"exempt of an export with a percentage", judge.CodeExempt, judge.CheckExempt,
			of(but(110, func(p *paper) { p.tail = global("D", "%", "3.33", "1") })),
			of(but(110, func(p *paper) { // 250.5 − 8.34165
				p.tail = global("D", "%", "3.33", "1")
				p.totals, p.total = strings.Replace(p.totals, "250.50", "242.16", 1), "242.16"
				p.currency = strings.ReplaceAll(p.currency, "238100", "230173")
			})),
		},

		{
			"exempt of an export with a discount of what is not charged", judge.CodeExempt, judge.CheckExempt,
			of(but(110, func(p *paper) { p.tail = global("D", "$", "10", "1") })), of(but(110, func(p *paper) { p.tail = global("D", "$", "10", "2") })),
		},

		{"VAT", judge.CodeSum, judge.CheckVAT, invoiced("1350", "", "256", "1606", plain(1, 1350)), invoiced("1350", "", "257", "1607", plain(1, 1350))},
		{"VAT absent", judge.CodeSum, judge.CheckVAT, invoiced("1000", "", "", "1000", plain(1, 1000)), invoiced("1000", "", "190", "1190", plain(1, 1000))},
		{
			"VAT by subtraction where prices are net", judge.CodeSum, judge.CheckVAT,
			invoiced("571", "", "109", "680", plain(1, 571)), invoiced("571", "", "109", "680", plain(1, 680), "<MntBruto>1</MntBruto>"),
		},
		{
			"VAT of a boleta", judge.CodeSum, judge.CheckVAT,
			of(lined(39, "680", "<MntNeto>571</MntNeto><IVA>110</IVA>", plain(1, 680))), of(lined(39, "679", "<MntNeto>571</MntNeto><IVA>108</IVA>", plain(1, 680))),
		},
		{
			"VAT at another rate", judge.CodeSum, judge.CheckVAT,
			of(lined(33, "11900", "<MntNeto>10000</MntNeto><TasaIVA>18</TasaIVA><IVA>1900</IVA>", ten)), of(lined(33, "11800", "<MntNeto>10000</MntNeto><TasaIVA>18</TasaIVA><IVA>1800</IVA>", ten)),
		},
		{
			"VAT by subtraction from another net", judge.CodeSum, judge.CheckVAT,
			invoiced("8404", "", "1596", "10000", ten, "<MntBruto>1</MntBruto>"), invoiced("8403", "", "1597", "10000", ten, "<MntBruto>1</MntBruto>"),
		},
		{
			"VAT of a boleta without net", judge.CodeSum, judge.CheckVAT,
			of(lined(39, "680", "<MntNeto>571</MntNeto><IVA>110</IVA>", plain(1, 680))), of(lined(39, "680", "<IVA>110</IVA>", plain(1, 680))),
		},
		{
			"net of a boleta without VAT", judge.CodeSum, judge.CheckVAT,
			of(lined(39, "680", "<MntNeto>571</MntNeto><IVA>110</IVA>", plain(1, 680))), of(lined(39, "680", "<MntNeto>571</MntNeto>", plain(1, 680))),
		},
		{
			"own share of VAT alone", judge.CodeSum, judge.CheckVAT,
			of(but(43, func(p *paper) { p.totals += "<IVAProp>100</IVAProp>" })), of(but(43, func(p *paper) { p.totals += "<IVAProp>1900</IVAProp>" })),
		},
		{
			"others' share of VAT alone", judge.CodeSum, judge.CheckVAT,
			of(but(43, func(p *paper) { p.totals += "<IVATerc>100</IVATerc>" })), of(but(43, func(p *paper) { p.totals += "<IVATerc>1900</IVATerc>" })),
		},
		{
			"shares of VAT", judge.CodeSum, judge.CheckVAT,
			of(but(43, func(p *paper) { p.totals += "<IVAProp>100</IVAProp><IVATerc>1801</IVATerc>" })), of(but(43, func(p *paper) { p.totals += "<IVAProp>100</IVAProp><IVATerc>1800</IVATerc>" })),
		},
		{
			"deposits", judge.CodeSum, judge.CheckVAT,
			invoiced("10000", "", "1900", "12400", ten+marked(2, "3", 501), "<GrntDep>500</GrntDep>"), invoiced("10000", "", "1900", "12400", ten+marked(2, "3", 500), "<GrntDep>500</GrntDep>"),
		},

		{
			"additional tax", judge.CodeTax, judge.CheckTaxes,
			invoiced("1000", "", "190", "1506", taxed("24", 1000), tax("24", "31.5", "316")), invoiced("1000", "", "190", "1505", taxed("24", 1000), tax("24", "31.5", "315")),
		},
		{
			"additional tax without lines", judge.CodeTax, judge.CheckTaxes,
			invoiced("1000", "", "190", "1505", plain(1, 1000), tax("24", "31.5", "315")), invoiced("1000", "", "190", "1505", plain(1, 1000), tax("28", "31.5", "315")),
		},
		{
			"additional tax after a discount", judge.CodeTax, judge.CheckTaxes,
			invoiced("900", "", "171", "1371", taxed("24", 1000), tax("24", "31.5", "300"), global("D", "%", "10", "")),
			invoiced("900", "", "171", "1355", taxed("24", 1000), tax("24", "31.5", "284"), global("D", "%", "10", "")),
		},
		{
			"additional tax of the amount of VAT", judge.CodeTax, judge.CheckTaxes,
			invoiced("1000", "", "190", "1380", taxed("24", 1000), tax("24", "31.5", "190")), invoiced("1000", "", "190", "1380", taxed("24", 1000), tax("24", "", "190")),
		},
		{
			"tax on slaughtered meat", judge.CodeTax, judge.CheckTaxes,
			of(but(33, func(p *paper) {
				p.totals, p.total = "<MntNeto>10000</MntNeto><MntBase>2000</MntBase><TasaIVA>19</TasaIVA><IVA>1900</IVA>"+tax("17", "5", "101"), "12001"
			})),
			of(but(33, func(p *paper) {
				p.totals, p.total = "<MntNeto>10000</MntNeto><MntBase>2000</MntBase><TasaIVA>19</TasaIVA><IVA>1900</IVA>"+tax("17", "5", "100"), "12000"
			})),
		},
		{"retention of the VAT", judge.CodeTax, judge.CheckTaxes, purchase("10001", tax("15", "19", "1899")), purchase("10000", tax("15", "19", "1900"))},
		{"retention of nothing", judge.CodeTax, judge.CheckTaxes, purchase("11900", tax("15", "19", "0")), purchase("10000", tax("15", "19", "1900"))},
		{
			"retention of the VAT of some lines", judge.CodeTax, judge.CheckTaxes,
			of(lined(46, "16000", "<MntNeto>15000</MntNeto><TasaIVA>19</TasaIVA><IVA>2850</IVA>"+tax("15", "19", "1850"), taxed("15", 10000)+plain(2, 5000))),
			of(lined(46, "15950", "<MntNeto>15000</MntNeto><TasaIVA>19</TasaIVA><IVA>2850</IVA>"+tax("15", "19", "1900"), taxed("15", 10000)+plain(2, 5000))),
		},
		{
			"VAT not retained beside a tax that does nothing", judge.CodeSum, judge.CheckTaxes,
			purchase("11900", tax("49", "", "100")+"<IVANoRet>1800</IVANoRet>"), purchase("11900", tax("49", "", "100")+"<IVANoRet>1900</IVANoRet>"),
		},
		{
			"VAT not retained", judge.CodeSum, judge.CheckTaxes,
			purchase("11900", tax("34", "4", "0")+"<IVANoRet>1501</IVANoRet>"),
			of(but(46, func(p *paper) {
				p.lines, p.total = taxed("34", 10000), "11500"
				p.totals += tax("34", "4", "400") + "<IVANoRet>1500</IVANoRet>"
			})),
		},
		{"total retention without its rate", judge.CodeTaxLine, judge.CheckRetention, purchase("10000", tax("15", "", "1900")), purchase("10000", tax("15", "19.00", "1900"))},
		{"total retention without its rate, too", judge.CodeTax, judge.CheckRetention, purchase("10000", tax("15", "", "1900")), purchase("10000", tax("15", "19", "1900"))},
		{"total retention at another rate", judge.CodeTaxLine, judge.CheckRetention, purchase("11100", tax("15", "8", "800")), purchase("10000", tax("15", "19", "1900"))},

		{"commissions, net", judge.CodeSum, judge.CheckCommissions, commissioned("10540", "<ValComNeto>1101</ValComNeto><ValComExe>50</ValComExe><ValComIVA>209</ValComIVA>"), good43},
		{"commissions, exempt", judge.CodeSum, judge.CheckCommissions, commissioned("10540", "<ValComNeto>1100</ValComNeto><ValComExe>51</ValComExe><ValComIVA>209</ValComIVA>"), good43},
		{"commissions, VAT", judge.CodeSum, judge.CheckCommissions, commissioned("10540", "<ValComNeto>1100</ValComNeto><ValComExe>50</ValComExe><ValComIVA>210</ValComIVA>"), good43},
		{
			"commissions without totals", judge.CodeSum, judge.CheckCommissions,
			of(but(43, func(p *paper) {
				p.tail = "<Comisiones><NroLinCom>1</NroLinCom><TipoMovim>C</TipoMovim><Glosa>Venta</Glosa><ValComNeto>1000</ValComNeto><ValComExe>0</ValComExe></Comisiones>\n"
			})), of(invoice(43)),
		},

		{"total", judge.CodeTotal, judge.CheckTotal, invoiced("10000", "", "1900", "11901", ten), invoiced("10000", "", "1900", "11900", ten)},
		{
			"total of a settlement with its commissions", judge.CodeTotal, judge.CheckTotal,
			commissioned("11900", "<ValComNeto>1100</ValComNeto><ValComExe>50</ValComExe><ValComIVA>209</ValComIVA>"), good43,
		},
		{
			"total with a tax that adds", judge.CodeTotal, judge.CheckTotal,
			invoiced("1000", "", "190", "875", taxed("24", 1000), tax("24", "31.5", "315")), invoiced("1000", "", "190", "1505", taxed("24", 1000), tax("24", "31.5", "315")),
		},
		{"total with a tax that subtracts", judge.CodeTotal, judge.CheckTotal, purchase("13800", tax("15", "19", "1900")), purchase("10000", tax("15", "19", "1900"))},
		{
			"total with a tax of two readings", judge.CodeTotal, judge.CheckTotal,
			invoiced("1000", "", "190", "1190", plain(1, 1000), tax("53", "", "5")), invoiced("1000", "", "190", "1185", plain(1, 1000), tax("53", "", "5")),
		},
		{"total with a tax that does nothing", judge.CodeTotal, judge.CheckTotal, purchase("11800", tax("49", "", "100")), purchase("11900", tax("49", "", "100"))},
		{
			"total with the credit of builders", judge.CodeTotal, judge.CheckTotal,
			invoiced("10000", "", "1900", "11900", ten, "<CredEC>1235</CredEC>"), invoiced("10000", "", "1900", "10665", ten, "<CredEC>1235</CredEC>"),
		},
		{
			"total with deposits", judge.CodeTotal, judge.CheckTotal,
			invoiced("10000", "", "1900", "11900", ten+marked(2, "3", 500), "<GrntDep>500</GrntDep>"), invoiced("10000", "", "1900", "12400", ten+marked(2, "3", 500), "<GrntDep>500</GrntDep>"),
		},
		{"total of a boleta", judge.CodeTotal, judge.CheckTotal, of(lined(39, "681", "", plain(1, 680))), of(lined(39, "680", "", plain(1, 680)))},
		{
			"total of a boleta with exempt lines", judge.CodeTotal, judge.CheckTotal,
			of(lined(39, "680", "<MntExe>1000</MntExe>", plain(2, 680)+exemptLine)), of(lined(39, "1680", "<MntExe>1000</MntExe>", plain(2, 680)+exemptLine)),
		},
		{"total of an exempt boleta", judge.CodeTotal, judge.CheckTotal, of(lined(41, "9999", "<MntExe>10000</MntExe>", ten)), of(invoice(41))},
		{"total of a boleta of net prices", judge.CodeTotal, judge.CheckTotal, netBoleta("1000"), netBoleta("1190")},
		{"total of an export that is not paid", judge.CodeTotal, judge.CheckTotal, of(unpaidOf("250.50", "250")), of(unpaidOf("250.50", "0"))},
		{
			"no total of an export", judge.CodeTotal, judge.CheckTotal,
			of(but(110, func(p *paper) {
				p.total = "0"
				p.currency = "<OtraMoneda><TpoMoneda>EURO</TpoMoneda><MntTotOtrMnda>1</MntTotOtrMnda></OtraMoneda>"
			})), of(unpaidOf("250.50", "0")),
		},
		{
			"total of an export", judge.CodeTotal, judge.CheckTotal,
			of(but(110, func(p *paper) {
				p.total = "251"
				p.currency = strings.Replace(p.currency, "238100</MntTot", "238576</MntTot", 1)
			})), of(invoice(110)),
		},

		{
			"what is not charged", judge.CodeSum, judge.CheckPeriod,
			invoiced("10000", "", "1900", "11900", ten+marked(2, "2", 300), "<MontoNF>301</MontoNF>"), invoiced("10000", "", "1900", "11900", ten+marked(2, "2", 300), "<MontoNF>300</MontoNF>"),
		},
		{
			"what is not charged, absent", judge.CodeSum, judge.CheckPeriod,
			invoiced("10000", "", "1900", "11900", ten+marked(2, "2", 300)), invoiced("10000", "", "1900", "11900", ten+marked(2, "2", 300)+marked(3, "6", 300)),
		},
		{
			"what is not charged, without what is negative", judge.CodeSum, judge.CheckPeriod,
			invoiced("10000", "", "1900", "11900", ten+marked(2, "2", 300)+marked(3, "6", 100), "<MontoNF>100</MontoNF>"),
			invoiced("10000", "", "1900", "11900", ten+marked(2, "2", 300)+marked(3, "6", 100), "<MontoNF>300</MontoNF>"),
		},
		{
			"what is not charged, less", judge.CodeSum, judge.CheckPeriod,
			invoiced("10000", "", "1900", "11900", ten+marked(2, "2", 300)+marked(3, "6", 100), "<MontoNF>400</MontoNF>"),
			invoiced("10000", "", "1900", "11900", ten+marked(2, "2", 300)+marked(3, "6", 100), "<MontoNF>200</MontoNF>"),
		},
		{
			"period", judge.CodeSum, judge.CheckPeriod,
			invoiced("10000", "", "1900", "11900", ten+marked(2, "2", 300), "<MontoNF>300</MontoNF><MontoPeriodo>11900</MontoPeriodo>"),
			invoiced("10000", "", "1900", "11900", ten+marked(2, "2", 300), "<MontoNF>300</MontoNF><MontoPeriodo>12200</MontoPeriodo>"),
		},
		{
			"period of a settlement", judge.CodeSum, judge.CheckPeriod,
			of(but(43, func(p *paper) { p.behind = "<MontoPeriodo>11901</MontoPeriodo>" })), of(but(43, func(p *paper) { p.behind = "<MontoPeriodo>11900</MontoPeriodo>" })),
		},
		{
			"period of a boleta", judge.CodeSum, judge.CheckPeriod,
			of(but(39, func(p *paper) { p.behind = "<TotalPeriodo>10001</TotalPeriodo>" })), of(but(39, func(p *paper) { p.behind = "<TotalPeriodo>10000</TotalPeriodo>" })),
		},
	}
}

// netBoleta is a boleta of net prices, of 1,000 pesos.
func netBoleta(total string) scene {
	return of(but(39, func(p *paper) {
		p.idDoc += "<IndMntNeto>2</IndMntNeto>"
		p.totals, p.total, p.lines = "<MntNeto>1000</MntNeto><IVA>190</IVA>", total, plain(1, 1000)
	}))
}

// exported is an export of one line, in the currency of a country without decimals
// in its exchange.
func exported(item, total, rest string) scene {
	return of(but(110, func(p *paper) {
		p.lines = line(1, "Hormigón", rest+"<MontoItem>"+item+"</MontoItem>")
		p.totals, p.total = "<TpoMoneda>DOLAR USA</TpoMoneda><MntExe>"+total+"</MntExe>", total
		p.currency = "<OtraMoneda><TpoMoneda>EURO</TpoMoneda><MntTotOtrMnda>1</MntTotOtrMnda></OtraMoneda>"
	}))
}

// unpaidOf is an export that is not paid, of two amounts.
func unpaidOf(exempt, total string) paper {
	p := unpaid("<OtraMoneda><TpoMoneda>EURO</TpoMoneda><MntTotOtrMnda>1</MntTotOtrMnda></OtraMoneda>")
	p.totals, p.total = "<TpoMoneda>DOLAR USA</TpoMoneda><MntExe>"+exempt+"</MntExe>", total
	return p
}

// inPesos is an export of one line in pesos.
func inPesos(total, rest string) scene {
	return of(but(110, func(p *paper) {
		p.lines = line(1, "Hormigón", rest+"<MontoItem>"+total+"</MontoItem>")
		p.totals, p.total = "<TpoMoneda>PESO CL</TpoMoneda><MntExe>"+total+"</MntExe>", total
		p.currency = "<OtraMoneda><TpoMoneda>EURO</TpoMoneda><MntTotOtrMnda>1</MntTotOtrMnda></OtraMoneda>"
	}))
}

// correctedExport is a note whose only line has a price.
func correctedExport(item, total string) paper {
	return but(112, func(p *paper) {
		p.lines = line(1, "Hormigón", "<PrcItem>10</PrcItem><MontoItem>"+item+"</MontoItem>")
		p.totals, p.total = "<TpoMoneda>DOLAR USA</TpoMoneda><MntExe>"+total+"</MntExe>", total
		p.currency = "<OtraMoneda><TpoMoneda>EURO</TpoMoneda><MntTotOtrMnda>1</MntTotOtrMnda></OtraMoneda>"
	})
}

func exportSpecimens() []specimen {
	other := func(exempt, total string) string {
		return "<OtraMoneda><TpoMoneda>PESO CL</TpoMoneda><TpoCambio>950.5</TpoCambio><MntExeOtrMnda>" + exempt + "</MntExeOtrMnda><MntTotOtrMnda>" + total + "</MntTotOtrMnda></OtraMoneda>"
	}
	converted := func(exempt, total string) scene {
		return of(but(110, func(p *paper) { p.currency = other(exempt, total) }))
	}
	return []specimen{
		{"export without pesos", judge.CodeCurrency, judge.CheckCurrency, of(but(110, func(p *paper) { p.currency = "" })), of(invoice(110))},
		{"note of an export without pesos", judge.CodeCurrency, judge.CheckCurrency, of(but(112, func(p *paper) { p.currency = "" })), of(invoice(112))},
		{"total in pesos", judge.CodeSum, judge.CheckCurrency, converted("238100", "238101"), converted("238100", "238100.25")},
		{"exempt amount in pesos", judge.CodeSum, judge.CheckCurrency, converted("238101", "238100"), converted("238100.3", "238100")},
		{"total in another currency", judge.CodeSum, judge.CheckCurrency, converted("238100", "5"), of(but(110, func(p *paper) { p.currency = strings.Replace(other("5", "5"), "PESO CL", "EURO", 1) }))},
		{"total in pesos without a rate", judge.CodeSum, judge.CheckCurrency, converted("5", "238100"), of(but(110, func(p *paper) { p.currency = strings.Replace(other("5", "5"), "<TpoCambio>950.5</TpoCambio>", "", 1) }))},
		{"total in pesos that is not paid", judge.CodeSum, judge.CheckCurrency, converted("238100", "5"), of(unpaid(other("5", "5")))},
		{
			"total in pesos alone", judge.CodeSum, judge.CheckCurrency,
			of(but(110, func(p *paper) { p.currency = strings.Replace(other("", "5"), "<MntExeOtrMnda></MntExeOtrMnda>", "", 1) })),
			of(but(110, func(p *paper) {
				p.currency = strings.Replace(other("", "238100"), "<MntExeOtrMnda></MntExeOtrMnda>", "", 1)
			})),
		},
		{"export without payment or pesos", judge.CodeNoPayment, judge.CheckNoPayment, of(unpaid(other("5", "0.0001"))), of(unpaid(""))},
		{"export without payment with an exempt amount", judge.CodeNoPayment, judge.CheckNoPayment, of(unpaid(other("5", "0"))), of(unpaid(""))},
		{
			"package of a transport without Customs", judge.CodePackages, judge.CheckPackages,
			of(packed("<CodTpoBultos>10</CodTpoBultos>")), of(but(110, func(p *paper) { p.header = "<Transporte><Patente>ABCD12</Patente></Transporte>" })),
		},
		{"export without payment", judge.CodeNoPayment, judge.CheckNoPayment, of(unpaid(other("238100", "238100"))), of(invoice(110))},
		{
			"package without marks", judge.CodePackages, judge.CheckPackages,
			of(packed("<CodTpoBultos>10</CodTpoBultos><CantBultos>1</CantBultos>")), of(packed("<CodTpoBultos>10</CodTpoBultos><CantBultos>1</CantBultos><Marcas>ABC</Marcas>")),
		},
		{
			"container without number", judge.CodePackages, judge.CheckPackages,
			of(packed(container + "<Sello>S1</Sello>")), of(packed(container + "<IdContainer>C1</IdContainer><Sello>S1</Sello>")),
		},
		{
			"container without seal", judge.CodePackages, judge.CheckPackages,
			of(packed(container + "<IdContainer>C1</IdContainer>")), of(packed(container + "<IdContainer>C1</IdContainer><Sello>S1</Sello>")),
		},
	}
}

func referenceSpecimens() []specimen {
	five := chile.DocumentID{Issuer: company, Type: 33, Folio: 5}
	refers := func(kind int, tail string) scene { return of(but(kind, func(p *paper) { p.tail = tail })) }
	ten := line(1, "Hormigón", amount(10000))
	text := line(1, "DONDE DICE X DEBE DECIR Y", amount(0))
	const totals = "<MntNeto>10000</MntNeto><TasaIVA>19</TasaIVA><IVA>1900</IVA>"
	pair := func(later judge.Folio, allowed bool) scene {
		return in(of(but(33, func(p *paper) { p.folio = 5 }), invoice(61)), func(w *judge.World, _ []byte) {
			w.SameEnvelope = allowed
			w.Document = func(chile.DocumentID) (judge.Known, bool) { return judge.Known{}, false }
			known(five, later)(w, nil)
		})
	}
	lessThan := in(of(note("1", "11900", totals, ten)), has(five, "11901"))
	return []specimen{
		{"note without reference", judge.CodeReference, judge.CheckReference, refers(61, ""), of(invoice(61))},
		{"debit note without reference", judge.CodeReference, judge.CheckReference, refers(56, ""), of(invoice(56))},
		{"note of an export without reference", judge.CodeReference, judge.CheckReference, refers(111, ""), of(invoice(111))},
		{
			"credit note to a guía", judge.CodeReference, judge.CheckReference,
			in(refers(61, reference(1, "52", "5", "1")), has(chile.DocumentID{Issuer: company, Type: 52, Folio: 5}, "11900")),
			in(refers(56, reference(1, "52", "5", "1")), has(chile.DocumentID{Issuer: company, Type: 52, Folio: 5}, "11900")),
		},
		{
			"credit note to a guía on paper", judge.CodeReference, judge.CheckReference,
			refers(61, reference(1, "50", "5", "1")), refers(61, reference(1, "33", "5", "1")+reference(2, "52", "5", "")),
		},
		{
			"no reference has a code", judge.CodeReferenceCode, judge.CheckReferenceCode,
			refers(61, reference(1, "SET", "0", "")+reference(2, "33", "5", "")), refers(61, reference(1, "SET", "0", "")+reference(2, "33", "5", "1")),
		},
		{"unknown document", judge.CodeUnreceived, judge.CheckUnreceived, refers(61, reference(1, "33", "6", "1")), refers(61, reference(1, "33", "5", "1"))},
		{
			"document of another issuer", judge.CodeUnreceived, judge.CheckUnreceived,
			refers(61, strings.Replace(reference(1, "33", "5", "1"), "<FchRef>", "<RUTOtr>77222222-K</RUTOtr><FchRef>", 1)), refers(61, reference(1, "33", "5", "1")),
		},
		{"unknown document of an invoice", judge.CodeUnreceived, judge.CheckUnreceived, refers(61, reference(1, "33", "6", "1")), refers(33, reference(1, "33", "6", "1"))},
		{
			"unknown document beside another", judge.CodeUnreceived, judge.CheckUnreceived,
			refers(61, reference(1, "33", "5", "1")+reference(2, "33", "6", "3")), refers(61, reference(1, "33", "5", "1")+reference(2, "33", "6", "")),
		},
		{"number that is no folio", judge.CodeUnreceived, judge.CheckUnreceived, refers(61, reference(1, "33", "A5", "3")), refers(61, reference(1, "801", "A5", "3"))},
		{
			"all documents of a type", judge.CodeUnreceived, judge.CheckUnreceived,
			refers(61, reference(1, "33", "0", "3")), refers(61, strings.Replace(reference(1, "33", "0", "3"), "<FolioRef>", "<IndGlobal>1</IndGlobal><FolioRef>", 1)),
		},
		{"document of the same envelope", judge.CodeUnreceived, judge.CheckUnreceived, pair(judge.FolioFree, false), pair(judge.FolioFree, true)},
		{"rejected document of the same envelope", judge.CodeUnreceived, judge.CheckUnreceived, pair(judge.FolioReceived, true), pair(judge.FolioFree, true)},
		{"annulment of another total", judge.CodeAnnulment, judge.CheckAnnulment, lessThan, in(of(note("1", "11900", totals, ten)), has(five, "11900.0"))},
		{"correction of amounts", judge.CodeAnnulment, judge.CheckAnnulment, lessThan, in(of(note("3", "11900", totals, ten)), has(five, "11901"))},
		{
			"annulment of an export", judge.CodeAnnulment, judge.CheckAnnulment,
			in(refers(112, reference(1, "110", "5", "1")), has(chile.DocumentID{Issuer: company, Type: 110, Folio: 5}, "250.51")), refers(112, reference(1, "110", "5", "1")),
		},
		{
			"correction of text of a boleta", judge.CodeTextCorrection, judge.CheckTextCorrection, of(note("2", "11900", totals, ten)),
			of(but(39, func(p *paper) { p.tail = "<Referencia><NroLinRef>1</NroLinRef><CodRef>2</CodRef></Referencia>\n" })),
		},
		{"correction of text with a total", judge.CodeTextCorrection, judge.CheckTextCorrection, of(note("2", "5", "<MntExe>5</MntExe>", text)), of(note("2", "0", "", text))},
		{
			"correction of text of an export", judge.CodeTextCorrection, judge.CheckTextCorrection,
			of(but(112, func(p *paper) { p.tail = reference(1, "110", "5", "2") })),
			of(func() paper { p := correctedExport("0", "0"); p.tail = reference(1, "110", "5", "2"); return p }()),
		},
		{"correction of text with amounts", judge.CodeTextCorrection, judge.CheckTextCorrection, of(note("2", "11900", totals, ten)), of(note("2", "0", "", text))},
		{
			"correction of text with lines", judge.CodeTextCorrection, judge.CheckTextCorrection,
			of(note("2", "0", "", line(1, "Hormigón", amount(5)))), of(note("2", "0", "", text)),
		},
	}
}
