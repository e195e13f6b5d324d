package cli

import (
	"context"

	"github.com/ofitec/chile/sii/siidoctor"
	"github.com/ofitec/chile/storage/pgxcopy"
	"github.com/ofitec/chile/storage/postgres"
	"github.com/ofitec/chile/storage/sqlite"
)

// Inspect opens the database as it is, for siidoctor.Diagnose: it makes no file and
// changes no table. It is nil if no database was named. If the database cannot
// be opened, each check of it says so.
func (d *Database) Inspect(ctx context.Context) (db siidoctor.Database, closeDB func()) {
	switch {
	case d.dsn != "":
		store, err := pgxcopy.Open(ctx, d.dsn, postgres.WithoutMigration())
		if err != nil {
			return unopened{err}, func() {}
		}
		return store, func() { _ = store.Close() }
	case d.file != "":
		store, err := sqlite.Open(ctx, "sqlite", d.file, sqlite.ReadOnly(), sqlite.WithoutMigration())
		if err != nil {
			return unopened{err}, func() {}
		}
		return store, func() { _ = store.Close() }
	}
	return nil, func() {}
}

// unopened is a database that could not be opened.
type unopened struct{ err error }

// Ping implements siidoctor.Database.
func (u unopened) Ping(context.Context) error { return u.err }

// MigrationState implements siidoctor.Database.
func (u unopened) MigrationState(context.Context) (pending, unknown []string, err error) {
	return nil, nil, u.err
}
