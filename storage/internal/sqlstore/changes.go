package sqlstore

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// settle waits until no other import ends, and finds out which documents moved
// to or from another month. Until its end the transaction is the only one that
// gives ids to imports and changes, so that they appear in the order of their
// ids, and that of two imports at once the second sees what the first has moved.
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
			*c = storage.MoveDocument(*c, m.key, m.goneSince[c.After], elsewhere[m.identity(c.Document())])
		}
	}
	return nil
}

func comesOrGoes(c storage.Change) bool {
	return c.Kind == storage.Added || c.Kind == storage.Returned || c.Kind == storage.Gone
}

// identity is what tells the documents of a book apart, whatever their month.
func (m *merge) identity(d *rcv.Document) string {
	return d.Counterparty.String() + " " + d.ID(m.key).String()
}

// elsewhere returns the rows that may have to do with a move: those in other
// months of documents that are gone from this month, or that are in the snapshot
// and gone from another.
func (m *merge) elsewhere(ctx context.Context) (map[string][]storage.StoredDocument, error) {
	months, err := m.otherMonths(ctx)
	if err != nil || len(months) == 0 {
		return nil, err
	}
	same := func(a, b string) string {
		var on []string
		for _, c := range m.table.key {
			on = append(on, a+"."+c+" = "+b+"."+c)
		}
		return strings.Join(on, " AND ")
	}
	rows, err := m.collect(ctx, "SELECT "+rowColumns+" FROM "+m.table.name+" g JOIN "+m.table.name+" p ON "+same("g", "p")+
		" WHERE g.rut_empresa = ? AND g.ausente_desde IS NOT NULL AND (g.periodo = ? OR EXISTS (SELECT 1 FROM "+stageTable+" s WHERE "+same("s", "g")+"))"+
		" AND p.rut_empresa = ? AND p.periodo IN ("+places(len(months))+")",
		append(append(m.keyArgs(), m.key.Owner.String()), months...)...)
	if err != nil {
		return nil, err
	}
	found := map[string][]storage.StoredDocument{}
	for _, r := range rows {
		doc, err := r.document(m.key.Book)
		if err != nil {
			return nil, err
		}
		key := m.key
		if key.Period, err = chile.ParsePeriod(string(r.period)); err != nil {
			continue // a row of an older program
		}
		id := m.identity(doc)
		found[id] = append(found[id], storage.StoredDocument{Key: key, Document: *doc, GoneAt: r.gone.Time})
	}
	return found, nil
}

// otherMonths returns the months, this one aside, of which the book has rows of
// the owner. It goes along the index, since there may be millions of rows.
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

// changeColumns are the columns of the feed that an import fills.
var changeColumns = []string{
	"importacion_id", "rut_empresa", "contraparte", "tipo_dte", "folio", "tipo", "desde", "hasta", "cambia_estado", "cambia_montos", "antes", "despues",
}

// recordChanges adds what the import found to the feed.
func (m *merge) recordChanges(ctx context.Context) error {
	for chunk := range slices.Chunk(m.result.Changes, stageBatch) {
		rows := make([][]any, 0, len(chunk))
		for i := range chunk {
			row, err := m.changeRow(&chunk[i])
			if err != nil {
				return err
			}
			rows = append(rows, row)
		}
		if err := m.session.writeRows(ctx, "sii_rcv_cambios", changeColumns, rows); err != nil {
			return err
		}
	}
	return nil
}

func (m *merge) changeRow(c *storage.Change) ([]any, error) {
	var texts [2]any
	for i, d := range []*rcv.Document{c.Before, c.After} {
		if d == nil {
			continue
		}
		text, err := json.Marshal(d)
		if err != nil {
			return nil, err
		}
		texts[i] = string(text)
	}
	d := c.Document()
	return []any{
		m.result.ID, m.key.Owner.String(), d.Counterparty.String(), documentNumber(d.Type), documentNumber(d.Folio), string(c.Kind),
		nullable(c.From.String()), nullable(c.To.String()), c.Is(storage.StateChanged), c.Is(storage.AmountsChanged), texts[0], texts[1],
	}, nil
}
