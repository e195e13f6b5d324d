package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/internal/issuing"
)

const folioColumns = `f.id, f.caf_id, f.rut_emisor, f.tipo_dte, f.folio, f.clave, f.huella, f.dia, f.instante, f.reemplaza,
	(SELECT r.clave FROM sii_folios r WHERE r.rut_emisor = f.rut_emisor AND r.reemplaza = f.clave), f.estado, f.motivo, f.created_at, f.updated_at`

// scanFolio reads a folio. Further columns go into behind.
func scanFolio(scan func(...any) error, behind ...any) (f storage.TakenFolio, err error) {
	var caf sql.NullInt64
	var issuer, key, hash, day, replaces, replacedBy, state, reason textValue
	var instant, created, updated timeValue
	targets := []any{
		&f.ID, &caf, &issuer, &f.Document.Type, &f.Document.Folio, &key, &hash, &day, &instant, &replaces, &replacedBy, &state, &reason, &created, &updated,
	}
	if err := scan(append(targets, behind...)...); err != nil {
		return f, err
	}
	f.CAF, f.Key, f.DraftHash, f.Instant = caf.Int64, string(key), string(hash), instant.Time
	f.Document.Issuer, _ = chile.ParseHyphenatedRUT(string(issuer))
	f.Day, _ = chile.ParseDate(string(day))
	f.Replaces, f.ReplacedBy = string(replaces), string(replacedBy)
	f.State, f.Reason = storage.FolioState(state), string(reason)
	f.CreatedAt, f.UpdatedAt = created.Time, updated.Time
	return f, nil
}

// folio reads a folio with its draft.
func (s *session) folio(ctx context.Context, where string, args ...any) (storage.TakenFolio, error) {
	var draft []byte
	f, err := scanFolio(s.queryRow(ctx, "SELECT "+folioColumns+", f.borrador FROM sii_folios f WHERE "+where, args...).Scan, &draft)
	f.Draft = draft
	return f, err
}

// knownFolio is folio, but returns nil if there is none.
func (s *session) knownFolio(ctx context.Context, where string, args ...any) (*storage.TakenFolio, error) {
	f, err := s.folio(ctx, where, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // none is no error
	}
	return &f, err
}

// The conditions that find a folio.
const (
	byID       = "f.id = ?"
	byKey      = "f.rut_emisor = ? AND f.clave = ?"
	byDocument = "f.rut_emisor = ? AND f.tipo_dte = ? AND f.folio = ?"
)

// TakeFolio implements storage.Folios.
func (s *Store) TakeFolio(ctx context.Context, r storage.FolioRequest) (*storage.TakenFolio, error) {
	taken, err := s.TakeFolios(ctx, []storage.FolioRequest{r})
	if err != nil {
		return nil, err
	}
	return &taken[0], nil
}

// errAgain says that another caller was faster with a key: read its folio.
var errAgain = errors.New("a key was taken at the same time")

// attempts is how often a transaction starts again because another caller was faster.
// Each restart needs another such caller.
const attempts = 10

// TakeFolios implements storage.Folios.
func (s *Store) TakeFolios(ctx context.Context, requests []storage.FolioRequest) (taken []storage.TakenFolio, err error) {
	const what = "take folios"
	if err := issuing.CheckRequests(requests); err != nil {
		return nil, s.wrap(ctx, what, err)
	}
	if len(requests) == 0 {
		return nil, s.wrap(ctx, what, ctx.Err())
	}
	if taken := s.takeAtOnce(ctx, requests); taken != nil {
		return taken, nil
	}
	for range attempts {
		err = s.writeDurable(ctx, what, func(session *session) (err error) {
			taken, err = session.takeFolios(ctx, requests, s.now().UTC().Truncate(time.Microsecond))
			return err
		})
		if !errors.Is(err, errAgain) {
			break
		}
	}
	if err != nil {
		return nil, err
	}
	return taken, nil
}

// takeAtOnce takes folios with Dialect.TakeFolios. It returns nil if it cannot, for any
// reason. TakeFolios then finds the reason, or the committed folios if only the answer
// was lost.
func (s *Store) takeAtOnce(ctx context.Context, requests []storage.FolioRequest) (taken []storage.TakenFolio) {
	first := &requests[0]
	for i := range requests {
		r := &requests[i]
		if r.Type != first.Type || r.Day != first.Day || r.Bounded != first.Bounded || r.Replaces != "" {
			return nil
		}
	}
	if s.dialect.TakeFolios == nil {
		return nil
	}
	err := s.onConnection(ctx, func(session *session) (err error) {
		taken, err = s.dialect.TakeFolios(ctx, session.conn, requests, s.now().UTC().Truncate(time.Microsecond))
		return err
	})
	if err != nil {
		return nil
	}
	return taken
}

