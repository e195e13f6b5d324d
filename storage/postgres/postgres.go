// Package postgres keeps what the SDK reads from the SII in PostgreSQL, in the
// tables that older back ends share. It imports no driver: it takes a *sql.DB of
// any driver. With pgx, storage/pgxcopy opens one in one call and writes faster.
//
//	db, err := sql.Open("pgx", os.Getenv("DATABASE_URL"))
//	store, err := postgres.New(ctx, db) // brings its tables up to date
package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"io/fs"
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
		panic("postgres: " + err.Error()) //nolint:forbidigo // the folder is part of the package
	}
	return sub
}

// Store is a storage.Storage in PostgreSQL. It is safe for concurrent use, and
// many processes may share the database.
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
	copier Copier
}

// Option changes a Store. If one is invalid, New fails.
type Option func(*options) error

// WithSealer keeps tokens and the files of CAFs in the database, sealed. By
// default tokens are kept only in memory, for this process, and CAFs are refused
// with storage.ErrNoKey.
func WithSealer(sealer seal.Sealer) Option {
	return func(o *options) error { return o.SetSealer(sealer) }
}

// WithClock sets the clock. The default is time.Now.
func WithClock(now func() time.Time) Option {
	return func(o *options) error { return o.SetClock(now) }
}

// WithCopier writes imports through the Copier.
func WithCopier(copier Copier) Option {
	return func(o *options) error {
		if copier == nil {
			return errors.New("WithCopier: nil copier")
		}
		o.copier = copier
		return nil
	}
}

// WithBeforeCommit calls the function at the end of every import's transaction, on
// its connection: what it writes is committed with the import or not at all, and
// if it fails the import fails. So a job engine can complete a job together with
// its data (see sii/siiriver). The function must neither end the transaction nor
// keep the connection. The context is that of ImportRegister; an import that is
// retried calls it again.
func WithBeforeCommit(f func(ctx context.Context, conn *sql.Conn, imported *storage.Import) error) Option {
	return func(o *options) error {
		if f == nil {
			return errors.New("WithBeforeCommit: nil function")
		}
		o.BeforeCommit = f
		return nil
	}
}

// WithoutMigration leaves the tables unchanged: for roles that may not change
// them, and for programs that apply Migrations in another way. Their version is
// not checked: see Store.CheckVersion.
func WithoutMigration() Option {
	return func(o *options) error { o.SkipMigration = true; return nil }
}

// New returns a store on an open database and brings its tables up to date; see
// Migrate. The store's Close closes the database. The pool must allow at least
// two connections: a sequence holds one during the loop over it, and the store
// may be used inside the loop. An import holds none while its rows arrive: they
// wait in memory and, above 4 MB, in a temporary file (see os.TempDir) that
// nobody else can read and that is removed at once.
func New(ctx context.Context, db *sql.DB, opts ...Option) (*Store, error) {
	if db == nil {
		return nil, errors.New("postgres: nil database")
	}
	var o options
	if err := option.Apply("postgres", &o, opts); err != nil {
		return nil, err
	}
	if !o.SkipMigration {
		if _, err := Migrate(ctx, db); err != nil {
			return nil, err
		}
	}
	d := *dialect
	if o.copier != nil {
		d.Insert = copyRows(o.copier)
	}
	return &Store{sqlstore.New(db, &d, o.Options)}, nil
}

// Migrate brings the tables up to date. In an empty database it creates them. In
// one with the tables of an older back end it adds columns, fills in the owner of
// each register row and widens the unique keys: no row is lost, no column renamed,
// and that back end's INSERTs still work. New calls it; call it yourself to see the
// report. Two processes may call it at the same time. A database that a newer
// version of this module has changed is storage.ErrNewer.
func Migrate(ctx context.Context, db *sql.DB) (*Report, error) {
	report, err := sqlstore.Migrate(ctx, db, dialect, time.Now()) //nolint:forbidigo // a note of when, nothing depends on it
	return (*Report)(report), err
}

// Rollback reverts every migration. The six tables of older back ends keep all
// their rows; the .down.sql files say what cannot be reverted.
func Rollback(ctx context.Context, db *sql.DB) error { return sqlstore.Rollback(ctx, db, dialect) }

// begin begins a transaction: an import must see what the previous one committed.
const begin = "BEGIN ISOLATION LEVEL READ COMMITTED"

// waitForDisk is true where commits of the transaction are acknowledged before they
// are on the disk, and has them wait.
const waitForDisk = "CASE WHEN current_setting('synchronous_commit') = 'off' THEN set_config('synchronous_commit', 'on', true) END"

var dialect = &sqlstore.Dialect{
	Name:           "postgres",
	Numbered:       true,
	Migrations:     Migrations(),
	Begin:          begin,
	BeginDurable:   begin + "; SELECT " + waitForDisk,
	ForUpdate:      " FOR UPDATE",
	TakeFolios:     takeFolios,
	StrictText:     true,
	Bytewise:       ` COLLATE "C"`,
	Clock:          "CAST(clock_timestamp() AT TIME ZONE 'UTC' AS timestamp)",
	CountTables:    "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = ?",
	LockMigrations: "SELECT pg_advisory_xact_lock(7241130511)",
	LockRegister:   "SELECT pg_advisory_xact_lock(?)",
	Insert:         insertUnnest,
	Update:         update,
}
