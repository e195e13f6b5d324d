package issue_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
)

// issued returns the document of a draft of testdata, with a number.
func issued(tb testing.TB, name string) *dte.DTE {
	tb.Helper()
	d := parse(tb, string(readFile(tb, name)))
	d.Identification.Folio = 77
	doc, _ := d.Document(nil)
	require.NotNil(tb, doc)
	return doc
}

func TestAnnul(t *testing.T) {
	t.Parallel()
	for original, note := range map[string]chile.DocType{
		"33": 61, "34": 61, "39": 61, "41": 61, "43": 61, "46": 61, "56": 61, "61": 56, "110": 112, "111": 112, "112": 111,
	} {
		doc := issued(t, original)
		d, err := issue.Annul(doc, "Se anula")
		require.NoError(t, err, original)
		assert.Equal(t, note, d.Identification.Type, original)
		assert.True(t, d.Identification.IssueDate.IsZero())
		assert.Zero(t, d.Identification.Folio)
		assert.Equal(t, []dte.Reference{{
			Number: 1, Type: original, Folio: "77", Date: doc.IssueDate(), Code: "1", Reason: "Se anula",
		}}, d.References, original)
		of, err := issue.DraftOf(doc)
		require.NoError(t, err)
		assert.Len(t, d.Lines, len(of.Lines))
		assert.Equal(t, of.Totals.Total, d.Totals.Total, "it says the total that it is to have")
	}
}

func TestAnnulOfExemptDocumentsSaysThatLinesAreExempt(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"34", "41"} {
		d, err := issue.Annul(issued(t, name), "Se anula")
		require.NoError(t, err)
		assert.Equal(t, 1, d.Lines[0].Exemption, name)
		assert.Zero(t, d.Identification.GrossPrices, name)
	}
}

func TestAnnulOfBoletasKeepsPricesWithVAT(t *testing.T) {
	t.Parallel()
	doc := issued(t, "39")
	d, err := issue.Annul(doc, "Se anula")
	require.NoError(t, err)
	assert.Equal(t, 1, d.Identification.GrossPrices)
	assert.Zero(t, d.Identification.Service)
	doc.Document.Header.Identification.NetPrices = 2
	d, err = issue.Annul(doc, "Se anula")
	require.NoError(t, err)
	assert.Zero(t, d.Identification.GrossPrices)
}

func TestNoNote(t *testing.T) {
	t.Parallel()
	_, err := issue.Annul(issued(t, "52"), "Se anula")
	require.ErrorIs(t, err, issue.ErrNote)
	_, err = issue.Annul(&dte.DTE{}, "Se anula")
	require.ErrorIs(t, err, issue.ErrDocument)
	doc := issued(t, "33")
	doc.Document.Header.Identification.Folio = 0
	_, err = issue.Annul(doc, "Se anula")
	require.ErrorIs(t, err, issue.ErrNote)

	doc.Document.Header.Identification.Type = chile.Factura
	_, err = issue.CorrectText(doc, "Corrige giro")
	var paper *issue.PaperError
	require.ErrorAs(t, err, &paper)
	assert.Equal(t, chile.FacturaElectronica, paper.Twin)
	assert.ErrorContains(t, err, "33")
}

func TestCorrectText(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"33", "39", "61", "110"} {
		d, err := issue.CorrectText(issued(t, name), "Corrige giro del receptor")
		require.NoError(t, err)
		assert.Equal(t, "2", d.References[0].Code)
		assert.Equal(t, []issue.Line{{Number: 1, Name: "Corrige giro del receptor", Amount: decimal(t, "0")}}, d.Lines, name)
		assert.Empty(t, d.Adjustments)
		assert.True(t, d.Totals.Total.IsZero())
	}
}

