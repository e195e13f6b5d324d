package sqlstore

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// settle waits until no other import is ending, and finds the documents that
// moved to or from another month. From here to its end, only this transaction
// assigns ids to imports and changes. So they become visible in the order of
// their ids, and of two concurrent imports the second sees what the first moved.
func (m *merge) settle(ctx context.Context) error {
	if lock := m.session.dialect.LockRegister; lock != "" {
		if _, err := m.session.exec(ctx, lock, lockText("cambios")); err != nil {
			return err
		}
	}
	if !slices.ContainsFunc(m.result.Changes, comesOrGoes) {
		return nil
	}
	elsewhere, err := m.elsewhere(ctx)
	if err != nil || len(elsewhere) == 0 {
		return err
	}
	for i := range m.result.Changes {
		if c := &m.result.Changes[i]; comesOrGoes(*c) {
			*c = storage.MoveDocument(*c, m.key, m.goneSince[c.After], elsewhere[keyOf(c.Document())])
		}
	}
	return nil
}

func comesOrGoes(c storage.Change) bool {
	return c.Kind == storage.Added || c.Kind == storage.Returned || c.Kind == storage.Gone
}

// elsewhere returns the rows that may belong to a move: in other months, of
// documents that are gone from this month, or that came into it and are gone
// from another.
func (m *merge) elsewhere(ctx context.Context) (map[documentKey][]storage.StoredDocument, error) {
	months, err := m.otherMonths(ctx)
	if err != nil || len(months) == 0 {
		return nil, err
	}
	ids, err := m.goneElsewhere(ctx)
	if err != nil {
		return nil, err
	}
	same := make([]string, len(m.table.key))
	for i, c := range m.table.key {
		same[i] = "g." + c + " = p." + c
	}
	found := map[documentKey][]storage.StoredDocument{}
	for ids := range slices.Chunk(append(ids, m.missing...), batch) {
		args := make([]any, len(ids))
		for i, id := range ids {
			args[i] = id
		}
		rows, err := m.collect(ctx, "SELECT "+rowColumns+" FROM "+m.table.name+" g JOIN "+m.table.name+" p ON "+strings.Join(same, " AND ")+
			" WHERE g.id IN ("+places(len(ids))+") AND p.rut_empresa = ? AND p.periodo IN ("+places(len(months))+")",
			append(append(args, m.key.Owner.String()), months...)...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if err := m.addElsewhere(found, r); err != nil {
				return nil, err
			}
		}
	}
	return found, nil
}

func (m *merge) addElsewhere(found map[documentKey][]storage.StoredDocument, r *row) error {
	doc, err := r.document(m.key.Book)
	if err != nil {
		return err
	}
	key := m.key
	if key.Period, err = chile.ParsePeriod(string(r.period)); err != nil {
		return nil //nolint:nilerr // a row of an older program
	}
	id := keyOf(doc)
	found[id] = append(found[id], storage.StoredDocument{Key: key, Document: *doc, GoneAt: r.gone.Time})
	return nil
}

// goneElsewhere returns, for each document that came into this month, a row of
// any other month that it is gone from.
func (m *merge) goneElsewhere(ctx context.Context) ([]int64, error) {
	came := map[documentKey]bool{}
	for i := range m.result.Changes {
		if c := &m.result.Changes[i]; c.Kind == storage.Added || c.Kind == storage.Returned {
			came[keyOf(c.After)] = true
		}
	}
	if len(came) == 0 {
		return nil, nil
	}
	rows, err := m.session.query(ctx, "SELECT p.id, p."+m.table.counterparty+", p.tipo_dte, p.folio FROM "+m.table.name+
		" p WHERE p.rut_empresa = ? AND p.periodo <> ? AND p.ausente_desde IS NOT NULL", m.keyArgs()...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []int64
	for rows.Next() {
		var id int64
		var counterparty, typ, folio sql.RawBytes
		if err := rows.Scan(&id, &counterparty, &typ, &folio); err != nil {
			return nil, err
		}
		if key, ok := parseKey(counterparty, typ, folio); ok && came[key] {
			delete(came, key) // the other months are found through this row
			ids = append(ids, id)
		}
	}
	return ids, rows.Err()
}

// otherMonths returns the other months in which the owner's book has rows. It
// uses the index, since there may be millions of rows.
func (m *merge) otherMonths(ctx context.Context) ([]any, error) {
	first := "SELECT min(periodo) FROM " + m.table.name + " WHERE rut_empresa = ?"
	owner, period := m.key.Owner.String(), m.key.Period.String()
	rows, err := m.session.query(ctx, "WITH RECURSIVE meses(mes) AS ("+first+" UNION ALL SELECT ("+first+" AND periodo > mes) FROM meses WHERE mes IS NOT NULL)"+
		" SELECT mes FROM meses WHERE mes <> ?", owner, owner, period)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var months []any
	for rows.Next() {
		var month textValue
		if err := rows.Scan(&month); err != nil {
			return nil, err
		}
		months = append(months, string(month))
	}
	return months, rows.Err()
}

// changeColumns are the columns of the feed that an import writes.
var changeColumns = []string{
	"importacion_id", "rut_empresa", "contraparte", "tipo_dte", "folio", "tipo", "desde", "hasta", "cambia_estado", "cambia_montos", "antes", "despues",
}

// recordChanges adds the import's changes to the feed.
func (m *merge) recordChanges(ctx context.Context) error {
	if len(m.result.Changes) == 0 {
		return nil
	}
	return m.session.insert(ctx, "sii_rcv_cambios", changeColumns, func(yield func([]Value, error) bool) {
		var encoder rcv.Encoder
		for i := range m.result.Changes {
			if row, err := m.changeRow(&encoder, &m.result.Changes[i]); !yield(row, err) || err != nil {
				return
			}
		}
	})
}

func (m *merge) changeRow(encoder *rcv.Encoder, c *storage.Change) ([]Value, error) {
	var texts [2]Value
	for i, d := range []*rcv.Document{c.Before, c.After} {
		if d == nil {
			continue
		}
		text, _, err := encoder.Encode(d)
		if err != nil {
			return nil, err
		}
		texts[i] = textOf(string(text))
	}
	d := c.Document()
	return []Value{
		intValue(m.result.ID), textOf(m.key.Owner.String()), textOf(d.Counterparty.String()), textOf(documentNumber(d.Type)), textOf(documentNumber(d.Folio)),
		textOf(string(c.Kind)), textOrNull(c.From.String()), textOrNull(c.To.String()),
		boolValue(c.Is(storage.StateChanged)), boolValue(c.Is(storage.AmountsChanged)), texts[0], texts[1],
	}, nil
}
