package sqlstore

import (
	"context"
	"slices"
)

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	return s.wrap(ctx, "ping", s.db.PingContext(ctx))
}

// MigrationState names the migrations that the database lacks, in their order,
// and those that it has, but this program does not know: it is older than the one
// that applied them. It changes nothing.
func (s *Store) MigrationState(ctx context.Context) (pending, unknown []string, err error) {
	all, err := s.dialect.migrations()
	if err != nil {
		return nil, nil, s.wrap(ctx, "migrations", err)
	}
	applied := map[int]string{}
	if err := s.read(ctx, "read migrations", func(session *session) error { return session.appliedMigrations(ctx, applied) }); err != nil {
		return nil, nil, err
	}
	for _, m := range all {
		if _, ok := applied[m.version]; !ok {
			pending = append(pending, m.name)
		}
		delete(applied, m.version)
	}
	for _, name := range applied {
		unknown = append(unknown, name)
	}
	slices.Sort(unknown)
	return pending, unknown, nil
}

// appliedMigrations adds the names of the migrations that the database has, by
// version. A database that was never migrated has none.
func (s *session) appliedMigrations(ctx context.Context, applied map[int]string) error {
	var tables int
	if err := s.queryRow(ctx, s.dialect.CountTables, "sii_migraciones").Scan(&tables); err != nil || tables == 0 {
		return err
	}
	rows, err := s.query(ctx, "SELECT version, nombre FROM sii_migraciones")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var version int
		var name string
		if err := rows.Scan(&version, &name); err != nil {
			return err
		}
		applied[version] = name
	}
	return rows.Err()
}
