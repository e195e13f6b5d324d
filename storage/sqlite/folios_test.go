package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/foliotest"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/seal"
	"github.com/ofitec/chile/storage/sqlite"
)

// The private key of a CAF stands nowhere in the files of the database, in no form
// that one would look for.
func TestKeyOfCAFIsNotInTheFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store := open(t, filepath.Join(dir, "chile.db"))
	foliotest.Fill(t, store)
	forms := [][]byte{[]byte(foliotest.Secret), []byte(hex.EncodeToString([]byte(foliotest.Secret)))}
	for shift := range 3 { // as base64 of text that begins anywhere
		text := base64.StdEncoding.EncodeToString([]byte(foliotest.Secret)[shift:])
		forms = append(forms, []byte(text[:len(text)-4]))
	}
	look := func(when string) {
		files, err := os.ReadDir(dir)
		require.NoError(t, err)
		marked := false
		for _, file := range files {
			content, err := os.ReadFile(filepath.Join(dir, file.Name()))
			require.NoError(t, err)
			for _, form := range forms {
				assert.False(t, bytes.Contains(content, form), "%s: %s has the key", when, file.Name())
			}
			marked = marked || bytes.Contains(content, []byte("order-1"))
		}
		assert.True(t, marked, "%s: what is looked through is not the database", when)
	}
	look("open")
	require.NoError(t, store.Backup(t.Context(), filepath.Join(dir, "backup.db")))
	require.NoError(t, store.Close())
	look("closed")
}

// The file of a CAF is sealed for it: one that is moved to another row does not open,
// nor does one without the key that sealed it. The same file again is sealed with the
// key that is first now.
func TestFileOfCAFIsSealedForIt(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "chile.db")
	older, newer := seal.GenerateKey(), "aes256:"+seal.GenerateKey()
	store := sealedWith(t, path, older)
	one, err := store.PutCAF(t.Context(), foliotest.CAF(1, 50))
	require.NoError(t, err)
	two, err := store.PutCAF(t.Context(), foliotest.CAF(51, 99))
	require.NoError(t, err)

	_, err = sealedWith(t, path, newer).CAFFile(t.Context(), one.ID)
	require.ErrorIs(t, err, seal.ErrUnopenable)
	assert.NotContains(t, err.Error(), foliotest.Secret)
	both := sealedWith(t, path, newer+","+older)
	_, err = both.CAFFile(t.Context(), one.ID)
	require.NoError(t, err)
	_, err = both.PutCAF(t.Context(), foliotest.CAF(1, 50))
	require.NoError(t, err)
	file, err := sealedWith(t, path, newer).CAFFile(t.Context(), one.ID)
	require.NoError(t, err)
	assert.Equal(t, foliotest.CAF(1, 50).File, file)

	execute(t, path, "UPDATE sii_cafs SET archivo = (SELECT archivo FROM sii_cafs WHERE id = ?) WHERE id = ?", one.ID, two.ID)
	_, err = both.CAFFile(t.Context(), two.ID)
	require.Error(t, err)
	assert.NotContains(t, err.Error(), foliotest.Secret)
}

// Without a key to seal with, no CAF is stored, and none is opened.
func TestCAFWithoutKey(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "chile.db")
	stored, err := open(t, path).PutCAF(t.Context(), foliotest.CAF(1, 50))
	require.NoError(t, err)
	store, err := sqlite.Open(t.Context(), "sqlite", path)
	require.NoError(t, err)
	defer store.Close()
	_, err = store.PutCAF(t.Context(), foliotest.CAF(51, 99))
	require.ErrorIs(t, err, storage.ErrNoKey)
	_, err = store.CAFFile(t.Context(), stored.ID)
	require.ErrorIs(t, err, storage.ErrNoKey)
	_, err = store.TakeFolio(t.Context(), foliotest.Request("order-1"))
	require.NoError(t, err, "folios need no key")
}

func execute(t *testing.T, path, statement string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	defer db.Close()
	result, err := db.ExecContext(t.Context(), statement, args...)
	require.NoError(t, err)
	n, err := result.RowsAffected()
	require.NoError(t, err)
	require.Positive(t, n)
}