// takeFolios locks the CAFs first, so that it sees all folios taken from them.
func (s *session) takeFolios(ctx context.Context, requests []storage.FolioRequest, now time.Time) ([]storage.TakenFolio, error) {
	issuer := requests[0].Issuer
	o, err := s.origin(ctx)
	if err == nil {
		_, err = o.join(requests[0].Environment.Known())
	}
	if err != nil {
		return nil, err
	}
	cafs, err := s.lockCAFs(ctx, requests)
	if err != nil {
		return nil, err
	}
	known, err := s.foliosOfKeys(ctx, issuer, requests)
	if err != nil {
		return nil, err
	}
	fresh, err := s.newKeys(ctx, requests, known)
	if err != nil {
		return nil, err
	}
	folios, err := issuing.Allot(cafs, fresh)
	if err != nil {
		return nil, err
	}
	for i := range folios {
		folios[i].CreatedAt, folios[i].UpdatedAt = now, now
	}
	if err := s.insertFolios(ctx, folios); err != nil {
		return nil, err
	}
	for _, c := range cafs {
		if _, err := s.exec(ctx, "UPDATE sii_cafs SET siguiente = ? WHERE id = ? AND siguiente <> ?", c.Next, c.ID, c.Next); err != nil {
			return nil, err
		}
	}
	for _, f := range folios {
		known[f.Key] = f
	}
	taken := make([]storage.TakenFolio, len(requests))
	for i := range requests {
		taken[i] = known[requests[i].Key]
		taken[i].Draft = slices.Clone(taken[i].Draft)
	}
	return taken, nil
}

// lockCAFs reads the CAFs with folios of the requested types, in the order of
// issuing.Compare. All callers lock several CAFs in the order of their ids.
func (s *session) lockCAFs(ctx context.Context, requests []storage.FolioRequest) (cafs []*storage.CAF, err error) {
	types := map[chile.DocType]bool{}
	args := []any{requests[0].Issuer.String(), string(requests[0].Environment.Known())}
	for i := range requests {
		if typ := requests[i].Type; !types[typ] {
			types[typ], args = true, append(args, int64(typ))
		}
	}
	rows, err := s.query(ctx, "SELECT "+cafColumns+" FROM sii_cafs WHERE rut_emisor = ? AND ambiente = ? AND tipo_dte IN ("+places(len(types))+
		") AND siguiente <= hasta ORDER BY id"+s.dialect.ForUpdate, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		c, err := scanCAF(rows.Scan)
		if err != nil {
			return nil, err
		}
		cafs = append(cafs, &c)
	}
	slices.SortFunc(cafs, issuing.Compare)
	return cafs, rows.Err()
}

// perStatement is how many values one statement finds or inserts.
const perStatement = 250

// foliosOfKeys returns the folios of the requests' keys, by key.
func (s *session) foliosOfKeys(ctx context.Context, issuer chile.RUT, requests []storage.FolioRequest) (map[string]storage.TakenFolio, error) {
	known := map[string]storage.TakenFolio{}
	for chunk := range slices.Chunk(requests, perStatement) {
		args := []any{issuer.String()}
		for i := range chunk {
			args = append(args, chunk[i].Key)
		}
		err := s.eachFolio(ctx, "f.rut_emisor = ? AND f.clave IN ("+places(len(chunk))+")", args, func(f storage.TakenFolio) { known[f.Key] = f })
		if err != nil {
			return nil, err
		}
	}
	return known, nil
}

// eachFolio reads folios with their drafts.
func (s *session) eachFolio(ctx context.Context, where string, args []any, each func(storage.TakenFolio)) error {
	rows, err := s.query(ctx, "SELECT "+folioColumns+", f.borrador FROM sii_folios f WHERE "+where, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var draft []byte
		f, err := scanFolio(rows.Scan, &draft)
		if err != nil {
			return err
		}
		f.Draft = draft
		each(f)
	}
	return rows.Err()
}

// newKeys returns the requests that need a folio, each key once, or why a request is
// refused.
func (s *session) newKeys(ctx context.Context, requests []storage.FolioRequest, known map[string]storage.TakenFolio) (fresh []*storage.FolioRequest, err error) {
	first, replaces := map[string]*storage.FolioRequest{}, map[string]string{}
	for i := range requests {
		r := &requests[i]
		if has, ok := known[r.Key]; ok {
			err = issuing.SameRequest(r, &has)
		} else if again := first[r.Key]; again != nil {
			err = issuing.SameTwice(r, again)
		} else if err = s.mayReplace(ctx, r, replaces); err == nil {
			first[r.Key] = r
			fresh = append(fresh, r)
		}
		if err != nil {
			return nil, err
		}
	}
	return fresh, nil
}

// mayReplace returns why a new key cannot replace another one. replaces has the keys
// already replaced in the same call.
func (s *session) mayReplace(ctx context.Context, r *storage.FolioRequest, replaces map[string]string) error {
	if r.Replaces == "" {
		return nil
	}
	has, err := s.folio(ctx, byKey+s.dialect.ForUpdate, r.Issuer.String(), r.Replaces)
	if err != nil {
		return err
	}
	has.ReplacedBy = cmp.Or(has.ReplacedBy, replaces[r.Replaces])
	replaces[r.Replaces] = r.Key
	return issuing.Replaceable(r.Key, &has)
}

