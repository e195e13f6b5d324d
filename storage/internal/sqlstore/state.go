package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ofitec/chile/storage"
)

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	return s.wrap(ctx, "ping", s.db.PingContext(ctx))
}

// MigrationState returns the names of the migrations that the database lacks, in
// order, and of those that it has and this program does not know, because a newer
// program applied them. It changes nothing.
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
	}
	return pending, unknownOf(applied, all), nil
}

// CheckVersion returns an error that is storage.ErrNewer if the database has
// migrations that this program does not know, and storage.ErrOlder if it lacks
// some. It changes nothing.
func (s *Store) CheckVersion(ctx context.Context) error {
	pending, unknown, err := s.MigrationState(ctx)
	switch {
	case err != nil:
		return err
	case len(unknown) > 0:
		return s.dialect.newer(unknown)
	case len(pending) > 0:
		return fmt.Errorf("%s: %w: it lacks %s", s.dialect.Name, storage.ErrOlder, strings.Join(pending, ", "))
	}
	return nil
}

// newer returns the error for a database with unknown migrations.
func (d *Dialect) newer(unknown []string) error {
	return fmt.Errorf("%s: %w: it has %s", d.Name, storage.ErrNewer, strings.Join(unknown, ", "))
}

// refuseNewer returns an error if the database has migrations that are not in
// known.
func (s *session) refuseNewer(ctx context.Context, known []migration) error {
	applied := map[int]string{}
	if err := s.appliedMigrations(ctx, applied); err != nil {
		return fmt.Errorf("%s: read migrations: %w", s.dialect.Name, err)
	}
	unknown := unknownOf(applied, known)
	if len(unknown) == 0 {
		return nil
	}
	return s.dialect.newer(unknown)
}

// unknownOf returns the names of the applied migrations that are not known, in
// order.
func unknownOf(applied map[int]string, known []migration) []string {
	var unknown []string
	for version, name := range applied {
		if !slices.ContainsFunc(known, func(m migration) bool { return m.version == version }) {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	return unknown
}

// appliedMigrations adds the names of the database's migrations, by version. A
// database that was never migrated has none.
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
