package sqlstore

import (
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

var _ storage.Issued = (*Store)(nil)

// errWithoutIssuer is the error of a query without issuer.
var errWithoutIssuer = errors.Join(storage.ErrInvalid, errors.New("a query has an issuer"))

// failing is a sequence with only an error.
func failing[T any](err error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		yield(zero, err)
	}
}

// foliosByID reads and locks folios in the order of their ids. All callers lock several
// folios in this order.
func (s *session) foliosByID(ctx context.Context, ids []int64) (map[int64]*storage.TakenFolio, error) {
	found := map[int64]*storage.TakenFolio{}
	for chunk := range slices.Chunk(slices.Sorted(slices.Values(ids)), perStatement) {
		where := "f.id IN (" + places(len(chunk)) + ") ORDER BY f.id" + s.dialect.ForUpdate
		if err := s.eachFolio(ctx, where, anyOf(chunk), func(f storage.TakenFolio) { found[f.ID] = &f }); err != nil {
			return nil, err
		}
	}
	for _, id := range ids {
		if found[id] == nil {
			return nil, sql.ErrNoRows
		}
	}
	return found, nil
}

func anyOf(ids []int64) []any {
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	return args
}

// digests returns the digests of the documents of folios, by folio.
func (s *session) digests(ctx context.Context, folios []int64) (map[int64]string, error) {
	found := map[int64]string{}
	for chunk := range slices.Chunk(folios, perStatement) {
		rows, err := s.query(ctx, "SELECT folio_id, sha256 FROM sii_emitidos WHERE folio_id IN ("+places(len(chunk))+")", anyOf(chunk)...)
		if err != nil {
			return nil, err
		}
		if err := scanPairs(rows, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func scanPairs(rows *sql.Rows, into map[int64]string) error {
	defer rows.Close()
	for rows.Next() {
		var id int64
		var text textValue
		if err := rows.Scan(&id, &text); err != nil {
			return err
		}
		into[id] = string(text)
	}
	return rows.Err()
}

// PutIssued implements storage.Issued.
func (s *Store) PutIssued(ctx context.Context, documents []storage.NewIssued) error {
	const what = "store documents"
	if err := issuing.CheckIssued(documents); err != nil {
		return s.wrap(ctx, what, err)
	}
	if len(documents) == 0 {
		return s.wrap(ctx, what, ctx.Err())
	}
	return s.writeDurable(ctx, what, func(session *session) error {
		fresh, err := session.unsigned(ctx, documents)
		if err != nil {
			return err
		}
		now := timeText(s.now())
		for chunk := range slices.Chunk(fresh, perStatement) {
			if err := session.insertIssued(ctx, chunk, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// unsigned returns the documents that are not stored yet, each folio once, or why one
// cannot be stored.
func (s *session) unsigned(ctx context.Context, documents []storage.NewIssued) (fresh []*storage.NewIssued, err error) {
	var ids []int64
	for i := range documents {
		ids = append(ids, documents[i].Folio)
	}
	folios, err := s.foliosByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	stored, err := s.digests(ctx, ids)
	if err != nil {
		return nil, err
	}
	for i := range documents {
		d := &documents[i]
		same, err := issuing.SameBytes(folios[d.Folio], stored[d.Folio], d.XML)
		if err != nil {
			return nil, err
		}
		if !same {
			fresh = append(fresh, d)
			stored[d.Folio] = issuing.Digest(d.XML)
		}
	}
	return fresh, nil
}

func (s *session) insertIssued(ctx context.Context, documents []*storage.NewIssued, now any) error {
	const columns, waitColumns = 12, 6
	var args, waits, ids []any
	for _, d := range documents {
		foreseen, err := codesText(d.Foreseen)
		if err != nil {
			return err
		}
		args = append(args, d.Folio, d.XML, issuing.Digest(d.XML), d.Receiver.String(), d.Date.String(), int64(d.Total), "", "", "", foreseen, now, now)
		ids = append(ids, d.Folio)
		for _, w := range d.WaitsFor {
			waits = append(waits, d.Folio, w.Issuer.String(), int64(w.Type), int64(w.Folio), false, "")
		}
	}
	if _, err := s.exec(ctx, `INSERT INTO sii_emitidos (folio_id, xml, sha256, rut_receptor, fecha, total, veredicto, estado_sii, glosa, previstos, created_at, updated_at)
		VALUES `+tuples(columns, len(documents)), args...); err != nil {
		return err
	}
	for chunk := range slices.Chunk(waits, waitColumns*perStatement) {
		if _, err := s.exec(ctx, "INSERT INTO sii_esperas (folio_id, rut_emisor, tipo_dte, folio, cumplida, estado_sii) VALUES "+
			tuples(waitColumns, len(chunk)/waitColumns), chunk...); err != nil {
			return err
		}
	}
	_, err := s.exec(ctx, "UPDATE sii_folios SET estado = ?, updated_at = ? WHERE id IN ("+places(len(ids))+")",
		append([]any{string(storage.FolioSigned), now}, ids...)...)
	return err
}

// codesText returns codes as they are stored.
func codesText(codes []storage.VerdictCode) (string, error) {
	if codes == nil {
		codes = []storage.VerdictCode{}
	}
	text, err := json.Marshal(codes)
	return string(text), err
}

// parseCodes reads the text of codesText. It returns nil if there are no codes.
func parseCodes(text textValue) (codes []storage.VerdictCode, err error) {
	if text == "" || text == "[]" {
		return nil, nil
	}
	return codes, json.Unmarshal([]byte(text), &codes)
}

const issuedColumns = `e.folio_id, f.rut_emisor, f.tipo_dte, f.folio, f.clave, f.estado, e.sha256, e.rut_receptor, e.fecha, e.total,
	(SELECT count(*) FROM sii_esperas w WHERE w.folio_id = e.folio_id AND NOT w.cumplida),
	e.veredicto, e.estado_sii, e.glosa, e.codigos, e.previstos, e.created_at, e.updated_at`

// scanIssued reads a document. Its bytes go into xml; if nil, they are not read.
func scanIssued(scan func(...any) error, xml *[]byte) (d storage.IssuedDocument, err error) {
	var issuer, key, state, digest, receiver, date, verdict, estado, glosa, foreseen textValue
	var codes sql.NullString
	var created, updated timeValue
	targets := []any{
		&d.Folio, &issuer, &d.Document.Type, &d.Document.Folio, &key, &state, &digest, &receiver, &date, &d.Total,
		&d.Waiting, &verdict, &estado, &glosa, &codes, &foreseen, &created, &updated,
	}
	if xml != nil {
		targets = append(targets, xml)
	}
	if err := scan(targets...); err != nil {
		return d, err
	}
	d.Document.Issuer, _ = chile.ParseHyphenatedRUT(string(issuer))
	d.Receiver, _ = chile.ParseHyphenatedRUT(string(receiver))
	d.Date, _ = chile.ParseDate(string(date))
	d.Key, d.State, d.SHA256 = string(key), storage.FolioState(state), string(digest)
	d.Verdict = storage.Verdict{State: storage.VerdictState(verdict), Estado: string(estado), Glosa: string(glosa), CodesKnown: codes.Valid}
	d.CreatedAt, d.UpdatedAt = created.Time, updated.Time
	if d.Verdict.Codes, err = parseCodes(textValue(codes.String)); err != nil {
		return d, err
	}
	if d.Foreseen, err = parseCodes(foreseen); err != nil {
		return d, err
	}
	if xml != nil {
		d.XML = *xml
		return d, issuing.CheckBytes(d.XML, d.SHA256)
	}
	return d, nil
}

// IssuedDocument implements storage.Issued.
func (s *Store) IssuedDocument(ctx context.Context, folio int64) (*storage.IssuedDocument, error) {
	var found storage.IssuedDocument
	err := s.read(ctx, "document", func(session *session) (err error) {
		found, err = scanIssued(session.queryRow(ctx, "SELECT "+issuedColumns+", e.xml FROM sii_emitidos e JOIN sii_folios f ON f.id = e.folio_id WHERE e.folio_id = ?", folio).Scan, new([]byte))
		return err
	})
	if err != nil {
		return nil, err
	}
	return &found, nil
}

// IssuedDocuments implements storage.Issued.
func (s *Store) IssuedDocuments(ctx context.Context, q storage.IssuedQuery) iter.Seq2[storage.IssuedDocument, error] {
	const what = "documents"
	if q.Issuer.IsZero() {
		return failing[storage.IssuedDocument](s.wrap(ctx, what, errWithoutIssuer))
	}
	query, args := IssuedStatement(&q)
	return sequence(ctx, s, what, query, args, func(rows *sql.Rows) (storage.IssuedDocument, error) {
		if q.WithXML {
			return scanIssued(rows.Scan, new([]byte))
		}
		return scanIssued(rows.Scan, nil)
	})
}

// IssuedStatement returns the statement of a query, with ? for its arguments.
func IssuedStatement(q *storage.IssuedQuery) (query string, args []any) {
	columns := issuedColumns
	if q.WithXML {
		columns += ", e.xml"
	}
	where, args := issuedConditions(q)
	return limited("SELECT "+columns+" FROM sii_folios f JOIN sii_emitidos e ON e.folio_id = f.id WHERE "+where+" ORDER BY f.id", args, q.Limit)
}

// limited bounds the rows of a query.
func limited(query string, args []any, limit int) (string, []any) {
	if limit > 0 {
		return query + " LIMIT ?", append(args, limit)
	}
	return query, args
}

// issuedConditions returns the conditions of a query in SQL.
func issuedConditions(q *storage.IssuedQuery) (where string, args []any) {
	where, args = "f.rut_emisor = ? AND f.id > ?", []any{q.Issuer.String(), q.AfterID}
	add := func(wanted bool, condition string, values ...any) {
		if wanted {
			where, args = where+" AND "+condition, append(args, values...)
		}
	}
	const envelopes = "SELECT 1 FROM sii_sobres_folios d JOIN sii_sobres s ON s.id = d.sobre_id WHERE d.folio_id = e.folio_id"
	add(q.Type != 0, "f.tipo_dte = ?", int64(q.Type))
	add(q.State != "", "f.estado = ?", string(q.State))
	add(!q.Month.IsZero(), "e.fecha >= ? AND e.fecha <= ?", q.Month.First().String(), q.Month.Last().String())
	add(q.Envelope != 0, "f.id IN (SELECT d.folio_id FROM sii_sobres_folios d WHERE d.sobre_id = ?)", q.Envelope)
	add(q.Unwrapped, "f.estado = ? AND NOT EXISTS ("+envelopes+")", string(storage.FolioSigned))
	add(q.Held, "e.veredicto = '' AND EXISTS ("+envelopes+") AND NOT EXISTS ("+envelopes+" AND "+isLive+")")
	id := q.WaitingFor
	add(!id.IsZero(), "f.id IN (SELECT w.folio_id FROM sii_esperas w WHERE w.rut_emisor = ? AND w.tipo_dte = ? AND w.folio = ? AND NOT w.cumplida)",
		documentArgs(id)...)
	return where, args
}

// PutVerdict implements storage.Issued.
func (s *Store) PutVerdict(ctx context.Context, folio int64, verdict storage.Verdict) error {
	return s.writeDurable(ctx, "store verdict", func(session *session) error {
		if err := issuing.CheckVerdict(&verdict); err != nil {
			return err
		}
		f, err := session.folio(ctx, byID+s.dialect.ForUpdate, folio)
		if err != nil {
			return err
		}
		d, err := scanIssued(session.queryRow(ctx, "SELECT "+issuedColumns+" FROM sii_emitidos e JOIN sii_folios f ON f.id = e.folio_id WHERE e.folio_id = ?", folio).Scan, nil)
		if err != nil {
			return err
		}
		judged, state, err := issuing.Judge(&f, d.Verdict, &verdict)
		if err != nil {
			return err
		}
		var codes any
		if judged.CodesKnown {
			if codes, err = codesText(judged.Codes); err != nil {
				return err
			}
		}
		now := timeText(s.now())
		if _, err := session.exec(ctx, "UPDATE sii_emitidos SET veredicto = ?, estado_sii = ?, glosa = ?, codigos = ?, updated_at = ? WHERE folio_id = ?",
			string(judged.State), judged.Estado, judged.Glosa, codes, now, folio); err != nil {
			return err
		}
		_, err = session.exec(ctx, "UPDATE sii_folios SET estado = ?, updated_at = ? WHERE id = ? AND estado <> ?", string(state), now, folio, string(state))
		return err
	})
}

// Waits implements storage.Issued.
func (s *Store) Waits(ctx context.Context, folio int64) (waits []storage.Wait, err error) {
	query := "SELECT rut_emisor, tipo_dte, folio, cumplida, estado_sii, consultada FROM sii_esperas WHERE folio_id = ?"
	for w, err := range sequence(ctx, s, "waits", query, []any{folio}, scanWait) {
		if err != nil {
			return nil, err
		}
		waits = append(waits, w)
	}
	slices.SortFunc(waits, func(a, b storage.Wait) int { return a.Document.Compare(b.Document) })
	return waits, nil
}

func scanWait(rows *sql.Rows) (w storage.Wait, err error) {
	var issuer, estado textValue
	var asked timeValue
	if err := rows.Scan(&issuer, &w.Document.Type, &w.Document.Folio, &w.Over, &estado, &asked); err != nil {
		return w, err
	}
	w.Document.Issuer, _ = chile.ParseHyphenatedRUT(string(issuer))
	w.Estado, w.Asked = string(estado), asked.Time
	return w, nil
}

// PutWait implements storage.Issued.
func (s *Store) PutWait(ctx context.Context, folio int64, wait storage.Wait) error {
	return s.writeDurable(ctx, "store wait", func(session *session) error {
		if err := storage.CheckText(wait.Estado); err != nil {
			return err
		}
		n, err := session.exec(ctx, "UPDATE sii_esperas SET cumplida = ?, estado_sii = ?, consultada = ? WHERE folio_id = ? AND rut_emisor = ? AND tipo_dte = ? AND folio = ?",
			append([]any{wait.Over, wait.Estado, timeText(wait.Asked), folio}, documentArgs(wait.Document)...)...)
		if err == nil && n == 0 {
			return sql.ErrNoRows
		}
		return err
	})
}
