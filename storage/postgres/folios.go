package postgres

// takeFolio takes a folio for a new key: the arguments are environment, issuer, type,
// day, key, whether it is bounded, hash, instant, draft, state and time. A CAF is
// locked, its next folio counted, and the folio stored, at once: others wait for that
// alone. It returns no row, and takes none, if the key is known or the CAF may not
// give one. A key is unique: of two who come at once one fails, and takes none.
const takeFolio = `WITH elegido AS (
	SELECT id FROM sii_cafs
	WHERE ambiente = $1 AND rut_emisor = $2 AND tipo_dte = $3 AND siguiente <= hasta
		AND autorizado <= CAST($4 AS date) AND coalesce(ultimo_dia, 'infinity') >= CAST($4 AS date)
		AND NOT EXISTS (SELECT 1 FROM sii_folios WHERE rut_emisor = $2 AND clave = $5)
	ORDER BY autorizado, desde LIMIT 1 FOR UPDATE
), tomado AS (
	UPDATE sii_cafs c SET siguiente = c.siguiente + 1 FROM elegido
	WHERE c.id = elegido.id AND c.retenido IS NULL AND (c.siguiente <= c.abierto OR c.tope = 0 AND NOT CAST($6 AS boolean))
	RETURNING c.id, c.rut_emisor, c.tipo_dte, c.siguiente - 1 AS folio
)
INSERT INTO sii_folios (caf_id, rut_emisor, tipo_dte, folio, clave, huella, dia, instante, borrador, estado, created_at, updated_at)
SELECT id, rut_emisor, tipo_dte, folio, CAST($5 AS text), CAST($7 AS text), CAST($4 AS date), CAST($8 AS timestamp), CAST($9 AS bytea), CAST($10 AS text),
	CAST($11 AS timestamp), CAST($11 AS timestamp)
FROM tomado RETURNING id, caf_id, folio, ` + waitForDisk
