package siisync

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
)

var (
	owner   = chile.MustParseRUT("76192083-9")
	october = chile.MustParsePeriod("2026-10")
	bought  = rcv.Key{Owner: owner, Period: october, Book: rcv.Purchases}
)

// purchase returns an invoice of 1,190 pesos.
func purchase(folio chile.Folio, state rcv.State) rcv.Document {
	return rcv.Document{
		State: state, Type: chile.FacturaElectronica, Folio: folio,
		Counterparty: chile.MustParseRUT("12345678-5"), Name: "Proveedor Uno SpA",
		Issued: october.First(), Net: 1000, VAT: 190, Total: 1190,
	}
}

func newSyncer(r *register, store Store, progress func(Progress)) *Syncer {
	if progress == nil {
		progress = func(Progress) {}
	}
	return &Syncer{registers: r, store: store, progress: progress, imported: func(*BookResult) {}}
}

func stored(t *testing.T, store storage.Registers) map[chile.Folio]rcv.State {
	t.Helper()
	states := map[chile.Folio]rcv.State{}
	for doc, err := range store.Documents(t.Context(), storage.DocumentQuery{Owner: owner}) {
		require.NoError(t, err)
		states[doc.Folio] = doc.State
	}
	return states
}

func events(t *testing.T, store storage.Events, kind string) []storage.Event {
	t.Helper()
	var found []storage.Event
	for event, err := range store.Events(t.Context(), storage.EventQuery{Kind: kind}) {
		require.NoError(t, err)
		found = append(found, event)
	}
	return found
}

func TestPeriodImportsBothBooks(t *testing.T) {
	t.Parallel()
	store := memory.New()
	r := &register{docs: []rcv.Document{purchase(1, rcv.Registro), purchase(2, rcv.Pendiente)}}
	result, err := newSyncer(r, store, nil).Period(t.Context(), owner, october)
	require.NoError(t, err)
	assert.True(t, result.Complete())
	assert.EqualValues(t, 2, result.Purchases.Counts.Added)
	// The stub shows the same documents in both books; sales have one state.
	assert.EqualValues(t, 1, result.Sales.Counts.Added)
	assert.Len(t, result.Purchases.Sources, 4)

	again, err := newSyncer(r, store, nil).Period(t.Context(), owner, october)
	require.NoError(t, err)
	assert.Equal(t, storage.Counts{Unchanged: 2}, again.Purchases.Counts)
	assert.Empty(t, again.Purchases.Changes)
	assert.Len(t, events(t, store, storage.EventImport), 4)

	lines, err := store.SummaryLines(t.Context(), bought)
	require.NoError(t, err)
	assert.Len(t, lines, 2)
}

func TestRegistersFromElsewhere(t *testing.T) {
	t.Parallel()
	store := memory.New()
	syncer, err := New(nil, store, WithRegisters(&register{docs: []rcv.Document{purchase(1, rcv.Registro)}}))
	require.NoError(t, err)
	result, err := syncer.Book(t.Context(), bought)
	require.NoError(t, err)
	assert.EqualValues(t, 1, result.Counts.Added)
}

func TestBookKeepsNothingOfAnIncompleteDownload(t *testing.T) {
	t.Parallel()
	store := memory.New()
	r := &register{docs: []rcv.Document{purchase(1, rcv.Registro)}, end: fmt.Errorf("cut: %w", sii.ErrIncomplete)}
	_, err := newSyncer(r, store, nil).Book(t.Context(), bought)
	require.ErrorIs(t, err, sii.ErrIncomplete)
	assert.Empty(t, stored(t, store))
	assert.Equal(t, 4, r.reads, "an incomplete download is not repeated")
	assert.Len(t, events(t, store, storage.EventError), 1)
	assert.Empty(t, events(t, store, storage.EventImport))
}

