package siiemit

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/storage"
)

// The total of an export is what it says in pesos, and never an amount of another
// currency.
func TestTotalsAreInPesos(t *testing.T) {
	t.Parallel()
	amount := func(s string) dte.Decimal {
		d, err := dte.ParseDecimal(s)
		require.NoError(t, err)
		return d
	}
	export := func(currency string, total string, other *dte.CurrencyTotals) *dte.DTE {
		doc := &dte.DTE{Export: &dte.Export{}}
		doc.Export.Header.Totals.Currency, doc.Export.Header.Totals.Total = currency, amount(total)
		doc.Export.Header.OtherCurrency = other
		return doc
	}
	invoice := &dte.DTE{Document: &dte.Document{}}
	invoice.Document.Header.Totals.Total = 11_900
	receiver, company, day := chile.MustParseRUT("55555555-5"), chile.MustParseRUT("76111111-6"), chile.Date{}
	for name, test := range map[string]struct {
		doc    *dte.DTE
		total  chile.CLP
		known  bool
		orphan chile.CLP
		like   bool
	}{
		"invoice":                 {invoice, 11_900, true, 11_900, true},
		"another invoice":         {invoice, 11_900, true, 11_901, false},
		"export in dollars":       {export("DOLAR USA", "127.5", nil), 0, false, 121_157, true},
		"export in whole dollars": {export("DOLAR USA", "127", nil), 0, false, 5, true},
		"export, pesos beside":    {export("DOLAR USA", "127.5", &dte.CurrencyTotals{Currency: "PESO CL", Total: amount("121157")}), 121_157, true, 121_157, true},
		"another export":          {export("DOLAR USA", "127.5", &dte.CurrencyTotals{Currency: "PESO CL", Total: amount("121157")}), 121_157, true, 128, false},
		"export, euros beside":    {export("DOLAR USA", "127.5", &dte.CurrencyTotals{Currency: "EURO", Total: amount("110")}), 0, false, 110, true},
		"export in pesos":         {export("PESO CL", "5000", nil), 5_000, true, 5_001, false},
		"export, no whole pesos":  {export("PESO CL", "5000.5", nil), 0, false, 5_000, true},
	} {
		total, known := pesos(test.doc)
		assert.Equal(t, test.total, total, name)
		assert.Equal(t, test.known, known, name)
		of := test.doc.ID().Type
		if test.doc.Export != nil {
			test.doc.Export.Header.Receiver.RUT = receiver
		} else {
			test.doc.Document.Header.Receiver.RUT = receiver
		}
		j := &job{doc: test.doc, draft: &issue.Draft{Identification: dte.Identification{Type: of}}}
		err := likeOrphan(j, []storage.Orphan{{
			Document: chile.DocumentID{Issuer: company, Type: of, Folio: 7}, Receiver: receiver, Date: day, Total: test.orphan,
		}})
		assert.Equal(t, test.like, err != nil, name)
	}
}
