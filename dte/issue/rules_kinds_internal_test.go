package issue

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

func TestBoletaRules(t *testing.T) {
	t.Parallel()
	const limit = 5_330_562 // 135 × 39485.65 is 5,330,562.75
	sale := func(total chile.CLP) func(*changed) {
		return func(c *changed) {
			h := c.header()
			h.Totals.Total = total
			h.Identification.PaymentMeans = "1"
			h.Receiver.RUT, h.Receiver.Name = buyer, "Universidad"
		}
	}
	large := func(change func(*dte.Header)) func(*changed) {
		return func(c *changed) { sale(limit + 1)(c); change(c.header()) }
	}
	periodic := func(change func(*dte.Header)) func(*changed) {
		return func(c *changed) {
			h := c.header()
			h.Identification.Service = 2
			h.Identification.PeriodFrom, h.Identification.PeriodTo, h.Identification.DueDate = c.day("2026-03-01"), c.day("2026-03-31"), c.day("2026-04-20")
			h.Receiver = dte.Receiver{RUT: buyer, Address: "Calle 2", Commune: "Talca"}
			change(h)
		}
	}
	show := func(change func(*dte.Line)) func(*changed) {
		return func(c *changed) {
			c.identification().Service = 4
			generated, err := dte.ParseDateTime("2026-04-01T12:00:00")
			require.NoError(c.t, err)
			l := c.line()
			l.ShowItem = 1
			l.Ticket = &dte.Ticket{Number: 1, Generated: generated, Event: "E", Kind: "K", Code: "C", Time: generated, Place: "P", Area: "A"}
			change(l)
		}
	}
	testRules(t, []ruleCase{
		{"large and paid by nothing", 39, large(func(h *dte.Header) { h.Identification.PaymentMeans = "" }), "boleta.135uf", LevelReparo, "Encabezado/IdDoc/MedioPago"},
		{"large and bought by nobody", 41, large(func(h *dte.Header) { h.Receiver.RUT = anonymousRUT }), "boleta.135uf", LevelReparo, "Encabezado/Receptor/RUTRecep"},
		{"large and bought by no name", 39, large(func(h *dte.Header) { h.Receiver.Name = "" }), "boleta.135uf", LevelReparo, "Encabezado/Receptor/RznSocRecep"},
		{"UF is not known", 39, func(c *changed) { c.policy.UF = dte.Decimal{} }, "uf.unchecked", LevelAdvice, "Encabezado/Totales/MntTotal"},
		{"UF of nothing", 39, func(c *changed) { c.policy.UF = decimal(c.t, "0") }, "uf.unchecked", LevelAdvice, "Encabezado/Totales/MntTotal"},
		{"no kind of service", 39, func(c *changed) { c.identification().Service = 0 }, "ENV-3-0", LevelRejects, "Encabezado/IdDoc/IndServicio"},
		{"period without beginning", 39, periodic(func(h *dte.Header) { h.Identification.PeriodFrom = chile.Date{} }), "boleta.periodic", LevelReparo, "Encabezado/IdDoc/PeriodoDesde"},
		{"period without end", 39, periodic(func(h *dte.Header) { h.Identification.PeriodTo = chile.Date{} }), "boleta.periodic", LevelReparo, "Encabezado/IdDoc/PeriodoHasta"},
		{"service at home without last day to pay", 41, periodic(func(h *dte.Header) { h.Identification.DueDate = chile.Date{} }), "boleta.periodic", LevelReparo, "Encabezado/IdDoc/FchVenc"},
		{"service without address", 39, periodic(func(h *dte.Header) { h.Receiver.Address = "" }), "boleta.periodic", LevelReparo, "Encabezado/Receptor/DirRecep"},
		{"service without commune", 39, periodic(func(h *dte.Header) {
			h.Identification.Service = 1
			h.Receiver.Commune = ""
		}), "boleta.periodic", LevelReparo, "Encabezado/Receptor/CmnaRecep"},
		{"service for nobody", 39, periodic(func(h *dte.Header) { h.Receiver.RUT = anonymousRUT }), "boleta.periodic", LevelReparo, "Encabezado/Receptor/RUTRecep"},
		{"ticket of before there were tickets", 39, show(func(l *dte.Line) {
			l.Ticket.Generated, _ = dte.ParseDateTime("2009-04-01T12:00:00")
		}), "ENV-3-0", LevelRejects, "Detalle[1]/InfoTicket/FchGenera"},
		{"show without kind of item", 41, show(func(l *dte.Line) { l.ShowItem = 0 }), "boleta.show", LevelReparo, "Detalle[1]/ItemEspectaculo"},
		{"show without ticket", 39, show(func(l *dte.Line) { l.Ticket = nil }), "boleta.show", LevelReparo, "Detalle[1]/InfoTicket"},
	})
	testNeighbours(t, []neighbour{
		{"large", 39, large(func(*dte.Header) {})},
		{"large and without a UF", 41, func(c *changed) { sale(limit * 2)(c); c.policy.UF = dte.Decimal{} }},
		{"just below", 39, func(c *changed) { c.header().Totals.Total = limit }},
		{"periodic", 39, periodic(func(*dte.Header) {})},
		{"periodic elsewhere", 39, periodic(func(h *dte.Header) { h.Identification.Service, h.Identification.DueDate = 1, chile.Date{} })},
		{"show", 39, show(func(*dte.Line) {})},
		{"activities are not known", 39, func(c *changed) { c.policy.Activities = nil }},
		{"show that has no ticket", 41, show(func(l *dte.Line) { l.ShowItem, l.Ticket = 2, nil })},
	})
}

