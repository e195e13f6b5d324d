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

// Changes implements storage.Changes.
func (s *Store) Changes(ctx context.Context, q storage.ChangeQuery) iter.Seq2[storage.StoredChange, error] {
	if err := q.Check(); err != nil {
		return refusal[storage.StoredChange](ctx, s, "changes", err)
	}
	query, args := ChangesStatement(&q)
	changes := sequence(ctx, s, "changes", query, args, scanChange)
	if q.Document.IsZero() {
		return changes
	}
	return ofDocument(changes, &q)
}

// ofDocument filters the changes of the requested document, because the
// statement cannot determine the issuer of a note.
func ofDocument(changes iter.Seq2[storage.StoredChange, error], q *storage.ChangeQuery) iter.Seq2[storage.StoredChange, error] {
	return func(yield func(storage.StoredChange, error) bool) {
		found := 0
		for c, err := range changes {
			if err == nil && c.Document().ID(c.Key) != q.Document {
				continue
			}
			if found++; !yield(c, err) || found == q.Limit {
				return
			}
		}
	}
}

// ChangesStatement returns the statement of a query, with ? for its arguments.
// For a document query it selects too many: see ofDocument.
func ChangesStatement(q *storage.ChangeQuery) (query string, args []any) {
	where, args := changeConditions(q)
	query = `SELECT c.id, c.importacion_id, i.rut_empresa, i.periodo, i.libro, i.tomada_en, c.tipo, c.desde, c.hasta, c.antes, c.despues
		FROM sii_rcv_cambios c JOIN sii_rcv_importaciones i ON i.id = c.importacion_id WHERE ` + where + " ORDER BY c.id"
	if q.Newest {
		query += " DESC"
	}
	if q.Limit > 0 && q.Document.IsZero() {
		query, args = query+" LIMIT ?", append(args, q.Limit)
	}
	return query, args
}

// changeConditions returns the conditions of a query as SQL.
func changeConditions(q *storage.ChangeQuery) (where string, args []any) {
	parts := []string{"c.id > ?"}
	args = []any{q.AfterID}
	add := func(wanted bool, condition string, values ...any) {
		if wanted {
			parts, args = append(parts, condition), append(args, values...)
		}
	}
	add(q.BeforeID != 0, "c.id < ?", q.BeforeID)
	add(!q.Owner.IsZero(), "c.rut_empresa = ?", q.Owner.String())
	add(q.Book != "", "i.libro = ?", string(q.Book))
	add(!q.Period.IsZero(), "i.periodo = ?", q.Period.String())
	add(q.ImportID != 0, "c.importacion_id = ?", q.ImportID)
	add(!q.From.IsZero(), "i.tomada_en >= ?", timeText(q.From))
	add(!q.To.IsZero(), "i.tomada_en < ?", timeText(q.To))
	add(!q.Counterparty.IsZero(), "c.contraparte = ?", q.Counterparty.String())
	if id := q.Document; !id.IsZero() {
		add(true, "c.tipo_dte = ? AND c.folio = ?", documentNumber(id.Type), documentNumber(id.Folio))
		add(true, "? IN (c.rut_empresa, c.contraparte)", id.Issuer.String())
	}
	if len(q.Kinds) > 0 {
		var kinds []any
		kind := "c.tipo IN (" + places(len(q.Kinds)) + ")"
		for _, k := range q.Kinds {
			kinds = append(kinds, string(k))
			switch k {
			case storage.StateChanged:
				kind += " OR c.cambia_estado"
			case storage.AmountsChanged:
				kind += " OR c.cambia_montos"
			}
		}
		add(true, "("+kind+")", kinds...)
	}
	return strings.Join(parts, " AND "), args
}

func scanChange(rows *sql.Rows) (storage.StoredChange, error) {
	var c storage.StoredChange
	var owner, period, book, kind, from, to, before, after textValue
	var taken timeValue
	err := rows.Scan(&c.ID, &c.ImportID, &owner, &period, &book, &taken, &kind, &from, &to, &before, &after)
	if err != nil {
		return c, err
	}
	c.TakenAt, c.Kind, c.Key.Book = taken.Time, storage.ChangeKind(kind), rcv.Book(book)
	if c.Key.Owner, err = chile.ParseRUT(string(owner)); err != nil {
		return c, fmt.Errorf("change %d: %w", c.ID, err)
	}
	for target, text := range map[*chile.Period]textValue{&c.Key.Period: period, &c.From: from, &c.To: to} {
		if text == "" {
			continue
		}
		if *target, err = chile.ParsePeriod(string(text)); err != nil {
			return c, fmt.Errorf("change %d: %w", c.ID, err)
		}
	}
	for target, text := range map[**rcv.Document]textValue{&c.Before: before, &c.After: after} {
		if text == "" {
			continue
		}
		if *target, err = decodeDocument(string(text)); err != nil {
			return c, fmt.Errorf("change %d: %w", c.ID, err)
		}
	}
	return c, nil
}
