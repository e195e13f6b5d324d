package postgres_test

import (
	"encoding/base64"
	"encoding/hex"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/foliotest"
	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/postgres"
	"github.com/ofitec/chile/storage/seal"
)

// The private key of a CAF stands in no table, and in no dump, in no form that one
// would look for.
func TestKeyOfCAFIsNotInTheDatabase(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t, "pgx")
	foliotest.Fill(t, open(t, "pgx", url))
	all := ""
	for _, rows := range everyRow(t, connect(t, "pgx", url)) {
		all += strings.Join(rows, "\n") + "\n"
	}
	if dump, err := exec.CommandContext(t.Context(), "pg_dump", url).Output(); err == nil { // where there is the program
		all += string(dump)
	}
	require.Contains(t, all, "order-1", "what is looked through is not the database")
	secret := []byte(foliotest.Secret)
	assert.NotContains(t, all, foliotest.Secret)
	assert.NotContains(t, all, hex.EncodeToString(secret))
	for shift := range 3 { // as base64 of text that begins anywhere
		text := base64.StdEncoding.EncodeToString(secret[shift:])
		assert.NotContains(t, all, text[:len(text)-4])
	}
}

// The file of a CAF is sealed for it, and kept from who has not the key.
func TestFileOfCAFIsSealedForIt(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t, "pgx")
	store, db := open(t, "pgx", url), connect(t, "pgx", url)
	one, err := store.PutCAF(t.Context(), foliotest.CAF(1, 50))
	require.NoError(t, err)
	two, err := store.PutCAF(t.Context(), foliotest.CAF(51, 99))
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), "UPDATE sii_cafs SET archivo = (SELECT archivo FROM sii_cafs WHERE id = $1) WHERE id = $2", one.ID, two.ID)
	require.NoError(t, err)
	_, err = store.CAFFile(t.Context(), two.ID)
	require.ErrorIs(t, err, seal.ErrWrongOwner)
	keyless, err := postgres.New(t.Context(), connect(t, "pgx", url))
	require.NoError(t, err)
	_, err = keyless.PutCAF(t.Context(), foliotest.CAF(101, 150))
	require.ErrorIs(t, err, storage.ErrNoKey)
	_, err = keyless.CAFFile(t.Context(), one.ID)
	require.ErrorIs(t, err, storage.ErrNoKey)
}

// What is handed out is on the disk before it is handed out, also where the database
// acknowledges sooner; and what waits longer goes on waiting.
func TestFoliosWaitForTheDisk(t *testing.T) {
	t.Parallel()
	for set, want := range map[string]string{"off": "on", "on": "on", "local": "local"} {
		conn, err := connect(t, "pgx", pgtest.URL(t, "pgx")).Conn(t.Context())
		require.NoError(t, err)
		_, err = conn.ExecContext(t.Context(), "SET synchronous_commit = "+set)
		require.NoError(t, err)
		_, err = conn.ExecContext(t.Context(), postgres.BeginDurable)
		require.NoError(t, err)
		var is string
		require.NoError(t, conn.QueryRowContext(t.Context(), "SHOW synchronous_commit").Scan(&is))
		assert.Equal(t, want, is)
		_, err = conn.ExecContext(t.Context(), "COMMIT")
		require.NoError(t, err)
		require.NoError(t, conn.QueryRowContext(t.Context(), "SHOW synchronous_commit").Scan(&is))
		assert.Equal(t, set, is, "the caller's own is left alone")
	}
}