func TestInvoiceRules(t *testing.T) {
	t.Parallel()
	agent := func(change func(*dte.Line)) func(*changed) {
		return func(c *changed) {
			l := c.line()
			l.Withholder = &dte.Withholder{Agent: "R", SlaughterBase: pesos(1)}
			l.ReferenceQuantity, l.ReferenceUnit, l.ReferencePrice = decimal(c.t, "1"), "KG", decimal(c.t, "1")
			l.TaxCodes = []int{17}
			change(l)
		}
	}
	periodic := func(change func(*dte.Identification)) func(*changed) {
		return func(c *changed) {
			i := c.identification()
			i.Service = 1
			i.PeriodFrom, i.PeriodTo, i.DueDate = c.day("2026-03-01"), c.day("2026-03-31"), c.day("2026-04-20")
			change(i)
		}
	}
	commission := []dte.Commission{{Number: 1, Kind: "C", Text: "Comisión", Net: 1}}
	testRules(t, []ruleCase{
		{"all lines are exempt", 33, func(c *changed) { c.line().Exemption = 1 }, "document.exempt", LevelReparo, "Encabezado/IdDoc/TipoDTE"},
		{"exempt with net", 34, func(c *changed) { c.header().Totals.Net = pesos(0) }, "document.vat", LevelRejects, "Encabezado/Totales/MntNeto"},
		{"exempt with rate", 34, func(c *changed) { c.header().Totals.VATRate = decimal(c.t, "19") }, "document.vat", LevelRejects, "Encabezado/Totales/TasaIVA"},
		{"exempt with VAT", 34, func(c *changed) { c.header().Totals.VAT = pesos(0) }, "document.vat", LevelRejects, "Encabezado/Totales/IVA"},
		{"exempt with taxes", 34, func(c *changed) { c.header().Totals.OtherTaxes = []dte.OtherTax{{Code: 15}} }, "document.vat", LevelRejects, "Encabezado/Totales/ImptoReten"},
		{"terms of payment", 43, func(c *changed) { c.identification().PaymentTerms = 0 }, "terms.unsaid", LevelAdvice, "Encabezado/IdDoc/FmaPago"},
		{"kind of sale", 34, func(c *changed) { c.identification().SaleKind = 0 }, "sale.unsaid", LevelAdvice, "Encabezado/IdDoc/TpoTranVenta"},
		{"period without beginning", 33, periodic(func(i *dte.Identification) { i.PeriodFrom = chile.Date{} }), "period.unsaid", LevelAdvice, "Encabezado/IdDoc/PeriodoDesde"},
		{"period without end", 34, periodic(func(i *dte.Identification) { i.PeriodTo = chile.Date{} }), "period.unsaid", LevelAdvice, "Encabezado/IdDoc/PeriodoHasta"},
		{"period without last day to pay", 33, periodic(func(i *dte.Identification) { i.DueDate, i.Service = chile.Date{}, 2 }), "period.unsaid", LevelAdvice, "Encabezado/IdDoc/FchVenc"},
		{"agent without quantity of reference", 33, agent(func(l *dte.Line) { l.ReferenceQuantity = dte.Decimal{} }), "agent.expected", LevelReparo, "Detalle[1]/QtyRef"},
		{"agent without unit of reference", 46, agent(func(l *dte.Line) { l.ReferenceUnit = "" }), "agent.expected", LevelReparo, "Detalle[1]/UnmdRef"},
		{"agent without price of reference", 61, agent(func(l *dte.Line) { l.ReferencePrice = dte.Decimal{} }), "agent.expected", LevelReparo, "Detalle[1]/PrcRef"},
		{"agent without quantity", 33, agent(func(l *dte.Line) { l.Quantity = dte.Decimal{} }), "agent.expected", LevelReparo, "Detalle[1]/QtyItem"},
		{"agent without unit", 56, agent(func(l *dte.Line) { l.Unit = "" }), "agent.expected", LevelReparo, "Detalle[1]/UnmdItem"},
		{"base of slaughter of another tax", 33, agent(func(l *dte.Line) { l.TaxCodes = []int{14} }), "agent.tax", LevelAdvice, "Detalle[1]/Retenedor/MntBaseFaena"},
		{"margin of another tax", 33, agent(func(l *dte.Line) { l.Withholder.Margin = pesos(1) }), "agent.tax", LevelAdvice, "Detalle[1]/Retenedor/MntMargComer"},
		{"price for consumers of another tax", 33, agent(func(l *dte.Line) {
			l.Withholder.ConsumerPrice = pesos(1)
			l.TaxCodes = []int{15}
		}), "agent.tax", LevelAdvice, "Detalle[1]/Retenedor/PrcConsFinal"},
		{"item that is not sold in an exempt invoice", 34, func(c *changed) { c.line().Exemption = 4 }, "line.exemption", LevelAdvice, "Detalle[1]/IndExe"},
		{"item that is not sold in a guía of no sale", 52, func(c *changed) { c.identification().Transfer, c.line().Exemption = 6, 4 }, "line.exemption", LevelAdvice, "Detalle[1]/IndExe"},
		{"item to deduct from a sale", 52, func(c *changed) { c.line().Exemption = 5 }, "line.exemption", LevelAdvice, "Detalle[1]/IndExe"},
		{"item to deduct from an invoice", 33, func(c *changed) { c.line().Exemption = 5 }, "line.exemption", LevelAdvice, "Detalle[1]/IndExe"},
		{"negative item of a settlement", 43, func(c *changed) { c.line().Exemption = 6 }, "line.exemption", LevelAdvice, "Detalle[1]/IndExe"},
		{"numbers of lines", 33, func(c *changed) { c.line().Number = 2 }, "line.number", LevelAdvice, "Detalle[1]/NroLinDet"},
		{"global discount in a guía", 52, func(c *changed) {
			c.document().Adjustments = []dte.Adjustment{{Number: 1, Kind: "D", ValueKind: "%", Value: decimal(c.t, "5")}}
		}, "guide.adjustment", LevelAdvice, "DscRcgGlobal"},
		{"commissions in an invoice", 33, func(c *changed) { c.document().Commissions = commission }, "document.commissions", LevelAdvice, "Comisiones"},
		{"commissions in a note about an invoice", 61, func(c *changed) { c.document().Commissions = commission }, "document.commissions", LevelAdvice, "Comisiones"},
		{"settled document of no type", 43, func(c *changed) { c.line().SettledType = 7 }, "settled.type", LevelAdvice, "Detalle[1]/TpoDocLiq"},
	})
	testNeighbours(t, []neighbour{
		{"item that is not sold", 33, func(c *changed) { c.line().Exemption = 4 }},
		{"item that is not sold in a guía", 52, func(c *changed) { c.line().Exemption = 4 }},
		{"item to deduct", 52, func(c *changed) { c.identification().Transfer, c.line().Exemption = 6, 5 }},
		{"negative item", 33, func(c *changed) { c.line().Exemption = 6 }},
		{"one line is taxed", 33, func(c *changed) {
			repeatLines(c, 2)
			c.line().Exemption = 1
		}},
		{"agent", 33, agent(func(*dte.Line) {})},
		{"agent in a guía", 52, agent(func(l *dte.Line) { l.ReferenceQuantity, l.ReferencePrice = dte.Decimal{}, dte.Decimal{} })},
		{"price for consumers", 33, agent(func(l *dte.Line) { l.Withholder.ConsumerPrice = pesos(1) })},
		{"margin", 33, agent(func(l *dte.Line) {
			l.Withholder = &dte.Withholder{Agent: "R", Margin: pesos(1)}
			l.TaxCodes = []int{50}
		})},
		{"periodic", 33, periodic(func(*dte.Identification) {})},
		{"commissions of a purchase", 46, func(c *changed) { c.document().Commissions = commission }},
		{"commissions in a note about a purchase", 61, func(c *changed) {
			c.document().Commissions = commission
			c.reference().Type = "46"
		}},
		{"advance", 43, func(c *changed) { c.line().SettledType = 99 }},
		{"60 lines", 33, func(c *changed) { repeatLines(c, 60) }},
		{"1000 lines", 39, func(c *changed) { repeatLines(c, 1000) }},
		{"a line of 3,999 bytes", 33, func(c *changed) { c.line().Description = strings.Repeat("&", 796) }},
		{"lines of less", 33, func(c *changed) { c.line().Description = strings.Repeat("&", 796) + "\n" + strings.Repeat("&", 203) }},
		{"letters beside the control characters", 33, func(c *changed) { c.line().Name = "~ \u00a0ÿ\t" }},
		{"80 characters", 33, func(c *changed) { c.line().Name = "ñandú ÿ " + string(make80()) }},
	})
}

