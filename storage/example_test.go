package storage_test

import (
	"context"
	"fmt"
	"log"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
)

// A register is imported whole: what the snapshot lacks is marked as gone.
func ExampleRegisters() {
	ctx := context.Background()
	store := memory.New()
	key := rcv.Key{Owner: chile.MustParseRUT("76192083-9"), Period: chile.MustParsePeriod("2026-10"), Book: rcv.Purchases}
	invoice := rcv.Document{
		State: rcv.Registro, Type: chile.FacturaElectronica, Folio: 1234, Issued: key.Period.First(),
		Counterparty: chile.MustParseRUT("77222222-K"), Net: 1_000_000, VAT: 190_000, Total: 1_190_000,
	}
	for _, rows := range [][]rcv.Document{{invoice}, {}} {
		result, err := store.ImportRegister(ctx, storage.Snapshot{Key: key, Rows: func(yield func(rcv.Document, error) bool) {
			for _, doc := range rows {
				if !yield(doc, nil) {
					return
				}
			}
		}})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(result.Counts.Added, "added,", result.Counts.Gone, "gone")
	}
	// Output:
	// 1 added, 0 gone
	// 0 added, 1 gone
}
