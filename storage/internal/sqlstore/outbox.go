package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"iter"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/internal/issuing"
)

var _ storage.Outbox = (*Store)(nil)

// isLive is storage.EnvelopeState.Live for an envelope s.
const isLive = "s.estado NOT IN ('rejected', 'held')"

const envelopeColumns = `s.id, s.ambiente, s.rut_emisor, s.tipo, s.estado, s.desde, s.sha256, s.turno, s.intentos, s.salio, s.siguiente,
	s.respuesta, s.estado_sii, s.glosa, s.track_ids, s.created_at, s.updated_at`

// scanEnvelope reads an envelope. Further columns go into behind. Left is that of
// issuing.Move.
func scanEnvelope(scan func(...any) error, behind ...any) (e storage.Envelope, err error) {
	var environment, issuer, kind, state, digest, answer, estado, glosa, tracks textValue
	var since, next, created, updated timeValue
	targets := []any{
		&e.ID, &environment, &issuer, &kind, &state, &since, &digest, &e.Fence, &e.Attempts, &e.Left, &next, &answer, &estado, &glosa, &tracks, &created, &updated,
	}
	if err := scan(append(targets, behind...)...); err != nil {
		return e, err
	}
	e.Environment, e.Kind, e.State, e.SHA256 = chile.Environment(environment), string(kind), storage.EnvelopeState(state), string(digest)
	e.Issuer, _ = chile.ParseHyphenatedRUT(string(issuer))
	e.Since, e.NextTry, e.CreatedAt, e.UpdatedAt = since.Time, next.Time, created.Time, updated.Time
	e.Answer, e.Estado, e.Glosa = string(answer), string(estado), string(glosa)
	if tracks != "" {
		err = json.Unmarshal([]byte(tracks), &e.TrackIDs)
	}
	return e, err
}

// shown returns an envelope in the form that callers get.
func shown(e storage.Envelope) storage.Envelope {
	e.Left = e.Left || e.State == storage.EnvelopeSending
	return e
}

func (s *session) envelope(ctx context.Context, where string, args ...any) (storage.Envelope, error) {
	return scanEnvelope(s.queryRow(ctx, "SELECT "+envelopeColumns+" FROM sii_sobres s WHERE "+where, args...).Scan)
}

// PutEnvelope implements storage.Outbox.
func (s *Store) PutEnvelope(ctx context.Context, n storage.NewEnvelope) (*storage.Envelope, error) {
	const what = "store envelope"
	if err := issuing.CheckEnvelope(&n); err != nil {
		return nil, s.wrap(ctx, what, err)
	}
	var stored storage.Envelope
	err := s.writeDurable(ctx, what, func(session *session) error {
		if _, err := session.join(ctx, n.Environment.Known()); err != nil {
			return err
		}
		folios, err := session.foliosByID(ctx, n.Folios)
		if err != nil {
			return err
		}
		digest := issuing.Digest(n.XML)
		stored, err = session.envelope(ctx, "s.rut_emisor = ? AND s.sha256 = ?", n.Issuer.String(), digest)
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err := session.mayWrap(ctx, &n, folios); err != nil {
			return err
		}
		stored, err = session.insertEnvelope(ctx, &n, digest, timeText(s.now()))
		return err
	})
	if err != nil {
		return nil, err
	}
	stored = shown(stored)
	return &stored, nil
}

// mayWrap returns why an envelope cannot have its documents. Their folios are locked.
func (s *session) mayWrap(ctx context.Context, n *storage.NewEnvelope, folios map[int64]*storage.TakenFolio) error {
	documents, err := s.digests(ctx, n.Folios)
	if err != nil {
		return err
	}
	others, err := s.liveEnvelopes(ctx, n.Folios, 0)
	if err != nil {
		return err
	}
	for _, id := range n.Folios {
		if documents[id] == "" {
			return sql.ErrNoRows
		}
		if err := issuing.Wrappable(folios[id], n.Issuer, others[id]); err != nil {
			return err
		}
	}
	return nil
}