func make80() []rune {
	runes := make([]rune, 72)
	for i := range runes {
		runes[i] = 'ñ'
	}
	return runes
}

func TestTransportRules(t *testing.T) {
	t.Parallel()
	// Document of the road of a day on which Res. 154 is judged.
	road := func(change func(*dte.Header, *dte.Line)) func(*changed) {
		return func(c *changed) {
			h := c.header()
			c.policy.TransportFrom, c.policy.Today = c.day("2026-04-01"), c.day("2026-04-01")
			h.Transport = &dte.Transport{
				Plate: "AB1234", Driver: &dte.Driver{RUT: driver, Name: "Pedro"}, Address: "Calle 2", Commune: "Talca",
				DepartureDate: c.day("2026-04-01"), DepartureTime: "08:00:00",
			}
			change(h, c.line())
		}
	}
	export := func(change func(*dte.Header, *dte.Line)) func(*changed) {
		return func(c *changed) {
			h, l := c.header(), c.line()
			h.Identification.Transfer = 9
			h.Issuer.ExportGuide = &dte.ExportGuide{Transfer: 4, Authorization: 1, Date: c.day("2026-03-01")}
			h.Transport.Customs = &dte.Customs{
				GrossWeight: decimal(c.t, "10"), GrossWeightUnit: 6, PackageCount: 1, Packages: []dte.Packages{{Kind: 1, Count: 1, Marks: "M"}}, LoadingPort: 901, UnloadingPort: 902,
			}
			l.ReferenceQuantity, l.ReferenceUnit = decimal(c.t, "2"), "KG"
			l.OtherCurrency = &dte.LineCurrency{Price: decimal(c.t, "1"), Currency: "13", Amount: decimal(c.t, "2")}
			change(h, l)
		}
	}
	const path, customs = "Encabezado/Transporte/", "Encabezado/Transporte/Aduana/"
	testRules(t, []ruleCase{
		{"dispatched by the issuer", 33, func(c *changed) { c.identification().Dispatch = 2 }, "transport.vehicle", LevelAdvice, path + "Patente"},
		{"origin", 52, road(func(h *dte.Header, _ *dte.Line) { h.Issuer.Address = "" }), "transport.res154", LevelReparo, "Encabezado/Emisor/DirOrigen"},
		{"destination", 52, road(func(h *dte.Header, _ *dte.Line) { h.Transport.Address = "" }), "transport.res154", LevelReparo, path + "DirDest"},
		{"commune", 52, road(func(h *dte.Header, _ *dte.Line) { h.Transport.Commune = "" }), "transport.res154", LevelReparo, path + "CmnaDest"},
		{"plate", 33, road(func(h *dte.Header, _ *dte.Line) { h.Transport.Plate = "" }), "transport.res154", LevelReparo, path + "Patente"},
		{"driver", 34, road(func(h *dte.Header, _ *dte.Line) { h.Transport.Driver = nil }), "transport.res154", LevelReparo, path + "Chofer/RUTChofer"},
		{"name of the driver", 52, road(func(h *dte.Header, _ *dte.Line) { h.Transport.Driver.Name = "" }), "transport.res154", LevelReparo, path + "Chofer/NombreChofer"},
		{"day", 52, road(func(h *dte.Header, _ *dte.Line) { h.Transport.DepartureDate = chile.Date{} }), "transport.res154", LevelReparo, path + "FchSalida"},
		{"hour", 46, road(func(h *dte.Header, _ *dte.Line) { h.Transport.DepartureTime = "" }), "transport.res154", LevelReparo, path + "HraSalida"},
		{"quantity", 33, road(func(_ *dte.Header, l *dte.Line) { l.Quantity = dte.Decimal{} }), "transport.res154", LevelReparo, "Detalle[1]/QtyItem"},
		{"unit", 52, road(func(_ *dte.Header, l *dte.Line) { l.Unit = "" }), "transport.res154", LevelReparo, "Detalle[1]/UnmdItem"},
		{"invoice that dispatches", 33, road(func(h *dte.Header, _ *dte.Line) { h.Transport, h.Identification.Dispatch = nil, 1 }), "transport.res154", LevelReparo, path + "Patente"},
		{"from the day that was announced", 52, func(c *changed) {
			c.identification().IssueDate, c.policy.Today = c.day("2026-05-01"), c.day("2026-05-01")
		}, "transport.res154", LevelAdvice, path + "FchSalida"},
		{"kind of transfer of an export", 52, export(func(h *dte.Header, _ *dte.Line) { h.Issuer.ExportGuide = nil }), "guide.export", LevelReparo, "Encabezado/Emisor/GuiaExport/CdgTraslado"},
		{"authorisation", 52, export(func(h *dte.Header, _ *dte.Line) { h.Issuer.ExportGuide.Authorization = 0 }), "guide.authorized", LevelReparo, "Encabezado/Emisor/GuiaExport/FolioAut"},
		{"day of the authorisation", 52, export(func(h *dte.Header, _ *dte.Line) { h.Issuer.ExportGuide.Date = chile.Date{} }), "guide.authorized", LevelReparo, "Encabezado/Emisor/GuiaExport/FchAut"},
		{"customs of an export", 52, export(func(h *dte.Header, _ *dte.Line) { h.Transport.Customs = nil }), "guide.export", LevelReparo, customs + "PesoBruto"},
		{"weight", 52, export(func(h *dte.Header, _ *dte.Line) { h.Transport.Customs.GrossWeight = dte.Decimal{} }), "guide.export", LevelReparo, customs + "PesoBruto"},
		{"unit of weight", 52, export(func(h *dte.Header, _ *dte.Line) { h.Transport.Customs.GrossWeightUnit = 0 }), "guide.export", LevelReparo, customs + "CodUnidPesoBruto"},
		{"count of packages", 52, export(func(h *dte.Header, _ *dte.Line) { h.Transport.Customs.PackageCount = 0 }), "guide.export", LevelReparo, customs + "TotBultos"},
		{"packages", 52, export(func(h *dte.Header, _ *dte.Line) { h.Transport.Customs.Packages = nil }), "guide.export", LevelReparo, customs + "TipoBultos"},
		{"port of loading", 52, export(func(h *dte.Header, _ *dte.Line) { h.Transport.Customs.LoadingPort = 0 }), "guide.export", LevelReparo, customs + "CodPtoEmbarque"},
		{"port of unloading", 52, export(func(h *dte.Header, _ *dte.Line) { h.Transport.Customs.UnloadingPort = 0 }), "guide.export", LevelReparo, customs + "CodPtoDesemb"},
		{"unit of an export", 52, export(func(_ *dte.Header, l *dte.Line) { l.Unit = "" }), "guide.export", LevelReparo, "Detalle[1]/UnmdItem"},
		{"quantity of reference of an export", 52, export(func(_ *dte.Header, l *dte.Line) { l.ReferenceQuantity = dte.Decimal{} }), "guide.export", LevelAdvice, "Detalle[1]/QtyRef"},
		{"unit of reference of an export", 52, export(func(_ *dte.Header, l *dte.Line) { l.ReferenceUnit = "" }), "guide.export", LevelAdvice, "Detalle[1]/UnmdRef"},
		{"price abroad", 52, export(func(_ *dte.Header, l *dte.Line) { l.OtherCurrency = nil }), "guide.export", LevelReparo, "Detalle[1]/OtrMnda/PrcOtrMon"},
		{"amount abroad", 52, export(func(_ *dte.Header, l *dte.Line) { l.OtherCurrency.Amount = dte.Decimal{} }), "guide.export", LevelReparo, "Detalle[1]/OtrMnda/MontoItemOtrMnda"},
	})
	testNeighbours(t, []neighbour{
		{"export", 52, export(func(*dte.Header, *dte.Line) {})},
		{"export to a receiver from abroad", 52, export(func(h *dte.Header, _ *dte.Line) { h.Receiver.RUT = foreignRUT })},
		{"export that is no sale", 52, export(func(h *dte.Header, l *dte.Line) { h.Identification.Transfer, l.OtherCurrency = 8, nil })},
		{"export by an exporter", 52, export(func(h *dte.Header, _ *dte.Line) { h.Issuer.ExportGuide = &dte.ExportGuide{Transfer: 1} })},
		{"the day before it was announced", 52, func(c *changed) {
			c.identification().IssueDate, c.policy.Today = c.day("2026-04-30"), c.day("2026-04-30")
		}},
		{"the day before it matters", 52, func(c *changed) {
			c.identification().IssueDate, c.policy.Today, c.policy.TransportFrom = c.day("2026-10-31"), c.day("2026-10-31"), c.day("2026-11-01")
		}},
		{"invoice of no transport", 33, func(c *changed) { c.policy.TransportFrom = c.day("2026-04-01") }},
	})
	c := &changed{t: t, doc: good(t, 52), policy: informed(t)}
	road(func(*dte.Header, *dte.Line) {})(c)
	for _, f := range check(c.doc, c.policy) {
		assert.Equal(t, "element.format25", f.Code, f.String())
	}
}

