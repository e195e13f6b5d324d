package issue

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/internal/sharedtest"
)

// TestTable reads the table: each row is of an element that a document has, with a
// digit for each type.
func TestTable(t *testing.T) {
	t.Parallel()
	rows := obligations()
	require.Len(t, rows, strings.Count(obligatoriness, "\n")-1)
	seen := map[string]bool{}
	for _, row := range rows {
		require.Len(t, row.of, columns, row.path)
		assert.Empty(t, strings.Trim(row.of, "0123."), row.path)
		assert.False(t, seen[row.path], row.path)
		seen[row.path] = true
		found := false
		for _, s := range scopes() {
			found = found || s.has(strings.Split(row.path, "/"))
		}
		assert.True(t, found, row.path)
	}
	for path := range softer {
		assert.True(t, seen[path], path)
	}
}

// TestTableCounts keeps the digits of the table: how many of each a type has.
func TestTableCounts(t *testing.T) {
	t.Parallel()
	counts := map[chile.DocType]string{}
	for i, kind := range columnTypes {
		column := ""
		for _, row := range obligations() {
			column += row.of[i : i+1]
		}
		for _, digit := range []string{"0", "1", "2", "3"} {
			counts[kind] += fmt.Sprint(strings.Count(column, digit), " ")
		}
	}
	assert.Equal(t, map[chile.DocType]string{
		33: "31 29 56 12 ", 34: "40 30 41 17 ", 52: "15 32 45 36 ", 61: "28 25 55 20 ", 56: "29 25 54 20 ", 46: "33 28 53 14 ", 43: "62 25 24 17 ",
		110: "37 32 32 27 ", 112: "40 27 15 46 ", 111: "40 27 15 46 ", 39: "0 16 23 2 ", 41: "3 14 22 2 ",
	}, counts)
}

// TestTableIsTheNotes compares the table with the notes of the format, row by row.
func TestTableIsTheNotes(t *testing.T) {
	t.Parallel()
	notes, err := os.ReadFile(filepath.Join(sharedtest.Root(t), "..", "shared", "sii", "emision.md"))
	if err != nil {
		t.Skip("the notes of the format are not next to the project")
	}
	const own = "IdDoc/Periodo" // the notes have it in words
	told := map[string]bool{}
	for line := range strings.Lines(string(notes)) {
		cells := strings.Split(line, "|")
		if len(cells) != 5 {
			continue
		}
		digits := strings.Join(strings.Fields(cells[3]), "")
		if len(digits) != 10 || strings.Trim(digits, "0123") != "" {
			continue
		}
		for _, name := range regexp.MustCompile("`([A-Za-z/]+)`").FindAllStringSubmatch(cells[1], -1) {
			if name[1] == "Folio" {
				continue // no draft has one
			}
			found := false
			for _, row := range obligations() {
				if strings.HasSuffix(row.path, "/"+name[1]) && row.of[:10] == digits && row.starred == strings.Contains(cells[1], "*") {
					found, told[row.path] = true, true
				}
			}
			assert.True(t, found, "%s %s", name[1], digits)
		}
	}
	for _, row := range obligations() {
		if strings.Trim(row.of[:10], ".") != "" && !strings.Contains(row.path, own) {
			assert.True(t, told[row.path], row.path)
		}
	}
}

func (s *scope) has(path []string) bool {
	f := s.find(path[0])
	if f == nil || s.strange&s.bit(path[0]) != 0 {
		return false
	}
	return len(path) == 1 || f.inner != nil && f.inner.has(path[1:])
}

// TestPlansFit keeps every scope within the bits of a set and the steps of a path,
// and gives each value what the schema says of it.
func TestPlansFit(t *testing.T) {
	t.Parallel()
	var walk func(s *scope, depth int)
	walk = func(s *scope, depth int) {
		assert.LessOrEqual(t, depth, maxDepth)
		assert.LessOrEqual(t, len(s.fields), 64)
		for i := range s.fields {
			f := &s.fields[i]
			bit := uint64(1) << i
			if s.strange&bit != 0 {
				continue
			}
			if f.holds == holdsElements {
				require.NotNil(t, f.inner, f.name)
				walk(f.inner, depth+1)
				continue
			}
			assert.NotNil(t, f.values, f.name)
		}
	}
	for _, s := range scopes() {
		require.NotEmpty(t, s.fields)
		walk(s, 0)
	}
}

