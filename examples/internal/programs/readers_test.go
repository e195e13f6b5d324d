package programs

import (
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
)

// readers are the programs that read a database, with what else they need.
func readers(t *testing.T) map[string][]string {
	t.Helper()
	return map[string][]string{
		"alerts":    {"-companies", file(t, "companies.txt", "76192083-9\n")},
		"f29":       {"-rut", "76192083-9", "-period", "2026-10"},
		"reconcile": {"-rut", "76192083-9", "-from", "2026-10", "-books", file(t, "books.csv", "rut;tipo;folio;total\n77222222-K;33;1;1000\n")},
	}
}

// A database that is not there is named, and not made.
func TestReadersMakeNoDatabase(t *testing.T) {
	t.Parallel()
	for name, args := range readers(t) {
		folder := t.TempDir()
		path := filepath.Join(folder, "typo.db")
		r := program{name: name, args: append(args, "-db", path)}.run(t)
		assert.Equal(t, usage, r.code, name)
		assert.Contains(t, r.stderr, path)
		r = program{name: name, args: args, dir: folder}.run(t)
		assert.Equal(t, usage, r.code, name)
		assert.Contains(t, r.stderr, filepath.Join(folder, "rcvsync.db"), "the default has a name too")
		r = program{name: name, args: append(args, "-dsn", "postgres://u:s3creto@127.0.0.1:1/sii?connect_timeout=1")}.run(t)
		assert.Equal(t, failed, r.code, name)
		assert.Contains(t, r.stderr, "127.0.0.1:1")
		assert.NotContains(t, r.stderr, "s3creto")
		left, err := os.ReadDir(folder)
		require.NoError(t, err)
		assert.Empty(t, left, name)

		empty := file(t, "empty.db", "")
		r = program{name: name, args: append(args, "-db", empty)}.run(t)
		assert.Equal(t, failed, r.code, name)
		content, err := os.ReadFile(empty)
		require.NoError(t, err)
		assert.Empty(t, content, "%s fills an empty file", name)
	}
}

// Readers print where they read, and of which SII that is.
func TestReadersTellTheDatabase(t *testing.T) {
	t.Parallel()
	path := database(t, chile.Production)
	for name, args := range readers(t) {
		r := program{name: name, args: append(args, "-db", path)}.run(t)
		assert.Equal(t, "Database: "+path+", of production", r.first(), "%s: %s", name, r.stderr)
		r = program{name: name, args: append(args, "-db", path, "-json")}.run(t)
		var event struct{ Event, Database, Environment string }
		require.NoError(t, json.Unmarshal([]byte(r.first()), &event))
		assert.Equal(t, "database", event.Event)
		assert.Equal(t, path, event.Database)
		assert.Equal(t, "prod", event.Environment)
	}
}

// What was never imported is not read as empty.
func TestReadersTellWhatIsNotThere(t *testing.T) {
	t.Parallel()
	path := database(t, chile.Production)
	for name, args := range map[string][]string{
		"alerts":    {"-companies", file(t, "companies.txt", "76192083-9\n77222222-K\n")},
		"f29":       {"-rut", "77222222-K", "-period", "2026-10"},
		"reconcile": {"-rut", "76192083-9", "-from", "2026-09", "-to", "2026-10", "-books", file(t, "books.csv", "rut;folio;total\n")},
	} {
		r := program{name: name, args: append(args, "-db", path)}.run(t)
		assert.Equal(t, failed, r.code, name)
		assert.Contains(t, r.stderr, "rcvsync", name)
	}
}

// A database of a newer version is refused by name, by readers and writers.
func TestNewerDatabase(t *testing.T) {
	t.Parallel()
	path := database(t, chile.OtherEnvironment)
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	_, err = db.Exec("INSERT INTO sii_migraciones (version, nombre, aplicada_en) VALUES (9999, '9999_despues', '')")
	require.NoError(t, err)
	require.NoError(t, db.Close())
	programs := readers(t)
	programs["rcvsync"] = []string{"-env", "fake", "-companies", file(t, "companies.txt", "76192083-9\n"), "-from", "2026-10"}
	programs["fullflow"] = []string{"-env", "fake"}
	for name, args := range programs {
		r := program{name: name, args: append(args, "-db", path)}.run(t)
		assert.Equal(t, failed, r.code, name)
		assert.Contains(t, r.stderr, "newer version", name)
		assert.Contains(t, r.stderr, "9999_despues", name)
		assert.Contains(t, r.stderr, path, name)
	}
}

// The list of alerts ends with an event, so that silence is not taken for one.
func TestAlertsEnd(t *testing.T) {
	t.Parallel()
	path := database(t, chile.Production)
	args := append(readers(t)["alerts"], "-db", path, "-json", "-today", "2026-10-25", "-days", "8")
	for run, want := range []bool{true, false} {
		r := program{name: "alerts", args: args}.run(t)
		require.Equal(t, 0, r.code, r.stderr)
		lines := strings.Split(strings.TrimSpace(r.stdout), "\n")
		var last struct {
			Event             string
			Companies, Alerts int
			OK                bool
		}
		require.NoError(t, json.Unmarshal([]byte(lines[len(lines)-1]), &last))
		assert.Equal(t, "done", last.Event)
		assert.Equal(t, 1, last.Companies)
		assert.Equal(t, len(lines)-2, last.Alerts)
		assert.True(t, last.OK)
		assert.Equal(t, want, last.Alerts > 0, "run %d: each alert is told once", run)
	}
}
