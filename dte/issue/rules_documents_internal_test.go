package issue

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

// Documents that get no finding from a policy that knows everything. They are the
// neighbours of those that do.

func day(t testing.TB, s string) chile.Date {
	t.Helper()
	d, err := chile.ParseDate(s)
	require.NoError(t, err)
	return d
}

func decimal(t testing.TB, s string) dte.Decimal {
	t.Helper()
	d, err := dte.ParseDecimal(s)
	require.NoError(t, err)
	return d
}

var (
	seller = chile.MustParseRUT("76192083-9")
	buyer  = chile.MustParseRUT("60910000-1")
	driver = chile.MustParseRUT("12345678-5")
)

// informed is a policy that knows everything.
func informed(t testing.TB) *Policy {
	t.Helper()
	return &Policy{
		UF: decimal(t, "39485.65"), Activities: []int{620100, 620200}, Units: []string{"KN", "U"},
		CAFDate: day(t, "2026-03-01"), Today: day(t, "2026-04-02"),
	}
}

// good returns a document of a type without findings.
func good(t testing.TB, kind chile.DocType) *dte.DTE {
	t.Helper()
	identification := dte.Identification{Type: kind, Folio: 1, IssueDate: day(t, "2026-04-01")}
	issuer := dte.Issuer{
		RUT: seller, Name: "Ñandú SpA", Activity: "Informática", ActivityCodes: []int{620100},
		Address: "Calle 1", Commune: "Santiago", City: "Santiago",
	}
	receiver := dte.Receiver{RUT: buyer, Name: "Universidad", Activity: "Educación", Address: "Calle 2", Commune: "Talca", City: "Talca"}
	line := dte.Line{Number: 1, Name: "Licencia", Quantity: decimal(t, "2"), Unit: "UN", Price: decimal(t, "500"), Amount: 1000}
	d := &dte.Document{
		Header: dte.Header{Identification: identification, Issuer: issuer, Receiver: receiver},
		Lines:  []dte.Line{line},
	}
	h := &d.Header
	taxed := dte.Totals{Net: pesos(1000), VATRate: decimal(t, "19"), VAT: pesos(190), Total: 1190}
	invoice := dte.Reference{Number: 1, Type: "33", Folio: "7", Date: day(t, "2026-03-20"), Code: "3", Reason: "Rebaja"}
	doc := &dte.DTE{Version: "1.0", Document: d}
	h.Totals = taxed
	switch kind {
	case 33:
		h.Identification.PaymentTerms, h.Identification.SaleKind = 2, 1
	case 34:
		h.Identification.PaymentTerms, h.Identification.SaleKind = 2, 1
		h.Totals = dte.Totals{Exempt: pesos(1000), Total: 1000}
		d.Lines[0].Exemption = 1
	case 39, 41:
		h.Identification.Service = 3
		h.Issuer = dte.Issuer{RUT: seller, ReceiptName: "Ñandú SpA", ReceiptActivity: "Informática", Address: "Calle 1", Commune: "Santiago", City: "Santiago"}
		h.Receiver = dte.Receiver{RUT: anonymousRUT}
		h.Totals = dte.Totals{Net: pesos(840), VAT: pesos(160), Total: 1000}
		if kind == 41 {
			h.Totals = dte.Totals{Exempt: pesos(1000), Total: 1000}
			d.Lines[0].Exemption = 1
		}
	case 43:
		h.Identification.PaymentTerms = 2
		d.Lines[0].SettledType = 33
		doc.Document, doc.Settlement = nil, d
	case 46:
		d.Lines[0].TaxCodes = []int{15}
		h.Totals.OtherTaxes = []dte.OtherTax{{Code: 15, Rate: decimal(t, "19"), Amount: 190}}
		h.Totals.Total = 1000
	case 52:
		h.Identification.Transfer = 1
		h.Transport = &dte.Transport{Plate: "AB1234", Driver: &dte.Driver{RUT: driver, Name: "Pedro"}, Address: "Calle 2", Commune: "Talca", City: "Talca"}
	case 56, 61:
		d.References = []dte.Reference{invoice}
	case 110, 111, 112:
		return goodExport(t, identification, issuer)
	}
	return doc
}

