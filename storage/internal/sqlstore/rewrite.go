package sqlstore

import (
	"context"
	"slices"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// batch is how many stored rows are read whole at a time.
const batch = 500

// rewrite compares the rows that may differ from the snapshot, and writes those
// that do. A different hash is not yet a change: rcv.Diff decides.
func (m *merge) rewrite(ctx context.Context) error {
	slices.SortFunc(m.doubtful, func(a, b storedRow) int { return a.entry.key.compare(b.entry.key) })
	for chunk := range slices.Chunk(m.doubtful, batch) {
		ids := make([]int64, len(chunk))
		for i := range chunk {
			ids[i] = chunk[i].id
		}
		stored, err := m.collectIDs(ctx, ids)
		if err != nil {
			return err
		}
		var changed []rewritten
		for _, pair := range chunk {
			after, err := m.arrived.document(pair.entry)
			if err != nil {
				return err
			}
			row, err := m.judge(stored[pair.id], after)
			if err != nil {
				return err
			}
			switch {
			case row == after:
				changed = append(changed, rewritten{pair, nil})
			case row != nil:
				changed = append(changed, rewritten{pair, row})
			}
		}
		if err := m.update(ctx, changed); err != nil {
			return err
		}
	}
	return nil
}

// rewritten is a row to rewrite: with the snapshot's document or, if the row has
// more values, with both merged.
type rewritten struct {
	storedRow
	merged *rcv.Document
}

// judge counts what happened to a document, and returns the document to write;
// nil if the row stays.
func (m *merge) judge(r *row, after *rcv.Document) (*rcv.Document, error) {
	before, err := r.document(m.key.Book)
	if err != nil {
		return nil, err
	}
	c, changed := storage.CompareDocuments(&storage.StoredDocument{Key: m.key, Document: *before, GoneAt: r.gone.Time}, after)
	counts := &m.result.Counts
	switch {
	case c.Kind == storage.Returned:
		counts.Returned++
		m.goneSince[c.After] = r.gone.Time
	case r.legacy() && r.sameLegacy(m.key.Book, after):
		return c.After, nil // filled in, not changed
	case r.legacy() && !changed: // except for a fraction of a peso
		c.Kind = storage.AmountsChanged
		counts.Changed++
	case !changed && rcv.Adds(before, c.After):
		return c.After, nil // filled in, not changed
	case !changed:
		return nil, nil
	default:
		counts.Changed++
	}
	m.tell(c)
	return c.After, nil
}

// tell adds a change to those of the import, unless it is the register's first
// import.
func (m *merge) tell(c storage.Change) {
	if m.known {
		m.result.Changes = append(m.result.Changes, c)
	}
}

// update rewrites rows.
func (m *merge) update(ctx context.Context, changed []rewritten) error {
	if len(changed) == 0 {
		return nil
	}
	set := slices.Concat(columns, []string{"ausente_desde", "updated_at"})
	return m.session.update(ctx, m.table.name, set, func(yield func([]Value, error) bool) {
		var row []Value
		var encoder rcv.Encoder
		for _, of := range changed {
			var err error
			row = append(row[:0], intValue(of.id))
			if of.merged == nil {
				row, err = m.arrived.row(of.entry, row)
			} else {
				row, err = m.mergedRow(&encoder, of, row)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if row = append(row, Value{}, instant(m.now)); !yield(row, nil) {
				return
			}
		}
	})
}

// mergedRow appends the column values of a merged document.
func (m *merge) mergedRow(encoder *rcv.Encoder, of rewritten, row []Value) ([]Value, error) {
	data, hash, err := encoder.Encode(of.merged)
	if err != nil {
		return nil, err
	}
	return append(values(keyValues(row, m.key, of.entry.key), of.merged, hash), textOf(string(data))), nil
}

// markGone marks the rows that are not in the snapshot.
func (m *merge) markGone(ctx context.Context) error {
	for ids := range slices.Chunk(m.missing, batch) {
		stored, err := m.collectIDs(ctx, ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			before, err := stored[id].document(m.key.Book)
			if err != nil {
				return err
			}
			m.result.Counts.Gone++
			m.tell(storage.Change{Kind: storage.Gone, Before: before})
		}
		err = m.session.update(ctx, m.table.name, []string{"ausente_desde", "updated_at"}, func(yield func([]Value, error) bool) {
			for _, id := range ids {
				if !yield([]Value{intValue(id), instant(m.result.TakenAt), instant(m.now)}, nil) {
					return
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// add inserts the new documents, in the order of their key.
func (m *merge) add(ctx context.Context) error {
	for e := range m.arrived.added() {
		m.result.Counts.Added++
		if !m.known {
			continue
		}
		after, err := m.arrived.document(e)
		if err != nil {
			return err
		}
		m.result.Changes = append(m.result.Changes, storage.Change{Kind: storage.Added, After: after})
	}
	if m.result.Counts.Added == 0 {
		return nil
	}
	into := slices.Concat(columns, []string{"rut_empresa", "periodo", "created_at", "updated_at"})
	of := []Value{textOf(m.key.Owner.String()), textOf(m.key.Period.String()), instant(m.now), instant(m.now)}
	return m.session.insert(ctx, m.table.name, into, func(yield func([]Value, error) bool) {
		var row []Value
		for e := range m.arrived.added() {
			var err error
			if row, err = m.arrived.row(e, row[:0]); err != nil {
				yield(nil, err)
				return
			}
			if row = append(row, of...); !yield(row, nil) {
				return
			}
		}
	})
}

// collectIDs reads rows whole, by their ids.
func (m *merge) collectIDs(ctx context.Context, ids []int64) (map[int64]*row, error) {
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	all, err := m.collect(ctx, "SELECT "+rowColumns+" FROM "+m.table.name+" p WHERE p.id IN ("+places(len(ids))+")", args...)
	if err != nil {
		return nil, err
	}
	byID := make(map[int64]*row, len(all))
	for _, r := range all {
		byID[r.id] = r
	}
	return byID, nil
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
