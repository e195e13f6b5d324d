package siiriver

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage"
)

// ErrTakenOver says that a job was given to another worker, or cancelled, while it
// was worked on. Its import was undone.
var ErrTakenOver = errors.New("siiriver: the job is not this worker's any more")

// ErrDriver says that the store uses another driver than pgx: see Complete.
var ErrDriver = errors.New("siiriver: the store was not opened with pgx")

// sync does a unit.
func (e *Engine) sync(ctx context.Context, job *river.Job[SyncArgs]) error {
	unit, err := siisync.ParseUnit(job.Args.Unit)
	if err != nil {
		return err
	}
	importing := &importingJob{engine: e, job: job, key: unit.Key}
	return e.settings.Fleet.Do(context.WithValue(ctx, importingKey{}, importing), unit).Err
}

// importingJob is a job that will be completed with its import.
type importingJob struct {
	engine *Engine
	job    *river.Job[SyncArgs]
	key    rcv.Key
}

type importingKey struct{}

// Complete completes the job that an import is made for, in the transaction of the
// import: give it to postgres.WithBeforeCommit. Imports that are no job's stay as
// they are. If the job is not its worker's any more the import is undone.
//
// It needs the tables of River in the database of the store, and a store that was
// opened with pgx (pgxcopy.Open, or database/sql with pgx/v5/stdlib); another driver
// is ErrDriver.
func Complete(ctx context.Context, conn *sql.Conn, imported *storage.Import) error {
	of, ok := ctx.Value(importingKey{}).(*importingJob)
	if !ok || of.key != imported.Key {
		return nil
	}
	return conn.Raw(func(driverConn any) error {
		c, ok := driverConn.(*stdlib.Conn)
		if !ok {
			return ErrDriver
		}
		return of.complete(ctx, transaction{c.Conn(), c.Conn()}, imported)
	})
}

func (i *importingJob) complete(ctx context.Context, tx pgx.Tx, imported *storage.Import) error {
	done, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, i.job)
	switch {
	case errors.Is(err, rivertype.ErrNotFound):
		return ErrTakenOver
	case err != nil:
		return fmt.Errorf("siiriver: complete job %d: %w", i.job.ID, err)
	case done.State != rivertype.JobStateCompleted || done.Attempt != i.job.Attempt:
		return ErrTakenOver // another attempt runs, or has ended
	}
	c, settings := imported.Counts, &i.engine.settings
	if settings.Alerts == nil || c.Added+c.Changed+c.Gone+c.Returned == 0 {
		return nil
	}
	later := &river.InsertOpts{ScheduledAt: time.Now().Add(settings.AlertDelay)} //nolint:forbidigo // River's own times are those of machines too
	if _, err := i.engine.client.InsertTx(ctx, tx, AlertsArgs{Owner: i.key.Owner}, later); err != nil {
		return fmt.Errorf("siiriver: queue alerts of %s: %w", i.key.Owner, err)
	}
	return nil
}

// transaction is the connection of a store in the middle of a transaction that is
// the store's to end.
type transaction struct {
	pgxQueries
	conn *pgx.Conn
}

// pgxQueries is what a transaction passes on.
type pgxQueries interface {
	CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error)
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
	Prepare(ctx context.Context, name, sql string) (*pgconn.StatementDescription, error)
	Exec(ctx context.Context, sql string, arguments ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

var _ pgx.Tx = transaction{}

var errNotOurs = errors.New("siiriver: the transaction is the store's")

func (transaction) Begin(context.Context) (pgx.Tx, error) { return nil, errNotOurs }
func (transaction) Commit(context.Context) error          { return errNotOurs }
func (transaction) Rollback(context.Context) error        { return errNotOurs }
func (transaction) LargeObjects() pgx.LargeObjects        { return pgx.LargeObjects{} }
func (t transaction) Conn() *pgx.Conn                     { return t.conn }
