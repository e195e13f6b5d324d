package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// Report describes a migration.
type Report struct {
	Applied []string // names of the applied migrations, in order

	// OwnersUnknown is how many register rows have no owner: rows of another
	// program in which neither issuer nor receiver is a RUT. They are kept, and
	// belong to no company.
	OwnersUnknown int64
}

type migration struct {
	version  int
	name     string
	up, down string
}

// migrations reads the numbered files.
func (d *Dialect) migrations() ([]migration, error) {
	names, err := fs.Glob(d.Migrations, "*.up.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var all []migration
	for _, file := range names {
		m := migration{name: strings.TrimSuffix(file, ".up.sql")}
		if _, err := fmt.Sscanf(file, "%d_", &m.version); err != nil {
			return nil, fmt.Errorf("migration %s: %w", file, err)
		}
		up, err := fs.ReadFile(d.Migrations, file)
		if err != nil {
			return nil, err
		}
		down, err := fs.ReadFile(d.Migrations, m.name+".down.sql")
		if err != nil {
			return nil, err
		}
		m.up, m.down = string(up), string(down)
		all = append(all, m)
	}
	return all, nil
}

const createMigrations = `CREATE TABLE IF NOT EXISTS sii_migraciones (
  version integer PRIMARY KEY, nombre varchar(100) NOT NULL, aplicada_en varchar(30) NOT NULL)`

// Migrate applies the missing migrations, each in a transaction. Two processes
// may call it at the same time. A database with unknown migrations is
// storage.ErrNewer, and is not changed.
func Migrate(ctx context.Context, db *sql.DB, dialect *Dialect, now time.Time) (*Report, error) {
	all, err := dialect.migrations()
	if err != nil {
		return nil, fmt.Errorf("%s: migrations: %w", dialect.Name, err)
	}
	session, err := open(ctx, db, dialect)
	if err != nil {
		return nil, fmt.Errorf("%s: migrate: %w", dialect.Name, err)
	}
	defer session.release()
	if err := session.refuseNewer(ctx, all); err != nil {
		return nil, err
	}
	report := &Report{}
	for _, m := range all {
		applied, err := session.apply(ctx, m, now)
		if err != nil {
			return nil, fmt.Errorf("%s: migration %s: %w", dialect.Name, m.name, err)
		}
		if applied {
			report.Applied = append(report.Applied, m.name)
		}
	}
	const unknown = `SELECT (SELECT count(*) FROM sii_rcv_purchases WHERE rut_empresa IS NULL) +
		(SELECT count(*) FROM sii_rcv_sales WHERE rut_empresa IS NULL)`
	if err := session.queryRow(ctx, unknown).Scan(&report.OwnersUnknown); err != nil {
		return nil, fmt.Errorf("%s: migrate: %w", dialect.Name, err)
	}
	return report, nil
}

func (s *session) apply(ctx context.Context, m migration, now time.Time) (applied bool, err error) {
	err = s.transaction(ctx, func() error {
		if err := s.lockMigrations(ctx); err != nil {
			return err
		}
		var n int
		if err := s.queryRow(ctx, "SELECT count(*) FROM sii_migraciones WHERE version = ?", m.version).Scan(&n); err != nil || n > 0 {
			return err
		}
		if _, err := s.conn.ExecContext(ctx, m.up); err != nil {
			return err
		}
		applied = true
		_, err := s.exec(ctx, "INSERT INTO sii_migraciones (version, nombre, aplicada_en) VALUES (?, ?, ?)", m.version, m.name, timeText(now))
		return err
	})
	return applied && err == nil, err
}

func (s *session) lockMigrations(ctx context.Context) error {
	if s.dialect.LockMigrations != "" {
		if _, err := s.conn.ExecContext(ctx, s.dialect.LockMigrations); err != nil {
			return err
		}
	}
	_, err := s.conn.ExecContext(ctx, createMigrations)
	return err
}

// Rollback reverts every migration, the last one first. A database with unknown
// migrations is storage.ErrNewer, and is not changed.
func Rollback(ctx context.Context, db *sql.DB, dialect *Dialect) error {
	all, err := dialect.migrations()
	if err != nil {
		return fmt.Errorf("%s: migrations: %w", dialect.Name, err)
	}
	session, err := open(ctx, db, dialect)
	if err != nil {
		return fmt.Errorf("%s: roll back: %w", dialect.Name, err)
	}
	defer session.release()
	if err := session.refuseNewer(ctx, all); err != nil {
		return err
	}
	for _, m := range slices.Backward(all) {
		err := session.transaction(ctx, func() error {
			if err := session.lockMigrations(ctx); err != nil {
				return err
			}
			n, err := session.exec(ctx, "DELETE FROM sii_migraciones WHERE version = ?", m.version)
			if err != nil || n == 0 {
				return err
			}
			_, err = session.conn.ExecContext(ctx, m.down)
			return err
		})
		if err != nil {
			return fmt.Errorf("%s: roll back %s: %w", dialect.Name, m.name, err)
		}
	}
	return nil
}
