package sqlite_test

import (
	"database/sql"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/sqlite"
)

// names are those of the files in a folder.
func names(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

func TestReadersCreateNothing(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "typo.db")
	for name, opt := range map[string]sqlite.Option{"read": sqlite.ReadOnly(), "must exist": sqlite.MustExist()} {
		_, err := sqlite.Open(t.Context(), "sqlite", path, opt)
		require.ErrorIs(t, err, fs.ErrNotExist, name)
		require.ErrorContains(t, err, path, name)
		_, err = sqlite.Open(t.Context(), "sqlite", folder, opt)
		require.ErrorContains(t, err, folder, name)
	}
	assert.Empty(t, names(t, folder))

	require.NoError(t, os.WriteFile(path, nil, 0o644))
	for _, opt := range []sqlite.Option{sqlite.ReadOnly(), sqlite.MustExist()} {
		_, err := sqlite.Open(t.Context(), "sqlite", path, opt)
		require.ErrorIs(t, err, storage.ErrOlder, "an empty file holds no registers")
	}
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Empty(t, content)
	require.NoError(t, os.WriteFile(path, []byte("no database at all, but a text"), 0o644))
	_, err = sqlite.Open(t.Context(), "sqlite", path, sqlite.ReadOnly())
	require.Error(t, err)
	assert.Equal(t, []string{"typo.db"}, names(t, folder))
}

// A store that is open to be read reads what others write, writes nothing, and
// leaves no file behind.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "100% a#b é")
	require.NoError(t, os.Mkdir(folder, 0o700))
	path := filepath.Join(folder, "chile.db")
	writer := open(t, path)
	reader, err := sqlite.Open(t.Context(), "sqlite", path, sqlite.ReadOnly())
	require.NoError(t, err)
	require.NoError(t, writer.PutToken(t.Context(), "prod/soap/x", "T", time.Now().Add(time.Hour)))
	_, err = writer.AppendEvent(t.Context(), storage.Event{Kind: "x"})
	require.NoError(t, err)
	seen := 0
	for _, err := range reader.Events(t.Context(), storage.EventQuery{}) {
		require.NoError(t, err)
		seen++
	}
	assert.Equal(t, 1, seen)
	_, err = reader.AppendEvent(t.Context(), storage.Event{Kind: "y"})
	require.Error(t, err)
	require.NoError(t, writer.Close())
	require.NoError(t, reader.Close())
	assert.Equal(t, []string{"chile.db"}, names(t, folder))

	alone, err := sqlite.Open(t.Context(), "sqlite", path, sqlite.ReadOnly())
	require.NoError(t, err)
	_, err = alone.AppendEvent(t.Context(), storage.Event{Kind: "y"})
	require.Error(t, err)
	require.NoError(t, alone.Close())
	assert.Equal(t, []string{"chile.db"}, names(t, folder))
}

// Of a file that nobody may write, in a folder where nothing can be made, the
// registers can be read.
func TestReadOnlyFile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "chile.db")
	require.NoError(t, open(t, path).Close())
	require.NoError(t, os.Chmod(path, 0o444))
	require.NoError(t, os.Chmod(filepath.Dir(folder), 0o755))
	require.NoError(t, os.Chmod(folder, 0o555))
	t.Cleanup(func() { assert.NoError(t, os.Chmod(folder, 0o700)) })
	unprivileged(t, func() {
		_, err := sqlite.Open(t.Context(), "sqlite", path)
		assert.ErrorIs(t, err, fs.ErrPermission, "to be written it cannot be opened")
		store, err := sqlite.Open(t.Context(), "sqlite", path, sqlite.ReadOnly())
		if !assert.NoError(t, err) {
			return
		}
		for _, err := range store.Events(t.Context(), storage.EventQuery{}) {
			assert.NoError(t, err)
		}
		assert.NoError(t, store.Close())
	})
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.EqualValues(t, 0o444, info.Mode().Perm())
}

// The mode of a file that others share stays as they have it.
func TestModeOfSharedFileStays(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "chile.db")
	require.NoError(t, open(t, path).Close())
	require.NoError(t, os.Chmod(path, 0o660))
	require.NoError(t, open(t, path).Close())
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.EqualValues(t, 0o660, info.Mode().Perm())
}

// A database that a newer version has changed is refused, and one that is not up
// to date where it may not be changed; both by name.
func TestVersions(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "chile.db")
	require.NoError(t, open(t, path).Close())
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	_, err = db.Exec("INSERT INTO sii_migraciones (version, nombre, aplicada_en) VALUES (9999, '9999_despues', '')")
	require.NoError(t, err)
	for name, opts := range map[string][]sqlite.Option{"write": nil, "must exist": {sqlite.MustExist()}, "read": {sqlite.ReadOnly()}} {
		_, err := sqlite.Open(t.Context(), "sqlite", path, opts...)
		require.ErrorIs(t, err, storage.ErrNewer, name)
		require.ErrorContains(t, err, "9999_despues", name)
	}
	require.ErrorIs(t, sqlite.Rollback(t.Context(), db), storage.ErrNewer)
	asIs, err := sqlite.Open(t.Context(), "sqlite", path, sqlite.ReadOnly(), sqlite.WithoutMigration())
	require.NoError(t, err, "to see what is wrong with it")
	require.ErrorIs(t, asIs.CheckVersion(t.Context()), storage.ErrNewer)
	require.NoError(t, asIs.Close())

	_, err = db.Exec("DELETE FROM sii_migraciones WHERE version IN (9999, 7)")
	require.NoError(t, err)
	_, err = sqlite.Open(t.Context(), "sqlite", path, sqlite.ReadOnly())
	require.ErrorIs(t, err, storage.ErrOlder)
	require.ErrorContains(t, err, "0007_")
	store, err := sqlite.Open(t.Context(), "sqlite", path, sqlite.WithoutMigration())
	require.NoError(t, err)
	require.ErrorIs(t, store.CheckVersion(t.Context()), storage.ErrOlder)
	require.NoError(t, store.Close())
}
