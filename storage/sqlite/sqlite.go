// Package sqlite keeps what the SDK reads from the SII in a SQLite file, which
// needs no server: the default for programs on one machine. It imports no
// driver: name one registered with database/sql, such as modernc.org/sqlite.
//
//	import _ "modernc.org/sqlite"
//
//	store, err := sqlite.Open(ctx, "sqlite", "chile.db")
//
// Several processes may share a file; writers take turns.
package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/ofitec/chile/internal/option"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/internal/sqlstore"
	"github.com/ofitec/chile/storage/seal"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations returns the numbered migrations, NNNN_name.up.sql and
// NNNN_name.down.sql, for other migration tools.
func Migrations() fs.FS {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic("sqlite: " + err.Error()) //nolint:forbidigo // the folder is part of the package
	}
	return sub
}

// Store is a storage.Storage in a SQLite file. It is safe for concurrent use.
type Store struct{ store *sqlstore.Store }

var _ storage.Storage = (*Store)(nil)

// Report describes a migration.
type Report struct {
	Applied []string // names of the applied migrations, in order

	// OwnersUnknown is how many register rows have no owner: rows of another
	// program in which neither issuer nor receiver is a RUT. They are kept, and
	// belong to no company.
	OwnersUnknown int64
}

type options struct {
	sqlstore.Options
	mustExist, readOnly bool
	busyTimeout         time.Duration
}

// Option changes a Store. If one is invalid, Open and New fail.
type Option func(*options) error

// WithSealer keeps tokens and the files of CAFs in the file, sealed. By default
// tokens are kept only in memory, for this process, and CAFs are refused with
// storage.ErrNoKey.
func WithSealer(sealer seal.Sealer) Option {
	return func(o *options) error { return o.SetSealer(sealer) }
}

// WithClock sets the clock. The default is time.Now.
func WithClock(now func() time.Time) Option {
	return func(o *options) error { return o.SetClock(now) }
}

// busyTimeout is the default of WithBusyTimeout.
const busyTimeout = 30 * time.Second

// WithBusyTimeout sets how long the store waits while others write to the file,
// or use all connections of the pool, before it returns storage.ErrBusy. The
// default is 30 seconds. It is kept to the millisecond, of which it has at least
// one.
func WithBusyTimeout(d time.Duration) Option {
	return func(o *options) error {
		if d < time.Millisecond {
			return errors.New("WithBusyTimeout: at least a millisecond is needed")
		}
		o.busyTimeout = d
		return nil
	}
}

// WithoutMigration leaves the tables unchanged, for other tools that apply
// Migrations. Their version is not checked: see Store.CheckVersion.
func WithoutMigration() Option {
	return func(o *options) error { o.SkipMigration = true; return nil }
}

// MustExist makes Open refuse a path without a file with fs.ErrNotExist,
// instead of creating the file. An empty file is storage.ErrOlder.
func MustExist() Option {
	return func(o *options) error { o.mustExist = true; return nil }
}

// ReadOnly makes Open open an existing file only for reading, even where nothing
// can be written. It creates no file and changes no table: a file whose tables are
// not up to date is storage.ErrOlder. Writes to the Store fail. A file in a
// read-only folder must not change while it is read, unless the writer already has
// it open.
func ReadOnly() Option {
	return func(o *options) error { o.mustExist, o.readOnly = true, true; return nil }
}

// fileMode is the mode of the file: its content is the company's own. SQLite
// gives the same mode to the files that it creates beside it.
const fileMode fs.FileMode = 0o600

// Open opens the file with the driver of that name, creates it with mode 0600
// if needed, and brings its tables up to date. The mode of a file with content
// does not change. A file that a newer version of this module has changed is
// storage.ErrNewer. A database only in memory (":memory:") is refused: every
// connection would have its own.
func Open(ctx context.Context, driverName, path string, opts ...Option) (*Store, error) {
	if path == "" || path == ":memory:" || strings.HasPrefix(path, "file:") || strings.Contains(path, "?") {
		return nil, errors.New("sqlite: the plain path of a file is needed")
	}
	var o options
	if err := option.Apply("sqlite", &o, opts); err != nil {
		return nil, err
	}
	if err := prepare(path, &o); err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	if o.readOnly {
		return openReadOnly(ctx, driverName, path, o)
	}
	db, err := sql.Open(driverName, path)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	store, err := newStore(ctx, db, o)
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	return store, nil
}

