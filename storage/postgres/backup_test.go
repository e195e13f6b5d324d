package postgres_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"io"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/doccommand"
	"github.com/ofitec/chile/internal/foliotest"
	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/postgres"
	"github.com/ofitec/chile/storage/seal"
)

// drill is a database that is backed up.
type drill struct {
	*testing.T
	url *url.URL
	dir string
}

func newDrill(t *testing.T) *drill {
	t.Helper()
	u, err := url.Parse(pgtest.NewURL(t, "pgx"))
	require.NoError(t, err)
	return &drill{t, u, t.TempDir()}
}

// run runs a command of the guide as somebody.
func (d *drill) run(user, name string) string {
	d.Helper()
	return doccommand.Run(d.T, "operations.md", name, d.dir, d.env(user), programs...)
}

var programs = []string{"psql", "pg_dump", "pg_dumpall", "pg_restore", "createdb"}

// env tells PostgreSQL's programs whom to ask.
func (d *drill) env(user string) []string {
	env := []string{
		"PGHOST=" + d.url.Hostname(), "PGPORT=" + d.url.Port(), "PGUSER=" + user, "PGDATABASE=" + strings.TrimPrefix(d.url.Path, "/"),
	}
	if password, ok := d.url.User.Password(); ok {
		env = append(env, "PGPASSWORD="+password)
	}
	return env
}

// as connects as somebody, to the database or another one.
func (d *drill) as(user, database string) *sql.DB {
	d.Helper()
	u := *d.url
	u.User = url.User(user)
	if database != "" {
		u.Path = "/" + database
	}
	return connect(d.T, "pgx", u.String())
}

func (d *drill) superuser() string { return d.url.User.Username() }

// dropAfter removes what is the server's own and not the test's database.
func (d *drill) dropAfter(statements ...string) {
	db := d.as(d.superuser(), "postgres")
	d.Cleanup(func() {
		for _, statement := range statements {
			_, err := db.ExecContext(context.Background(), statement)
			assert.NoError(d, err, statement)
		}
	})
}

// fill puts something into every table.
func (d *drill) fill(store *postgres.Store) {
	d.Helper()
	ctx := d.Context()
	raw := []byte("what the SII said")
	sum := sha256.Sum256(raw)
	for _, docs := range [][]rcv.Document{{document(101, 1000), document(102, 2000)}, {document(102, 2500), document(103, 3000)}} {
		for _, key := range []rcv.Key{bought, sold} {
			_, err := store.ImportRegister(ctx, storage.Snapshot{
				Key: key, Rows: seq(docs...),
				Lines: func() []rcv.SummaryLine { return []rcv.SummaryLine{{State: rcv.Registro, Type: 33, Documents: 2}} },
				Sources: func() []storage.Source {
					return []storage.Source{{Name: "answer", SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(raw))}}
				},
				Raw: func(int) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(raw)), nil },
			})
			require.NoError(d, err)
		}
	}
	_, err := store.PutSubmission(ctx, storage.Submission{Issuer: owner, TrackID: "0123", State: storage.Observed, Glosa: "«ñ»\n\\'"})
	require.NoError(d, err)
	_, err = store.CreateSession(ctx, storage.Session{UserID: 7, Cookies: "sealed", ExpiresAt: time.Now().Add(time.Hour)})
	require.NoError(d, err)
	require.NoError(d, store.PutToken(ctx, "prod/soap/x", "TOKEN", time.Now().Add(time.Hour)))
	foliotest.Fill(d.T, store)
}

// everyRow returns every row of every table of the SDK.
func everyRow(t *testing.T, db *sql.DB) map[string][]string {
	t.Helper()
	texts := func(query string) (all []string) {
		rows, err := db.QueryContext(t.Context(), query)
		require.NoError(t, err)
		defer rows.Close()
		for rows.Next() {
			var text string
			require.NoError(t, rows.Scan(&text))
			all = append(all, text)
		}
		require.NoError(t, rows.Err())
		return all
	}
	all := map[string][]string{}
	for _, table := range texts(`SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'sii\_%'`) {
		all[table] = texts("SELECT t::text FROM " + table + " t ORDER BY 1")
	}
	return all
}

