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

// ErrTakenOver says that a job was given to another worker or cancelled while it
// ran. Its import was rolled back.
var ErrTakenOver = errors.New("siiriver: the job no longer belongs to this worker")

// ErrDriver says that the store uses a driver other than pgx: see Complete.
var ErrDriver = errors.New("siiriver: the store was not opened with pgx")

// sync imports the register of a unit.
func (e *Engine) sync(ctx context.Context, job *river.Job[SyncArgs]) error {
	unit, err := siisync.ParseUnit(job.Args.Unit)
	if err != nil {
		return err
	}
	importing := &importingJob{engine: e, job: job, key: unit.Key}
	return e.settings.Fleet.Do(context.WithValue(ctx, importingKey{}, importing), unit).Err
}

// importingJob is a job that is completed with its import.
type importingJob struct {
	engine *Engine
	job    *river.Job[SyncArgs]
	key    rcv.Key
}

type importingKey struct{}

// Complete completes the job of an import, in the import's transaction: pass it to
// postgres.WithBeforeCommit. Imports without a job are not affected. If the job no
// longer belongs to its worker, the import is rolled back.
//
// It needs River's tables in the store's database, and a store that was opened with
// pgx (pgxcopy.Open, or database/sql with pgx/v5/stdlib). With another driver it
// returns ErrDriver.
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
		return ErrTakenOver // another attempt is running, or has ended
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

// transaction is a store's connection inside a transaction that the store ends.
type transaction struct {
	pgxQueries
	conn *pgx.Conn
}

// pgxQueries are the queries that a transaction allows.
type pgxQueries interface {
	CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error)
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
	Prepare(ctx context.Context, name, sql string) (*pgconn.StatementDescription, error)
	Exec(ctx context.Context, sql string, arguments ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

var _ pgx.Tx = transaction{}

var errNotOurs = errors.New("siiriver: the transaction belongs to the store")

func (transaction) Begin(context.Context) (pgx.Tx, error) { return nil, errNotOurs }
func (transaction) Commit(context.Context) error          { return errNotOurs }
func (transaction) Rollback(context.Context) error        { return errNotOurs }
func (transaction) LargeObjects() pgx.LargeObjects        { return pgx.LargeObjects{} }
func (t transaction) Conn() *pgx.Conn                     { return t.conn }
