package sqlite

import "github.com/ofitec/chile/storage"

// DocumentsStatement returns the statement that reads what a query selects.
func DocumentsStatement(q *storage.DocumentQuery) (string, []any) {
	return dialect.DocumentsStatement(q)
}
