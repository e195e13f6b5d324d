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

// A store whose options cannot be followed answers nothing, whatever it is asked.
func TestRefusedOptions(t *testing.T) {
	t.Parallel()
	owner := chile.MustParseRUT("76192083-9")
	key := rcv.Key{Owner: owner, Period: chile.MustParsePeriod("2026-10"), Book: rcv.Purchases}
	for want, option := range map[string]memory.Option{"memory: nil option": nil, "memory: WithClock: nil clock": memory.WithClock(nil)} {
		store := memory.New(option, memory.WithClock(time.Now))
		ctx := t.Context()
		for method, call := range map[string]func() error{
			"AcquireLease": func() error { _, _, err := store.AcquireLease(ctx, "name", time.Second); return err },
			"AppendEvent":  func() error { _, err := store.AppendEvent(ctx, storage.Event{Kind: storage.EventTracking}); return err },
			"ClaveState":   func() error { _, err := store.ClaveState(ctx, owner); return err },
			"Documents":    func() error { return first(store.Documents(ctx, storage.DocumentQuery{Owner: owner})) },
			"Environment":  func() error { _, err := store.Environment(ctx); return err },
			"Events":       func() error { return first(store.Events(ctx, storage.EventQuery{})) },
			"ImportRegister": func() error {
				_, err := store.ImportRegister(ctx, storage.Snapshot{Key: key, Rows: rows()})
				return err
			},
			"PutToken":     func() error { return store.PutToken(ctx, "key", "value", time.Time{}) },
			"ReleaseLease": func() error { return store.ReleaseLease(ctx, "name", 1) },
			"TakePace":     func() error { _, _, err := store.TakePace(ctx, "name", time.Second, time.Second); return err },
			"Token":        func() error { _, _, err := store.Token(ctx, "key"); return err },
		} {
			if err := call(); err == nil || err.Error() != want {
				t.Errorf("%s: %v, not %s", method, err, want)
			}
		}
	}
}

// first returns the error of the first of a sequence.
func first[T any](all iter.Seq2[T, error]) (err error) {
	for _, err = range all {
		break
	}
	return err
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
