package sqlstore

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// ImportRegister implements storage.Registers.
func (s *Store) ImportRegister(ctx context.Context, snapshot storage.Snapshot) (*storage.ImportResult, error) {
	what := "import " + snapshot.Key.String()
	if !snapshot.Key.Valid() || snapshot.Rows == nil {
		return nil, s.wrap(ctx, what, fmt.Errorf("%w: a snapshot needs an owner, a period, a book and rows", storage.ErrInvalid))
	}
	if err := s.mayStore(ctx, what, snapshot.Environment); err != nil {
		return nil, err
	}
	arrived := &arrival{key: snapshot.Key, accept: snapshot.Accept}
	defer arrived.close()
	if err := arrived.arrive(ctx, snapshot.Rows); err != nil {
		if ended, ok := err.(rowsError); ok && ctx.Err() == nil { //nolint:errorlint // arrive's own
			return nil, ended.error // the store did not fail
		}
		return nil, s.wrap(ctx, what, err)
	}
	m := &merge{arrived: arrived, key: snapshot.Key, table: tables[snapshot.Key.Book], now: s.now(), goneSince: map[*rcv.Document]time.Time{}}
	m.result.Key, m.result.Environment = snapshot.Key, snapshot.Environment.Known()
	m.result.TakenAt = snapshot.TakenAt.UTC().Truncate(time.Microsecond)
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
	if err := storage.CheckImport(m.lines, m.result.Sources); err != nil {
		return nil, s.wrap(ctx, what, err)
	}
	if err := arrived.keepAnswers(ctx, &snapshot, m.result.Sources); err != nil {
		return nil, s.wrap(ctx, what, err)
	}
	err := s.write(ctx, what, func(session *session) error {
		m.session = session
		if err := m.run(ctx); err != nil || s.beforeCommit == nil {
			return err
		}
		done := m.result.Import
		done.Sources = slices.Clone(done.Sources)
		return s.beforeCommit(ctx, session.conn, &done)
	})
	if err != nil {
		return nil, err
	}
	return &m.result, nil
}

// merge makes a stored register equal to a snapshot that was read.
type merge struct {
	session *session
	arrived *arrival
	key     rcv.Key
	table   *table
	now     time.Time
	lines   []rcv.SummaryLine
	result  storage.ImportResult

	known      bool                        // the register was imported before: changes are reported
	numberless bool                        // rows may lack the SII's numbers
	doubtful   []storedRow                 // rows that may differ from the snapshot
	missing    []int64                     // ids of rows that are not in the snapshot
	goneSince  map[*rcv.Document]time.Time // for documents that returned, by their new value
}

func (m *merge) keyArgs() []any { return []any{m.key.Owner.String(), m.key.Period.String()} }

func (m *merge) run(ctx context.Context) error {
	if lock := m.session.dialect.LockRegister; lock != "" {
		if _, err := m.session.exec(ctx, lock, lockText("rcv "+m.key.String())); err != nil {
			return err
		}
	}
	for _, step := range []func(context.Context) error{m.joinEnvironment, m.lookKnown, m.match, m.rewrite, m.markGone, m.add} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	c := &m.result.Counts
	c.Unchanged = int64(len(m.arrived.entries)) - c.Added - c.Changed - c.Returned
	slices.SortStableFunc(m.result.Changes, func(a, b storage.Change) int { return compareDocuments(a.Document(), b.Document()) })
	if accept := m.arrived.accept; accept != nil {
		planned := m.result.Import
		planned.Sources = slices.Clone(planned.Sources)
		if err := accept(planned); err != nil {
			return err
		}
	}
	if err := m.settle(ctx); err != nil {
		return err
	}
	return m.record(ctx)
}

// lockText returns the number of a lock.
func lockText(what string) int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte("chile " + what))
	return int64(h.Sum64()) //nolint:gosec // any number will do
}

// compareDocuments orders documents of one register.
func compareDocuments(a, b *rcv.Document) int {
	return cmp.Or(cmp.Compare(a.Type, b.Type), a.Counterparty.Compare(b.Counterparty), cmp.Compare(a.Folio, b.Folio))
}

// record writes the import, its sources, the summary and the event.
func (m *merge) record(ctx context.Context) error {
	c := &m.result.Counts
	var documents, total any
	if size := m.result.Size; size != nil {
		documents, total = size.Documents, int64(size.Total)
	}
	err := m.session.queryRow(ctx, `INSERT INTO sii_rcv_importaciones (rut_empresa, periodo, libro, tomada_en, agregados, cambiados, ausentes, reaparecidos, iguales, created_at, resumen_documentos, resumen_total, ambiente, de_archivo)
		VALUES (`+places(14)+`) RETURNING id`,
		append(m.keyArgs(), string(m.key.Book), timeText(m.result.TakenAt), c.Added, c.Changed, c.Gone, c.Returned, c.Unchanged, timeText(m.now), documents, total, string(m.result.Environment), m.arrived.files)...).Scan(&m.result.ID)
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
	event, err := storage.ImportEvent(&m.result)
	if err != nil {
		return err
	}
	_, err = m.session.appendEvent(ctx, event, m.now)
	return err
}

// recordLines replaces the stored summary.
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
