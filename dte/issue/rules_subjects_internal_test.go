package issue

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

func TestPartyRules(t *testing.T) {
	t.Parallel()
	tourist := func(c *changed) {
		h := c.header()
		h.Identification.SpecialKind = 1
		h.Issuer.Commune = "Arica"
		h.Receiver.RUT, h.Receiver.Name = foreignRUT, "Extranjero sin RUT"
		h.Receiver.Foreigner = &dte.Foreigner{Number: "P1", DocumentKind: 1}
	}
	spoiled := func(change func(*dte.Header)) func(*changed) {
		return func(c *changed) { tourist(c); change(c.header()) }
	}
	testRules(t, []ruleCase{
		{"activity that the SII does not have", 33, func(c *changed) { c.header().Issuer.ActivityCodes = []int{620100, 1} }, "HED-3-861", LevelRejects, "Encabezado/Emisor/Acteco[2]"},
		{"activities are not known", 110, func(c *changed) { c.policy.Activities = nil }, "activity.unchecked", LevelAdvice, "Encabezado/Emisor/Acteco"},
		{"nobody buys on an invoice", 33, func(c *changed) { c.header().Receiver.RUT = anonymousRUT }, "receiver.real", LevelReparo, "Encabezado/Receptor/RUTRecep"},
		{"somebody abroad buys on an invoice", 34, func(c *changed) { c.header().Receiver.RUT = foreignRUT }, "receiver.real", LevelReparo, "Encabezado/Receptor/RUTRecep"},
		{"somebody abroad has a note about an exempt invoice", 61, func(c *changed) {
			c.header().Receiver.RUT = foreignRUT
			c.reference().Type = "34"
		}, "receiver.real", LevelReparo, "Encabezado/Receptor/RUTRecep"},
		{"nobody has a note about an invoice", 61, func(c *changed) { c.header().Receiver.RUT = anonymousRUT }, "receiver.real", LevelReparo, "Encabezado/Receptor/RUTRecep"},
		{"an export to a RUT", 110, func(c *changed) { c.doc.Export.Header.Receiver.RUT = buyer }, "receiver.foreign", LevelReparo, "Encabezado/Receptor/RUTRecep"},
		{"an internal transfer to another", 52, func(c *changed) { c.identification().Transfer = 5 }, "receiver.self", LevelReparo, "Encabezado/Receptor/RUTRecep"},
		{"a guía to abroad that is a sale", 52, func(c *changed) { c.header().Receiver.RUT = foreignRUT }, "receiver.real", LevelReparo, "Encabezado/Receptor/RUTRecep"},
		{"RUT of nobody", 33, func(c *changed) { c.header().Receiver.RUT = chile.MustParseRUT("1-9") }, "rut.range", LevelReparo, "Encabezado/Receptor/RUTRecep"},
		{"RUT beyond 99 million", 33, func(c *changed) { c.header().Issuer.RUT, _ = chile.NewRUT(99_000_001) }, "rut.range", LevelReparo, "Encabezado/Emisor/RUTEmisor"},
		{"tourist with a RUT", 33, spoiled(func(h *dte.Header) { h.Receiver.RUT = buyer }), "receiver.tourist", LevelReparo, "Encabezado/Receptor/RUTRecep"},
		{"tourist with a name", 33, spoiled(func(h *dte.Header) { h.Receiver.Name = "John" }), "receiver.tourist", LevelReparo, "Encabezado/Receptor/RznSocRecep"},
		{"tourist without a document", 33, spoiled(func(h *dte.Header) { h.Receiver.Foreigner = nil }), "receiver.tourist", LevelReparo, "Encabezado/Receptor/Extranjero/NumId"},
		{"tourist with a document of no kind", 33, spoiled(func(h *dte.Header) { h.Receiver.Foreigner.DocumentKind = 0 }), "receiver.tourist", LevelReparo, "Encabezado/Receptor/Extranjero/TipoDocID"},
		{"tourist in Santiago", 33, spoiled(func(h *dte.Header) { h.Issuer.Commune = "Santiago" }), "receiver.tourist", LevelReparo, "Encabezado/Emisor/CmnaOrigen"},
	})
	testNeighbours(t, []neighbour{
		{"tourist", 33, tourist},
		{"seller from abroad", 46, func(c *changed) { c.header().Receiver.RUT = foreignRUT }},
		{"note about a purchase from abroad", 61, func(c *changed) {
			c.header().Receiver.RUT = foreignRUT
			c.reference().Type = "46"
		}},
		{"note about a boleta", 61, func(c *changed) {
			c.header().Receiver.RUT = anonymousRUT
			c.reference().Type = "39"
		}},
		{"internal transfer", 52, func(c *changed) {
			c.identification().Transfer = 5
			c.header().Receiver.RUT = seller
		}},
		{"second activity", 33, func(c *changed) { c.header().Issuer.ActivityCodes = []int{620200, 620100} }},
		{"least and greatest RUT", 33, func(c *changed) {
			c.header().Issuer.RUT, _ = chile.NewRUT(leastRUT)
			c.header().Receiver.RUT, _ = chile.NewRUT(mostRUT)
		}},
	})
}

