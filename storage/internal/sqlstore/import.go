package sqlstore

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// ImportRegister implements storage.Registers.
func (s *Store) ImportRegister(ctx context.Context, snapshot storage.Snapshot) (*storage.ImportResult, error) {
	what := "import " + snapshot.Key.String()
	if !snapshot.Key.Valid() || snapshot.Rows == nil {
		return nil, s.wrap(ctx, what, fmt.Errorf("%w: a snapshot has an owner, a period, a book and rows", storage.ErrInvalid))
	}
	session, err := open(ctx, s.db, s.dialect)
	if err != nil {
		return nil, s.wrap(ctx, what, err)
	}
	defer session.release()
	defer session.unstage(ctx)
	staged, err := session.stage(ctx, &snapshot)
	if err == nil {
		err = session.checkDuplicates(ctx, snapshot.Key)
	}
	if err != nil {
		return nil, s.wrap(ctx, what, err)
	}
	m := &merge{session: session, key: snapshot.Key, table: tables[snapshot.Key.Book], now: s.now(), raw: snapshot.Raw != nil, goneSince: map[*rcv.Document]time.Time{}}
	m.result.Key, m.result.TakenAt = snapshot.Key, snapshot.TakenAt.UTC().Truncate(time.Microsecond)
	if snapshot.TakenAt.IsZero() {
		m.result.TakenAt = m.now.UTC().Truncate(time.Microsecond)
	}
	if snapshot.Lines != nil {
		m.lines = snapshot.Lines()
		m.result.Size = storage.SizeOf(m.lines)
	}
	if snapshot.Sources != nil {
		m.result.Sources = slices.Clone(snapshot.Sources())
	}
	if err := session.stageAnswers(ctx, &snapshot, m.result.Sources); err != nil {
		return nil, s.wrap(ctx, what, err)
	}
	if err := session.transaction(ctx, func() error { return m.run(ctx, staged) }); err != nil {
		return nil, s.wrap(ctx, what, err)
	}
	return &m.result, nil
}

// merge makes a stored register equal to what is staged.
type merge struct {
	session *session
	key     rcv.Key
	table   *table
	now     time.Time
	lines   []rcv.SummaryLine
	result  storage.ImportResult

	raw       bool // raw answers are staged
	known     bool // the register was imported before, or has rows
	rewrites  []int64
	goneSince map[*rcv.Document]time.Time // of documents that returned, as they are now
}

// same joins the stage s with the register p.
func (m *merge) same() string {
	var on []string
	for _, c := range m.table.key {
		on = append(on, "p."+c+" = s."+c)
	}
	return strings.Join(on, " AND ") + " AND p.rut_empresa = ? AND p.periodo = ?"
}

func (m *merge) keyArgs() []any { return []any{m.key.Owner.String(), m.key.Period.String()} }

func (m *merge) run(ctx context.Context, staged int64) error {
	if lock := m.session.dialect.LockRegister; lock != "" {
		if _, err := m.session.exec(ctx, lock, lockText("rcv "+m.key.String())); err != nil {
			return err
		}
	}
	for _, step := range []func(context.Context) error{m.lookKnown, m.adopt, m.compare, m.rewrite, m.markGone, m.add} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	c := &m.result.Counts
	c.Unchanged = staged - c.Added - c.Changed - c.Returned
	slices.SortStableFunc(m.result.Changes, func(a, b storage.Change) int { return compareDocuments(a.Document(), b.Document()) })
	if err := m.settle(ctx); err != nil {
		return err
	}
	return m.record(ctx)
}

// lockText returns the number that stands for something in a lock.
func lockText(what string) int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte("chile " + what))
	return int64(h.Sum64()) //nolint:gosec // any number will do
}

// compareDocuments orders documents of one register.
func compareDocuments(a, b *rcv.Document) int {
	return cmp.Or(cmp.Compare(a.Type, b.Type), a.Counterparty.Compare(b.Counterparty), cmp.Compare(a.Folio, b.Folio))
}

