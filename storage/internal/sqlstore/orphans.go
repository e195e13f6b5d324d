package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/internal/issuing"
)

const orphanColumns = "id, rut_emisor, tipo_dte, folio, rut_receptor, fecha, total, origen, estado, clave, motivo, created_at, updated_at"

func scanOrphan(scan func(...any) error) (o storage.Orphan, err error) {
	var issuer, receiver, date, source, state, key, reason textValue
	var created, updated timeValue
	if err := scan(&o.ID, &issuer, &o.Document.Type, &o.Document.Folio, &receiver, &date, &o.Total, &source, &state, &key, &reason, &created, &updated); err != nil {
		return o, err
	}
	o.Document.Issuer, _ = chile.ParseHyphenatedRUT(string(issuer))
	o.Receiver, _ = chile.ParseHyphenatedRUT(string(receiver))
	o.Date, _ = chile.ParseDate(string(date))
	o.Source, o.State, o.Key, o.Reason = string(source), storage.OrphanState(state), string(key), string(reason)
	o.CreatedAt, o.UpdatedAt = created.Time, updated.Time
	return o, nil
}

func (s *session) orphan(ctx context.Context, document chile.DocumentID) (storage.Orphan, error) {
	return scanOrphan(s.queryRow(ctx, "SELECT "+orphanColumns+" FROM sii_huerfanos WHERE rut_emisor = ? AND tipo_dte = ? AND folio = ?", documentArgs(document)...).Scan)
}