// neighbour is a document that is near to one with a finding, and has none.
type neighbour struct {
	name   string
	kind   chile.DocType
	change func(*changed)
}

func testNeighbours(t *testing.T, cases []neighbour) {
	t.Helper()
	for _, tt := range cases {
		t.Run("neighbour/"+tt.name, func(t *testing.T) {
			t.Parallel()
			c := &changed{t: t, doc: good(t, tt.kind), policy: informed(t)}
			tt.change(c)
			assert.Empty(t, check(c.doc, c.policy))
		})
	}
}

func TestReferenceRules(t *testing.T) {
	t.Parallel()
	set := dte.Reference{Type: "SET", Folio: "4943173", Reason: "CASO 1"}
	purchase := dte.Reference{Type: "801", Folio: "OC-1"}
	invoice := dte.Reference{Type: "33", Folio: "7", Code: "3"}
	annulled := func(total chile.CLP) func(c *changed) {
		return func(c *changed) {
			c.reference().Code = "1"
			original := good(c.t, 33)
			original.Document.Header.Identification.Folio = 7
			original.Document.Header.Identification.IssueDate = c.day("2026-03-20")
			original.Document.Header.Totals.Total = total
			c.policy.Originals = []*dte.DTE{good(c.t, 34), original}
		}
	}
	testRules(t, []ruleCase{
		{"note without reference", 61, func(c *changed) { c.refer() }, "REF-3-415", LevelRejects, "Referencia"},
		{"note of an export without reference", 111, func(c *changed) { c.refer() }, "REF-3-415", LevelRejects, "Referencia"},
		{"credit note on a guía", 61, func(c *changed) { c.reference().Type = "52" }, "REF-3-415", LevelRejects, "Referencia[1]/TpoDocRef"},
		{"credit note on a guía of paper", 61, func(c *changed) { c.refer(invoice, dte.Reference{Type: "50", Folio: "1", Code: "3"}) }, "REF-3-415", LevelRejects, "Referencia[2]/TpoDocRef"},
		{"credit note that names a guía", 61, func(c *changed) { c.refer(invoice, dte.Reference{Type: "52", Folio: "1"}) }, "REF-3-415", LevelAdvice, "Referencia[2]/TpoDocRef"},
		{"no reference says what the note does", 56, func(c *changed) { c.refer(set, dte.Reference{Type: "33", Folio: "7"}) }, "REF-3-758", LevelRejects, "Referencia/CodRef"},
		{"no reference of an export note says it", 112, func(c *changed) { c.reference().Code = "" }, "REF-3-758", LevelRejects, "Referencia/CodRef"},
		{"two documents are annulled", 61, func(c *changed) {
			c.refer(dte.Reference{Type: "33", Folio: "7", Code: "2"}, dte.Reference{Type: "33", Folio: "8", Code: "2"})
		}, "reference.single", LevelAdvice, "Referencia/CodRef"},
		{"folio of an invoice with letters", 61, func(c *changed) { c.reference().Folio = "F7" }, "reference.folio", LevelRejects, "Referencia[1]/FolioRef"},
		{"folio of a guía in an invoice with letters", 33, func(c *changed) { c.refer(purchase, dte.Reference{Type: "52", Folio: "7a"}) }, "reference.folio", LevelRejects, "Referencia[2]/FolioRef"},
		{"folio of a boleta with letters", 39, func(c *changed) { c.refer(dte.Reference{Type: "39", Folio: "x"}) }, "reference.folio", LevelRejects, "Referencia[1]/FolioRef"},
		{"folio 0 of one document", 33, func(c *changed) { c.refer(dte.Reference{Type: "52", Folio: "0"}) }, "reference.global", LevelReparo, "Referencia[1]/FolioRef"},
		{"a folio of all documents", 33, func(c *changed) { c.refer(dte.Reference{Type: "52", Folio: "3", Global: 1}) }, "reference.global", LevelReparo, "Referencia[1]/FolioRef"},
		{"type of nothing", 33, func(c *changed) { c.refer(dte.Reference{Type: "7", Folio: "3"}) }, "reference.type", LevelAdvice, "Referencia[1]/TpoDocRef"},
		{"type of letters and digits", 33, func(c *changed) { c.refer(dte.Reference{Type: "O1", Folio: "3"}) }, "reference.type", LevelAdvice, "Referencia[1]/TpoDocRef"},
		{"national note on an export", 61, func(c *changed) { c.reference().Type = "110" }, "reference.note", LevelAdvice, "Referencia[1]/TpoDocRef"},
		{"export note on an invoice", 112, func(c *changed) { c.reference().Type = "33" }, "reference.note", LevelAdvice, "Referencia[1]/TpoDocRef"},
		{"debit note on a guía", 56, func(c *changed) { c.reference().Type = "52" }, "reference.note", LevelAdvice, "Referencia[1]/TpoDocRef"},
		{"credit note annuls one", 61, func(c *changed) { c.reference().Type, c.reference().Code = "61", "1" }, "reference.note", LevelAdvice, "Referencia[1]/TpoDocRef"},
		{"debit note annuls one", 56, func(c *changed) { c.reference().Type, c.reference().Code = "56", "1" }, "reference.note", LevelAdvice, "Referencia[1]/TpoDocRef"},
		{"export credit note annuls one", 112, func(c *changed) { c.reference().Type, c.reference().Code = "112", "1" }, "reference.note", LevelAdvice, "Referencia[1]/TpoDocRef"},
		{"export debit note annuls one", 111, func(c *changed) { c.reference().Type, c.reference().Code = "111", "1" }, "reference.note", LevelAdvice, "Referencia[1]/TpoDocRef"},
		{"note that changes an order", 61, func(c *changed) { c.reference().Type = "801" }, "reference.note", LevelAdvice, "Referencia[1]/TpoDocRef"},
		{"annulment of another amount", 61, annulled(1191), "REF-2-780", LevelReparo, "Encabezado/Totales/MntTotal"},
		{"annulment of what is not known", 61, func(c *changed) { c.reference().Code = "1" }, "original.unchecked", LevelAdvice, "Referencia[1]/FolioRef"},
		{"another date than the document's", 61, func(c *changed) {
			annulled(1190)(c)
			c.reference().Date = c.day("2026-03-19")
		}, "reference.date", LevelAdvice, "Referencia[1]/FchRef"},
		{"later than the note", 61, func(c *changed) { c.reference().Date = c.day("2026-04-02") }, "reference.later", LevelAdvice, "Referencia[1]/FchRef"},
		{"credit after six months", 61, func(c *changed) { c.reference().Date = c.day("2025-09-30") }, "reference.old", LevelAdvice, "Referencia[1]/FchRef"},
		{"set of certification in a boleta", 39, func(c *changed) { c.refer(dte.Reference{Type: "SET", Folio: "1", Reason: "CASO-1"}) }, "HED-3-211", LevelRejects, "Referencia[1]/TpoDocRef"},
		{"date of a reference of a boleta", 41, func(c *changed) { c.refer(dte.Reference{Type: "801", Folio: "1", Date: c.day("2026-03-20")}) }, "HED-3-211", LevelRejects, "Referencia[1]/FchRef"},
		{"reference of a boleta without number", 39, func(c *changed) { c.refer(dte.Reference{Type: "801"}) }, "element.expected", LevelReparo, "Referencia[1]/FolioRef"},
		{"two exits of one export", 110, func(c *changed) {
			c.refer(dte.Reference{Type: "807", Folio: "A"}, dte.Reference{Type: "807", Folio: "B"})
		}, "reference.customs", LevelReparo, "Referencia[2]/TpoDocRef"},
		{"two waybills of transport on land", 110, func(c *changed) {
			c.identification().Service = 5
			c.refer(dte.Reference{Type: "811", Folio: "A"}, dte.Reference{Type: "811", Folio: "B"})
		}, "reference.customs", LevelReparo, "Referencia[2]/TpoDocRef"},
		{"two exits of one guía", 52, func(c *changed) {
			c.refer(dte.Reference{Type: "807", Folio: "A"}, dte.Reference{Type: "807", Folio: "B"})
		}, "reference.customs", LevelReparo, "Referencia[2]/TpoDocRef"},
		{"two manifests of one guía", 52, func(c *changed) {
			c.refer(dte.Reference{Type: "810", Folio: "A"}, dte.Reference{Type: "810", Folio: "B"})
		}, "reference.customs", LevelReparo, "Referencia[2]/TpoDocRef"},
	})
	testNeighbours(t, []neighbour{
		{"one reference of two says it", 61, func(c *changed) { c.refer(set, invoice, purchase) }},
		{"two amounts are corrected", 61, func(c *changed) { c.refer(invoice, dte.Reference{Type: "33", Folio: "8", Code: "3"}) }},
		{"all of a type", 33, func(c *changed) { c.refer(dte.Reference{Type: "52", Folio: "0", Global: 1}) }},
		{"invoice that says what it does to a guía", 33, func(c *changed) { c.refer(dte.Reference{Type: "52", Folio: "1", Code: "3"}) }},
		{"two exits of one invoice", 33, func(c *changed) {
			c.refer(dte.Reference{Type: "807", Folio: "A"}, dte.Reference{Type: "807", Folio: "B"})
		}},
		{"bill of lading with letters", 33, func(c *changed) { c.refer(dte.Reference{Type: "902", Folio: "MSC-1"}) }},
		{"credit on the last day", 61, func(c *changed) { c.reference().Date = c.day("2025-10-01") }},
		{"annulment of the same amount", 61, annulled(1190)},
		{"debit note annuls a credit note", 56, func(c *changed) {
			annulled(1190)(c)
			c.reference().Type = "61"
			c.policy.Originals[1].Document.Header.Identification.Type = 61
		}},
		{"set of certification in a boleta", 39, func(c *changed) { c.refer(dte.Reference{Code: "SET", Reason: "CASO-1"}) }},
		{"exit and manifest", 52, func(c *changed) {
			c.refer(dte.Reference{Type: "807", Folio: "A"}, dte.Reference{Type: "810", Folio: "B"})
		}},
	})
}