// prepare creates the file if allowed. A file that it creates, or an empty file of
// the caller, is closed to others.
func prepare(path string, o *options) error {
	if o.mustExist {
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return err
		case info.IsDir():
			return fmt.Errorf("%s is a folder", path)
		case info.Size() == 0:
			return fmt.Errorf("%s: %w: it is empty", path, storage.ErrOlder)
		}
		return nil
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, fileMode) //nolint:gosec // the path is the caller's own
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || info.Size() > 0 {
		return err
	}
	if err := file.Chmod(fileMode); err != nil && !errors.Is(err, fs.ErrPermission) { // another user's
		return err
	}
	return nil
}

// New returns a store on an open database and brings its tables up to date.
// The store's Close closes the database. MustExist and ReadOnly are for Open: New
// refuses them.
func New(ctx context.Context, db *sql.DB, opts ...Option) (*Store, error) {
	if db == nil {
		return nil, errors.New("sqlite: nil database")
	}
	var o options
	if err := option.Apply("sqlite", &o, opts); err != nil {
		return nil, err
	}
	if o.mustExist {
		return nil, errors.New("sqlite: MustExist and ReadOnly are for Open: the database is open already")
	}
	return newStore(ctx, db, o)
}

func newStore(ctx context.Context, db *sql.DB, o options) (*Store, error) {
	d := o.dialect(configure)
	if !o.SkipMigration {
		if _, err := sqlstore.Migrate(ctx, db, d, time.Now()); err != nil { //nolint:forbidigo // a note of when, nothing depends on it
			return nil, err
		}
	}
	return &Store{sqlstore.New(db, d, o.Options)}, nil
}

// dialect returns the dialect with the busy timeout, and with a function that
// prepares connections.
func (o *options) dialect(configure func(context.Context, *sql.Conn, time.Duration) error) *sqlstore.Dialect {
	d := *dialect
	d.Patience = cmp.Or(o.busyTimeout, busyTimeout)
	d.Configure = func(ctx context.Context, conn *sql.Conn) error { return configure(ctx, conn, d.Patience) }
	return &d
}

// Migrate brings the tables up to date. New calls it. A database that a newer
// version of this module has changed is storage.ErrNewer.
func Migrate(ctx context.Context, db *sql.DB) (*Report, error) {
	report, err := sqlstore.Migrate(ctx, db, dialect, time.Now()) //nolint:forbidigo // a note of when, nothing depends on it
	return (*Report)(report), err
}

// Rollback reverts every migration: the content of the tables is lost.
func Rollback(ctx context.Context, db *sql.DB) error { return sqlstore.Rollback(ctx, db, dialect) }

var dialect = &sqlstore.Dialect{
	Name:         "sqlite",
	Migrations:   Migrations(),
	Configure:    func(ctx context.Context, conn *sql.Conn) error { return configure(ctx, conn, busyTimeout) },
	Begin:        "BEGIN IMMEDIATE",                            // a transaction that reads before it writes could not wait for its turn
	BeginDurable: "PRAGMA synchronous = FULL; BEGIN IMMEDIATE", // or the log is written only now and then
	Busy:         busy,
	CountTables:  "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?",
}

// sqliteBusy is SQLite's code for a file that others are writing to:
// https://www.sqlite.org/rescode.html#busy.
const sqliteBusy = 5

// busy reports whether an error of any driver has that code. Some drivers have the
// code, all have SQLite's words.
func busy(err error) bool {
	var coded interface{ Code() int }
	if errors.As(err, &coded) {
		return coded.Code()&0xff == sqliteBusy
	}
	return strings.Contains(err.Error(), "database is locked")
}

// configure sets what SQLite keeps per connection. It uses statements, because
// drivers differ in the parameters of a file name.
func configure(ctx context.Context, conn *sql.Conn, busy time.Duration) error {
	return pragmas(ctx, conn,
		busyPragma(busy),
		"journal_mode = WAL", // readers do not wait for a writer
		"synchronous = NORMAL",
		"foreign_keys = ON",
		"temp_store = FILE",
	)
}

func busyPragma(d time.Duration) string {
	return "busy_timeout = " + strconv.FormatInt(d.Milliseconds(), 10)
}

func pragmas(ctx context.Context, conn *sql.Conn, settings ...string) error {
	for _, setting := range settings {
		if _, err := conn.ExecContext(ctx, "PRAGMA "+setting); err != nil {
			return fmt.Errorf("PRAGMA %s: %w", setting, err)
		}
	}
	return nil
}