// lookKnown finds out whether this is the first import of a register without
// rows, of which every document is new.
func (m *merge) lookKnown(ctx context.Context) error {
	var imports, rows int64
	args := append([]any{string(m.key.Book)}, m.keyArgs()...)
	err := m.session.queryRow(ctx, "SELECT count(*) FROM sii_rcv_importaciones WHERE libro = ? AND rut_empresa = ? AND periodo = ?", args...).Scan(&imports)
	if err != nil {
		return err
	}
	err = m.session.queryRow(ctx, "SELECT count(*) FROM "+m.table.name+" WHERE rut_empresa = ? AND periodo = ?", m.keyArgs()...).Scan(&rows)
	m.known = imports > 0 || rows > 0
	return err
}

// adopt gives rows of older programs the writing of their key that the SII uses,
// where it is plain which document they are, so that they are found.
func (m *merge) adopt(ctx context.Context) error {
	legacy, err := m.collect(ctx, "SELECT "+rowColumns+" FROM "+m.table.name+" p WHERE p.rut_empresa = ? AND p.periodo = ? AND p.datos IS NULL", m.keyArgs()...)
	if err != nil || len(legacy) == 0 {
		return err
	}
	byKey := map[string][]*row{}
	for _, r := range legacy {
		d := r.fromLegacy(m.key.Book)
		if d.Type != 0 && d.Folio != 0 && !d.Counterparty.IsZero() {
			id := d.Counterparty.String() + " " + d.ID(m.key).String()
			byKey[id] = append(byKey[id], r)
		}
	}
	for _, same := range byKey {
		if len(same) > 1 {
			continue // which of them is the document cannot be told
		}
		r, d := same[0], same[0].fromLegacy(m.key.Book)
		args := []any{d.Counterparty.String(), fmt.Sprint(int(d.Type)), fmt.Sprint(int64(d.Folio))}
		var staged, others int64
		err := m.session.queryRow(ctx, "SELECT count(*) FROM "+stageTable+" WHERE "+m.table.counterparty+" = ? AND tipo_dte = ? AND folio = ?", args...).Scan(&staged)
		if err != nil {
			return err
		}
		if staged == 0 {
			continue // what the register does not have stays as it was written
		}
		err = m.session.queryRow(ctx, "SELECT count(*) FROM "+m.table.name+" WHERE "+m.table.counterparty+" = ? AND tipo_dte = ? AND folio = ? AND rut_empresa = ? AND periodo = ? AND id <> ?",
			append(append(args, m.keyArgs()...), r.id)...).Scan(&others)
		if err != nil {
			return err
		}
		if others > 0 {
			continue
		}
		if _, err := m.session.exec(ctx, "UPDATE "+m.table.name+" SET "+m.table.counterparty+" = ?, tipo_dte = ?, folio = ? WHERE id = ?", append(args, r.id)...); err != nil {
			return err
		}
	}
	return nil
}

