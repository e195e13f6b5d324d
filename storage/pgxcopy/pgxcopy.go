// Package pgxcopy opens a store in PostgreSQL through the driver pgx and writes
// imports with COPY, which is fastest. It is a separate module, so the SDK's
// other modules need no driver.
//
//	store, err := pgxcopy.Open(ctx, os.Getenv("DATABASE_URL"))
//	defer store.Close()
package pgxcopy

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/ofitec/chile/storage/postgres"
)

// Open connects to the database of the URL (postgres://…) or connection string,
// brings its tables up to date and returns a store that writes with COPY. The
// store's Close closes the connections. No error shows the password.
func Open(ctx context.Context, dsn string, opts ...postgres.Option) (*postgres.Store, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, errors.New("pgxcopy: the connection string cannot be read") // the cause quotes it
	}
	db := stdlib.OpenDB(*config)
	store, err := postgres.New(ctx, db, append([]postgres.Option{postgres.WithCopier(Copier{})}, opts...)...)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("pgxcopy: %w", err), db.Close())
	}
	return store, nil
}

// Copier is a postgres.Copier for databases that were opened with
// github.com/jackc/pgx/v5/stdlib.
type Copier struct{}

var _ postgres.Copier = Copier{}

// Copy implements postgres.Copier.
func (Copier) Copy(ctx context.Context, conn *sql.Conn, statement string, data io.Reader) error {
	return conn.Raw(func(driverConn any) error {
		c, ok := driverConn.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("pgxcopy: the database was opened with another driver: %T", driverConn)
		}
		_, err := c.Conn().PgConn().CopyFrom(ctx, data, statement)
		return err
	})
}
