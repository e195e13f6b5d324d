package rcv_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

func TestBooksAndStates(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []rcv.State{rcv.Registro, rcv.Pendiente, rcv.NoIncluir, rcv.Reclamado}, rcv.Purchases.States())
	assert.Equal(t, []rcv.State{rcv.Registro}, rcv.Sales.States())
	assert.Empty(t, rcv.Book("OTRO").States())
	assert.False(t, rcv.Book("OTRO").Valid())
	assert.False(t, rcv.State("").Valid())
	for _, state := range rcv.Purchases.States() {
		assert.True(t, state.Valid())
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	owner := chile.MustParseRUT("76192083-9")
	key := rcv.Key{Owner: owner, Period: chile.MustParsePeriod("2026-10"), Book: rcv.Purchases}
	assert.True(t, key.Valid())
	assert.Equal(t, "76192083-9 2026-10 COMPRA", key.String())
	assert.False(t, rcv.Key{Owner: owner, Book: rcv.Sales}.Valid())
}

func TestPartiesOfADocument(t *testing.T) {
	t.Parallel()
	owner, other := chile.MustParseRUT("76192083-9"), chile.MustParseRUT("12345678-5")
	for name, test := range map[string]struct {
		doc     rcv.Document
		byBuyer bool
	}{
		"factura":                         {rcv.Document{Type: 33}, false},
		"factura with odd marks":          {rcv.Document{Type: 33, Reference: rcv.Reference{RefType: 46, OverPurchaseInvoice: 1}}, false},
		"liquidación-factura":             {rcv.Document{Type: 43}, false},
		"nota de crédito":                 {rcv.Document{Type: 61}, false},
		"nota de crédito of a factura":    {rcv.Document{Type: 61, Reference: rcv.Reference{RefType: 33, RefFolio: "46"}}, false},
		"factura de compra on paper":      {rcv.Document{Type: 45}, true},
		"factura de compra electrónica":   {rcv.Document{Type: 46}, true},
		"nota de crédito with the mark":   {rcv.Document{Type: 61, Reference: rcv.Reference{OverPurchaseInvoice: 1}}, true},
		"nota de débito with the mark":    {rcv.Document{Type: 56, Reference: rcv.Reference{OverPurchaseInvoice: 1}}, true},
		"nota on paper with the mark":     {rcv.Document{Type: 60, Reference: rcv.Reference{OverPurchaseInvoice: 1}}, true},
		"nota de crédito of a 46":         {rcv.Document{Type: 61, Reference: rcv.Reference{RefType: 46}}, true},
		"nota de débito on paper of a 45": {rcv.Document{Type: 55, Reference: rcv.Reference{RefType: 45}}, true},
	} {
		test.doc.Folio, test.doc.Counterparty = 7, other
		for book, byOwner := range map[rcv.Book]bool{rcv.Purchases: test.byBuyer, rcv.Sales: !test.byBuyer} {
			wantIssuer, wantReceiver := other, owner
			if byOwner {
				wantIssuer, wantReceiver = owner, other
			}
			key := rcv.Key{Owner: owner, Period: chile.MustParsePeriod("2026-10"), Book: book}
			issuer, receiver := test.doc.Parties(key)
			assert.Equal(t, wantIssuer, issuer, "%s in %s", name, book)
			assert.Equal(t, wantReceiver, receiver, "%s in %s", name, book)
			assert.Equal(t, chile.DocumentID{Issuer: wantIssuer, Type: test.doc.Type, Folio: 7}, test.doc.ID(key), "%s in %s", name, book)
		}
	}
}

func TestSalesAsDocuments(t *testing.T) {
	t.Parallel()
	answer := `{"data":[` + row("") + `,` + row("detNroDoc=0") + `],` + ok + `}`
	docs, bad, err := read(t, rcv.SaleDocuments(rcv.DecodeSales(strings.NewReader(answer), nil)))
	require.NoError(t, err)
	assert.Len(t, docs, 1)
	assert.Len(t, bad, 1)
	assert.Equal(t, rcv.Registro, docs[0].State)
}

// TestTaxesThatWaitAreBounded has more taxes without a document than are held.
func TestTaxesThatWaitAreBounded(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString(registro + "\n")
	const rows = 10_050
	for n := range rows {
		text.WriteString(with(fmt.Sprintf(oneMore, "27;5;10"), "Folio", fmt.Sprint(n+1)) + "\n")
	}
	docs, bad, err := read(t, openText(t, text.String(), nil).Documents())
	require.NoError(t, err)
	assert.Empty(t, docs)
	assert.Len(t, bad, rows, "none is lost without a word")
	for _, row := range bad {
		require.ErrorIs(t, row, rcv.ErrOrphan)
	}
}
