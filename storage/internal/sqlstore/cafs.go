package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/internal/issuing"
)

var _ storage.Folios = (*Store)(nil)

const cafColumns = "id, ambiente, rut_emisor, tipo_dte, desde, hasta, autorizado, ultimo_dia, idk, huella, primero, siguiente, tope, abierto, retenido, created_at, updated_at"

func scanCAF(scan func(...any) error) (c storage.CAF, err error) {
	var environment, issuer, authorized, last, digest, held textValue
	var created, updated timeValue
	if err := scan(&c.ID, &environment, &issuer, &c.Type, &c.First, &c.Last, &authorized, &last, &c.KeyID, &digest,
		&c.FirstFree, &c.Next, &c.Bound, &c.Open, &held, &created, &updated); err != nil {
		return c, err
	}
	c.Environment, c.Digest, c.Held = chile.Environment(environment), string(digest), string(held)
	c.Issuer, _ = chile.ParseHyphenatedRUT(string(issuer))
	c.Authorized, _ = chile.ParseDate(string(authorized))
	c.LastDay, _ = chile.ParseDate(string(last))
	c.CreatedAt, c.UpdatedAt = created.Time, updated.Time
	return c, nil
}

// lockFolios makes callers that change the set of folios wait for each other.
func (s *session) lockFolios(ctx context.Context) error {
	if s.dialect.LockRegister == "" {
		return nil
	}
	_, err := s.exec(ctx, s.dialect.LockRegister, lockText("folios"))
	return err
}

// cafOwner is the owner that a CAF's file is sealed for. A file moved to another row does
// not open.
func cafOwner(c *storage.CAF) string {
	return fmt.Sprintf("caf/%s/%s/%d/%d/%d", c.Environment, c.Issuer, c.Type, c.First, c.Last)
}

