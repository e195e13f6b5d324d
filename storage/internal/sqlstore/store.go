// Package sqlstore is what the SQL adapters share: every statement except those
// for only one database, which its Dialect holds.
package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/internal/tokenmap"
	"github.com/ofitec/chile/storage/seal"
)

// Dialect holds what differs between databases.
type Dialect struct {
	Name       string // of the package, for errors
	Numbered   bool   // placeholders are $1, $2 … instead of ?
	Migrations fs.FS  // numbered files, NNNN_name.up.sql and NNNN_name.down.sql

	// Configure prepares a connection from the pool; it may be nil.
	Configure func(ctx context.Context, conn *sql.Conn) error

	Begin string // begins a transaction that will write

	// BeginDurable begins a transaction whose commit is on the disk when it is
	// acknowledged, whatever the database is set to.
	BeginDurable string

	// ForUpdate at the end of a SELECT locks its rows until the end of the
	// transaction; empty if Begin locks them.
	ForUpdate string

	// TakeFolios takes folios for new keys of one type, day and bound by one
	// statement. It returns none if it cannot, and takes none then; nil never can.
	TakeFolios func(ctx context.Context, conn *sql.Conn, requests []storage.FolioRequest, now time.Time) ([]storage.TakenFolio, error)

	// Busy reports whether an error says that others were writing for too long; nil
	// is never.
	Busy func(error) bool

	// Patience is how long to wait for a connection before that is ErrBusy too; 0 is
	// as long as the context lasts.
	Patience time.Duration

	StrictText bool // all text is UTF-8 without NUL, even that of other programs

	Bytewise string // after an expression: compares its texts as bytes, for databases that may compare them otherwise

	// Clock is an expression for the database's own clock in UTC; empty if
	// programs and database share one clock.
	Clock string

	// CountTables counts the tables with a name, its argument, in the store's
	// schema.
	CountTables string

	// LockMigrations and LockRegister are statements that make others wait until
	// the end of the transaction; empty if Begin does. LockRegister has one
	// argument, the number of the register's lock.
	LockMigrations, LockRegister string

	// Insert writes rows into a table. Update writes columns of rows found by
	// their ids, which come first in each row. If nil, statements for every
	// database are used.
	Insert, Update func(ctx context.Context, conn *sql.Conn, table string, columns []string, rows iter.Seq2[[]Value, error]) error
}

// Options are what the adapters' callers may set.
type Options struct {
	Now    func() time.Time
	Sealer seal.Sealer // if nil, tokens are kept in memory

	// SkipMigration leaves the tables to another tool.
	SkipMigration bool

	// BeforeCommit is called at the end of an import's transaction, unless it is
	// nil.
	BeforeCommit func(ctx context.Context, conn *sql.Conn, imported *storage.Import) error
}

// SetClock sets the clock of an option WithClock.
func (o *Options) SetClock(now func() time.Time) error {
	if now == nil {
		return errors.New("WithClock: nil clock")
	}
	o.Now = now
	return nil
}

// SetSealer sets the sealer of an option WithSealer. A nil *seal.Ring, which
// seal.FromEnv returns with an error, counts as nil.
func (o *Options) SetSealer(sealer seal.Sealer) error {
	if ring, ok := sealer.(*seal.Ring); sealer == nil || ok && ring == nil {
		return errors.New("WithSealer: nil sealer")
	}
	o.Sealer = sealer
	return nil
}

// Store implements storage.Storage over database/sql.
type Store struct {
	db      *sql.DB
	dialect *Dialect
	now     func() time.Time
	tokens  tokenKeeper
	sealer  seal.Sealer // nil is none

	beforeCommit func(ctx context.Context, conn *sql.Conn, imported *storage.Import) error
}

// New returns a store on a database whose migrations have been applied.
func New(db *sql.DB, dialect *Dialect, opts Options) *Store {
	s := &Store{db: db, dialect: dialect, now: opts.Now, sealer: opts.Sealer, beforeCommit: opts.BeforeCommit}
	if s.now == nil {
		s.now = time.Now //nolint:forbidigo // the default of the clock
	}
	if opts.Sealer != nil {
		s.tokens = &sealedTokens{store: s, sealer: opts.Sealer}
	} else {
		s.tokens = memoryTokens{tokenmap.New(s.now)}
	}
	return s
}

// Close closes the database.
func (s *Store) Close() error { return s.db.Close() }

// session is a connection taken from the pool.
type session struct {
	conn    *sql.Conn
	dialect *Dialect
}

// open takes a connection. The caller must release it.
func open(ctx context.Context, db *sql.DB, dialect *Dialect) (*session, error) {
	conn, err := dialect.connection(ctx, db)
	if err != nil {
		return nil, err
	}
	s := &session{conn: conn, dialect: dialect}
	if dialect.Configure != nil {
		if err := dialect.Configure(ctx, conn); err != nil {
			s.release()
			return nil, err
		}
	}
	return s, nil
}

