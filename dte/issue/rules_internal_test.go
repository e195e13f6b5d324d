package issue

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

// ruleCase changes a document without findings so that a rule finds it.
type ruleCase struct {
	name   string
	kind   chile.DocType
	change func(*changed)
	code   string
	level  Level
	path   string
}

// changed is a document to be changed, and what its judge knows.
type changed struct {
	t      *testing.T
	doc    *dte.DTE
	policy *Policy
}

func (c *changed) document() *dte.Document { return c.doc.Peso() }
func (c *changed) header() *dte.Header     { return &c.doc.Peso().Header }
func (c *changed) line() *dte.Line         { return &c.doc.Peso().Lines[0] }
func (c *changed) day(s string) chile.Date { return day(c.t, s) }

func (c *changed) identification() *dte.Identification {
	if c.doc.Export != nil {
		return &c.doc.Export.Header.Identification
	}
	return &c.header().Identification
}

func (c *changed) reference() *dte.Reference {
	if c.doc.Export != nil {
		return &c.doc.Export.References[0]
	}
	return &c.document().References[0]
}

func (c *changed) refer(references ...dte.Reference) {
	for i := range references {
		references[i].Number = i + 1
		if references[i].Date.IsZero() && !isBoleta(c.identification().Type) {
			references[i].Date = c.day("2026-03-20")
		}
	}
	if c.doc.Export != nil {
		c.doc.Export.References = references
		return
	}
	c.document().References = references
}

func testRules(t *testing.T, cases []ruleCase) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := &changed{t: t, doc: good(t, tt.kind), policy: informed(t)}
			tt.change(c)
			found := check(c.doc, c.policy)
			var told []string
			for _, f := range found {
				told = append(told, f.Code+" "+string(f.Level)+" "+f.Path)
				assert.NotEmpty(t, f.ES)
				assert.NotEmpty(t, f.EN)
				assert.Equal(t, tt.code == f.Code && tt.level.Refuses(), tt.code == f.Code && f.Level.Refuses())
			}
			assert.Contains(t, told, tt.code+" "+string(tt.level)+" "+tt.path)
		})
	}
}

