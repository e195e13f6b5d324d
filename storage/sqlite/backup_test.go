package sqlite_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/doccommand"
	"github.com/ofitec/chile/internal/foliotest"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/sqlite"
)

// few is a month of 1,000 documents of one supplier, with folios from there.
func few(folios chile.Folio) storage.Snapshot {
	snapshot := month(1000)
	all := snapshot.Rows
	snapshot.Rows = func(yield func(rcv.Document, error) bool) {
		for doc, err := range all {
			doc.Counterparty, doc.Folio = chile.MustParseRUT("12345678-5"), doc.Folio+folios-1
			if !yield(doc, err) {
				return
			}
		}
	}
	return snapshot
}

// fill puts something into every table.
func fill(t *testing.T, store *sqlite.Store) {
	t.Helper()
	ctx := t.Context()
	raw := []byte("what the SII said")
	sum := sha256.Sum256(raw)
	for _, folios := range []chile.Folio{1, 500} { // half of it is gone, half is new
		snapshot := few(folios)
		snapshot.Lines = func() []rcv.SummaryLine { return []rcv.SummaryLine{{State: rcv.Registro, Type: 33, Documents: 1000}} }
		snapshot.Sources = func() []storage.Source {
			return []storage.Source{{Name: "answer", SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(raw))}}
		}
		snapshot.Raw = func(int) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(raw)), nil }
		_, err := store.ImportRegister(ctx, snapshot)
		require.NoError(t, err)
		snapshot.Key.Book = rcv.Sales
		_, err = store.ImportRegister(ctx, snapshot)
		require.NoError(t, err)
	}
	_, err := store.PutSubmission(ctx, storage.Submission{Issuer: chile.MustParseRUT("76192083-9"), TrackID: "0123", State: storage.Observed})
	require.NoError(t, err)
	_, err = store.CreateSession(ctx, storage.Session{UserID: 7, Cookies: "sealed «ñ»", ExpiresAt: time.Now().Add(time.Hour)})
	require.NoError(t, err)
	require.NoError(t, store.PutToken(ctx, "prod/soap/x", "TOKEN", time.Now().Add(time.Hour)))
	foliotest.Fill(t, store)
}

// everyRow returns every row of every table.
func everyRow(t *testing.T, path string) map[string][]string {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	defer db.Close()
	all := map[string][]string{}
	names, err := db.QueryContext(t.Context(), "SELECT name FROM sqlite_schema WHERE type = 'table'")
	require.NoError(t, err)
	for names.Next() {
		var name string
		require.NoError(t, names.Scan(&name))
		all[name] = nil
	}
	require.NoError(t, names.Err())
	require.NoError(t, names.Close())
	for name := range all {
		rows, err := db.QueryContext(t.Context(), "SELECT * FROM "+name+" ORDER BY 1, 2")
		require.NoError(t, err)
		columns, err := rows.Columns()
		require.NoError(t, err)
		for rows.Next() {
			values := make([]any, len(columns))
			targets := make([]any, len(columns))
			for i := range values {
				targets[i] = &values[i]
			}
			require.NoError(t, rows.Scan(targets...))
			all[name] = append(all[name], fmt.Sprintf("%q", values))
		}
		require.NoError(t, rows.Err())
		require.NoError(t, rows.Close())
	}
	return all
}

// sameRows compares two databases row by row.
func sameRows(t *testing.T, want, got map[string][]string) {
	t.Helper()
	require.Len(t, got, len(want))
	for name, rows := range want {
		require.Equal(t, len(rows), len(got[name]), name)
		for i := range rows {
			require.Equal(t, rows[i], got[name][i], "%s, row %d", name, i)
		}
	}
}

