package sqlstore

import (
	"context"
	"database/sql"
	"iter"
	"strings"
)

// insert writes rows into a table in the database's fastest way.
func (s *session) insert(ctx context.Context, table string, columns []string, rows iter.Seq2[[]Value, error]) error {
	if s.dialect.Insert != nil {
		return s.dialect.Insert(ctx, s.conn, table, columns, rows)
	}
	return s.insertMany(ctx, table, columns, rows)
}

// update writes columns of rows found by their ids. Each given row is its id
// and the values of the columns.
func (s *session) update(ctx context.Context, table string, columns []string, rows iter.Seq2[[]Value, error]) error {
	if s.dialect.Update != nil {
		return s.dialect.Update(ctx, s.conn, table, columns, rows)
	}
	return s.updateEach(ctx, table, columns, rows)
}

// rowsPerInsert is how many rows of up to 60 columns one statement inserts:
// SQLite allows 32766 values.
const rowsPerInsert = 500

// insertMany writes many rows per statement.
func (s *session) insertMany(ctx context.Context, table string, columns []string, rows iter.Seq2[[]Value, error]) error {
	statement := func(rows int) string {
		tuple := "(" + places(len(columns)) + "),"
		return "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES " + strings.TrimSuffix(strings.Repeat(tuple, rows), ",")
	}
	many := prepared{session: s, query: statement(rowsPerInsert)}
	defer many.close()
	args := make([]any, 0, rowsPerInsert*len(columns))
	for row, err := range rows {
		if err != nil {
			return err
		}
		for i := range row {
			args = append(args, row[i].argument())
		}
		if len(args) == cap(args) {
			if err := many.exec(ctx, args); err != nil {
				return err
			}
			args = args[:0]
		}
	}
	if len(args) == 0 {
		return nil
	}
	_, err := s.exec(ctx, statement(len(args)/len(columns)), args...)
	return err
}

// updateEach writes row by row, which is cheap for a database in the process.
func (s *session) updateEach(ctx context.Context, table string, columns []string, rows iter.Seq2[[]Value, error]) error {
	one := prepared{session: s, query: "UPDATE " + table + " SET " + strings.Join(columns, " = ?, ") + " = ? WHERE id = ?"}
	defer one.close()
	args := make([]any, len(columns)+1)
	for row, err := range rows {
		if err != nil {
			return err
		}
		for i := range row {
			args[(i+len(columns))%len(args)] = row[i].argument() // the id is last
		}
		if err := one.exec(ctx, args); err != nil {
			return err
		}
	}
	return nil
}

// prepared is a statement that is prepared at its first run.
type prepared struct {
	session   *session
	query     string
	statement *sql.Stmt
}

func (p *prepared) exec(ctx context.Context, args []any) (err error) {
	if p.statement == nil {
		if p.statement, err = p.session.conn.PrepareContext(ctx, p.session.dialect.rebind(p.query)); err != nil {
			return err
		}
	}
	_, err = p.statement.ExecContext(ctx, args...)
	return err
}

func (p *prepared) close() {
	if p.statement != nil {
		_ = p.statement.Close()
	}
}
