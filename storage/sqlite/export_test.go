package sqlite

import (
	"context"
	"database/sql"

	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/internal/sqlstore"
)

// DocumentsStatement returns the statement that reads what a query selects.
func DocumentsStatement(q *storage.DocumentQuery) (string, []any) {
	return dialect.DocumentsStatement(q)
}

// The statements of other queries.
var (
	IssuedStatement    = sqlstore.IssuedStatement
	EnvelopesStatement = sqlstore.EnvelopesStatement
)

// BeginDurable begins a transaction that waits for the disk.
var BeginDurable = dialect.BeginDurable

// Configure prepares a connection.
func Configure(ctx context.Context, conn *sql.Conn) error { return dialect.Configure(ctx, conn) }