func TestSchemaRules(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ñ", 81)
	testRules(t, []ruleCase{
		{"name of an item beyond 80 characters", 33, func(c *changed) { c.line().Name = long }, "text.length", LevelRejects, "Detalle[1]/NmbItem"},
		{"receiver's activity beyond 40", 33, func(c *changed) { c.header().Receiver.Activity = long[:82] }, "text.length", LevelRejects, "Encabezado/Receptor/GiroRecep"},
		{"address beyond 70", 34, func(c *changed) { c.header().Issuer.Address = long[:142] }, "text.length", LevelRejects, "Encabezado/Emisor/DirOrigen"},
		{"a phone beyond 20", 33, func(c *changed) { c.header().Issuer.Phones = []string{"1", long[:42]} }, "text.length", LevelRejects, "Encabezado/Emisor/Telefono[2]"},
		{"name of a buyer of an export beyond 100", 110, func(c *changed) { c.doc.Export.Header.Receiver.Name = long + long }, "text.length", LevelRejects, "Encabezado/Receptor/RznSocRecep"},
		{"text too short", 33, func(c *changed) { c.identification().AccountKind = "X" }, "text.length", LevelRejects, "Encabezado/IdDoc/TpoCtaPago"},
		{"character beyond ISO-8859-1", 33, func(c *changed) { c.line().Name = "10 €" }, "text.character", LevelRejects, "Detalle[1]/NmbItem"},
		{"control character", 33, func(c *changed) { c.line().Description = "a\x01b" }, "text.character", LevelRejects, "Detalle[1]/DscItem"},
		{"broken UTF-8", 39, func(c *changed) { c.line().Name = "Ca\xf1a" }, "text.character", LevelRejects, "Detalle[1]/NmbItem"},
		{"character of windows-1252", 33, func(c *changed) { c.line().Name = "10 \u0080" }, "text.character", LevelRejects, "Detalle[1]/NmbItem"},
		{"delete", 33, func(c *changed) { c.line().Name = "a\x7f" }, "text.character", LevelRejects, "Detalle[1]/NmbItem"},
		{"a line beyond 4,000 bytes", 33, func(c *changed) { c.line().Description = strings.Repeat("&", 797) }, "CHR-00002", LevelRejects, "Detalle[1]/DscItem"},
		{"61 lines", 33, func(c *changed) { repeatLines(c, 61) }, "element.count", LevelRejects, "Detalle"},
		{"1001 lines of a boleta", 39, func(c *changed) { repeatLines(c, 1001) }, "element.count", LevelRejects, "Detalle"},
		{"no line", 33, func(c *changed) { c.document().Lines = nil }, "ENV-3-0", LevelRejects, "Detalle"},
		{"21 global discounts", 33, func(c *changed) { c.document().Adjustments = make([]dte.Adjustment, 21) }, "element.count", LevelRejects, "DscRcgGlobal"},
		{"41 references", 33, func(c *changed) { c.refer(make([]dte.Reference, 41)...) }, "element.count", LevelRejects, "Referencia"},
		{"21 commissions", 43, func(c *changed) { c.document().Commissions = make([]dte.Commission, 21) }, "element.count", LevelRejects, "Comisiones"},
		{"5 activities", 33, func(c *changed) { c.header().Issuer.ActivityCodes = []int{620100, 620100, 620100, 620100, 620100} }, "element.count", LevelRejects, "Encabezado/Emisor/Acteco"},
		{"value that is not listed", 33, func(c *changed) { c.identification().PaymentTerms = 4 }, "ENV-3-0", LevelRejects, "Encabezado/IdDoc/FmaPago"},
		{"text that is not listed", 110, func(c *changed) { c.doc.Export.Header.Totals.Currency = "USD" }, "ENV-3-0", LevelRejects, "Encabezado/Totales/TpoMoneda"},
		{"tax that is not listed", 33, func(c *changed) { c.line().TaxCodes = []int{15, 99} }, "ENV-3-0", LevelRejects, "Detalle[1]/CodImpAdic[2]"},
		{"amount below 0", 33, func(c *changed) { c.line().Amount = -1 }, "ENV-3-0", LevelRejects, "Detalle[1]/MontoItem"},
		{"discount of 0", 33, func(c *changed) { c.line().Discount = pesos(0) }, "ENV-3-0", LevelRejects, "Detalle[1]/DescuentoMonto"},
		{"7 decimals", 33, func(c *changed) { c.line().Quantity = decimal(c.t, "0.1234567") }, "ENV-3-0", LevelRejects, "Detalle[1]/QtyItem"},
		{"price of 0", 33, func(c *changed) { c.line().Price = decimal(c.t, "0") }, "ENV-3-0", LevelRejects, "Detalle[1]/PrcItem"},
		{"percentage of 6 digits", 33, func(c *changed) { c.header().Totals.VATRate = decimal(c.t, "100000") }, "ENV-3-0", LevelRejects, "Encabezado/Totales/TasaIVA"},
		{"day after 2050", 33, func(c *changed) { c.identification().DueDate = c.day("2051-01-01") }, "ENV-3-0", LevelRejects, "Encabezado/IdDoc/FchVenc"},
		{"element that a boleta does not have", 39, func(c *changed) { c.identification().PaymentTerms = 1 }, "ENV-3-0", LevelRejects, "Encabezado/IdDoc/FmaPago"},
		{"element that a settlement does not have", 43, func(c *changed) { c.line().Discount = pesos(1) }, "ENV-3-0", LevelRejects, "Detalle[1]/DescuentoMonto"},
		{"area that an invoice does not have", 33, func(c *changed) { c.line().Ticket = &dte.Ticket{Number: 1} }, "ENV-3-0", LevelRejects, "Detalle[1]/InfoTicket"},
		{"element that the model does not have", 33, func(c *changed) { c.header().Unknown = []dte.Unknown{{Name: "Otro"}} }, "ENV-3-0", LevelRejects, "Encabezado/Otro"},
		{"no activity of the issuer", 33, func(c *changed) { c.header().Issuer.ActivityCodes = nil }, "ENV-3-0", LevelRejects, "Encabezado/Emisor/Acteco"},
		{"no name of the receiver", 33, func(c *changed) { c.header().Receiver.Name = "" }, "ENV-3-0", LevelRejects, "Encabezado/Receptor/RznSocRecep"},
		{"no type of what is settled", 43, func(c *changed) { c.line().SettledType = 0 }, "ENV-3-0", LevelRejects, "Detalle[1]/TpoDocLiq"},
		{"no date of a reference", 61, func(c *changed) { c.reference().Date = chile.Date{} }, "ENV-3-0", LevelRejects, "Referencia[1]/FchRef"},
		{"another version", 33, func(c *changed) { c.doc.Version = "1.1" }, "ENV-3-0", LevelRejects, "@version"},
		{"format 2.5", 52, func(c *changed) { c.header().Transport.DepartureTime = "08:00:00" }, "element.format25", LevelAdvice, "Encabezado/Transporte/HraSalida"},
		{"hour of another form", 52, func(c *changed) { c.header().Transport.DepartureTime = "8:00" }, "ENV-3-0", LevelRejects, "Encabezado/Transporte/HraSalida"},
	})
}