func goodExport(t testing.TB, identification dte.Identification, issuer dte.Issuer) *dte.DTE {
	t.Helper()
	x := &dte.Export{
		Header: dte.ExportHeader{
			Identification: identification, Issuer: issuer,
			Receiver:      dte.Receiver{RUT: foreignRUT, Name: "ACME Inc", Activity: "Trade", Address: "Street 1", Commune: "Lima", City: "Lima"},
			Totals:        dte.ExportTotals{Currency: "DOLAR USA", Exempt: decimal(t, "30.50"), Total: decimal(t, "30.50")},
			OtherCurrency: &dte.CurrencyTotals{Currency: "PESO CL", ExchangeRate: decimal(t, "950.1"), Exempt: decimal(t, "28978"), Total: decimal(t, "28978")},
		},
		Lines: []dte.ExportLine{{
			Number: 1, Name: "Cerezas", Quantity: decimal(t, "10"), Unit: "KN", Price: decimal(t, "3.05"), Amount: decimal(t, "30.50"),
		}},
	}
	kind := identification.Type
	if kind == 110 {
		x.Header.Transport = &dte.Transport{Customs: &dte.Customs{
			SaleMode: 1, SaleClause: 5, ClauseTotal: decimal(t, "30.50"), Route: 1, LoadingPort: 901, UnloadingPort: 902,
			PackageCount: 1, Packages: []dte.Packages{{Kind: 75, Count: 1, Marks: "M1", Container: "C1", Seal: "S1", SealIssuer: "E1"}},
			ReceiverCountry: 225, DestinationCountry: 225,
		}}
	} else {
		x.References = []dte.Reference{{Number: 1, Type: "110", Folio: "7", Date: day(t, "2026-03-20"), Code: "3", Reason: "Rebaja"}}
	}
	return &dte.DTE{Version: "1.0", Export: x}
}

// TestGoodDocuments keeps the neighbours good: nothing is found in them.
func TestGoodDocuments(t *testing.T) {
	t.Parallel()
	for _, kind := range columnTypes {
		t.Run(kind.String(), func(t *testing.T) {
			t.Parallel()
			require.Empty(t, check(good(t, kind), informed(t)))
		})
	}
}

// TestNothingIsKnown says of each rule that could not be judged that it was not.
func TestNothingIsKnown(t *testing.T) {
	t.Parallel()
	for kind, more := range map[chile.DocType][]string{
		33: {"activity.unchecked"}, 34: {"activity.unchecked"}, 39: {"uf.unchecked"}, 41: {"uf.unchecked"}, 43: {"activity.unchecked"}, 46: {"activity.unchecked"},
		52: {"activity.unchecked"}, 56: {"activity.unchecked"}, 61: {"activity.unchecked"},
		110: {"activity.unchecked", "unit.unchecked"}, 111: {"activity.unchecked", "unit.unchecked"}, 112: {"activity.unchecked", "unit.unchecked"},
	} {
		var codes []string
		for _, f := range check(good(t, kind), nil) {
			assert.Equal(t, LevelAdvice, f.Level)
			codes = append(codes, f.Code)
		}
		assert.ElementsMatch(t, append(more, "caf.unchecked", "today.unchecked"), codes, "%d", kind)
	}
}

func BenchmarkCheck(b *testing.B) {
	doc := good(b, 33)
	line := doc.Document.Lines[0]
	for i := 2; i <= 10; i++ {
		line.Number = i
		doc.Document.Lines = append(doc.Document.Lines, line)
	}
	policy := informed(b)
	require.Empty(b, check(doc, policy))
	b.ReportAllocs()
	for b.Loop() {
		check(doc, policy)
	}
}
