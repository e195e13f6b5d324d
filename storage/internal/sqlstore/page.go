package sqlstore

import (
	"slices"
	"strings"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// month is the sort key of a row's month. Rows of other programs may have none.
// The indexes of migration 0010 use this expression and that of rowKey.
const month = "coalesce(p.periodo, '')"

// rowKey is the storage.Place.Key of a row.
func (d *Dialect) rowKey(t *table) string {
	var parts []string
	for _, column := range []string{"p.tipo_dte", "p." + t.counterparty, "p.folio"} {
		parts = append(parts, "CAST(10 + length(coalesce("+column+", '')) AS text) || coalesce("+column+", '')")
	}
	return "(" + strings.Join(parts, " || ") + ")" + d.Bytewise
}

// stretch is a part of one book after a place that an index has in one piece.
type stretch struct {
	book     rcv.Book
	oneMonth bool
	where    string
	args     []any
}

// stretches splits what follows the place of a query as its index does: the rest
// of the month, and later months.
func (d *Dialect) stretches(q *storage.DocumentQuery) (all []stretch) {
	for _, book := range []rcv.Book{rcv.Purchases, rcv.Sales} {
		if q.Book != "" && q.Book != book {
			continue
		}
		if q.After.IsZero() {
			all = append(all, stretch{book: book, oneMonth: oneMonth(q)})
			continue
		}
		period := q.After.Period
		switch key := d.rowKey(tables[book]); {
		case book > q.After.Book:
			all = append(all, stretch{book, true, " AND " + month + " = ?", []any{period}})
		case book == q.After.Book:
			all = append(all, stretch{
				book, true, " AND " + month + " = ? AND " + key + " >= ? AND (" + key + " > ? OR p.id > CAST(? AS bigint))",
				[]any{period, q.After.Key, q.After.Key, q.After.ID},
			})
		}
		if period != q.To.String() || period == "" {
			all = append(all, stretch{book, false, " AND " + month + " > ?", []any{period}})
		}
	}
	return all
}

// DocumentsStatement returns the statement that reads the rows of a query, with
// ? for each of its arguments; it is empty if the query can select nothing. One
// statement reads both books, so its result is consistent.
func (d *Dialect) DocumentsStatement(q *storage.DocumentQuery) (statement string, args []any) {
	stretches := d.stretches(q)
	limit := func() string {
		if q.Limit == 0 {
			return ""
		}
		args = append(args, q.Limit)
		return " LIMIT ?"
	}
	var selects []string
	for _, part := range stretches {
		t := tables[part.book]
		key := d.rowKey(t)
		where, whereArgs := conditions(q, t, key)
		args = append(append(args, whereArgs...), part.args...)
		text := "SELECT '" + string(part.book) + "' AS libro, " + key + " AS clave, p." + t.counterparty + " AS contraparte, " + rowColumns +
			" FROM " + t.name + " p WHERE " + where + part.where
		if q.Limit > 0 || len(stretches) == 1 { // otherwise everything is sorted at once
			text += " ORDER BY " + part.order(q) + key + ", p.id" + limit()
		}
		selects = append(selects, text)
	}
	if len(selects) < 2 {
		return strings.Join(selects, ""), args
	}
	statement = "SELECT * FROM (SELECT * FROM (" + strings.Join(selects, ") AS filas UNION ALL SELECT * FROM (") +
		") AS filas) AS filas ORDER BY coalesce(periodo, ''), libro, clave, id" + limit()
	return statement, args
}

func oneMonth(q *storage.DocumentQuery) bool { return !q.From.IsZero() && q.From == q.To }

// order is the sort order of a stretch before the keys. A month that is the same in
// all rows is left out, because otherwise SQLite does not see that the index is
// already in order. If another index finds the few selected rows, no index has that
// order.
func (s *stretch) order(q *storage.DocumentQuery) string {
	fewStates := len(q.States) > 0 && !slices.Contains(q.States, rcv.Registro)
	switch {
	case !q.Counterparty.IsZero(), !q.ReceivedFrom.IsZero(), !q.ReceivedTo.IsZero(), fewStates && !oneMonth(q):
		return month + " || '', "
	case s.oneMonth:
		return ""
	}
	return month + ", "
}