// connection takes a connection from the pool.
func (d *Dialect) connection(ctx context.Context, db *sql.DB) (*sql.Conn, error) {
	if d.Patience == 0 {
		return db.Conn(ctx)
	}
	patient, cancel := context.WithTimeout(ctx, d.Patience)
	defer cancel()
	conn, err := db.Conn(patient)
	if err != nil && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return nil, fmt.Errorf("%w: every connection of the pool is in use", storage.ErrBusy)
	}
	return conn, err
}

func (s *session) release() { _ = s.conn.Close() }

// discard closes the connection, so that nothing on it continues.
func (s *session) discard() {
	_ = s.conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = s.conn.Close()
}

func (s *session) exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := s.conn.ExecContext(ctx, s.dialect.rebind(query), args...)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	if err != nil {
		return 0, nil // the driver does not say
	}
	return n, nil
}

func (s *session) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return s.conn.QueryContext(ctx, s.dialect.rebind(query), args...)
}

func (s *session) queryRow(ctx context.Context, query string, args ...any) *sql.Row {
	return s.conn.QueryRowContext(ctx, s.dialect.rebind(query), args...)
}

// transaction runs work in a transaction: all of it or nothing.
func (s *session) transaction(ctx context.Context, work func() error) (err error) {
	return s.transactionOf(ctx, s.dialect.Begin, work)
}

// transactionOf runs work in a transaction that a statement begins.
func (s *session) transactionOf(ctx context.Context, begin string, work func() error) (err error) {
	if _, err := s.conn.ExecContext(ctx, begin); err != nil {
		return err
	}
	// Rolling back must work even if the context has ended, which may be the
	// reason for it.
	defer func() {
		if err != nil {
			if _, rollbackErr := s.conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK"); rollbackErr != nil {
				s.discard()
			}
		}
	}()
	if err := work(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	_, err = s.conn.ExecContext(context.WithoutCancel(ctx), "COMMIT")
	return err
}

// Run runs a statement for only one database, outside any transaction. It is not
// a method, because the adapters would then have it too.
func Run(ctx context.Context, s *Store, what, statement string, args ...any) error {
	return s.read(ctx, what, func(session *session) error {
		_, err := session.exec(ctx, statement, args...)
		return err
	})
}

// write runs work in a transaction on its own connection.
func (s *Store) write(ctx context.Context, what string, work func(*session) error) error {
	return s.wrap(ctx, what, s.inTransaction(ctx, work))
}

func (s *Store) inTransaction(ctx context.Context, work func(*session) error) error {
	return s.onConnection(ctx, func(session *session) error {
		return session.transaction(ctx, func() error { return work(session) })
	})
}

// writeDurable is write for what must survive a crash of the machine, because
// something leaves for the SII next.
func (s *Store) writeDurable(ctx context.Context, what string, work func(*session) error) error {
	return s.wrap(ctx, what, s.onConnection(ctx, func(session *session) error {
		return session.transactionOf(ctx, s.dialect.BeginDurable, func() error { return work(session) })
	}))
}

// read runs work on its own connection.
func (s *Store) read(ctx context.Context, what string, work func(*session) error) error {
	return s.wrap(ctx, what, s.onConnection(ctx, work))
}

func (s *Store) onConnection(ctx context.Context, work func(*session) error) error {
	session, err := open(ctx, s.db, s.dialect)
	if err != nil {
		return err
	}
	defer session.release()
	return work(session)
}

// wrap adds what failed. If the context has ended, its cause is the reason,
// whatever the driver returned.
func (s *Store) wrap(ctx context.Context, what string, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil && !errors.Is(err, context.Cause(ctx)):
		return fmt.Errorf("%s: %s: %w", s.dialect.Name, what, context.Cause(ctx))
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("%s: %s: %w", s.dialect.Name, what, fs.ErrNotExist)
	case s.dialect.Busy != nil && s.dialect.Busy(err):
		return fmt.Errorf("%s: %s: %w: %w", s.dialect.Name, what, storage.ErrBusy, err)
	default:
		return fmt.Errorf("%s: %s: %w", s.dialect.Name, what, err)
	}
}

// rebind replaces the placeholders by the database's own. Statements have no ?
// except placeholders.
func (d *Dialect) rebind(query string) string {
	if !d.Numbered {
		return query
	}
	var b strings.Builder
	n := 0
	for _, part := range strings.SplitAfter(query, "?") {
		text, isPlace := strings.CutSuffix(part, "?")
		b.WriteString(text)
		if isPlace {
			n++
			b.WriteString("$" + strconv.Itoa(n))
		}
	}
	return b.String()
}

// places returns n placeholders.
func places(n int) string { return strings.TrimSuffix(strings.Repeat("?,", n), ",") }