func TestExportRules(t *testing.T) {
	t.Parallel()
	customs := func(c *changed) *dte.Customs { return c.doc.Export.Header.Transport.Customs }
	const path = "Encabezado/Transporte/Aduana/"
	testRules(t, []ruleCase{
		{"total in pesos", 110, func(c *changed) { c.doc.Export.Header.OtherCurrency = nil }, "HED-3-834", LevelReparo, "Encabezado/OtraMoneda"},
		{"total in euros", 112, func(c *changed) { c.doc.Export.Header.OtherCurrency.Currency = "EURO" }, "HED-3-834", LevelReparo, "Encabezado/OtraMoneda"},
		{"rate", 110, func(c *changed) { c.doc.Export.Header.OtherCurrency.ExchangeRate = dte.Decimal{} }, "HED-3-834", LevelReparo, "Encabezado/OtraMoneda/TpoCambio"},
		{"exempt in pesos", 111, func(c *changed) { c.doc.Export.Header.OtherCurrency.Exempt = dte.Decimal{} }, "HED-3-834", LevelReparo, "Encabezado/OtraMoneda/MntExeOtrMnda"},
		{"day of payment in advance", 110, func(c *changed) { c.identification().ExportPaymentTerms = 32 }, "export.expected", LevelReparo, "Encabezado/IdDoc/FchCancel"},
		{"number of a line", 110, func(c *changed) { c.doc.Export.Lines[0].Number = 3 }, "line.number", LevelAdvice, "Detalle[1]/NroLinDet"},
		{"quantity of goods", 110, func(c *changed) { c.doc.Export.Lines[0].Quantity = dte.Decimal{} }, "export.expected", LevelReparo, "Detalle[1]/QtyItem"},
		{"unit of goods", 110, func(c *changed) { c.doc.Export.Lines[0].Unit = "" }, "export.expected", LevelReparo, "Detalle[1]/UnmdItem"},
		{"unit that Customs does not have", 110, func(c *changed) { c.doc.Export.Lines[0].Unit = "CAJA" }, "unit.unknown", LevelReparo, "Detalle[1]/UnmdItem"},
		{"units are not known", 112, func(c *changed) { c.policy.Units = nil }, "unit.unchecked", LevelAdvice, "Detalle/UnmdItem"},
		{"mode of sale", 110, func(c *changed) { customs(c).SaleMode = 0 }, "export.expected", LevelReparo, path + "CodModVenta"},
		{"clause of sale", 110, func(c *changed) { customs(c).SaleClause = 0 }, "export.expected", LevelReparo, path + "CodClauVenta"},
		{"total of the clause", 110, func(c *changed) { customs(c).ClauseTotal = dte.Decimal{} }, "export.expected", LevelReparo, path + "TotClauVenta"},
		{"way of transport", 110, func(c *changed) { customs(c).Route = 0 }, "export.expected", LevelReparo, path + "CodViaTransp"},
		{"way of transport on land", 110, func(c *changed) { c.identification().Service, customs(c).Route = 5, 0 }, "export.expected", LevelReparo, path + "CodViaTransp"},
		{"port of loading", 110, func(c *changed) { customs(c).LoadingPort = 0 }, "export.expected", LevelAdvice, path + "CodPtoEmbarque"},
		{"port of unloading", 110, func(c *changed) { customs(c).UnloadingPort = 0 }, "export.expected", LevelAdvice, path + "CodPtoDesemb"},
		{"no customs", 110, func(c *changed) { c.doc.Export.Header.Transport.Customs = nil }, "element.expected", LevelReparo, path + "TotBultos"},
		{"marks", 110, func(c *changed) { customs(c).Packages[0].Marks = "" }, "HED-2-804", LevelReparo, "Encabezado/Transporte/Aduana/TipoBultos[1]/Marcas"},
		{"container", 110, func(c *changed) { customs(c).Packages[0].Container = "" }, "HED-2-804", LevelReparo, "Encabezado/Transporte/Aduana/TipoBultos[1]/IdContainer"},
		{"seal", 110, func(c *changed) { customs(c).Packages[0].Seal = "" }, "HED-2-804", LevelReparo, "Encabezado/Transporte/Aduana/TipoBultos[1]/Sello"},
		{"who sealed", 110, func(c *changed) { customs(c).Packages[0].SealIssuer = "" }, "export.seal", LevelAdvice, "Encabezado/Transporte/Aduana/TipoBultos[1]/EmisorSello"},
		{"hotel without passport", 110, func(c *changed) { c.identification().Service = 4 }, "export.passport", LevelReparo, "Referencia"},
	})
	testNeighbours(t, []neighbour{
		{"in pesos", 110, func(c *changed) {
			c.doc.Export.Header.Totals.Currency = "PESO CL"
			c.doc.Export.Header.OtherCurrency = nil
		}},
		{"without payment", 110, func(c *changed) {
			c.identification().ExportPaymentTerms = 21
			c.doc.Export.Header.OtherCurrency.ExchangeRate = dte.Decimal{}
		}},
		{"paid in advance", 110, func(c *changed) {
			c.identification().ExportPaymentTerms, c.identification().PaidDate = 32, c.day("2026-03-01")
		}},
		{"packages of another kind", 110, func(c *changed) { customs(c).Packages[0] = dte.Packages{Kind: 1, Count: 1, Marks: "M"} }},
		{"hotel", 110, func(c *changed) {
			c.identification().Service = 4
			c.doc.Export.Lines[0].Unit, c.doc.Export.Lines[0].Quantity = "", dte.Decimal{}
			customs(c).SaleMode, customs(c).SaleClause, customs(c).ClauseTotal, customs(c).Route, customs(c).LoadingPort = 0, 0, dte.Decimal{}, 0, 0
			c.refer(dte.Reference{Type: "813", Folio: "P-1"})
		}},
		{"two waybills of goods", 110, func(c *changed) {
			c.refer(dte.Reference{Type: "811", Folio: "A"}, dte.Reference{Type: "811", Folio: "B"})
		}},
		{"note without units", 112, func(c *changed) { c.doc.Export.Lines[0].Unit, c.policy.Units = "", nil }},
	})
}

// TestTypeOfAnotherKind tells documents that are of another kind than their type.
func TestTypeOfAnotherKind(t *testing.T) {
	t.Parallel()
	for name, doc := range map[string]*dte.DTE{
		"nothing":                   {},
		"no type":                   {Document: &dte.Document{}},
		"settlement as document":    {Document: good(t, 43).Settlement},
		"invoice as settlement":     {Settlement: good(t, 33).Document},
		"export without its amount": {Document: &dte.Document{Header: dte.Header{Identification: dte.Identification{Type: 110}}}},
		"invoice as export":         {Export: &dte.Export{Header: dte.ExportHeader{Identification: dte.Identification{Type: 33}}}},
	} {
		found := check(doc, nil)
		require.Len(t, found, 1, name)
		assert.Equal(t, "type.unknown", found[0].Code, name)
		assert.True(t, found.Refused(), name)
	}
}
