package cli

import (
	"context"
	"errors"
	"flag"
	"io/fs"

	_ "modernc.org/sqlite" // the driver of the embedded database

	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/pgxcopy"
	"github.com/ofitec/chile/storage/postgres"
	"github.com/ofitec/chile/storage/seal"
	"github.com/ofitec/chile/storage/sqlite"
)

// Database is where a program keeps what it reads.
type Database struct{ file, dsn string }

// DatabaseVar adds the flags of a database.
func DatabaseVar(flags *flag.FlagSet, d *Database, file string) {
	flags.StringVar(&d.file, "db", file, "SQLite `file`")
	flags.StringVar(&d.dsn, "dsn", "", "PostgreSQL `URL` (postgres://…) instead of a SQLite file")
}

// Store is an open database.
type Store struct {
	storage.Storage
	Close func() error
}

// Open opens the database, brings its tables up to date and, if FERNET_KEY is
// set, has it keep the token, sealed. Without a key the token is not stored.
func (d *Database) Open(ctx context.Context, getenv func(string) string) (*Store, error) {
	ring, err := seal.FromEnv(getenv)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if d.dsn != "" {
		var opts []postgres.Option
		if ring != nil {
			opts = append(opts, postgres.WithSealer(ring))
		}
		db, err := pgxcopy.Open(ctx, d.dsn, opts...)
		if err != nil {
			return nil, err
		}
		return &Store{Storage: db, Close: db.Close}, nil
	}
	var opts []sqlite.Option
	if ring != nil {
		opts = append(opts, sqlite.WithSealer(ring))
	}
	db, err := sqlite.Open(ctx, "sqlite", d.file, opts...)
	if err != nil {
		return nil, err
	}
	return &Store{Storage: db, Close: db.Close}, nil
}