// The commands of the guide back up and restore what is in every table.
func TestGuideBackupAndRestore(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "chile.db")
	store := open(t, path)
	fill(t, store)
	doccommand.Run(t, "operations.md", "sqlite backup", dir, nil, "sqlite3")
	want := everyRow(t, path)
	for name, rows := range want {
		// No lease was taken and no call made, and SQLite keeps notes of its own.
		if name != "sii_turnos" && name != "sii_ritmos" && name != "sii_claves" && !strings.HasPrefix(name, "sqlite_") {
			assert.NotEmpty(t, rows, "the drill says nothing of %s", name)
		}
	}
	sameRows(t, want, everyRow(t, filepath.Join(dir, "backup.db")))

	// The disaster: all is lost but the backup, and a -wal that is of another file.
	_, err := store.ImportRegister(t.Context(), few(2000))
	require.NoError(t, err)
	wal, err := os.ReadFile(path + "-wal")
	require.NoError(t, err)
	require.NotEmpty(t, wal)
	require.NoError(t, store.Close())
	require.NoError(t, os.WriteFile(path+"-wal", wal, 0o600))
	doccommand.Run(t, "operations.md", "sqlite restore", dir, nil, "sqlite3")
	sameRows(t, want, everyRow(t, path))

	again := open(t, path)
	last, err := again.LastImport(t.Context(), few(1).Key)
	require.NoError(t, err)
	result, err := again.ImportRegister(t.Context(), few(500))
	require.NoError(t, err)
	assert.Greater(t, result.ID, last.ID, "ids go on")
	assert.Equal(t, storage.Counts{Unchanged: 1000}, result.Counts)
}

// A backup of a database that is written meanwhile, by the guide or from Go, is the
// database at one time: the feed makes the registers.
func TestBackupWhileItIsWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store := open(t, filepath.Join(dir, "chile.db"))
	key := few(1).Key
	_, err := store.ImportRegister(t.Context(), storage.Snapshot{Key: key, Rows: func(func(rcv.Document, error) bool) {}})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	var writer sync.WaitGroup
	written := make(chan struct{}, 1)
	writer.Go(func() {
		for i := chile.Folio(0); ctx.Err() == nil; i++ {
			if _, err := store.ImportRegister(ctx, few(1+i*100)); err != nil && ctx.Err() == nil {
				t.Error(err)
			}
			select {
			case written <- struct{}{}:
			default:
			}
		}
	})
	defer writer.Wait()
	defer cancel()
	<-written
	for i, backUp := range []func(){
		func() { doccommand.Run(t, "operations.md", "sqlite backup", dir, nil, "sqlite3") },
		func() { require.NoError(t, store.Backup(t.Context(), filepath.Join(dir, "backup.db"))) },
	} {
		backUp()
		copied := open(t, filepath.Join(dir, "backup.db"))
		feed := map[chile.Folio]bool{}
		for change, err := range copied.Changes(t.Context(), storage.ChangeQuery{}) {
			require.NoError(t, err)
			feed[change.Document().Folio] = change.InRegister() != nil
		}
		standing := 0
		for _, stands := range feed {
			if stands {
				standing++
			}
		}
		registers := 0
		for doc, err := range copied.Documents(t.Context(), storage.DocumentQuery{Owner: key.Owner}) {
			require.NoError(t, err)
			registers++
			require.True(t, feed[doc.Folio], "backup %d: folio %d", i, doc.Folio)
		}
		assert.Equal(t, standing, registers)
		assert.Equal(t, 1000, registers)
		require.NoError(t, copied.Close())
		require.NoError(t, os.Remove(filepath.Join(dir, "backup.db")))
	}
}

func TestBackupRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store := open(t, filepath.Join(dir, "chile.db"))
	path := filepath.Join(dir, "backup.db")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, store.Backup(ctx, path), context.Canceled)
	_, err := os.Stat(path)
	require.ErrorIs(t, err, fs.ErrNotExist, "nothing is left")
	require.NoError(t, store.Backup(t.Context(), path))
	require.ErrorIs(t, store.Backup(t.Context(), path), fs.ErrExist)
	if runtime.GOOS != "windows" {
		info, err := os.Stat(path)
		require.NoError(t, err)
		assert.EqualValues(t, 0o600, info.Mode().Perm())
	}
}