// PutOrphans implements storage.Folios.
func (s *Store) PutOrphans(ctx context.Context, orphans []storage.Orphan) (added int, err error) {
	err = s.writeDurable(ctx, "store orphans", func(session *session) error {
		if err := issuing.CheckOrphans(orphans); err != nil {
			return err
		}
		if err := session.lockFolios(ctx); err != nil {
			return err
		}
		for i := range orphans {
			isNew, err := session.putOrphan(ctx, &orphans[i], timeText(s.now()))
			if err != nil {
				return err
			}
			if isNew {
				added++
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return added, nil
}

// putOrphan locks the CAF first, so that no caller takes the folio meanwhile.
func (s *session) putOrphan(ctx context.Context, o *storage.Orphan, now any) (isNew bool, err error) {
	caf, err := s.cafOf(ctx, o.Document)
	if err != nil {
		return false, err
	}
	has, err := s.knownFolio(ctx, byDocument, documentArgs(o.Document)...)
	if err != nil || has != nil && has.Key != "" {
		return false, err
	}
	n, err := s.exec(ctx, `INSERT INTO sii_huerfanos (rut_emisor, tipo_dte, folio, rut_receptor, fecha, total, origen, estado, created_at, updated_at)
		VALUES (`+places(10)+`) ON CONFLICT DO NOTHING`,
		o.Document.Issuer.String(), int64(o.Document.Type), int64(o.Document.Folio), rutText(o.Receiver), nullable(o.Date.String()), int64(o.Total), o.Source, string(storage.OrphanOpen), now, now)
	if err != nil || n == 0 {
		return false, err
	}
	if caf != nil && caf.Held == "" && caf.Next <= o.Document.Folio {
		_, err = s.exec(ctx, "UPDATE sii_cafs SET retenido = ?, updated_at = ? WHERE id = ?", issuing.HoldReason(o.Document.Folio, caf.Next), now, caf.ID)
	}
	return true, err
}

// cafOf reads and locks the CAF of a document's folio. It returns nil if there is none.
func (s *session) cafOf(ctx context.Context, id chile.DocumentID) (*storage.CAF, error) {
	c, err := scanCAF(s.queryRow(ctx, "SELECT "+cafColumns+" FROM sii_cafs WHERE rut_emisor = ? AND tipo_dte = ? AND desde <= ? AND hasta >= ?"+s.dialect.ForUpdate,
		id.Issuer.String(), int64(id.Type), int64(id.Folio), int64(id.Folio)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // none is no error
	}
	return &c, err
}

// Orphans implements storage.Folios.
func (s *Store) Orphans(ctx context.Context, q storage.OrphanQuery) iter.Seq2[storage.Orphan, error] {
	const what = "orphans"
	if q.Issuer.IsZero() {
		return failing[storage.Orphan](s.wrap(ctx, what, errWithoutIssuer))
	}
	query, args := "SELECT "+orphanColumns+" FROM sii_huerfanos WHERE rut_emisor = ? AND id > ?", []any{q.Issuer.String(), q.AfterID}
	if q.Type != 0 {
		query, args = query+" AND tipo_dte = ?", append(args, int64(q.Type))
	}
	if !q.Receiver.IsZero() {
		query, args = query+" AND rut_receptor = ?", append(args, q.Receiver.String())
	}
	if !q.Date.IsZero() {
		query, args = query+" AND fecha = ?", append(args, q.Date.String())
	}
	if q.State != "" {
		query, args = query+" AND estado = ?", append(args, string(q.State))
	}
	query, args = inOrder(query, args, 0, false, q.Limit)
	return sequence(ctx, s, what, query, args, func(rows *sql.Rows) (storage.Orphan, error) { return scanOrphan(rows.Scan) })
}

// AdoptOrphan implements storage.Folios.
func (s *Store) AdoptOrphan(ctx context.Context, document chile.DocumentID, request storage.FolioRequest) (*storage.TakenFolio, error) {
	const what = "adopt orphan"
	if err := issuing.CheckAdoption(document, &request); err != nil {
		return nil, s.wrap(ctx, what, err)
	}
	var adopted storage.TakenFolio
	var err error
	for range attempts {
		err = s.writeDurable(ctx, what, func(session *session) (err error) {
			adopted, err = session.adopt(ctx, document, &request, s.now().UTC().Truncate(time.Microsecond))
			return err
		})
		if !errors.Is(err, errAgain) {
			break
		}
	}
	if err != nil {
		return nil, err
	}
	return &adopted, nil
}

func (s *session) adopt(ctx context.Context, document chile.DocumentID, r *storage.FolioRequest, now time.Time) (f storage.TakenFolio, err error) {
	if err := s.lockFolios(ctx); err != nil {
		return f, err
	}
	o, err := s.origin(ctx)
	if err == nil {
		_, err = o.join(r.Environment.Known())
	}
	if err != nil {
		return f, err
	}
	if _, err := s.orphan(ctx, document); err != nil {
		return f, err
	}
	caf, err := s.cafOf(ctx, document)
	if err != nil {
		return f, err
	}
	keyed, err := s.knownFolio(ctx, byKey, r.Issuer.String(), r.Key)
	if err != nil {
		return f, err
	}
	has, err := s.knownFolio(ctx, byDocument, documentArgs(document)...)
	if err != nil {
		return f, err
	}
	if done, err := issuing.Adopted(document, r, keyed, has, caf); err != nil {
		return f, err
	} else if done {
		return *keyed, nil
	}
	if err := s.mayReplace(ctx, r, map[string]string{}); err != nil {
		return f, err
	}
	f = issuing.Adoption(document, r, has, caf, now)
	if err := s.storeAdoption(ctx, &f); err != nil {
		return f, err
	}
	return f, s.decide(ctx, document, storage.OrphanAdopted, r.Key, "", now)
}

// storeAdoption gives a skipped folio to a key, or inserts it.
func (s *session) storeAdoption(ctx context.Context, f *storage.TakenFolio) error {
	if f.ID == 0 {
		folios := []storage.TakenFolio{*f}
		err := s.insertFolios(ctx, folios)
		*f = folios[0]
		return err
	}
	n, err := s.exec(ctx, `UPDATE sii_folios SET clave = ?, huella = ?, dia = ?, instante = ?, borrador = ?, reemplaza = ?, estado = ?, motivo = NULL, updated_at = ?
		WHERE id = ? AND clave IS NULL AND NOT EXISTS (SELECT 1 FROM sii_folios k WHERE k.rut_emisor = ? AND k.clave = ?)`,
		f.Key, f.DraftHash, f.Day.String(), timeText(f.Instant), slices.Clone(f.Draft), nullable(f.Replaces), string(f.State), timeText(f.UpdatedAt),
		f.ID, f.Document.Issuer.String(), f.Key)
	if err == nil && n == 0 {
		return errAgain
	}
	return err
}

func (s *session) decide(ctx context.Context, document chile.DocumentID, state storage.OrphanState, key, reason string, now time.Time) error {
	_, err := s.exec(ctx, "UPDATE sii_huerfanos SET estado = ?, clave = ?, motivo = ?, updated_at = ? WHERE rut_emisor = ? AND tipo_dte = ? AND folio = ?",
		append([]any{string(state), nullable(key), nullable(reason), timeText(now)}, documentArgs(document)...)...)
	return err
}

// DismissOrphan implements storage.Folios.
func (s *Store) DismissOrphan(ctx context.Context, document chile.DocumentID, reason string) error {
	return s.writeDurable(ctx, "dismiss orphan", func(session *session) error {
		if err := issuing.CheckReason(reason); err != nil {
			return err
		}
		if err := session.lockFolios(ctx); err != nil {
			return err
		}
		o, err := session.orphan(ctx, document)
		if err != nil {
			return err
		}
		if o.State == storage.OrphanAdopted {
			has, err := session.folio(ctx, byDocument, documentArgs(document)...)
			if err != nil {
				return err
			}
			return issuing.KeyReused(storage.ErrKeyReused, &has)
		}
		return session.decide(ctx, document, storage.OrphanDismissed, "", reason, s.now())
	})
}
