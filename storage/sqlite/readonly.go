package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ofitec/chile/storage/internal/sqlstore"
)

// openReadOnly opens a file without changing it.
func openReadOnly(ctx context.Context, driverName, path string, o options) (*Store, error) {
	// A connection that could write but does not removes the files that SQLite
	// creates beside the database; one that cannot (mode=ro) leaves them.
	store, err := openURI(ctx, driverName, path, "mode=rw", o)
	if err == nil || ctx.Err() != nil {
		return store, err
	}
	if _, statErr := os.Stat(path + "-wal"); !errors.Is(statErr, fs.ErrNotExist) {
		return nil, err // the content of the log would be missing
	}
	// Where SQLite cannot create files, it can only read a file that does not
	// change.
	if still, stillErr := openURI(ctx, driverName, path, "mode=ro&immutable=1", o); stillErr == nil {
		return still, nil
	}
	return nil, err
}

func openURI(ctx context.Context, driverName, path, query string, o options) (*Store, error) {
	address, err := uri(path, query)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	db, err := sql.Open(driverName, address)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	store := &Store{sqlstore.New(db, o.dialect(configureReadOnly), o.Options)}
	check := store.CheckVersion
	if o.SkipMigration {
		check = store.probe
	}
	if err := check(ctx); err != nil {
		_ = db.Close()
		return nil, err
	}
	return store, nil
}

// probe reports whether the file can be read as a database.
func (s *Store) probe(ctx context.Context) error {
	_, _, err := s.MigrationState(ctx)
	return err
}

// uri returns the path of a file with parameters in SQLite's form:
// https://www.sqlite.org/uri.html.
func uri(path, query string) (string, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	slashed := "/" + strings.TrimPrefix(filepath.ToSlash(absolute), "/") // also for C:/…
	address := url.URL{Scheme: "file", Path: slashed, RawQuery: query}
	return address.String(), nil
}

// configureReadOnly sets what SQLite keeps per connection and not in the file.
func configureReadOnly(ctx context.Context, conn *sql.Conn, busy time.Duration) error {
	return pragmas(ctx, conn, busyPragma(busy), "query_only = ON", "temp_store = FILE")
}
