package pgxcopy_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/pgxcopy"
)

// Open connects, brings the tables up to date, and returns a store whose imports go
// through COPY.
func ExampleOpen() {
	ctx := context.Background()
	store, err := pgxcopy.Open(ctx, os.Getenv("DATABASE_URL")) // postgres://app@localhost/chile
	if err != nil {
		log.Fatal(err) // shows no password
	}
	defer store.Close()
	october := rcv.Key{Owner: chile.MustParseRUT("76192083-9"), Period: chile.MustParsePeriod("2026-10"), Book: rcv.Purchases}
	result, err := store.ImportRegister(ctx, storage.Snapshot{
		Key: october,
		Rows: func(yield func(rcv.Document, error) bool) {
			yield(rcv.Document{
				State: rcv.Registro, Type: chile.FacturaElectronica, Folio: 1234,
				Counterparty: chile.MustParseRUT("77000001-7"), Net: 1000, VAT: 190, Total: 1190,
			}, nil)
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Counts.Added, "documents are new")
}