// Folios of one type and day are taken by one statement, while which nobody waits
// for a program. It takes all or none.
func TestFoliosAreTakenByOneStatement(t *testing.T) {
	t.Parallel()
	for name, driver := range drivers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := pgtest.URL(t, driver)
			store, db := open(t, driver, url), connect(t, driver, url)
			caf, err := store.PutCAF(t.Context(), foliotest.CAF(1, 5))
			require.NoError(t, err)
			conn, err := db.Conn(t.Context())
			require.NoError(t, err)
			take := func(keys ...string) (folios []chile.Folio) {
				t.Helper()
				var requests []storage.FolioRequest
				for _, key := range keys {
					r := foliotest.Request(key)
					r.Draft = []byte("{" + key + "\x00}")
					requests = append(requests, r)
				}
				taken, err := postgres.TakeFolios(t.Context(), conn, requests, time.Now())
				require.NoError(t, err)
				for i := range taken {
					stored, err := store.TakenFolio(t.Context(), foliotest.Issuer, keys[i])
					require.NoError(t, err)
					assert.Equal(t, stored.Document, taken[i].Document)
					assert.Equal(t, stored.ID, taken[i].ID)
					assert.Equal(t, requests[i].Draft, stored.Draft)
					folios = append(folios, taken[i].Document.Folio)
				}
				return folios
			}
			hard := `a"b\c{,}'NULL ñ`
			assert.Equal(t, []chile.Folio{1, 2}, take(hard, "NULL"))
			assert.Empty(t, take(hard, "order-1"), "the key is known")
			_, err = postgres.TakeFolios(t.Context(), conn, []storage.FolioRequest{foliotest.Request("order-1"), foliotest.Request(hard)}, time.Now())
			require.Error(t, err, "one of the keys is known")
			assert.Empty(t, take("order-1", "order-2", "order-3", "order-4"), "too few folios are left")
			assert.Equal(t, []chile.Folio{3}, take("order-1"))
			_, err = store.RaiseBound(t.Context(), caf.ID, 0, 4)
			require.NoError(t, err)
			assert.Empty(t, take("order-2"), "it is not open")
			require.NoError(t, store.OpenFolios(t.Context(), caf.ID, 4))
			assert.Empty(t, take("order-2", "order-3"), "one is not open")
			assert.Equal(t, []chile.Folio{4}, take("order-2"))
			assert.Equal(t, 4, count(t, db, "SELECT count(*) FROM sii_folios"))
			assert.Equal(t, 5, count(t, db, "SELECT siguiente FROM sii_cafs"))
		})
	}
}

// settled are years of documents that were accepted, in envelopes of 10.
const settled = `
	INSERT INTO sii_folios (caf_id, rut_emisor, tipo_dte, folio, clave, huella, dia, instante, estado, created_at, updated_at)
	SELECT 1, '76192083-9', 33, n, 'settled-' || n, 'h', '2026-01-01', now(), 'accepted', now(), now() FROM generate_series(1000, 30999) n;
	INSERT INTO sii_emitidos (folio_id, xml, sha256, rut_receptor, fecha, total, veredicto, estado_sii, glosa, previstos, created_at, updated_at)
	SELECT id, '', '', '12345678-5', '2026-01-01', 1, 'accepted', 'DOK', '', '[]', now(), now() FROM sii_folios WHERE clave LIKE 'settled-%';
	INSERT INTO sii_sobres (ambiente, rut_emisor, tipo, estado, desde, xml, sha256, turno, intentos, salio, respuesta, estado_sii, glosa, track_ids, created_at, updated_at)
	SELECT 'other', '76192083-9', 'DTE', 'sent', now(), '', 'settled-' || n, 1, 1, true, '', '', '', '["1"]', now(), now() FROM generate_series(1, 3000) n;
	INSERT INTO sii_sobres_folios (sobre_id, orden, folio_id)
	SELECT s.id, f.folio % 10, f.id FROM sii_folios f JOIN sii_sobres s ON s.sha256 = 'settled-' || f.folio / 10 - 99 WHERE f.clave LIKE 'settled-%';
	INSERT INTO sii_esperas (folio_id, rut_emisor, tipo_dte, folio, cumplida, estado_sii)
	SELECT folio_id, '76192083-9', 33, folio_id, true, '' FROM sii_emitidos WHERE sha256 = '';
	ANALYZE sii_folios; ANALYZE sii_emitidos; ANALYZE sii_sobres; ANALYZE sii_sobres_folios; ANALYZE sii_esperas;`

// Lists that a service asks for again and again do not read what is settled.
func TestIssuingQueriesUseIndexes(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t, "pgx")
	foliotest.Fill(t, open(t, "pgx", url))
	db := connect(t, "pgx", url)
	_, err := db.ExecContext(t.Context(), settled)
	require.NoError(t, err)
	require.Equal(t, 30_001, count(t, db, "SELECT count(*) FROM sii_sobres_folios"))
	foliotest.CheckPlans(t, func(statement string, args []any) (text string) {
		for n := 1; strings.Contains(statement, "?"); n++ {
			statement = strings.Replace(statement, "?", "$"+strconv.Itoa(n), 1)
		}
		rows, err := db.QueryContext(t.Context(), "EXPLAIN "+statement, args...)
		require.NoError(t, err)
		defer rows.Close()
		for rows.Next() {
			var line string
			require.NoError(t, rows.Scan(&line))
			text += line + "\n"
		}
		require.NoError(t, rows.Err())
		return text
	}, postgres.IssuedStatement, postgres.EnvelopesStatement)
}
