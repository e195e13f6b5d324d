package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// Documents implements storage.Registers.
func (s *Store) Documents(ctx context.Context, query storage.DocumentQuery) iter.Seq2[storage.StoredDocument, error] {
	return func(yield func(storage.StoredDocument, error) bool) {
		stopped := false
		err := s.read(ctx, "documents", func(session *session) error {
			if err := query.Check(); err != nil {
				return err
			}
			if s.dialect.StrictText {
				if err := storage.CheckText(query.After.Period, query.After.Key); err != nil {
					return err
				}
			}
			return session.documents(ctx, &query, func(doc storage.StoredDocument) bool {
				stopped = !yield(doc, nil)
				return !stopped
			})
		})
		if err != nil && !stopped {
			yield(storage.StoredDocument{}, err)
		}
	}
}

// documents yields the rows that a query selects.
func (s *session) documents(ctx context.Context, q *storage.DocumentQuery, yield func(storage.StoredDocument) bool) error {
	statement, args := s.dialect.DocumentsStatement(q)
	if statement == "" {
		return nil
	}
	rows, err := s.query(ctx, statement, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := ctx.Err(); err != nil {
			return err // drivers continue with the rows that they have read ahead
		}
		var r row
		var book, key, other textValue
		if err := rows.Scan(append([]any{&book, &key, &other}, r.targets()...)...); err != nil {
			return err
		}
		doc, err := r.stored(q.Owner, rcv.Book(book))
		if err != nil {
			return err
		}
		doc.Place = storage.Place{Period: string(r.period), Book: rcv.Book(book), Key: string(key), ID: r.id}
		if !yield(*doc) {
			return nil
		}
	}
	return rows.Err()
}

func (r *row) stored(owner chile.RUT, book rcv.Book) (*storage.StoredDocument, error) {
	period, noPeriod := chile.ParsePeriod(string(r.period))
	if noPeriod != nil && !r.legacy() {
		return nil, fmt.Errorf("row %d: %w", r.id, noPeriod)
	}
	doc, err := r.document(book)
	if err != nil {
		return nil, err
	}
	if noPeriod != nil && r.period != "" {
		r.unread = append(r.unread, storage.Unread{Column: "periodo", Text: string(r.period)})
	}
	stored := &storage.StoredDocument{Key: rcv.Key{Owner: owner, Period: period, Book: book}, Document: *doc, GoneAt: r.gone.Time, Unread: r.unread}
	if !r.legacy() {
		stored.Hash = string(r.hash)
	}
	return stored, nil
}

// keyPrefix is the prefix of a type's keys; digits follow.
func keyPrefix(typ chile.DocType) string {
	text := fmt.Sprint(int(typ))
	return fmt.Sprint(10+len(text)) + text
}

// conditions returns the conditions of a query as SQL, except for its place.
func conditions(q *storage.DocumentQuery, t *table, key string) (where string, args []any) {
	parts := []string{"p.rut_empresa = ?"}
	args = []any{q.Owner.String()}
	add := func(condition string, values ...any) {
		parts = append(parts, condition)
		args = append(args, values...)
	}
	switch from, to := q.From.String(), q.To.String(); {
	case from != "" && from == to:
		add(month+" = ?", from)
	case from != "" && to != "":
		add(month+" >= ?", from)
		add(month+" <= ?", to)
	case from != "":
		add(month+" >= ?", from)
	case to != "":
		add(month+" > '' AND "+month+" <= ?", to)
	}
	if len(q.States) > 0 {
		var states []any
		for _, state := range q.States {
			states = append(states, string(state))
		}
		add("p.estado_sii IN ("+places(len(states))+")", states...)
		if !slices.Contains(q.States, rcv.Registro) {
			add("p.estado_sii <> 'REGISTRO'") // as in the index
		}
	}
	if len(q.Types) > 0 {
		var types []any
		for _, typ := range q.Types {
			types = append(types, fmt.Sprint(int(typ)))
		}
		add("p.tipo_dte IN ("+places(len(types))+")", types...)
		// The key begins with the type: an index finds the first and the last.
		add(key+" > ? AND "+key+" < ?", keyPrefix(slices.Min(q.Types)), keyPrefix(slices.Max(q.Types))+":")
	}
	if !q.Counterparty.IsZero() {
		add("p."+t.counterparty+" = ?", q.Counterparty.String())
	}
	if !q.ReceivedFrom.IsZero() {
		add("p.fecha_recepcion >= ?", timeText(q.ReceivedFrom))
	}
	if !q.ReceivedTo.IsZero() {
		add("p.fecha_recepcion < ?", timeText(q.ReceivedTo))
	}
	if !q.IncludeGone {
		add("p.ausente_desde IS NULL")
	}
	return strings.Join(parts, " AND "), args
}

// SummaryLines implements storage.Registers.
func (s *Store) SummaryLines(ctx context.Context, key rcv.Key) (lines []rcv.SummaryLine, err error) {
	err = s.read(ctx, "summary of "+key.String(), func(session *session) error {
		var imports int
		args := []any{key.Owner.String(), key.Period.String(), string(key.Book)}
		err := session.queryRow(ctx, "SELECT 1 FROM sii_rcv_importaciones WHERE rut_empresa = ? AND periodo = ? AND libro = ? LIMIT 1", args...).Scan(&imports)
		if err != nil {
			return err
		}
		rows, err := session.query(ctx, "SELECT datos FROM sii_rcv_resumen WHERE rut_empresa = ? AND periodo = ? AND libro = ? ORDER BY estado, tipo_dte, orden", args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var data textValue
			var line rcv.SummaryLine
			if err := rows.Scan(&data); err != nil {
				return err
			}
			if err := json.Unmarshal([]byte(data), &line); err != nil {
				return err
			}
			lines = append(lines, line)
		}
		return rows.Err()
	})
	return lines, err
}
