package postgres

import (
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/internal/sqlstore"
)

// DocumentsStatement returns the statement that reads what a query selects.
func DocumentsStatement(q *storage.DocumentQuery) (string, []any) {
	return dialect.DocumentsStatement(q)
}

// The statements of other queries, with ? for their arguments.
var (
	IssuedStatement    = sqlstore.IssuedStatement
	EnvelopesStatement = sqlstore.EnvelopesStatement
)

// BeginDurable begins a transaction that waits for the disk.
var BeginDurable = dialect.BeginDurable

// TakeFolios takes folios by one statement.
var TakeFolios = takeFolios