func TestBookNamesEveryRowThatCannotBeRead(t *testing.T) {
	t.Parallel()
	store := memory.New()
	r := &register{docs: []rcv.Document{purchase(1, rcv.Registro)}}
	for i := range maxRowErrors + 5 {
		r.bad = append(r.bad, &rcv.RowError{Line: i + 1, Heading: "detRutDoc", Value: "x", Err: chile.ErrSyntax})
	}
	_, err := newSyncer(r, store, nil).Book(t.Context(), bought)
	var rows *UnreadableError
	require.ErrorAs(t, err, &rows)
	assert.Len(t, rows.Rows, maxRowErrors)
	assert.Equal(t, 5, rows.More)
	var row *rcv.RowError
	require.ErrorAs(t, err, &row)
	assert.Equal(t, 1, row.Line)
	require.ErrorIs(t, err, chile.ErrSyntax)
	assert.Contains(t, err.Error(), "105 rows cannot be read")
	assert.Empty(t, stored(t, store))
}

func TestBookIsDownloadedAgainIfADocumentMoves(t *testing.T) {
	t.Parallel()
	for name, move := range map[string]struct{ from, to rcv.State }{
		"forward, so that it is seen twice":    {rcv.Pendiente, rcv.Registro},
		"backward, so that it is seen by none": {rcv.NoIncluir, rcv.Registro},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := memory.New()
			r := &register{docs: []rcv.Document{purchase(1, move.from), purchase(2, rcv.Registro)}}
			r.onState = func(r *register, n int, s rcv.State) {
				forward := n == 2 // after Pendiente, before Registro
				backward := n == 3 && move.from == rcv.NoIncluir
				if (forward && move.from == rcv.Pendiente) || backward {
					r.docs[0].State = move.to
				}
			}
			var stages []Stage
			result, err := newSyncer(r, store, func(p Progress) { stages = append(stages, p.Stage) }).Book(t.Context(), bought)
			require.NoError(t, err)
			assert.EqualValues(t, 2, result.Counts.Added)
			assert.Contains(t, stages, StageAgain)
			assert.Equal(t, map[chile.Folio]rcv.State{1: move.to, 2: rcv.Registro}, stored(t, store))
		})
	}
}

func TestBookGivesUpOnARegisterThatNeverRests(t *testing.T) {
	t.Parallel()
	store := memory.New()
	r := &register{docs: []rcv.Document{purchase(1, rcv.Registro)}}
	next := chile.Folio(2)
	r.onState = func(r *register, _ int, s rcv.State) {
		if s == rcv.Reclamado {
			r.docs = append(r.docs, purchase(next, rcv.Pendiente))
			next++
		}
	}
	_, err := newSyncer(r, store, nil).Book(t.Context(), bought)
	require.ErrorIs(t, err, sii.ErrIncomplete)
	assert.Equal(t, 8, r.reads, "two downloads of four states")
	assert.Empty(t, stored(t, store))
}

func TestBookTellsOfACancelledContext(t *testing.T) {
	t.Parallel()
	store := memory.New()
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("shutting down")
	r := &register{docs: []rcv.Document{purchase(1, rcv.Registro)}}
	r.onState = func(*register, int, rcv.State) { cancel(stop) }
	_, err := newSyncer(r, store, nil).Book(ctx, bought)
	require.ErrorIs(t, err, stop)
	assert.Empty(t, stored(t, store))
	assert.Len(t, events(t, store, storage.EventError), 1)
}

func TestBookRefusesAnIncompleteKey(t *testing.T) {
	t.Parallel()
	_, err := newSyncer(&register{}, memory.New(), nil).Book(t.Context(), rcv.Key{Owner: owner, Book: rcv.Sales})
	require.ErrorIs(t, err, storage.ErrInvalid)
}

func TestProgressCountsRows(t *testing.T) {
	t.Parallel()
	r := &register{}
	for i := range 1200 {
		r.docs = append(r.docs, purchase(chile.Folio(i+1), rcv.Registro))
	}
	var seen []Progress
	_, err := newSyncer(r, memory.New(), func(p Progress) { seen = append(seen, p) }).Book(t.Context(), bought)
	require.NoError(t, err)
	var rows []int64
	for _, p := range seen {
		if p.Stage == StageRows {
			rows = append(rows, p.Rows)
			assert.EqualValues(t, 1200, p.Expected)
		}
	}
	assert.Equal(t, []int64{500, 1000}, rows)
	assert.Equal(t, StageImported, seen[len(seen)-1].Stage)
}