func TestObligations(t *testing.T) {
	t.Parallel()
	testRules(t, []ruleCase{
		{"no RUT of the receiver", 33, func(c *changed) { c.header().Receiver.RUT = dte.Receiver{}.RUT }, "element.required", LevelRejects, "Encabezado/Receptor/RUTRecep"},
		{"no RUT of the issuer", 39, func(c *changed) { c.header().Issuer.RUT = dte.Receiver{}.RUT }, "element.required", LevelRejects, "Encabezado/Emisor/RUTEmisor"},
		{"no date", 110, func(c *changed) { c.identification().IssueDate = dte.Payment{}.Date }, "element.required", LevelRejects, "Encabezado/IdDoc/FchEmis"},
		{"no name of an item", 33, func(c *changed) { c.line().Name = "" }, "element.required", LevelRejects, "Detalle[1]/NmbItem"},
		{"a blank name of an item", 34, func(c *changed) { c.line().Name = " \t" }, "element.required", LevelRejects, "Detalle[1]/NmbItem"},
		{"address of origin", 33, func(c *changed) { c.header().Issuer.Address = "" }, "element.expected", LevelReparo, "Encabezado/Emisor/DirOrigen"},
		{"commune of origin", 52, func(c *changed) { c.header().Issuer.Commune = "" }, "element.expected", LevelReparo, "Encabezado/Emisor/CmnaOrigen"},
		{"city of origin of an export", 110, func(c *changed) { c.doc.Export.Header.Issuer.City = "" }, "element.expected", LevelReparo, "Encabezado/Emisor/CiudadOrigen"},
		{"activity of the receiver", 34, func(c *changed) { c.header().Receiver.Activity = "" }, "element.expected", LevelReparo, "Encabezado/Receptor/GiroRecep"},
		{"activity of a seller", 46, func(c *changed) { c.header().Receiver.Activity = "" }, "element.expected", LevelAdvice, "Encabezado/Receptor/GiroRecep"},
		{"commune of the receiver", 46, func(c *changed) { c.header().Receiver.Commune = "" }, "element.expected", LevelReparo, "Encabezado/Receptor/CmnaRecep"},
		{"kind of transfer", 52, func(c *changed) { c.identification().Transfer = 0 }, "element.expected", LevelReparo, "Encabezado/IdDoc/IndTraslado"},
		{"commune of destination", 52, func(c *changed) { c.header().Transport.Commune = "" }, "element.expected", LevelAdvice, "Encabezado/Transporte/CmnaDest"},
		{"transport of a guía", 52, func(c *changed) { c.header().Transport = nil }, "element.expected", LevelAdvice, "Encabezado/Transporte/CmnaDest"},
		{"quantity in a guía", 52, func(c *changed) { c.line().Quantity = dte.Decimal{} }, "element.expected", LevelReparo, "Detalle[1]/QtyItem"},
		{"exempt amount", 34, func(c *changed) { c.header().Totals.Exempt = nil }, "element.expected", LevelReparo, "Encabezado/Totales/MntExe"},
		{"net of a boleta", 39, func(c *changed) { c.header().Totals.Net = nil }, "element.expected", LevelReparo, "Encabezado/Totales/MntNeto"},
		{"VAT of a boleta", 39, func(c *changed) { c.header().Totals.VAT = nil }, "element.expected", LevelReparo, "Encabezado/Totales/IVA"},
		{"packages of an export", 110, func(c *changed) { c.doc.Export.Header.Transport.Customs.PackageCount = 0 }, "element.expected", LevelReparo, "Encabezado/Transporte/Aduana/TotBultos"},
		{"packages of a service abroad", 110, func(c *changed) {
			c.identification().Service = 3
			c.doc.Export.Header.Transport.Customs.PackageCount = 0
		}, "element.expected", LevelAdvice, "Encabezado/Transporte/Aduana/TotBultos"},
		{"country of an export", 110, func(c *changed) { c.doc.Export.Header.Transport = nil }, "element.expected", LevelReparo, "Encabezado/Transporte/Aduana/CodPaisRecep"},
		{"country of a service abroad", 110, func(c *changed) {
			c.identification().Service = 3
			c.doc.Export.Header.Transport = nil
		}, "element.expected", LevelAdvice, "Encabezado/Transporte/Aduana/CodPaisRecep"},
		{"value of a discount of an export in its currency", 110, func(c *changed) {
			c.doc.Export.Adjustments = []dte.Adjustment{{Number: 1, Kind: "D", ValueKind: "%", Value: decimal(c.t, "5")}}
		}, "element.expected", LevelReparo, "DscRcgGlobal[1]/ValorDROtrMnda"},
		{"an empty code of an item", 33, func(c *changed) { c.line().Codes = []dte.ItemCode{{Kind: "INT1"}} }, "element.empty", LevelAdvice, "Detalle[1]/CdgItem[1]/VlrCodigo"},
		{"an empty text that has a length", 43, func(c *changed) { c.document().Commissions = []dte.Commission{{Number: 1, Kind: "C", Net: 1}} }, "text.length", LevelRejects, "Comisiones[1]/Glosa"},
		{"no right to reduce in an invoice", 33, func(c *changed) { c.identification().NoDebitReduction = 1 }, "element.unwanted", LevelAdvice, "Encabezado/IdDoc/IndNoRebaja"},
		{"transfer in an invoice", 33, func(c *changed) { c.identification().Transfer = 1 }, "element.unwanted", LevelAdvice, "Encabezado/IdDoc/IndTraslado"},
		{"period of a guía", 52, func(c *changed) { c.identification().PeriodFrom = c.day("2026-04-01") }, "element.unwanted", LevelAdvice, "Encabezado/IdDoc/PeriodoDesde"},
		{"net of an exempt boleta", 41, func(c *changed) { c.header().Totals.Net = pesos(0) }, "element.unwanted", LevelAdvice, "Encabezado/Totales/MntNeto"},
		{"another's document in an invoice", 33, func(c *changed) {
			c.refer(dte.Reference{Type: "52", Folio: "7", OtherRUT: buyer})
		}, "element.unwanted", LevelAdvice, "Referencia[1]/RUTOtr"},
	})
}