// TestFindingsStandAlone tells one fault once, with what is there and what is wanted.
func TestFindingsStandAlone(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		kind   chile.DocType
		change func(*changed)
		want   []string
	}{
		{"no receiver", 110, func(c *changed) { c.doc.Export.Header.Receiver.RUT = chile.RUT{} }, []string{"element.required Encabezado/Receptor/RUTRecep |"}},
		{"no date", 52, func(c *changed) {
			c.identification().IssueDate = chile.Date{}
			c.policy.CAFDate, c.policy.Today = chile.Date{}, chile.Date{}
		}, []string{"element.required Encabezado/IdDoc/FchEmis |"}},
		{"large boleta of no name", 39, func(c *changed) {
			c.header().Totals.Total, c.header().Receiver.RUT, c.identification().PaymentMeans = 9_000_000, buyer, "1"
		}, []string{"boleta.135uf Encabezado/Receptor/RznSocRecep |"}},
		{"long text", 33, func(c *changed) { c.header().Transport = &dte.Transport{Plate: "AB1234567"} }, []string{"text.length Encabezado/Transporte/Patente 9: AB1234567|≤ 8"}},
		{"short text", 43, func(c *changed) {
			c.document().Commissions = []dte.Commission{{Number: 1, Kind: "C", Text: strings.Repeat("x", 61)}}
		}, []string{
			"text.length Comisiones[1]/Glosa 61: " + strings.Repeat("x", 61) + "|1–60",
		}},
		{"61 lines", 33, func(c *changed) { repeatLines(c, 61) }, []string{"element.count Detalle 61|≤ 60"}},
		{"euro", 33, func(c *changed) { c.line().Name = "a€b€" }, []string{`text.character Detalle[1]/NmbItem "€"|`}},
		{"no code", 61, func(c *changed) { c.reference().Code = "" }, []string{"REF-3-758 Referencia/CodRef |1, 2, 3"}},
		{"activity", 33, func(c *changed) { c.header().Issuer.ActivityCodes[0] = 1 }, []string{"HED-3-861 Encabezado/Emisor/Acteco[1] 1|620100 620200"}},
		{"before the CAF", 33, func(c *changed) { c.policy.CAFDate = c.day("2026-04-02") }, []string{"HED-3-305 Encabezado/IdDoc/FchEmis 2026-04-01|≥ 2026-04-02"}},
		{"all at once", 33, func(c *changed) {
			c.header().Issuer.City = strings.Repeat("x", 21)
			c.header().Receiver.Commune = ""
			c.line().Name = ""
			c.policy.Activities = nil
		}, []string{
			"text.length Encabezado/Emisor/CiudadOrigen 21: xxxxxxxxxxxxxxxxxxxxx|≤ 20", "element.expected Encabezado/Receptor/CmnaRecep |",
			"element.required Detalle[1]/NmbItem |", "activity.unchecked Encabezado/Emisor/Acteco |",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := &changed{t: t, doc: good(t, tt.kind), policy: informed(t)}
			tt.change(c)
			var told []string
			for _, f := range check(c.doc, c.policy) {
				told = append(told, f.Code+" "+f.Path+" "+f.Is+"|"+f.Want)
			}
			for i := range tt.want {
				tt.want[i] = strings.TrimSpace(strings.ReplaceAll(tt.want[i], " |", " |"))
			}
			assert.Equal(t, tt.want, told)
		})
	}
}

func repeatLines(c *changed, n int) {
	for i := 2; i <= n; i++ {
		line := *c.line()
		line.Number = i
		c.document().Lines = append(c.document().Lines, line)
	}
}
