package siiriver

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// otherDriver connects to nothing.
type otherDriver struct{}

func (otherDriver) Connect(context.Context) (driver.Conn, error) { return otherDriver{}, nil }
func (otherDriver) Driver() driver.Driver                        { return nil }
func (otherDriver) Prepare(string) (driver.Stmt, error)          { return nil, errors.ErrUnsupported }

func (otherDriver) Begin() (driver.Tx, error) { return nil, errors.ErrUnsupported }
func (otherDriver) Close() error              { return nil }

// A store that was not opened with pgx cannot complete a job, and says so; an import
// that is no job's stays as it is.
func TestCompleteWantsPgx(t *testing.T) {
	t.Parallel()
	db := sql.OpenDB(otherDriver{})
	defer db.Close()
	conn, err := db.Conn(t.Context())
	require.NoError(t, err)
	defer conn.Close()

	key := rcv.Key{Owner: chile.MustParseRUT("76192083-9"), Period: chile.MustParsePeriod("2026-10"), Book: rcv.Sales}
	of := context.WithValue(t.Context(), importingKey{}, &importingJob{key: key})
	require.ErrorIs(t, Complete(of, conn, &storage.Import{Key: key}), ErrDriver)
	require.NoError(t, Complete(t.Context(), conn, &storage.Import{Key: key}))
	key.Book = rcv.Purchases
	require.NoError(t, Complete(of, conn, &storage.Import{Key: key}))
}
