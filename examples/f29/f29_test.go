package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
)

var opts = &options{owner: chile.MustParseRUT("76192083-9"), period: chile.MustParsePeriod("2026-10")}

func keep(t *testing.T, store storage.Registers, book rcv.Book, lines []rcv.SummaryLine, docs ...rcv.Document) {
	t.Helper()
	_, err := store.ImportRegister(t.Context(), storage.Snapshot{
		Key: rcv.Key{Owner: opts.owner, Period: opts.period, Book: book},
		Rows: func(yield func(rcv.Document, error) bool) {
			for i, d := range docs {
				d.State, d.Folio, d.Counterparty = rcv.Registro, chile.Folio(i+1), chile.MustParseRUT("12345678-5")
				if !yield(d, nil) {
					return
				}
			}
		},
		Lines: func() []rcv.SummaryLine { return lines },
	})
	require.NoError(t, err)
}

// A month of a shop: boletas, a van that is sold, scrap that is bought.
func TestFormOfAShop(t *testing.T) {
	t.Parallel()
	store := &cli.Store{Storage: memory.New()}
	_, err := sum(t.Context(), store, opts)
	require.ErrorContains(t, err, "76192083-9 2026-10 VENTA was never imported")
	keep(t, store, rcv.Sales,
		[]rcv.SummaryLine{
			{State: rcv.Registro, Type: 33, HasDetail: true, Documents: 1, Net: 1000, VAT: 190, Total: 1190},
			{State: rcv.Registro, Type: 39, Documents: 17, Net: 500, VAT: 95, Total: 595},
		},
		rcv.Document{Type: 33, Net: 1000, VAT: 190, Total: 1190, Transaction: rcv.Transaction{KindText: "Activo Fijo"}})
	_, err = sum(t.Context(), store, opts)
	require.ErrorContains(t, err, "76192083-9 2026-10 COMPRA was never imported")
	keep(t, store, rcv.Purchases,
		[]rcv.SummaryLine{{State: rcv.Pendiente, Type: 34, Documents: 2, Exempt: 7, Total: 7}},
		rcv.Document{Type: 46, Net: 100, VAT: 19, Total: 100})
	form, err := sum(t.Context(), store, opts)
	require.NoError(t, err)
	codes, err := form.Codes()
	require.NoError(t, err)
	assert.Equal(t, map[int]chile.CLP{716: 1, 717: 190, 110: 17, 111: 95, 519: 1, 520: 19, 39: 19, 538: 285, 537: 19, 511: 19}, codes)

	var text bytes.Buffer
	require.NoError(t, report(cli.NewOutput(&text, false), form, nil))
	assert.Contains(t, text.String(), "[39]")
	assert.Contains(t, text.String(), "VAT withheld from sellers, to be paid besides: 19")
	assert.Contains(t, text.String(), "on no line: COMPRA, 2 documents of type 34: state PENDIENTE: exempt 7, total 7")
	assert.NotContains(t, text.String(), "[0]")
}
