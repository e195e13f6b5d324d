package postgres

import (
	"context"
	"database/sql"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/ofitec/chile/storage/internal/sqlstore"
)

// Bounds of one statement: rows, and bytes of one column.
const (
	unnestRows  = 5000
	unnestBytes = 1 << 20
)

// insertUnnest writes rows with statements whose parameters are whole columns
// as text, as literals of arrays, which every driver passes on unchanged.
func insertUnnest(ctx context.Context, conn *sql.Conn, table string, columns []string, rows iter.Seq2[[]sqlstore.Value, error]) error {
	types, err := columnTypes(ctx, conn, table, columns)
	if err != nil {
		return err
	}
	statement := "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") SELECT * FROM " + unnest(types)
	return eachBatch(ctx, conn, statement, len(columns), rows)
}

// update writes columns of rows found by their ids.
func update(ctx context.Context, conn *sql.Conn, table string, columns []string, rows iter.Seq2[[]sqlstore.Value, error]) error {
	types, err := columnTypes(ctx, conn, table, slices.Concat([]string{"id"}, columns))
	if err != nil {
		return err
	}
	set := make([]string, len(columns))
	for i, c := range columns {
		set[i] = c + " = n." + c
	}
	statement := "UPDATE " + table + " AS p SET " + strings.Join(set, ", ") + " FROM " + unnest(types) +
		" AS n (id, " + strings.Join(columns, ", ") + ") WHERE p.id = n.id"
	return eachBatch(ctx, conn, statement, len(types), rows)
}

// unnest returns rows from parameters that hold their columns.
func unnest(types []string) string {
	var b strings.Builder
	b.WriteString("unnest(")
	for i, typ := range types {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("CAST($" + strconv.Itoa(i+1) + " AS " + typ + "[])")
	}
	b.WriteString(")")
	return b.String()
}

// eachBatch runs a statement of unnest for all rows.
func eachBatch(ctx context.Context, conn *sql.Conn, statement string, columns int, rows iter.Seq2[[]sqlstore.Value, error]) error {
	arrays := make([][]byte, columns)
	n, full := 0, false
	flush := func() error {
		args := make([]any, columns)
		for i := range arrays {
			args[i] = string(append(arrays[i], '}'))
			arrays[i] = arrays[i][:0]
		}
		n, full = 0, false
		_, err := conn.ExecContext(ctx, statement, args...)
		return err
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		for i := range row {
			arrays[i] = appendElement(arrays[i], row[i])
			full = full || len(arrays[i]) >= unnestBytes
		}
		if n++; n == unnestRows || full {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if n == 0 {
		return nil
	}
	return flush()
}

// appendElement appends a value to the literal of an array. Texts are quoted,
// so none is taken for NULL or split.
func appendElement(b []byte, v sqlstore.Value) []byte {
	if len(b) == 0 {
		b = append(b, '{')
	} else {
		b = append(b, ',')
	}
	switch v.Kind {
	case sqlstore.Null:
		return append(b, "NULL"...)
	case sqlstore.Text:
		b = append(b, '"')
		rest := v.Text
		for {
			i := strings.IndexAny(rest, `"\`)
			if i < 0 {
				return append(append(b, rest...), '"')
			}
			b = append(append(b, rest[:i]...), '\\', rest[i])
			rest = rest[i+1:]
		}
	default:
		b = append(b, '"')
		return append(v.AppendText(b), '"')
	}
}