// PutCAF implements storage.Folios. It seals before it takes a connection, because a
// remote service may do the sealing.
func (s *Store) PutCAF(ctx context.Context, caf storage.CAF) (*storage.CAF, error) {
	const what = "store CAF"
	err := issuing.CheckCAF(&caf)
	if err == nil && s.sealer == nil {
		err = storage.ErrNoKey
	}
	var sealed string
	if err == nil {
		sealed, err = s.sealer.Seal(ctx, caf.File, cafOwner(&caf))
	}
	if err != nil {
		return nil, s.wrap(ctx, what, err)
	}
	var stored storage.CAF
	err = s.writeDurable(ctx, what, func(session *session) error {
		if err := session.lockFolios(ctx); err != nil {
			return err
		}
		if _, err := session.join(ctx, caf.Environment); err != nil {
			return err
		}
		before, err := session.sameCAF(ctx, &caf)
		if err != nil {
			return err
		}
		if before == nil {
			stored, err = session.insertCAF(ctx, &caf, sealed, timeText(s.now()))
			return err
		}
		stored, err = scanCAF(session.queryRow(ctx, `UPDATE sii_cafs SET archivo = ?, updated_at = ?,
			primero = CASE WHEN primero < ? THEN ? ELSE primero END, siguiente = CASE WHEN siguiente < ? THEN ? ELSE siguiente END
			WHERE id = ? RETURNING `+cafColumns,
			sealed, timeText(s.now()), caf.FirstFree, caf.FirstFree, caf.FirstFree, caf.FirstFree, before.ID).Scan)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &stored, nil
}

// sameCAF returns the stored CAF of the same file, or nil if there is none, or why the
// CAF cannot be stored.
func (s *session) sameCAF(ctx context.Context, caf *storage.CAF) (*storage.CAF, error) {
	before, err := scanCAF(s.queryRow(ctx, "SELECT "+cafColumns+" FROM sii_cafs WHERE huella = ?", caf.Digest).Scan)
	if err == nil {
		return &before, issuing.SameCAF(caf, &before)
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	other, err := scanCAF(s.queryRow(ctx, "SELECT "+cafColumns+" FROM sii_cafs WHERE rut_emisor = ? AND tipo_dte = ? AND desde <= ? AND hasta >= ? ORDER BY id LIMIT 1",
		caf.Issuer.String(), caf.Type, caf.Last, caf.First).Scan)
	if err == nil {
		return nil, &storage.CAFError{Kind: storage.ErrCAFOverlap, Stored: other}
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	return nil, nil //nolint:nilnil // none is no error
}

func (s *session) insertCAF(ctx context.Context, c *storage.CAF, sealed string, now any) (storage.CAF, error) {
	orphan, err := s.lastOrphan(ctx, c)
	if err != nil {
		return storage.CAF{}, err
	}
	return scanCAF(s.queryRow(ctx, `INSERT INTO sii_cafs (ambiente, rut_emisor, tipo_dte, desde, hasta, autorizado, ultimo_dia, idk, huella, archivo,
		primero, siguiente, tope, abierto, retenido, created_at, updated_at) VALUES (`+places(17)+`) RETURNING `+cafColumns,
		string(c.Environment), c.Issuer.String(), c.Type, c.First, c.Last, c.Authorized.String(), nullable(c.LastDay.String()), c.KeyID, c.Digest, sealed,
		c.FirstFree, c.FirstFree, 0, 0, nullable(issuing.HoldReason(orphan, c.FirstFree)), now, now).Scan)
}

// lastOrphan returns the greatest folio of a CAF that an orphan has, or 0.
func (s *session) lastOrphan(ctx context.Context, c *storage.CAF) (last chile.Folio, err error) {
	err = s.queryRow(ctx, "SELECT coalesce(max(folio), 0) FROM sii_huerfanos WHERE rut_emisor = ? AND tipo_dte = ? AND folio >= ? AND folio <= ?",
		c.Issuer.String(), c.Type, c.First, c.Last).Scan(&last)
	return last, err
}

// caf reads a CAF.
func (s *session) caf(ctx context.Context, id int64, behind string) (storage.CAF, error) {
	return scanCAF(s.queryRow(ctx, "SELECT "+cafColumns+" FROM sii_cafs WHERE id = ?"+behind, id).Scan)
}

// CAF implements storage.Folios.
func (s *Store) CAF(ctx context.Context, id int64) (*storage.CAF, error) {
	var found storage.CAF
	err := s.read(ctx, "CAF", func(session *session) (err error) {
		found, err = session.caf(ctx, id, "")
		return err
	})
	if err != nil {
		return nil, err
	}
	return &found, nil
}

// CAFs implements storage.Folios.
func (s *Store) CAFs(ctx context.Context, q storage.CAFQuery) iter.Seq2[storage.CAF, error] {
	query, args := "SELECT "+cafColumns+" FROM sii_cafs WHERE id > ?", []any{q.AfterID}
	if !q.Issuer.IsZero() {
		query, args = query+" AND rut_emisor = ?", append(args, q.Issuer.String())
	}
	if q.Type != 0 {
		query, args = query+" AND tipo_dte = ?", append(args, q.Type)
	}
	query, args = inOrder(query, args, 0, false, q.Limit)
	return sequence(ctx, s, "CAFs", query, args, func(rows *sql.Rows) (storage.CAF, error) { return scanCAF(rows.Scan) })
}

// CAFFile implements storage.Folios. It holds no connection while the file is opened.
func (s *Store) CAFFile(ctx context.Context, id int64) ([]byte, error) {
	const what = "file of CAF"
	var of storage.CAF
	var sealed textValue
	err := s.read(ctx, what, func(session *session) (err error) {
		if of, err = session.caf(ctx, id, ""); err != nil {
			return err
		}
		return session.queryRow(ctx, "SELECT archivo FROM sii_cafs WHERE id = ?", id).Scan(&sealed)
	})
	if err != nil {
		return nil, err
	}
	if s.sealer == nil {
		return nil, s.wrap(ctx, what, storage.ErrNoKey)
	}
	file, err := s.sealer.Open(ctx, string(sealed), cafOwner(&of))
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, s.wrap(ctx, what, err)
	}
	return file, nil
}

// changeCAF changes a CAF in a transaction, unless the change fails.
func (s *Store) changeCAF(ctx context.Context, what string, id int64, change func(*session, *storage.CAF) error) error {
	return s.writeDurable(ctx, what, func(session *session) error {
		c, err := session.caf(ctx, id, s.dialect.ForUpdate)
		if err != nil {
			return err
		}
		if err := change(session, &c); err != nil {
			return err
		}
		_, err = session.exec(ctx, "UPDATE sii_cafs SET siguiente = ?, tope = ?, abierto = ?, retenido = ?, updated_at = ? WHERE id = ?",
			c.Next, c.Bound, c.Open, nullable(c.Held), timeText(s.now()), id)
		return err
	})
}

// HoldCAF implements storage.Folios.
func (s *Store) HoldCAF(ctx context.Context, id int64, reason string) error {
	return s.changeCAF(ctx, "hold CAF", id, func(_ *session, c *storage.CAF) error {
		c.Held = cmp.Or(c.Held, reason)
		return issuing.CheckReason(reason)
	})
}

// RaiseBound implements storage.Folios.
func (s *Store) RaiseBound(ctx context.Context, id int64, from, to chile.Folio) (raised bool, err error) {
	err = s.changeCAF(ctx, "raise bound", id, func(_ *session, c *storage.CAF) (err error) {
		if to, err = issuing.CheckBound(c, from, to); err != nil || c.Bound != from {
			return err
		}
		c.Bound, raised = to, true
		return nil
	})
	return raised && err == nil, err
}

// OpenFolios implements storage.Folios.
func (s *Store) OpenFolios(ctx context.Context, id int64, through chile.Folio) error {
	return s.changeCAF(ctx, "open folios", id, func(_ *session, c *storage.CAF) error {
		if err := issuing.CheckOpen(c, through); err != nil {
			return err
		}
		c.Open = max(c.Open, through)
		return nil
	})
}

// SkipFolios implements storage.Folios.
func (s *Store) SkipFolios(ctx context.Context, id int64, through chile.Folio, reason string) (skipped int64, err error) {
	err = s.changeCAF(ctx, "skip folios", id, func(session *session, c *storage.CAF) error {
		orphan, err := session.lastOrphan(ctx, c)
		if err != nil {
			return err
		}
		if err := issuing.CheckSkip(c, through, reason, orphan); err != nil {
			return err
		}
		if skipped, err = session.skip(ctx, c, through, reason, s.now()); err != nil {
			return err
		}
		c.Next = max(c.Next, through+1)
		c.Held = ""
		if c.Bound > 0 {
			c.Bound, c.Open = max(c.Bound, through), max(c.Open, through)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return skipped, nil
}

// skip stores the unknown folios of a CAF from its next one on.
func (s *session) skip(ctx context.Context, c *storage.CAF, through chile.Folio, reason string, now time.Time) (skipped int64, err error) {
	known := map[chile.Folio]bool{}
	err = s.eachFolio(ctx, "f.rut_emisor = ? AND f.tipo_dte = ? AND f.folio >= ? AND f.folio <= ?",
		[]any{c.Issuer.String(), int64(c.Type), int64(c.Next), int64(through)}, func(f storage.TakenFolio) { known[f.Document.Folio] = true })
	if err != nil {
		return 0, err
	}
	columns := []string{"caf_id", "rut_emisor", "tipo_dte", "folio", "estado", "motivo", "created_at", "updated_at"}
	err = s.insert(ctx, "sii_folios", columns, func(yield func([]Value, error) bool) {
		row := []Value{intValue(c.ID), textOf(c.Issuer.String()), intValue(c.Type), {}, textOf(string(storage.FolioSkipped)), textOf(reason), instant(now), instant(now)}
		for folio := c.Next; folio <= through; folio++ {
			if known[folio] {
				continue
			}
			row[3] = intValue(folio)
			skipped++
			if !yield(row, nil) {
				return
			}
		}
	})
	return skipped, err
}

// Stock implements storage.Folios.
func (s *Store) Stock(ctx context.Context, issuer chile.RUT, day chile.Date) ([]storage.Stock, error) {
	stock := issuing.NewStock(issuer, day)
	for c, err := range s.CAFs(ctx, storage.CAFQuery{Issuer: issuer}) {
		if err != nil {
			return nil, err
		}
		stock.Add(&c)
	}
	type taken struct {
		typ chile.DocType
		n   int64
	}
	query := "SELECT tipo_dte, count(*) FROM sii_folios WHERE rut_emisor = ? AND dia >= ? AND dia <= ? GROUP BY tipo_dte"
	args := []any{issuer.String(), storage.RecentSince(day).String(), day.String()}
	for t, err := range sequence(ctx, s, "stock", query, args, func(rows *sql.Rows) (t taken, err error) { return t, rows.Scan(&t.typ, &t.n) }) {
		if err != nil {
			return nil, err
		}
		stock.Taken(t.typ, day, t.n)
	}
	return stock.All(), nil
}
