package memory_test

import (
	"context"
	"fmt"
	"iter"
	"log"
	"testing"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
	"github.com/ofitec/chile/storage/storagetest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	storagetest.Run(t, storagetest.Harness{
		New: func(*testing.T) storage.Storage { return memory.New() },
		NewWithClock: func(_ *testing.T, now func() time.Time) storage.Storage {
			return memory.New(memory.WithClock(now))
		},
	})
}

// A nil option and a nil clock leave the default.
func TestNilOptions(t *testing.T) {
	t.Parallel()
	store := memory.New(nil, memory.WithClock(nil))
	event, err := store.AppendEvent(t.Context(), storage.Event{Kind: storage.EventTracking})
	if err != nil {
		t.Fatal(err)
	}
	if time.Since(event.CreatedAt).Abs() > time.Hour {
		t.Error("created at", event.CreatedAt)
	}
}

// The second import of a month tells what is new in it.
func Example() {
	store := memory.New()
	key := rcv.Key{
		Owner:  chile.MustParseRUT("76192083-9"),
		Period: chile.MustParsePeriod("2026-10"),
		Book:   rcv.Purchases,
	}
	invoice := rcv.Document{
		State: rcv.Registro, Type: chile.FacturaElectronica, Folio: 1234,
		Counterparty: chile.MustParseRUT("77000001-7"), Net: 1000, VAT: 190, Total: 1190,
	}
	ctx := context.Background()
	if _, err := store.ImportRegister(ctx, storage.Snapshot{Key: key, Rows: rows(invoice)}); err != nil {
		log.Fatal(err)
	}
	credit := invoice
	credit.Type = chile.NotaCreditoElectronica
	result, err := store.ImportRegister(ctx, storage.Snapshot{Key: key, Rows: rows(invoice, credit)})
	if err != nil {
		log.Fatal(err)
	}
	for _, change := range result.Changes {
		fmt.Println(change.Kind, change.After.ID(key))
	}
	for doc, err := range store.Documents(ctx, storage.DocumentQuery{Owner: key.Owner}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(doc.Type, doc.Folio, doc.Total.Format())
	}
	// Output:
	// added 77000001-7/61/1234
	// Factura electrónica 1234 1.190
	// Nota de crédito electrónica 1234 1.190
}

func rows(docs ...rcv.Document) iter.Seq2[rcv.Document, error] {
	return func(yield func(rcv.Document, error) bool) {
		for _, doc := range docs {
			if !yield(doc, nil) {
				return
			}
		}
	}
}
