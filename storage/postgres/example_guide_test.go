package postgres_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"

	"github.com/ofitec/chile/storage/postgres"
)

// migrate is the code of the guide.
func migrate(ctx context.Context, db *sql.DB) {
	report, err := postgres.Migrate(ctx, db)
	if err != nil {
		log.Fatal(err) // each migration is one transaction
	}
	fmt.Println(len(report.Applied), "applied,", report.OwnersUnknown, "rows without owner")
}
