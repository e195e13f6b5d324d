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

// What the SII gives as a total of the month is told, and not compared.
func TestReportTellsWhatIsNotCompared(t *testing.T) {
	t.Parallel()
	october := chile.MustParsePeriod("2026-10")
	opts := &options{owner: chile.MustParseRUT("76192083-9"), from: october, to: october, sales: true}
	store := memory.New()
	_, err := store.ImportRegister(t.Context(), storage.Snapshot{
		Key: rcv.Key{Owner: opts.owner, Period: october, Book: rcv.Sales},
		Rows: func(yield func(rcv.Document, error) bool) {
			yield(rcv.Document{
				State: rcv.Registro, Type: 33, Folio: 1, Counterparty: chile.MustParseRUT("12345678-5"), Total: 1190,
				Transaction: rcv.Transaction{KindText: "Activo Fijo"},
			}, nil)
		},
		Lines: func() []rcv.SummaryLine {
			return []rcv.SummaryLine{
				{State: rcv.Registro, Type: 33, Documents: 1, Total: 1190}, // its document is compared
				{State: rcv.Registro, Type: 34, HasDetail: true, Documents: 1, Total: 9},
				{State: rcv.Registro, Type: 39, Documents: 17, Total: 595},
			}
		},
	})
	require.NoError(t, err)
	seen := map[group]bool{}
	r := rcv.Reconcile(register(t.Context(), store, opts, seen), func(func(rcv.Entry, error) bool) {}, nil)
	var text bytes.Buffer
	err = report(cli.NewOutput(&text, false), r, func() (*rcv.Totals, error) { return without(t.Context(), store, opts, seen) })
	require.ErrorContains(t, err, "1 results do not match")
	assert.Contains(t, text.String(), "total 1.190, Activo Fijo (REGISTRO)")
	assert.Contains(t, text.String(), "not compared: 17 boletas and the like for 595")
}
