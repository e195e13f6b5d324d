// Package sqlite keeps what the SDK reads from the SII in a SQLite file, which
// needs no server: the default for programs on one machine. It imports no
// driver: name one that is registered with database/sql, such as
// modernc.org/sqlite.
//
//	import _ "modernc.org/sqlite"
//
//	store, err := sqlite.Open(ctx, "sqlite", "chile.db")
//
// Several processes may share a file; writers take turns.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/internal/sqlstore"
	"github.com/ofitec/chile/storage/seal"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations returns the numbered migrations, NNNN_name.up.sql and
// NNNN_name.down.sql, for whoever applies them with a tool of their own.
func Migrations() fs.FS {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic("sqlite: " + err.Error()) //nolint:forbidigo // the folder is part of the package
	}
	return sub
}

// Store is a storage.Storage in a SQLite file. It may be used from many
// goroutines at once.
type Store struct{ *sqlstore.Store }

var _ storage.Storage = (*Store)(nil)

// Report says what a migration did.
type Report = sqlstore.Report

// Option changes a Store.
type Option func(*sqlstore.Options)

// WithSealer keeps tokens in the file, sealed. Without it they are kept in
// memory alone, for this process.
func WithSealer(sealer seal.Sealer) Option { return func(o *sqlstore.Options) { o.Sealer = sealer } }

// WithClock sets the clock. The default is time.Now.
func WithClock(now func() time.Time) Option { return func(o *sqlstore.Options) { o.Now = now } }

// WithoutMigration leaves the tables as they are, for whoever applies Migrations
// otherwise.
func WithoutMigration() Option { return func(o *sqlstore.Options) { o.SkipMigration = true } }

// fileMode is that of the file: what is in it is the company's own. SQLite gives
// the files that it makes beside it the same mode.
const fileMode fs.FileMode = 0o600

// Open opens the file with the driver of that name, creates it if need be, with
// mode 0600, and brings its tables up to date. A database in memory alone
// (":memory:") is refused: every connection would have one of its own.
func Open(ctx context.Context, driverName, path string, opts ...Option) (*Store, error) {
	if path == "" || path == ":memory:" || strings.HasPrefix(path, "file:") || strings.Contains(path, "?") {
		return nil, errors.New("sqlite: the plain path of a file is needed")
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, fileMode) //nolint:gosec // the path is the caller's own
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	if err := errors.Join(os.Chmod(path, fileMode), file.Close()); err != nil { // it may have been there before
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	db, err := sql.Open(driverName, path)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	store, err := New(ctx, db, opts...)
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	return store, nil
}

// New returns a store on an open database and brings its tables up to date.
// The store's Close closes the database.
func New(ctx context.Context, db *sql.DB, opts ...Option) (*Store, error) {
	var options sqlstore.Options
	for _, opt := range opts {
		opt(&options)
	}
	if !options.SkipMigration {
		if _, err := Migrate(ctx, db); err != nil {
			return nil, err
		}
	}
	return &Store{sqlstore.New(db, dialect, options)}, nil
}

// Migrate brings the tables up to date. New does so by itself.
func Migrate(ctx context.Context, db *sql.DB) (*Report, error) {
	return sqlstore.Migrate(ctx, db, dialect, time.Now()) //nolint:forbidigo // a note of when, nothing depends on it
}

// Rollback takes every migration back: what is in the tables is lost.
func Rollback(ctx context.Context, db *sql.DB) error { return sqlstore.Rollback(ctx, db, dialect) }

var dialect = &sqlstore.Dialect{
	Name:        "sqlite",
	Migrations:  Migrations(),
	Configure:   configure,
	Begin:       "BEGIN IMMEDIATE", // a transaction that reads before it writes could not wait for its turn
	CountTables: "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?",
}

// configure sets what SQLite keeps per connection, by statements, because
// drivers differ in how a file name may say it.
func configure(ctx context.Context, conn *sql.Conn) error {
	for _, pragma := range []string{
		"PRAGMA busy_timeout = 30000",
		"PRAGMA journal_mode = WAL", // readers do not wait for a writer
		"PRAGMA synchronous = NORMAL",
		"PRAGMA foreign_keys = ON",
		"PRAGMA temp_store = FILE",
	} {
		if _, err := conn.ExecContext(ctx, pragma); err != nil {
			return fmt.Errorf("%s: %w", pragma, err)
		}
	}
	return nil
}
