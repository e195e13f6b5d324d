package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// Imports implements storage.Imports.
func (s *Store) Imports(ctx context.Context, q storage.ImportQuery) iter.Seq2[storage.Import, error] {
	if err := q.Check(); err != nil {
		return refusal[storage.Import](ctx, s, "imports", err)
	}
	return func(yield func(storage.Import, error) bool) {
		query, args := importsQuery(&q)
		var current *storage.Import // its sources follow row by row
		for row, err := range sequence(ctx, s, "imports", query, args, scanImport) {
			switch {
			case err != nil:
				yield(storage.Import{}, err)
				return
			case current == nil:
				current = &row
			case current.ID == row.ID:
				current.Sources = append(current.Sources, row.Sources...)
			case !yield(*current, nil):
				return
			default:
				current = &row
			}
		}
		if current != nil {
			yield(*current, nil)
		}
	}
}

// importsQuery selects a row for each source of each import, and one for an
// import without sources.
func importsQuery(q *storage.ImportQuery) (query string, args []any) {
	parts := []string{"id > ?"}
	args = []any{q.AfterID}
	add := func(wanted bool, condition string, value any) {
		if wanted {
			parts, args = append(parts, condition), append(args, value)
		}
	}
	add(q.BeforeID != 0, "id < ?", q.BeforeID)
	add(!q.Owner.IsZero(), "rut_empresa = ?", q.Owner.String())
	add(q.Book != "", "libro = ?", string(q.Book))
	add(!q.Period.IsZero(), "periodo = ?", q.Period.String())
	order := "id"
	if q.Newest {
		order = "id DESC"
	}
	selected := "SELECT * FROM sii_rcv_importaciones WHERE " + strings.Join(parts, " AND ") + " ORDER BY " + order
	if q.Limit > 0 {
		selected, args = selected+" LIMIT ?", append(args, q.Limit)
	}
	return `SELECT i.id, i.rut_empresa, i.periodo, i.libro, i.tomada_en, i.agregados, i.cambiados, i.ausentes, i.reaparecidos, i.iguales,
		i.resumen_documentos, i.resumen_total, i.ambiente, f.nombre, f.sha256, f.bytes
		FROM (` + selected + ") AS i LEFT JOIN sii_rcv_fuentes f ON f.importacion_id = i.id ORDER BY i." + order + ", f.orden", args
}

func scanImport(rows *sql.Rows) (storage.Import, error) {
	var i storage.Import
	var owner, period, book, environment, name, hash textValue
	var taken timeValue
	var documents, total, bytes sql.NullInt64
	c := &i.Counts
	err := rows.Scan(&i.ID, &owner, &period, &book, &taken, &c.Added, &c.Changed, &c.Gone, &c.Returned, &c.Unchanged, &documents, &total, &environment, &name, &hash, &bytes)
	if err != nil {
		return i, err
	}
	i.TakenAt, i.Key.Book, i.Environment = taken.Time, rcv.Book(book), chile.Environment(environment)
	if i.Key.Owner, err = chile.ParseRUT(string(owner)); err != nil {
		return i, fmt.Errorf("import %d: %w", i.ID, err)
	}
	if i.Key.Period, err = chile.ParsePeriod(string(period)); err != nil {
		return i, fmt.Errorf("import %d: %w", i.ID, err)
	}
	if documents.Valid {
		i.Size = &storage.Size{Documents: documents.Int64, Total: chile.CLP(total.Int64)}
	}
	if bytes.Valid {
		i.Sources = []storage.Source{{Name: string(name), SHA256: string(hash), Bytes: bytes.Int64}}
	}
	return i, nil
}

// LastImport implements storage.Registers.
func (s *Store) LastImport(ctx context.Context, key rcv.Key) (*storage.Import, error) {
	what := "last import of " + key.String()
	if !key.Valid() {
		return nil, s.wrap(ctx, what, sql.ErrNoRows)
	}
	for last, err := range s.Imports(ctx, storage.ImportQuery{Owner: key.Owner, Book: key.Book, Period: key.Period, Newest: true, Limit: 1}) {
		if err != nil {
			return nil, err
		}
		return &last, nil
	}
	return nil, s.wrap(ctx, what, sql.ErrNoRows)
}

// Counterparties implements storage.Counterparties.
func (s *Store) Counterparties(ctx context.Context, q storage.CounterpartyQuery) iter.Seq2[storage.CounterpartyTotal, error] {
	if err := q.Check(); err != nil {
		return refusal[storage.CounterpartyTotal](ctx, s, "counterparties", err)
	}
	t := tables[q.Book]
	where, args := "p.rut_empresa = ? AND p."+t.counterparty+" <> ''", []any{q.Owner.String()}
	if q.Counterparties != nil {
		where += " AND p." + t.counterparty + " IN (" + places(max(len(q.Counterparties), 1)) + ")"
		for _, rut := range q.Counterparties {
			args = append(args, rut.String())
		}
		if len(q.Counterparties) == 0 {
			args = append(args, "")
		}
	}
	if q.BeforeImport != 0 {
		// created_at has the time when rows were added; rows of older programs may
		// have none.
		where += ` AND coalesce(p.created_at < (SELECT min(created_at) FROM sii_rcv_importaciones WHERE rut_empresa = ? AND id >= ?), true)`
		args = append(args, q.Owner.String(), q.BeforeImport)
	}
	if !q.After.IsZero() {
		after := q.After.String()
		where += " AND (length(p." + t.counterparty + ") > ? OR length(p." + t.counterparty + ") = ? AND p." + t.counterparty + " > ?)"
		args = append(args, len(after), len(after), after)
	}
	query := "SELECT p." + t.counterparty + ", count(DISTINCT p.tipo_dte || ' ' || p.folio), CAST(coalesce(max(CASE WHEN abs(p.total) < 1e18 THEN p.total END), 0) AS bigint) FROM " + t.name + " p WHERE " + where +
		" GROUP BY p." + t.counterparty + " ORDER BY length(p." + t.counterparty + "), p." + t.counterparty
	return func(yield func(storage.CounterpartyTotal, error) bool) {
		n := 0
		for total, err := range sequence(ctx, s, "counterparties", query, args, scanCounterparty) {
			if err == nil && total.Counterparty.IsZero() {
				continue // an older program wrote a value that is not a RUT
			}
			if n++; !yield(total, err) || n == q.Limit {
				return
			}
		}
	}
}

func scanCounterparty(rows *sql.Rows) (storage.CounterpartyTotal, error) {
	var total storage.CounterpartyTotal
	var counterparty textValue
	err := rows.Scan(&counterparty, &total.Documents, &total.Largest)
	if rut, err := chile.ParseRUT(string(counterparty)); err == nil && rut.String() == string(counterparty) {
		total.Counterparty = rut
	}
	return total, err
}
