package postgres

import (
	"context"
	"database/sql"
	"fmt"
)

// columnTypes returns the types of the table's columns: older back ends may
// have created some with other types.
func columnTypes(ctx context.Context, conn *sql.Conn, table string, columns []string) ([]string, error) {
	rows, err := conn.QueryContext(ctx, `SELECT attname::text, format_type(atttypid, NULL) FROM pg_attribute
		WHERE attrelid = CAST(CAST($1 AS text) AS regclass) AND attnum > 0 AND NOT attisdropped`, table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	byName := map[string]string{}
	for rows.Next() {
		var name, typ string
		if err := rows.Scan(&name, &typ); err != nil {
			return nil, err
		}
		byName[name] = typ
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	types := make([]string, len(columns))
	for i, name := range columns {
		typ, ok := byName[name]
		if !ok {
			return nil, fmt.Errorf("table %s has no column %s", table, name)
		}
		types[i] = typ
	}
	return types, nil
}
