package postgres_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"os"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/postgres"
)

// The program names the driver; New brings the tables up to date.
func ExampleNew() {
	ctx := context.Background()
	db, err := sql.Open("pgx", os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	store, err := postgres.New(ctx, db)
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	month := chile.MustParsePeriod("2026-10")
	query := storage.DocumentQuery{Owner: chile.MustParseRUT("76192083-9"), From: month, To: month, Limit: 100}
	for doc, err := range store.Documents(ctx, query) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(doc.Type, doc.Folio, doc.Total)
	}
}
