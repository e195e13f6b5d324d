package sqlstore

import (
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/internal/rawanswer"
)

// answerPart is how many bytes of a compressed answer are in one row: no answer
// is held whole in memory.
const answerPart = 256 << 10

// keepAnswers stores the raw answers of a snapshot, compressed, if there are
// any.
func (a *arrival) keepAnswers(ctx context.Context, snapshot *storage.Snapshot, sources []storage.Source) error {
	for i := range sources {
		if err := ctx.Err(); err != nil {
			return err
		}
		raw, err := rawanswer.Open(snapshot, sources, i)
		if err != nil {
			return err
		}
		if raw == nil {
			continue
		}
		if err := errors.Join(a.keepAnswer(i, raw), raw.Close()); err != nil {
			return err
		}
	}
	return nil
}

func (a *arrival) keepAnswer(source int, raw io.Reader) error {
	parts := &answerParts{arrived: a, source: source}
	compressed := gzip.NewWriter(parts)
	if _, err := io.Copy(compressed, raw); err != nil {
		return err
	}
	if err := compressed.Close(); err != nil {
		return err
	}
	return parts.flush()
}

// answerParts stores an answer in parts.
type answerParts struct {
	arrived *arrival
	source  int
	part    int
	pending []byte
}

func (w *answerParts) Write(p []byte) (int, error) {
	w.pending = append(w.pending, p...)
	if len(w.pending) < answerPart {
		return len(p), nil
	}
	return len(p), w.flush()
}

func (w *answerParts) flush() error {
	if len(w.pending) == 0 {
		return nil
	}
	at, err := w.arrived.spool.add([]Value{intValue(w.source), intValue(w.part)}, w.pending)
	w.arrived.answers = append(w.arrived.answers, at)
	w.part++
	w.pending = w.pending[:0]
	return err
}

// recordAnswers stores the answers with the import.
func (m *merge) recordAnswers(ctx context.Context) error {
	for _, at := range m.arrived.answers {
		part, err := m.arrived.spool.read(at, nil)
		if err != nil {
			return err
		}
		_, err = m.session.exec(ctx, "INSERT INTO sii_rcv_respuestas (importacion_id, orden, parte, datos) VALUES (?, ?, ?, ?)",
			m.result.ID, part[0].Int, part[1].Int, []byte(part[2].Text))
		if err != nil {
			return err
		}
	}
	return nil
}

// RawAnswer implements storage.Answers.
func (s *Store) RawAnswer(ctx context.Context, importID int64, source int) (io.ReadCloser, error) {
	what := fmt.Sprintf("raw answer %d of import %d", source, importID)
	var of storage.Source
	err := s.read(ctx, what, func(session *session) error {
		return session.queryRow(ctx, `SELECT f.nombre, f.sha256, f.bytes FROM sii_rcv_fuentes f JOIN sii_rcv_respuestas r
			ON r.importacion_id = f.importacion_id AND r.orden = f.orden AND r.parte = 0 WHERE f.importacion_id = ? AND f.orden = ?`,
			importID, source).Scan(&of.Name, &of.SHA256, &of.Bytes)
	})
	if err != nil {
		return nil, err
	}
	return &answerReader{parts: &partReader{ctx: ctx, store: s, what: what, importID: importID, source: source}, of: of}, nil
}

// answerReader reads a stored answer.
type answerReader struct {
	parts *partReader
	of    storage.Source
	r     io.Reader // nil until the first Read
}

// Read implements io.Reader.
func (a *answerReader) Read(p []byte) (int, error) {
	if a.r == nil {
		plain, err := gzip.NewReader(a.parts)
		if err != nil {
			return 0, a.failure(err)
		}
		plain.Multistream(false) // nothing follows it
		a.r = rawanswer.NewReader(plain, a.of, storage.ErrDamaged)
	}
	n, err := a.r.Read(p)
	return n, a.failure(err)
}

// failure distinguishes damage from errors of the database.
func (a *answerReader) failure(err error) error {
	switch {
	case err == nil, err == io.EOF, errors.Is(err, storage.ErrDamaged), a.parts.failed != nil && errors.Is(err, a.parts.failed): //nolint:errorlint // readers return io.EOF itself
		return err
	default:
		return fmt.Errorf("%s: %s: %w: %w", a.parts.store.dialect.Name, a.parts.what, storage.ErrDamaged, err)
	}
}

// Close implements io.Closer. Nothing is held between two reads.
func (a *answerReader) Close() error { return nil }

// partReader reads a stored, compressed answer part by part.
type partReader struct {
	ctx      context.Context //nolint:containedctx // RawAnswer says so
	store    *Store
	what     string
	importID int64
	source   int
	part     int
	rest     []byte
	failed   error // the database's error
}

func (r *partReader) Read(p []byte) (int, error) {
	for len(r.rest) == 0 {
		err := r.get(r.part, &r.rest)
		if errors.Is(err, fs.ErrNotExist) && r.part > 0 && r.get(0, &r.rest) == nil {
			return 0, io.ErrUnexpectedEOF // it was not purged meanwhile, so a part is missing
		}
		if err != nil {
			r.failed = err
			return 0, err
		}
		r.part++
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

func (r *partReader) get(part int, data *[]byte) error {
	return r.store.read(r.ctx, r.what, func(session *session) error {
		return session.queryRow(r.ctx, "SELECT datos FROM sii_rcv_respuestas WHERE importacion_id = ? AND orden = ? AND parte = ?",
			r.importID, r.source, part).Scan(data)
	})
}

// PurgeRawAnswers implements storage.Answers.
func (s *Store) PurgeRawAnswers(ctx context.Context, before time.Time) (purged int64, err error) {
	err = s.write(ctx, "purge raw answers", func(session *session) error {
		const old = " FROM sii_rcv_respuestas WHERE importacion_id IN (SELECT id FROM sii_rcv_importaciones WHERE tomada_en < ?)"
		var n sql.NullInt64
		if err := session.queryRow(ctx, "SELECT sum(CASE parte WHEN 0 THEN 1 ELSE 0 END)"+old, timeText(before)).Scan(&n); err != nil {
			return err
		}
		purged = n.Int64
		_, err := session.exec(ctx, "DELETE"+old, timeText(before))
		return err
	})
	return purged, err
}