// collect reads rows whole.
func (m *merge) collect(ctx context.Context, query string, args ...any) ([]*row, error) {
	rows, err := m.session.query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*row
	for rows.Next() {
		r := &row{}
		if err := rows.Scan(r.targets()...); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// compare looks at the rows that may differ from what is stored. That their
// hashes differ is no change yet: rcv.Diff decides.
func (m *merge) compare(ctx context.Context) error {
	rows, err := m.session.query(ctx, "SELECT "+rowColumns+", s.datos FROM "+stageTable+" s JOIN "+m.table.name+" p ON "+m.same()+
		" WHERE p.xml_hash IS DISTINCT FROM s.xml_hash OR p.ausente_desde IS NOT NULL OR p.datos IS NULL", m.keyArgs()...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var r row
		var data textValue
		if err := rows.Scan(append(r.targets(), &data)...); err != nil {
			return err
		}
		after := &rcv.Document{}
		if err := json.Unmarshal([]byte(data), after); err != nil {
			return err
		}
		if err := m.judge(&r, after); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (m *merge) judge(r *row, after *rcv.Document) error {
	before, err := r.document(m.key.Book)
	if err != nil {
		return err
	}
	c, changed := storage.CompareDocuments(&storage.StoredDocument{Document: *before, GoneAt: r.gone.Time}, after)
	counts := &m.result.Counts
	switch {
	case c.Kind == storage.Returned:
		counts.Returned++
		m.goneSince[after] = r.gone.Time
	case r.legacy() && r.sameLegacy(m.key.Book, after):
		m.rewrites = append(m.rewrites, r.id) // filled in, not changed
		return nil
	case r.legacy() && !changed: // but for a fraction of a peso
		c.Kind = storage.AmountsChanged
		counts.Changed++
	case !changed:
		return nil
	default:
		counts.Changed++
	}
	m.result.Changes = append(m.result.Changes, c)
	m.rewrites = append(m.rewrites, r.id)
	return nil
}

// rewrite writes the rows that compare has found.
func (m *merge) rewrite(ctx context.Context) error {
	var set []string
	for _, c := range columns {
		set = append(set, c+" = "+m.staged(c))
	}
	if len(m.rewrites) == 0 {
		return nil
	}
	// One UPDATE for all of them: each would look through the register anew.
	if err := m.session.stageIDs(ctx, m.rewrites); err != nil {
		return err
	}
	_, err := m.session.exec(ctx, "UPDATE "+m.table.name+" AS p SET "+strings.Join(set, ", ")+", ausente_desde = NULL, updated_at = "+m.cast("updated_at")+
		" FROM "+stageTable+" s WHERE "+m.same()+" AND p.id IN (SELECT id FROM "+idTable+")", append([]any{timeText(m.now)}, m.keyArgs()...)...)
	return err
}

// staged returns a staged column in the type of the register's.
func (m *merge) staged(column string) string {
	if typ := m.session.dialect.Casts[column]; typ != "" {
		return "CAST(s." + column + " AS " + typ + ")"
	}
	return "s." + column
}

// cast returns a placeholder in the type of the register's column.
func (m *merge) cast(column string) string {
	if typ := m.session.dialect.Casts[column]; typ != "" {
		return "CAST(? AS " + typ + ")"
	}
	return "?"
}

// markGone marks the rows that the snapshot lacks.
func (m *merge) markGone(ctx context.Context) error {
	missing := "p.rut_empresa = ? AND p.periodo = ? AND p.ausente_desde IS NULL AND NOT EXISTS (SELECT 1 FROM " + stageTable + " s WHERE " + m.same() + ")"
	args := append(m.keyArgs(), m.keyArgs()...)
	gone, err := m.collect(ctx, "SELECT "+rowColumns+" FROM "+m.table.name+" p WHERE "+missing, args...)
	if err != nil {
		return err
	}
	ids := make([]int64, 0, len(gone))
	for _, r := range gone {
		before, err := r.document(m.key.Book)
		if err != nil {
			return err
		}
		m.result.Counts.Gone++
		m.result.Changes = append(m.result.Changes, storage.Change{Kind: storage.Gone, Before: before})
		ids = append(ids, r.id)
	}
	for chunk := range slices.Chunk(ids, stageBatch) {
		args := []any{timeText(m.result.TakenAt), timeText(m.now)}
		for _, id := range chunk {
			args = append(args, id)
		}
		_, err := m.session.exec(ctx, "UPDATE "+m.table.name+" SET ausente_desde = "+m.cast("ausente_desde")+", updated_at = "+m.cast("updated_at")+
			" WHERE id IN ("+places(len(chunk))+")", args...)
		if err != nil {
			return err
		}
	}
	return nil
}

// add inserts the rows that are new, in the order of their key, so that two
// imports never wait for each other crosswise.
func (m *merge) add(ctx context.Context) error {
	missing := " FROM " + stageTable + " s WHERE NOT EXISTS (SELECT 1 FROM " + m.table.name + " p WHERE " + m.same() + ")"
	if m.known {
		rows, err := m.session.query(ctx, "SELECT s.datos"+missing, m.keyArgs()...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var data textValue
			if err := rows.Scan(&data); err != nil {
				return err
			}
			after := &rcv.Document{}
			if err := json.Unmarshal([]byte(data), after); err != nil {
				return err
			}
			m.result.Changes = append(m.result.Changes, storage.Change{Kind: storage.Added, After: after})
		}
		if err := rows.Err(); err != nil {
			return err
		}
		if err := rows.Close(); err != nil {
			return err
		}
	}
	var selected []string
	for _, c := range columns {
		selected = append(selected, m.staged(c))
	}
	args := append(m.keyArgs(), timeText(m.now), timeText(m.now))
	n, err := m.session.exec(ctx, "INSERT INTO "+m.table.name+" ("+strings.Join(columns, ", ")+", rut_empresa, periodo, created_at, updated_at) SELECT "+
		strings.Join(selected, ", ")+", CAST(? AS varchar(12)), CAST(? AS varchar(7)), "+m.cast("created_at")+", "+m.cast("updated_at")+missing+" ORDER BY s."+strings.Join(m.table.key, ", s."),
		append(args, m.keyArgs()...)...)
	m.result.Counts.Added = n
	return err
}

// record writes the import itself, its sources, the summary and the event.
func (m *merge) record(ctx context.Context) error {
	c := &m.result.Counts
	var documents, total any
	if size := m.result.Size; size != nil {
		documents, total = size.Documents, int64(size.Total)
	}
	err := m.session.queryRow(ctx, `INSERT INTO sii_rcv_importaciones (rut_empresa, periodo, libro, tomada_en, agregados, cambiados, ausentes, reaparecidos, iguales, created_at, resumen_documentos, resumen_total)
		VALUES (`+places(12)+`) RETURNING id`,
		append(m.keyArgs(), string(m.key.Book), timeText(m.result.TakenAt), c.Added, c.Changed, c.Gone, c.Returned, c.Unchanged, timeText(m.now), documents, total)...).Scan(&m.result.ID)
	if err != nil {
		return err
	}
	for i, source := range m.result.Sources {
		_, err := m.session.exec(ctx, "INSERT INTO sii_rcv_fuentes (importacion_id, orden, nombre, sha256, bytes) VALUES (?, ?, ?, ?, ?)",
			m.result.ID, i, source.Name, source.SHA256, source.Bytes)
		if err != nil {
			return err
		}
	}
	if err := m.recordAnswers(ctx); err != nil {
		return err
	}
	if err := m.recordLines(ctx); err != nil {
		return err
	}
	if err := m.recordChanges(ctx); err != nil {
		return err
	}
	detail, err := json.Marshal(struct {
		Register string           `json:"registro"`
		ImportID int64            `json:"importacion_id"`
		Counts   storage.Counts   `json:"cambios"`
		Sources  []storage.Source `json:"fuentes"`
	}{m.key.String(), m.result.ID, *c, m.result.Sources})
	if err != nil {
		return err
	}
	_, err = m.session.appendEvent(ctx, storage.Event{Kind: storage.EventImport, Owner: m.key.Owner, Detail: string(detail)}, m.now)
	return err
}

// recordLines keeps the summary in place of the one before.
func (m *merge) recordLines(ctx context.Context) error {
	args := append(m.keyArgs(), string(m.key.Book))
	if _, err := m.session.exec(ctx, "DELETE FROM sii_rcv_resumen WHERE rut_empresa = ? AND periodo = ? AND libro = ?", args...); err != nil {
		return err
	}
	for i, line := range m.lines {
		data, err := json.Marshal(line)
		if err != nil {
			return err
		}
		_, err = m.session.exec(ctx, `INSERT INTO sii_rcv_resumen (rut_empresa, periodo, libro, orden, estado, tipo_dte, con_detalle, documentos,
			exento, neto, iva, iva_no_recuperable, iva_uso_comun, total, datos) VALUES (`+places(15)+`)`,
			append(args[:3:3], i, string(line.State), int(line.Type), line.HasDetail, line.Documents, int64(line.Exempt), int64(line.Net), int64(line.VAT),
				int64(line.NonRecoverableVAT), int64(line.CommonUseVAT), int64(line.Total), string(data))...)
		if err != nil {
			return err
		}
	}
	return nil
}
