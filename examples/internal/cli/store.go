package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite" // the driver of the embedded database

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/pgxcopy"
	"github.com/ofitec/chile/storage/postgres"
	"github.com/ofitec/chile/storage/seal"
	"github.com/ofitec/chile/storage/sqlite"
)

// Database is where a program keeps what it reads.
type Database struct{ file, dsn string }

// DatabaseVar adds the flags of a database.
func DatabaseVar(flags *Flags, d *Database, file string) {
	flags.StringVar(&d.file, "db", file, "SQLite `file`")
	flags.StringVar(&d.dsn, "dsn", "", "PostgreSQL `URL` (postgres://…) instead of a SQLite file")
}

// PostgresVar adds the flag of a database that is PostgreSQL's.
func PostgresVar(flags *Flags, d *Database) {
	flags.StringVar(&d.dsn, "dsn", "", "PostgreSQL `URL` (postgres://…)")
}

// DSN is the address of a PostgreSQL.
func (d *Database) DSN() string { return d.dsn }

// Store is an open database.
type Store struct {
	storage.Storage
	Close func() error
}

// Imported returns an error if the register was never imported: a missing register must
// not look empty.
func (s *Store) Imported(ctx context.Context, key rcv.Key) error {
	_, err := s.LastImport(ctx, key)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the register %s was never imported: rcvsync does it", key)
	}
	return err
}

// access is what a program does with a database.
type access int

const (
	create access = iota // make it if need be, and bring its tables up to date
	update               // write into tables that are there
	read
)

// Open opens the database to write into it. If need be, it makes the file and migrates
// the tables. If FERNET_KEY is set, the database keeps the token, sealed. Without a key
// the token is not stored.
func (d *Database) Open(ctx context.Context, getenv func(string) string) (*Store, error) {
	ring, err := seal.FromEnv(getenv)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, Usage(err)
	}
	if ring == nil {
		return d.open(ctx, create, nil)
	}
	return d.open(ctx, create, ring)
}

// Update opens a database that is there, to write into it. It makes no file and
// changes no table.
func (d *Database) Update(ctx context.Context) (*Store, error) { return d.open(ctx, update, nil) }

// Read opens a database that is there, to read it. It makes no file and changes
// nothing.
func (d *Database) Read(ctx context.Context) (*Store, error) { return d.open(ctx, read, nil) }

func (d *Database) open(ctx context.Context, to access, sealer seal.Sealer) (*Store, error) {
	store, err := d.openAs(ctx, to, sealer)
	switch {
	case err == nil:
		return store, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, Usagef("there is no database %s: rcvsync makes it (%w)", d, fs.ErrNotExist)
	case errors.Is(err, storage.ErrOlder):
		return nil, fmt.Errorf("%s: %w; a run of rcvsync brings it up to date", d, err)
	}
	return nil, fmt.Errorf("%s: %w", d, err)
}

func (d *Database) openAs(ctx context.Context, to access, sealer seal.Sealer) (*Store, error) {
	if d.dsn != "" {
		var opts []postgres.Option
		if sealer != nil {
			opts = append(opts, postgres.WithSealer(sealer))
		}
		if to != create {
			opts = append(opts, postgres.WithoutMigration())
		}
		db, err := pgxcopy.Open(ctx, d.dsn, opts...)
		if err != nil {
			return nil, err
		}
		return checked(ctx, db, to)
	}
	var opts []sqlite.Option
	if sealer != nil {
		opts = append(opts, sqlite.WithSealer(sealer))
	}
	switch to {
	case update:
		opts = append(opts, sqlite.MustExist(), sqlite.WithoutMigration())
	case read:
		opts = append(opts, sqlite.ReadOnly())
	}
	db, err := sqlite.Open(ctx, "sqlite", d.file, opts...)
	if err != nil {
		return nil, err
	}
	return checked(ctx, db, to)
}

// versioned is what both databases are.
type versioned interface {
	storage.Storage
	CheckVersion(ctx context.Context) error
	Close() error
}

func checked(ctx context.Context, db versioned, to access) (*Store, error) {
	if to != create {
		if err := db.CheckVersion(ctx); err != nil {
			return nil, errors.Join(err, db.Close())
		}
	}
	return &Store{Storage: db, Close: db.Close}, nil
}

// String names the database, without a password.
func (d *Database) String() string {
	if d.dsn != "" {
		config, err := pgx.ParseConfig(d.dsn)
		if err != nil {
			return "of -dsn"
		}
		return fmt.Sprintf("%s of PostgreSQL at %s:%d", cmp.Or(config.Database, config.User), config.Host, config.Port)
	}
	if path, err := filepath.Abs(d.file); err == nil {
		return path
	}
	return d.file
}

// isNew reports whether nothing was ever stored in the database: the file is missing or
// empty.
func (d *Database) isNew() bool {
	if d.dsn != "" {
		return false
	}
	info, err := os.Stat(d.file)
	return errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0
}
