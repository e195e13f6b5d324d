package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// stageBatch is how many rows are staged at once.
const stageBatch = 500

// stageTable is where the rows of a snapshot wait, outside of the transaction
// that imports them: they may take long to come.
const stageTable = "sii_etapa"

// stage takes the rows of a snapshot into the stage and returns how many there
// are.
func (s *session) stage(ctx context.Context, snapshot *storage.Snapshot) (int64, error) {
	var definition []string
	for _, c := range columns {
		typ := stageTypes[c]
		if typ == "" {
			typ = "text"
		}
		definition = append(definition, c+" "+typ)
	}
	for _, statement := range []string{
		"DROP TABLE IF EXISTS " + s.dialect.Temporary + "." + stageTable,
		"CREATE TEMPORARY TABLE " + stageTable + " (" + strings.Join(definition, ", ") + ")",
	} {
		if _, err := s.conn.ExecContext(ctx, statement); err != nil {
			return 0, err
		}
	}
	var staged int64
	batch := make([][]any, 0, stageBatch)
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		err := s.writeRows(ctx, stageTable, columns, batch)
		staged += int64(len(batch))
		batch = batch[:0]
		return err
	}
	for doc, err := range snapshot.Rows {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil && doc.Type == 0 {
			err = fmt.Errorf("%w: a document without type", storage.ErrInvalid)
		}
		if err != nil {
			return 0, err
		}
		row, err := values(snapshot.Key, &doc)
		if err != nil {
			return 0, err
		}
		if batch = append(batch, row); len(batch) == stageBatch {
			if err := flush(); err != nil {
				return 0, err
			}
		}
	}
	if err := flush(); err != nil {
		return 0, err
	}
	// Without an index, and without knowing its size, a database would compare
	// every staged row with every stored one.
	for _, statement := range []string{
		"CREATE INDEX sii_etapa_clave ON " + stageTable + " (" + strings.Join(tables[snapshot.Key.Book].key, ", ") + ")",
		"ANALYZE " + stageTable,
	} {
		if _, err := s.conn.ExecContext(ctx, statement); err != nil {
			return 0, err
		}
	}
	return staged, nil
}

// writeRows takes rows into a table by the fastest way that the driver has. The
// values are text, numbers and truth values alone, which every driver passes on
// alike.
func (s *session) writeRows(ctx context.Context, table string, columns []string, rows [][]any) error {
	if s.dialect.Stage != nil {
		return s.dialect.Stage(ctx, s.conn, table, columns, rows)
	}
	tuple := "(" + places(len(columns)) + ")"
	args := make([]any, 0, len(rows)*len(columns))
	for _, row := range rows {
		args = append(args, row...)
	}
	_, err := s.exec(ctx, "INSERT INTO "+table+" ("+strings.Join(columns, ", ")+") VALUES "+
		strings.TrimSuffix(strings.Repeat(tuple+",", len(rows)), ","), args...)
	return err
}

// idTable is where the ids of rows wait that are to be written.
const idTable = "sii_etapa_ids"

// stageIDs fills the table of ids.
func (s *session) stageIDs(ctx context.Context, ids []int64) error {
	for _, statement := range []string{
		"DROP TABLE IF EXISTS " + s.dialect.Temporary + "." + idTable,
		"CREATE TEMPORARY TABLE " + idTable + " (id bigint PRIMARY KEY)",
	} {
		if _, err := s.conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	for chunk := range slices.Chunk(ids, stageBatch) {
		args := make([]any, len(chunk))
		for i, id := range chunk {
			args[i] = id
		}
		if _, err := s.exec(ctx, "INSERT INTO "+idTable+" (id) VALUES "+strings.TrimSuffix(strings.Repeat("(?),", len(chunk)), ","), args...); err != nil {
			return err
		}
	}
	_, err := s.conn.ExecContext(ctx, "ANALYZE "+idTable)
	return err
}

// unstage empties the stage. Its memory is the connection's, which lives on.
func (s *session) unstage(ctx context.Context) {
	for _, table := range []string{stageTable, answerTable} {
		if _, err := s.conn.ExecContext(context.WithoutCancel(ctx), "DROP TABLE IF EXISTS "+s.dialect.Temporary+"."+table); err != nil {
			s.discard()
			return
		}
	}
}

// checkDuplicates refuses a snapshot that has a document twice.
func (s *session) checkDuplicates(ctx context.Context, key rcv.Key) error {
	t := tables[key.Book]
	by := strings.Join(t.key, ", ")
	rows, err := s.query(ctx, "SELECT "+by+" FROM "+stageTable+" GROUP BY "+by+" HAVING count(*) > 1 ORDER BY "+by+" LIMIT 1")
	if err != nil {
		return err
	}
	defer rows.Close()
	if rows.Next() {
		var rut, typ, folio textValue
		if err := rows.Scan(&rut, &typ, &folio); err != nil {
			return err
		}
		d := rcv.Document{}
		d.Counterparty, _ = chile.ParseRUT(string(rut))
		d.Type, _ = chile.ParseDocType(string(typ))
		d.Folio, _ = chile.ParseFolio(string(folio))
		return &storage.DuplicateError{Key: key, Document: d.ID(key)}
	}
	return rows.Err()
}