// Bytes that somebody has changed in the database are told, and never given.
func TestChangedBytesAreTold(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "chile.db")
	store := open(t, path)
	foliotest.Fill(t, store)
	taken, err := store.TakenFolio(t.Context(), foliotest.Issuer, "order-1")
	require.NoError(t, err)
	execute(t, path, "UPDATE sii_emitidos SET xml = CAST(xml || ' ' AS blob) WHERE folio_id = ?", taken.ID)
	execute(t, path, "UPDATE sii_sobres SET xml = CAST(xml || ' ' AS blob)")
	document, err := store.IssuedDocument(t.Context(), taken.ID)
	require.ErrorIs(t, err, storage.ErrDamaged)
	assert.Nil(t, document)
	envelope, err := store.Envelope(t.Context(), 1)
	require.ErrorIs(t, err, storage.ErrDamaged)
	assert.Nil(t, envelope)
	failures := 0
	for document, err := range store.IssuedDocuments(t.Context(), storage.IssuedQuery{Issuer: foliotest.Issuer, WithXML: true}) {
		require.ErrorIs(t, err, storage.ErrDamaged)
		assert.Empty(t, document.XML)
		failures++
	}
	assert.Equal(t, 1, failures)
	for document, err := range store.IssuedDocuments(t.Context(), storage.IssuedQuery{Issuer: foliotest.Issuer}) {
		require.NoError(t, err, "without the bytes")
		assert.NotEmpty(t, document.SHA256)
	}
}

// Who holds a write transaction of the same file is told so within the busy timeout,
// also where the pool has no other connection, and nothing is written.
func TestWriteTransactionOfTheCaller(t *testing.T) {
	t.Parallel()
	for name, connections := range map[string]int{"connections enough": 0, "one connection": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "chile.db")
			db, err := sql.Open("sqlite", path)
			require.NoError(t, err)
			db.SetMaxOpenConns(connections)
			const patience = 50 * time.Millisecond
			store, err := sqlite.New(t.Context(), db, sqlite.WithSealer(ring(t)), sqlite.WithBusyTimeout(patience))
			require.NoError(t, err)
			defer store.Close()
			_, err = store.PutCAF(t.Context(), foliotest.CAF(1, 50))
			require.NoError(t, err)

			mine, err := db.Conn(t.Context())
			require.NoError(t, err)
			_, err = mine.ExecContext(t.Context(), "BEGIN IMMEDIATE")
			require.NoError(t, err)
			began := time.Now()
			_, err = store.TakeFolio(t.Context(), foliotest.Request("order-1"))
			require.ErrorIs(t, err, storage.ErrBusy)
			assert.GreaterOrEqual(t, time.Since(began), patience)
			assert.Less(t, time.Since(began), 30*time.Second, "the default")
			_, err = store.PutSubmission(t.Context(), storage.Submission{Issuer: foliotest.Issuer, TrackID: "1"})
			require.ErrorIs(t, err, storage.ErrBusy, "other writes too")
			_, err = mine.ExecContext(t.Context(), "ROLLBACK")
			require.NoError(t, err)
			require.NoError(t, mine.Close())

			taken, err := store.TakeFolio(t.Context(), foliotest.Request("order-1"))
			require.NoError(t, err)
			assert.Equal(t, chile.Folio(1), taken.Document.Folio)
		})
	}
}

// A context that ends while others write is the cause, not ErrBusy.
func TestContextEndsWhileBusy(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "chile.db"))
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	store, err := sqlite.New(t.Context(), db, sqlite.WithSealer(ring(t)))
	require.NoError(t, err)
	defer store.Close()
	mine, err := db.Conn(t.Context())
	require.NoError(t, err)
	defer mine.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = store.TakeFolio(ctx, foliotest.Request("order-1"))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NotErrorIs(t, err, storage.ErrBusy)
}

// What is handed out is on the disk before it is handed out, also where a store
// lets what it can read again from the SII wait.
func TestFoliosWaitForTheDisk(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "chile.db"))
	require.NoError(t, err)
	defer db.Close()
	conn, err := db.Conn(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, sqlite.Configure(t.Context(), conn))
	synchronous := func() (level int) {
		require.NoError(t, conn.QueryRowContext(t.Context(), "PRAGMA synchronous").Scan(&level))
		return level
	}
	assert.Equal(t, 1, synchronous(), "NORMAL")
	_, err = conn.ExecContext(t.Context(), sqlite.BeginDurable)
	require.NoError(t, err)
	assert.Equal(t, 2, synchronous(), "FULL: https://www.sqlite.org/pragma.html#pragma_synchronous")
	_, err = conn.ExecContext(t.Context(), "ROLLBACK")
	require.NoError(t, err)
}

// Lists that a service asks for again and again do not read what is settled.
func TestIssuingQueriesUseIndexes(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "chile.db")
	foliotest.Fill(t, open(t, path))
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	defer db.Close()
	foliotest.CheckPlans(t, func(statement string, args []any) string {
		rows, err := db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+statement, args...)
		require.NoError(t, err)
		defer rows.Close()
		text := ""
		for rows.Next() {
			var id, parent, unused int
			var detail string
			require.NoError(t, rows.Scan(&id, &parent, &unused, &detail))
			text += detail + "\n"
		}
		require.NoError(t, rows.Err())
		return text
	}, sqlite.IssuedStatement, sqlite.EnvelopesStatement)
}