// liveEnvelopes returns, by folio, the live envelopes with documents of these folios,
// except one.
func (s *session) liveEnvelopes(ctx context.Context, folios []int64, except int64) (map[int64]*storage.Envelope, error) {
	found := map[int64]*storage.Envelope{}
	for chunk := range slices.Chunk(folios, perStatement) {
		rows, err := s.query(ctx, "SELECT d.folio_id, s.id, s.estado FROM sii_sobres_folios d JOIN sii_sobres s ON s.id = d.sobre_id WHERE s.id <> ? AND "+isLive+
			" AND d.folio_id IN ("+places(len(chunk))+")", append([]any{except}, anyOf(chunk)...)...)
		if err != nil {
			return nil, err
		}
		if err := scanLive(rows, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func scanLive(rows *sql.Rows, into map[int64]*storage.Envelope) error {
	defer rows.Close()
	for rows.Next() {
		var folio int64
		var state textValue
		e := &storage.Envelope{}
		if err := rows.Scan(&folio, &e.ID, &state); err != nil {
			return err
		}
		e.State = storage.EnvelopeState(state)
		into[folio] = e
	}
	return rows.Err()
}

func (s *session) insertEnvelope(ctx context.Context, n *storage.NewEnvelope, digest string, now any) (e storage.Envelope, err error) {
	var id int64
	err = s.queryRow(ctx, `INSERT INTO sii_sobres (ambiente, rut_emisor, tipo, estado, desde, xml, sha256, turno, intentos, salio, respuesta, estado_sii, glosa, track_ids, created_at, updated_at)
		VALUES (`+places(16)+`) RETURNING id`,
		string(n.Environment.Known()), n.Issuer.String(), n.Kind, string(storage.EnvelopePending), now, n.XML, digest, 0, 0, false, "", "", "", "", now, now).Scan(&id)
	if err != nil {
		return e, err
	}
	const columns = 3
	var args []any
	for i, folio := range n.Folios {
		args = append(args, id, i, folio)
	}
	for chunk := range slices.Chunk(args, columns*perStatement) {
		if _, err := s.exec(ctx, "INSERT INTO sii_sobres_folios (sobre_id, orden, folio_id) VALUES "+tuples(columns, len(chunk)/columns), chunk...); err != nil {
			return e, err
		}
	}
	return s.envelope(ctx, "s.id = ?", id)
}

// Envelope implements storage.Outbox.
func (s *Store) Envelope(ctx context.Context, id int64) (*storage.Envelope, error) {
	var found storage.Envelope
	err := s.read(ctx, "envelope", func(session *session) (err error) {
		var xml []byte
		found, err = scanEnvelope(session.queryRow(ctx, "SELECT "+envelopeColumns+", s.xml FROM sii_sobres s WHERE s.id = ?", id).Scan, &xml)
		if err != nil {
			return err
		}
		if found.Folios, err = session.foliosWithin(ctx, id); err != nil {
			return err
		}
		found.XML = xml
		return issuing.CheckBytes(xml, found.SHA256)
	})
	if err != nil {
		return nil, err
	}
	found = shown(found)
	return &found, nil
}

// foliosWithin returns the folios of the documents of an envelope, in their order.
func (s *session) foliosWithin(ctx context.Context, id int64) (folios []int64, err error) {
	rows, err := s.query(ctx, "SELECT folio_id FROM sii_sobres_folios WHERE sobre_id = ? ORDER BY orden", id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var folio int64
		if err := rows.Scan(&folio); err != nil {
			return nil, err
		}
		folios = append(folios, folio)
	}
	return folios, rows.Err()
}

// Envelopes implements storage.Outbox.
func (s *Store) Envelopes(ctx context.Context, q storage.EnvelopeQuery) iter.Seq2[storage.Envelope, error] {
	query, args := EnvelopesStatement(&q)
	return sequence(ctx, s, "envelopes", query, args, func(rows *sql.Rows) (storage.Envelope, error) {
		e, err := scanEnvelope(rows.Scan)
		return shown(e), err
	})
}

// EnvelopesStatement returns the statement of a query, with ? for its arguments.
func EnvelopesStatement(q *storage.EnvelopeQuery) (query string, args []any) {
	var where string
	where, args = "s.id > ?", []any{q.AfterID}
	add := func(wanted bool, condition string, values ...any) {
		if wanted {
			where, args = where+" AND "+condition, append(args, values...)
		}
	}
	add(!q.Issuer.IsZero(), "s.rut_emisor = ?", q.Issuer.String())
	add(q.Kind != "", "s.tipo = ?", q.Kind)
	var states []any
	for _, state := range q.States {
		states = append(states, string(state))
	}
	add(len(states) > 0, "s.estado IN ("+places(len(states))+")", states...)
	add(q.Folio != 0, "s.id IN (SELECT d.sobre_id FROM sii_sobres_folios d WHERE d.folio_id = ?)", q.Folio)
	add(q.TrackID != "", "s.track_ids LIKE ?", `%`+q.TrackID+`"%`) // in JSON
	add(!q.Due.IsZero(), "(s.siguiente IS NULL OR s.siguiente <= ?)", timeText(q.Due))
	add(q.Undecided, "s.id IN (SELECT d.sobre_id FROM sii_emitidos e JOIN sii_sobres_folios d ON d.folio_id = e.folio_id WHERE e.veredicto = '')")
	return limited("SELECT "+envelopeColumns+" FROM sii_sobres s WHERE "+where+" ORDER BY s.id", args, q.Limit)
}

// MoveEnvelope implements storage.Outbox.
func (s *Store) MoveEnvelope(ctx context.Context, m storage.EnvelopeMove) (*storage.Envelope, error) {
	const what = "move envelope"
	if err := issuing.CheckMove(&m); err != nil {
		return nil, s.wrap(ctx, what, err)
	}
	var moved storage.Envelope
	err := s.writeDurable(ctx, what, func(session *session) error {
		before, err := session.envelope(ctx, "s.id = ?"+s.dialect.ForUpdate, m.ID)
		if err != nil {
			return err
		}
		after, err := issuing.Move(before, &m, s.now().UTC())
		if err != nil {
			return err
		}
		if issuing.Returns(before.State, after.State) {
			if err := session.mayReturn(ctx, m.ID); err != nil {
				return err
			}
		}
		if err := session.updateEnvelope(ctx, after); err != nil {
			return err
		}
		if err := session.moveFolios(ctx, after, timeText(s.now())); err != nil {
			return err
		}
		if err := s.report(ctx, session, after, &before); err != nil {
			return err
		}
		moved, err = session.envelope(ctx, "s.id = ?", m.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	moved = shown(moved)
	return &moved, nil
}

// mayReturn returns why an envelope cannot be live again. It locks the folios, so that no
// caller voids or wraps their documents meanwhile.
func (s *session) mayReturn(ctx context.Context, id int64) error {
	ids, err := s.foliosWithin(ctx, id)
	if err != nil {
		return err
	}
	folios, err := s.foliosByID(ctx, ids)
	if err != nil {
		return err
	}
	others, err := s.liveEnvelopes(ctx, ids, id)
	if err != nil {
		return err
	}
	for _, folio := range ids {
		if err := issuing.MayReturn(folios[folio], others[folio]); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) updateEnvelope(ctx context.Context, e *storage.Envelope) error {
	tracks := ""
	if len(e.TrackIDs) > 0 {
		text, err := json.Marshal(e.TrackIDs)
		if err != nil {
			return err
		}
		tracks = string(text)
	}
	_, err := s.exec(ctx, `UPDATE sii_sobres SET estado = ?, desde = ?, turno = ?, intentos = ?, salio = ?, siguiente = ?, respuesta = ?, estado_sii = ?, glosa = ?, track_ids = ?, updated_at = ? WHERE id = ?`,
		string(e.State), timeText(e.Since), e.Fence, e.Attempts, e.Left, timeText(e.NextTry), e.Answer, e.Estado, e.Glosa, tracks, timeText(e.UpdatedAt), e.ID)
	return err
}

// moveFolios sets the states of the folios of an envelope: see issuing.FolioAfter.
func (s *session) moveFolios(ctx context.Context, e *storage.Envelope, now any) error {
	if e.State != storage.EnvelopeSent && e.State != storage.EnvelopeRejected {
		return nil
	}
	for _, state := range []storage.FolioState{storage.FolioSigned, storage.FolioSent} {
		next, changes := issuing.FolioAfter(state, e.State)
		if !changes {
			continue
		}
		if _, err := s.exec(ctx, `UPDATE sii_folios SET estado = ?, updated_at = ? WHERE estado = ? AND id IN (SELECT folio_id FROM sii_sobres_folios WHERE sobre_id = ?)
			AND NOT EXISTS (SELECT 1 FROM sii_sobres_folios d JOIN sii_sobres s ON s.id = d.sobre_id WHERE d.folio_id = sii_folios.id AND s.id <> ? AND s.estado = ?)`,
			string(next), now, string(state), e.ID, e.ID, string(storage.EnvelopeSent)); err != nil {
			return err
		}
	}
	return nil
}

// report stores the submission of a sent envelope, or its later rejection.
func (s *Store) report(ctx context.Context, session *session, after, before *storage.Envelope) error {
	state, first := issuing.SubmissionState(after, before)
	if state == "" {
		return nil
	}
	var date textValue
	err := session.queryRow(ctx, "SELECT min(e.fecha) FROM sii_sobres_folios d JOIN sii_emitidos e ON e.folio_id = d.folio_id WHERE d.sobre_id = ?", after.ID).Scan(&date)
	if err != nil {
		return err
	}
	oldest, err := chile.ParseDate(string(date))
	if err != nil {
		return err
	}
	submission := issuing.Submission(after, state, oldest.Period())
	if first {
		_, err := session.submission(ctx, submission.Issuer, submission.TrackID)
		if !errors.Is(err, sql.ErrNoRows) {
			return err // an existing one stays as it is
		}
	}
	_, err = s.putSubmission(ctx, session, submission)
	return err
}

// OutboxCounts implements storage.Outbox.
func (s *Store) OutboxCounts(ctx context.Context, issuer chile.RUT) (counts []storage.OutboxCount, err error) {
	query, args := "SELECT rut_emisor, tipo, estado, count(*), min(desde) FROM sii_sobres WHERE estado IN ('pending', 'sending', 'unknown', 'held')", []any(nil)
	if !issuer.IsZero() {
		query, args = query+" AND rut_emisor = ?", []any{issuer.String()}
	}
	for c, err := range sequence(ctx, s, "count envelopes", query+" GROUP BY rut_emisor, tipo, estado", args, scanCount) {
		if err != nil {
			return nil, err
		}
		counts = append(counts, c)
	}
	slices.SortFunc(counts, func(a, b storage.OutboxCount) int {
		return cmp.Or(a.Issuer.Compare(b.Issuer), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.State, b.State))
	})
	return counts, nil
}

func scanCount(rows *sql.Rows) (c storage.OutboxCount, err error) {
	var issuer, kind, state textValue
	var oldest timeValue
	if err := rows.Scan(&issuer, &kind, &state, &c.Count, &oldest); err != nil {
		return c, err
	}
	c.Issuer, _ = chile.ParseHyphenatedRUT(string(issuer))
	c.Kind, c.State, c.Oldest = string(kind), storage.EnvelopeState(state), oldest.Time
	return c, nil
}