func (d *drill) sameRows(want, got map[string][]string) {
	d.Helper()
	require.Len(d, got, len(want))
	for table, rows := range want {
		require.Equal(d, rows, got[table], table)
		if table != "sii_turnos" && table != "sii_ritmos" && table != "sii_claves" { // no lease was taken, no call made, no clave wrong
			assert.NotEmpty(d, rows, "the drill says nothing of %s", table)
		}
	}
}

// goesOn uses a restored database: ids go on, nothing is new, triggers are there.
func (d *drill) goesOn(user, database string) {
	d.Helper()
	db := d.as(user, database)
	store, err := postgres.New(d.Context(), db, postgres.WithoutMigration())
	require.NoError(d, err)
	last, err := store.LastImport(d.Context(), bought)
	require.NoError(d, err)
	result, err := store.ImportRegister(d.Context(), storage.Snapshot{Key: bought, Rows: seq(document(102, 2500), document(103, 3000), document(104, 1))})
	require.NoError(d, err)
	assert.Equal(d, storage.Counts{Added: 1, Unchanged: 2}, result.Counts)
	assert.Greater(d, result.ID, last.ID)
	_, err = db.ExecContext(d.Context(), "INSERT INTO sii_rcv_purchases (periodo, rut_emisor, rut_receptor, tipo_dte, folio) VALUES ('2026-12', '12345678-5', '76.192.083-9', '33', '9')")
	require.NoError(d, err)
	assert.Equal(d, 1, count(d.T, db, "SELECT count(*) FROM sii_rcv_purchases WHERE periodo = '2026-12' AND rut_empresa = '76192083-9'"))
}

// The commands of the guide give each role what it needs, and back up and restore
// what is in every table.
func TestGuideRolesBackupAndRestore(t *testing.T) {
	t.Parallel()
	d := newDrill(t)
	name := strings.TrimPrefix(d.url.Path, "/")
	d.dropAfter("DROP DATABASE IF EXISTS sii_restored WITH (FORCE)", "DROP DATABASE IF EXISTS sii_tables WITH (FORCE)",
		"DROP DATABASE IF EXISTS "+name+" WITH (FORCE)", "DROP ROLE IF EXISTS sii_owner", "DROP ROLE IF EXISTS sii_app", "DROP ROLE IF EXISTS sii_backup")
	d.run(d.superuser(), "roles")
	_, err := postgres.Migrate(t.Context(), d.as("sii_owner", ""))
	require.NoError(t, err)
	ring, err := seal.ParseRing("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=")
	require.NoError(t, err)
	app := d.as("sii_app", "")
	store, err := postgres.New(t.Context(), app, postgres.WithoutMigration(), postgres.WithSealer(ring))
	require.NoError(t, err)
	d.fill(store)
	_, err = app.ExecContext(t.Context(), "DROP TABLE sii_tokens")
	require.Error(t, err, "the service may not change the tables")
	_, err = d.as("sii_backup", "").ExecContext(t.Context(), "DELETE FROM sii_tokens")
	require.Error(t, err, "who backs up reads alone")

	want := everyRow(t, d.as(d.superuser(), ""))
	d.run("sii_backup", "backup")
	d.run("sii_backup", "backup of the tables")
	d.run(d.superuser(), "restore")
	d.run(d.superuser(), "restore of the tables")
	assert.Empty(t, d.run(d.superuser(), "compare"))
	for _, database := range []string{"sii_restored", "sii_tables"} {
		d.sameRows(want, everyRow(t, d.as(d.superuser(), database)))
	}
	_, err = d.as(d.superuser(), "sii_restored").ExecContext(t.Context(), "UPDATE sii_envios SET glosa = glosa || ' '")
	require.NoError(t, err)
	out, err := doccommand.Try(t, "operations.md", "compare", d.dir, d.env(d.superuser()), programs...)
	require.Error(t, err, "the comparison notices a single space")
	assert.Contains(t, out, "sii_envios")
	d.goesOn("sii_app", "sii_restored")
	d.goesOn("sii_app", "sii_tables")
	report, err := postgres.Migrate(t.Context(), d.as("sii_owner", "sii_restored"))
	require.NoError(t, err)
	assert.Empty(t, report.Applied)
}
