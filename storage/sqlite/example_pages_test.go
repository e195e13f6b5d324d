package sqlite_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/sqlite"
)

// A service shows the documents of a month page by page. The place of the last
// document is the cursor of the next page.
func ExampleStore_Documents() {
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	store, err := sqlite.Open(ctx, "sqlite", filepath.Join(folder, "chile.db"))
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	key := rcv.Key{Owner: chile.MustParseRUT("76192083-9"), Period: chile.MustParsePeriod("2026-10"), Book: rcv.Purchases}
	_, err = store.ImportRegister(ctx, storage.Snapshot{Key: key, Rows: func(yield func(rcv.Document, error) bool) {
		for folio := range chile.Folio(5) {
			if !yield(rcv.Document{State: rcv.Registro, Type: chile.FacturaElectronica, Folio: folio + 8}, nil) {
				return
			}
		}
	}})
	if err != nil {
		log.Fatal(err)
	}

	query := storage.DocumentQuery{Owner: key.Owner, Book: key.Book, From: key.Period, To: key.Period, Limit: 2}
	for n := query.Limit; n == query.Limit; {
		n = 0
		for doc, err := range store.Documents(ctx, query) {
			if err != nil {
				log.Fatal(err)
			}
			n, query.After = n+1, doc.Place
			fmt.Print(doc.Folio, " ")
		}
		fmt.Println("end of page")
	}
	// Output:
	// 8 9 end of page
	// 10 11 end of page
	// 12 end of page
}
