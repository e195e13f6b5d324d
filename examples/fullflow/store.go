package main

import (
	"context"
	"errors"
	"io/fs"

	_ "modernc.org/sqlite" // the driver of the embedded database

	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/pgxcopy"
	"github.com/ofitec/chile/storage/postgres"
	"github.com/ofitec/chile/storage/seal"
	"github.com/ofitec/chile/storage/sqlite"
)

// store is the database of the program.
type store struct {
	storage.Storage
	close func() error
}

// openStore opens the database, brings its tables up to date and, if FERNET_KEY
// is set, has it keep the token, sealed. Without a key the token is not stored.
func openStore(ctx context.Context, opts *options, getenv func(string) string) (*store, error) {
	ring, err := seal.FromEnv(getenv)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if opts.dsn != "" {
		var pgOpts []postgres.Option
		if ring != nil {
			pgOpts = append(pgOpts, postgres.WithSealer(ring))
		}
		db, err := pgxcopy.Open(ctx, opts.dsn, pgOpts...)
		if err != nil {
			return nil, err
		}
		return &store{Storage: db, close: db.Close}, nil
	}
	var liteOpts []sqlite.Option
	if ring != nil {
		liteOpts = append(liteOpts, sqlite.WithSealer(ring))
	}
	db, err := sqlite.Open(ctx, "sqlite", opts.db, liteOpts...)
	if err != nil {
		return nil, err
	}
	return &store{Storage: db, close: db.Close}, nil
}

// newClient returns a client of the site that keeps its token in the store.
func (s *site) newClient(cache sii.TokenCache) (*sii.Client, error) {
	return sii.NewClient(s.environment, append(s.options, sii.WithTokenCache(cache))...)
}