func TestReturn(t *testing.T) {
	t.Parallel()
	doc := issued(t, "33")
	d, err := issue.Return(doc, "Devolución", issue.Part{Line: 1, Quantity: decimal(t, "2")})
	require.NoError(t, err)
	assert.Equal(t, chile.NotaCreditoElectronica, d.Identification.Type)
	assert.Equal(t, "3", d.References[0].Code)
	require.Len(t, d.Lines, 1)
	assert.Equal(t, "2", d.Lines[0].Quantity.String())
	assert.Equal(t, "10", d.Lines[0].DiscountRate.String())
	assert.True(t, d.Lines[0].Discount.IsZero(), "to be computed anew")
	assert.True(t, d.Lines[0].Amount.IsZero(), "to be computed anew")
	assert.True(t, d.Totals.Total.IsZero())
	require.Len(t, d.Adjustments, 1, "the discount of taxed lines")

	d, err = issue.Return(doc, "Devolución", issue.Part{Line: 2})
	require.NoError(t, err)
	assert.Equal(t, "Manual impreso", d.Lines[0].Name)
	assert.Equal(t, 1, d.Lines[0].Number)
	assert.Empty(t, d.Adjustments, "it is no discount of exempt lines")
}

func TestReturnOfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	doc := issued(t, "33")
	for _, parts := range [][]issue.Part{
		{{Line: 3}},
		{{Line: 1}, {Line: 1}},
		{{Line: 1, Quantity: decimal(t, "3.01")}},
		{{Line: 1, Quantity: decimal(t, "0")}},
		{{Line: 1, Quantity: decimal(t, "-1")}},
	} {
		_, err := issue.Return(doc, "Devolución", parts...)
		require.ErrorIs(t, err, issue.ErrPart)
	}
	_, err := issue.Return(issued(t, "61"), "Devolución")
	require.ErrorIs(t, err, issue.ErrNote)
}

func TestReturnWhoseShareIsOpen(t *testing.T) {
	t.Parallel()
	ten := chile.CLP(10)
	for name, change := range map[string]func(*dte.Document){
		"discount of the whole in pesos": func(d *dte.Document) { d.Adjustments[0].ValueKind = "$" },
		"discount of the line in pesos": func(d *dte.Document) {
			d.Lines[0].DiscountRate, d.Lines[0].Discount = dte.Decimal{}, &ten
		},
		"an amount without price": func(d *dte.Document) { d.Lines[0].Price = dte.Decimal{} },
		"a tax by amount": func(d *dte.Document) {
			d.Header.Totals.OtherTaxes = []dte.OtherTax{{Code: 28, Amount: 5}}
		},
		"a credit": func(d *dte.Document) { d.Header.Totals.BuilderCredit = &ten },
	} {
		doc := issued(t, "33")
		change(doc.Document)
		_, err := issue.Return(doc, "Devolución", issue.Part{Line: 1, Quantity: decimal(t, "1")})
		require.ErrorIs(t, err, issue.ErrShare, name)
		d, err := issue.Return(doc, "Devolución", issue.Part{Line: 1}, issue.Part{Line: 2, Quantity: decimal(t, "1.0")})
		require.NoError(t, err, "all of it: "+name)
		assert.Len(t, d.Lines, 2)
	}
}

func TestReturnKeepsRetentions(t *testing.T) {
	t.Parallel()
	doc := issued(t, "46")
	doc.Document.Lines[0].TaxCodes = nil // the retention of all lines
	doc.Document.Header.Totals.OtherTaxes = []dte.OtherTax{{Code: 15, Rate: decimal(t, "19"), Amount: 29652}}
	d, err := issue.Return(doc, "Devolución", issue.Part{Line: 1, Quantity: decimal(t, "200.5")})
	require.NoError(t, err)
	assert.Equal(t, []issue.Tax{{Code: 15, Rate: decimal(t, "19")}}, d.Totals.OtherTaxes)
}

func TestDebit(t *testing.T) {
	t.Parallel()
	interest := issue.Line{Name: "Intereses", Price: decimal(t, "8500")}
	d, err := issue.Debit(issued(t, "34"), "Intereses por mora", interest)
	require.NoError(t, err)
	assert.Equal(t, chile.NotaDebitoElectronica, d.Identification.Type)
	assert.Equal(t, "3", d.References[0].Code)
	interest.Exemption = 1
	assert.Equal(t, []issue.Line{interest}, d.Lines)
	d, err = issue.Debit(issued(t, "110"), "Flete", interest)
	require.NoError(t, err)
	assert.Equal(t, chile.NotaDebitoExportacionElectronica, d.Identification.Type)
	assert.Equal(t, &dte.CurrencyTotals{Currency: "PESO CL", ExchangeRate: decimal(t, "950.25")}, d.OtherCurrency)
	assert.Equal(t, "DOLAR USA", d.Totals.Currency)
}
