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
	owner, other := chile.MustParseRUT("76192083-9"), chile.MustParseRUT("12345678-5")
	key := rcv.Key{Owner: owner, Period: chile.MustParsePeriod("2026-10"), Book: rcv.Purchases}
	assert.True(t, key.Valid())
	assert.Equal(t, "76192083-9 2026-10 COMPRA", key.String())
	assert.False(t, rcv.Key{Owner: owner, Book: rcv.Sales}.Valid())

	doc := rcv.Document{Type: 46, Folio: 1, Counterparty: other}
	assert.Equal(t, chile.DocumentID{Issuer: other, Type: 46, Folio: 1}, doc.ID(key))
	key.Book = rcv.Sales
	assert.Equal(t, chile.DocumentID{Issuer: owner, Type: 46, Folio: 1}, doc.ID(key))
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