func TestSixMonths(t *testing.T) {
	t.Parallel()
	for from, to := range map[string]string{"2025-08-31": "2026-02-28", "2025-10-01": "2026-04-01", "2025-12-31": "2026-06-30", "2023-08-30": "2024-02-29"} {
		assert.Equal(t, day(t, to), sixMonthsAfter(day(t, from)), from)
	}
}

func TestDateRules(t *testing.T) {
	t.Parallel()
	testRules(t, []ruleCase{
		{"before the folios", 33, func(c *changed) { c.policy.CAFDate = c.day("2026-04-02") }, "HED-3-305", LevelRejects, "Encabezado/IdDoc/FchEmis"},
		{"folios are not known", 39, func(c *changed) { c.policy.CAFDate = chile.Date{} }, "caf.unchecked", LevelAdvice, "Encabezado/IdDoc/FchEmis"},
		{"four days later", 33, func(c *changed) { c.policy.Today = c.day("2026-04-05") }, "DTE-1-650", LevelReparo, "Encabezado/IdDoc/FchEmis"},
		{"of tomorrow", 33, func(c *changed) { c.policy.Today = c.day("2026-03-31") }, "date.future", LevelAdvice, "Encabezado/IdDoc/FchEmis"},
		{"today is not known", 110, func(c *changed) { c.policy.Today = chile.Date{} }, "today.unchecked", LevelAdvice, "Encabezado/IdDoc/FchEmis"},
		{"due before issue", 33, func(c *changed) { c.identification().DueDate = c.day("2026-03-31") }, "date.order", LevelAdvice, "Encabezado/IdDoc/FchVenc"},
		{"period that ends before it begins", 33, func(c *changed) {
			c.identification().PeriodFrom, c.identification().PeriodTo = c.day("2026-04-30"), c.day("2026-04-01")
		}, "date.order", LevelAdvice, "Encabezado/IdDoc/PeriodoHasta"},
		{"paid before issue, and later", 33, func(c *changed) { c.identification().PaidDate = c.day("2026-04-02") }, "date.order", LevelAdvice, "Encabezado/IdDoc/FchCancel"},
		{"instalment before issue", 33, func(c *changed) {
			c.identification().Payments = []dte.Payment{{Date: c.day("2026-04-01"), Amount: 1}, {Date: c.day("2026-03-31"), Amount: 1}}
		}, "date.order", LevelAdvice, "Encabezado/IdDoc/MntPagos[2]/FchPago"},
		{"leaves before issue", 52, func(c *changed) { c.header().Transport.DepartureDate = c.day("2026-03-31") }, "date.order", LevelAdvice, "Encabezado/Transporte/FchSalida"},
		{"arrives before it leaves", 52, func(c *changed) {
			c.header().Transport.DepartureDate, c.header().Transport.ArrivalDate = c.day("2026-04-03"), c.day("2026-04-02")
		}, "date.order", LevelAdvice, "Encabezado/Transporte/FchLlegada"},
	})
	testNeighbours(t, []neighbour{
		{"on the day of the folios", 33, func(c *changed) { c.policy.CAFDate = c.day("2026-04-01") }},
		{"three days later", 33, func(c *changed) { c.policy.Today = c.day("2026-04-04") }},
		{"on the day", 33, func(c *changed) {
			i := c.identification()
			c.policy.Today = c.day("2026-04-01")
			i.DueDate, i.PaidDate, i.PeriodFrom, i.PeriodTo = c.policy.Today, c.policy.Today, c.policy.Today, c.policy.Today
			i.Payments = []dte.Payment{{Date: c.policy.Today, Amount: 1}}
		}},
	})
}