// insertFolios stores folios and sets their ids.
func (s *session) insertFolios(ctx context.Context, folios []storage.TakenFolio) error {
	const columns = 13
	for chunk := range slices.Chunk(folios, perStatement) {
		args := make([]any, 0, columns*len(chunk))
		at := map[chile.DocumentID]*storage.TakenFolio{}
		for i := range chunk {
			f := &chunk[i]
			at[f.Document] = f
			args = append(args, nullableID(f.CAF), f.Document.Issuer.String(), int64(f.Document.Type), int64(f.Document.Folio), f.Key, f.DraftHash, f.Day.String(),
				timeText(f.Instant), f.Draft, nullable(f.Replaces), string(f.State), timeText(f.CreatedAt), timeText(f.UpdatedAt))
		}
		rows, err := s.query(ctx, `INSERT INTO sii_folios (caf_id, rut_emisor, tipo_dte, folio, clave, huella, dia, instante, borrador, reemplaza, estado, created_at, updated_at)
			VALUES `+tuples(columns, len(chunk))+` ON CONFLICT DO NOTHING RETURNING id, tipo_dte, folio`, args...)
		if err != nil {
			return err
		}
		n, err := scanIDs(rows, chunk[0].Document.Issuer, at)
		if err != nil {
			return err
		}
		if n < len(chunk) {
			return errAgain
		}
	}
	return nil
}

func scanIDs(rows *sql.Rows, issuer chile.RUT, at map[chile.DocumentID]*storage.TakenFolio) (n int, err error) {
	defer rows.Close()
	for ; rows.Next(); n++ {
		id, document := int64(0), chile.DocumentID{Issuer: issuer}
		if err := rows.Scan(&id, &document.Type, &document.Folio); err != nil {
			return n, err
		}
		at[document].ID = id
	}
	return n, rows.Err()
}

// tuples returns the placeholders for a number of rows.
func tuples(columns, rows int) string {
	return strings.TrimSuffix(strings.Repeat("("+places(columns)+"),", rows), ",")
}

// nullableID returns nil for 0.
func nullableID(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

// TakenFolio implements storage.Folios.
func (s *Store) TakenFolio(ctx context.Context, issuer chile.RUT, key string) (*storage.TakenFolio, error) {
	return s.readFolio(ctx, "folio of key", byKey, issuer.String(), key)
}

// FolioOf implements storage.Folios.
func (s *Store) FolioOf(ctx context.Context, document chile.DocumentID) (*storage.TakenFolio, error) {
	return s.readFolio(ctx, "folio of "+document.String(), byDocument, documentArgs(document)...)
}

// documentArgs are the arguments of byDocument.
func documentArgs(id chile.DocumentID) []any {
	return []any{id.Issuer.String(), int64(id.Type), int64(id.Folio)}
}

func (s *Store) readFolio(ctx context.Context, what, where string, args ...any) (*storage.TakenFolio, error) {
	var found storage.TakenFolio
	err := s.read(ctx, what, func(session *session) (err error) {
		found, err = session.folio(ctx, where, args...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &found, nil
}

// TakenFolios implements storage.Folios.
func (s *Store) TakenFolios(ctx context.Context, q storage.FolioQuery) iter.Seq2[storage.TakenFolio, error] {
	const what = "folios"
	if q.Issuer.IsZero() {
		return failing[storage.TakenFolio](s.wrap(ctx, what, errWithoutIssuer))
	}
	query, args := "SELECT "+folioColumns+" FROM sii_folios f WHERE f.rut_emisor = ? AND f.id > ?", []any{q.Issuer.String(), q.AfterID}
	if q.Type != 0 {
		query, args = query+" AND f.tipo_dte = ?", append(args, int64(q.Type))
	}
	if q.State != "" {
		query, args = query+" AND f.estado = ?", append(args, string(q.State))
	}
	query, args = limited(query+" ORDER BY f.id", args, q.Limit)
	return sequence(ctx, s, what, query, args, func(rows *sql.Rows) (storage.TakenFolio, error) { return scanFolio(rows.Scan) })
}

// VoidFolio implements storage.Folios. A move to a state in which an envelope may leave
// locks the folios first, so the values read here stay true.
func (s *Store) VoidFolio(ctx context.Context, id int64, reason string) error {
	return s.writeDurable(ctx, "void folio", func(session *session) error {
		if err := issuing.CheckReason(reason); err != nil {
			return err
		}
		f, err := session.folio(ctx, byID+s.dialect.ForUpdate, id)
		if err != nil {
			return err
		}
		if err := issuing.Voidable(&f); err != nil || f.State == storage.FolioVoid {
			return err
		}
		var out bool
		if err := session.queryRow(ctx, `SELECT EXISTS (SELECT 1 FROM sii_sobres_folios d JOIN sii_sobres s ON s.id = d.sobre_id
			WHERE d.folio_id = ? AND (`+isLive+` OR s.salio))`, id).Scan(&out); err != nil {
			return err
		}
		if out {
			return issuing.HandedOut(&f)
		}
		_, err = session.exec(ctx, "UPDATE sii_folios SET estado = ?, motivo = ?, updated_at = ? WHERE id = ?", string(storage.FolioVoid), reason, timeText(s.now()), id)
		return err
	})
}
