package postgres

import (
	"context"
	"database/sql"
	"encoding/hex"
	"slices"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/internal/sqlstore"
)

// takeFoliosStatement takes folios of one CAF for new keys: it locks the CAF, counts
// its next folio up and stores the folios, all at once, so that others wait as
// briefly as possible. The arguments are environment, issuer, type, day, whether the
// requests are bounded, state, time and number; then keys, hashes, instants and
// drafts as arrays. It returns no row, and takes no folio, if the first key is known
// or the CAF cannot give all folios. Keys are unique: if another one is known, or
// taken at the same time, the statement fails and takes no folio.
const takeFoliosStatement = `WITH pedido AS (
	SELECT * FROM unnest(CAST($9 AS text[]), CAST($10 AS text[]), CAST($11 AS timestamp[]), CAST($12 AS bytea[]))
		WITH ORDINALITY AS p (clave, huella, instante, borrador, orden)
), elegido AS (
	SELECT id FROM sii_cafs
	WHERE ambiente = $1 AND rut_emisor = $2 AND tipo_dte = $3 AND siguiente <= hasta
		AND autorizado <= CAST($4 AS date) AND coalesce(ultimo_dia, 'infinity') >= CAST($4 AS date)
		AND NOT EXISTS (SELECT 1 FROM sii_folios WHERE rut_emisor = $2 AND clave = (CAST($9 AS text[]))[1])
	ORDER BY autorizado, desde LIMIT 1 FOR UPDATE
), tomado AS (
	UPDATE sii_cafs c SET siguiente = c.siguiente + CAST($8 AS bigint) FROM elegido
	WHERE c.id = elegido.id AND c.retenido IS NULL AND c.siguiente + CAST($8 AS bigint) <= c.hasta + 1
		AND (c.siguiente + CAST($8 AS bigint) <= c.abierto + 1 OR c.tope = 0 AND NOT CAST($5 AS boolean))
	RETURNING c.id, c.rut_emisor, c.tipo_dte, c.siguiente - CAST($8 AS bigint) AS primero
)
INSERT INTO sii_folios (caf_id, rut_emisor, tipo_dte, folio, clave, huella, dia, instante, borrador, estado, created_at, updated_at)
SELECT t.id, t.rut_emisor, t.tipo_dte, t.primero + p.orden - 1, p.clave, p.huella, CAST($4 AS date), p.instante, p.borrador, CAST($6 AS text),
	CAST($7 AS timestamp), CAST($7 AS timestamp)
FROM tomado t CROSS JOIN pedido p ORDER BY p.orden
RETURNING id, caf_id, folio, clave, ` + waitForDisk

// A statement takes so many folios at most, with so many bytes of drafts.
const (
	takeMany  = 5000
	takeBytes = 4 << 20
)

// takeFolios takes folios by takeFoliosStatement for requests of one type, day and
// bound. Without an error and without folios, it could not.
func takeFolios(ctx context.Context, conn *sql.Conn, requests []storage.FolioRequest, now time.Time) ([]storage.TakenFolio, error) {
	var keys, hashes, instants, drafts []byte
	for i := range requests {
		r := &requests[i]
		keys = appendElement(keys, sqlstore.Value{Kind: sqlstore.Text, Text: r.Key})
		hashes = appendElement(hashes, sqlstore.Value{Kind: sqlstore.Text, Text: r.DraftHash})
		instants = appendElement(instants, sqlstore.Value{Kind: sqlstore.Time, Int: r.Instant.UnixMicro()})
		draft := sqlstore.Value{}
		if len(r.Draft) > 0 {
			draft = sqlstore.Value{Kind: sqlstore.Text, Text: `\x` + hex.EncodeToString(r.Draft)}
		}
		drafts = appendElement(drafts, draft)
	}
	if len(requests) > takeMany || len(drafts) > takeBytes {
		return nil, nil
	}
	first := &requests[0]
	rows, err := conn.QueryContext(ctx, takeFoliosStatement,
		string(first.Environment.Known()), first.Issuer.String(), int64(first.Type), first.Day.String(), first.Bounded,
		string(storage.FolioReserved), string(sqlstore.Value{Kind: sqlstore.Time, Int: now.UnixMicro()}.AppendText(nil)), len(requests),
		string(append(keys, '}')), string(append(hashes, '}')), string(append(instants, '}')), string(append(drafts, '}')))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	byKey := make(map[string]storage.TakenFolio, len(requests))
	for rows.Next() {
		var f storage.TakenFolio
		var waits sql.NullString
		if err := rows.Scan(&f.ID, &f.CAF, &f.Document.Folio, &f.Key, &waits); err != nil {
			return nil, err
		}
		byKey[f.Key] = f
	}
	if err := rows.Err(); err != nil || len(byKey) == 0 {
		return nil, err
	}
	taken := make([]storage.TakenFolio, len(requests))
	for i := range requests {
		taken[i] = takenFor(&requests[i], byKey[requests[i].Key], now)
	}
	return taken, nil
}

// takenFor completes a folio that was taken for a request.
func takenFor(r *storage.FolioRequest, f storage.TakenFolio, now time.Time) storage.TakenFolio {
	f.Document = chile.DocumentID{Issuer: r.Issuer, Type: r.Type, Folio: f.Document.Folio}
	f.DraftHash, f.Day, f.Instant, f.Draft = r.DraftHash, r.Day, r.Instant.UTC().Truncate(time.Microsecond), slices.Clone(r.Draft)
	f.State, f.CreatedAt, f.UpdatedAt = storage.FolioReserved, now, now
	return f
}
