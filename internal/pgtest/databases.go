package pgtest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"testing"
)

// databases are the empty ones that tests have given back. Emptying one costs a
// fraction of making one, which copies some 300 files and writes checkpoints.
type databases struct {
	mu   sync.Mutex
	free []database
}

type database struct{ name, driver string }

func (d *databases) take() (database, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.free) == 0 {
		return database{}, false
	}
	last := d.free[len(d.free)-1]
	d.free = d.free[:len(d.free)-1]
	return last, true
}

func (d *databases) give(back database) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.free = append(d.free, back)
}

// names makes the names of databases differ.
var names atomic.Int64

// URL returns the URL of an empty database of the server, which only this test uses.
// See the function URL.
func (s *Server) URL(tb testing.TB, driver string) string {
	tb.Helper()
	free, ok := s.databases.take()
	if !ok {
		free = s.create(tb, driver)
	}
	tb.Cleanup(func() {
		if err := s.empty(free); err != nil {
			s.drop(free) // whatever it holds, the next test does not see it
			return
		}
		s.databases.give(free)
	})
	return s.urlOf(free)
}

// Prepared returns the URL of a database with what prepare makes. See the function
// Prepared.
func (s *Server) Prepared(tb testing.TB, driver string, prepare func(url string)) string {
	tb.Helper()
	free, ok := s.prepared.take()
	if !ok {
		free = s.create(tb, driver)
		prepare(s.urlOf(free))
		if err := s.mark(free); err != nil {
			tb.Fatalf("pgtest: %v", err)
		}
	}
	tb.Cleanup(func() {
		if err := s.clear(free); err != nil {
			s.drop(free) // whatever it holds, the next test does not see it
			return
		}
		s.prepared.give(free)
	})
	return s.urlOf(free)
}

// NewURL returns the URL of a new database of the server. See the function NewURL.
func (s *Server) NewURL(tb testing.TB, driver string) string {
	tb.Helper()
	own := s.create(tb, driver)
	tb.Cleanup(func() { s.drop(own) })
	return s.urlOf(own)
}

func (s *Server) urlOf(d database) string {
	u, err := url.Parse(s.url)
	if err != nil {
		return s.url // the driver says what is wrong with it
	}
	u.Path = "/" + d.name
	return u.String()
}

// create makes a database. From PostgreSQL 15 on, copying the files of the template
// takes a fraction of the time of writing them to the log.
func (s *Server) create(tb testing.TB, driver string) database {
	tb.Helper()
	made := database{fmt.Sprintf("sii_test_%d_%d", os.Getpid(), names.Add(1)), driver}
	err := onDatabase(driver, s.url, func(ctx context.Context, db *sql.DB) error {
		var version int
		if err := db.QueryRowContext(ctx, "SELECT current_setting('server_version_num')::int").Scan(&version); err != nil {
			return err
		}
		var strategy string
		if version >= 150_000 {
			strategy = " STRATEGY FILE_COPY"
		}
		_, err := db.ExecContext(ctx, "CREATE DATABASE "+made.name+strategy)
		return err
	})
	if err != nil {
		tb.Fatalf("pgtest: %v", err)
	}
	return made
}

// empty ends the connections to a database and removes its content.
func (s *Server) empty(d database) error {
	return onDatabase(d.driver, s.urlOf(d), func(ctx context.Context, db *sql.DB) error {
		_, err := db.ExecContext(ctx, `
			DO $$
			DECLARE
				other name;
			BEGIN
				PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
				FOR other IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
					EXECUTE format('DROP SCHEMA %I CASCADE', other);
				END LOOP;
				CREATE SCHEMA public;
				GRANT USAGE ON SCHEMA public TO PUBLIC;
				PERFORM pg_stat_reset();
			END $$`)
		return err
	})
}

// findOccupied appends the tables of a database that have rows to the array occupied.
const findOccupied = `
	FOR other IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
		EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', other) INTO has;
		IF has THEN occupied := occupied || format('public.%I', other); END IF;
	END LOOP;`

// mark remembers which tables have rows from the start: they are left alone.
func (s *Server) mark(d database) error {
	return onDatabase(d.driver, s.urlOf(d), func(ctx context.Context, db *sql.DB) error {
		_, err := db.ExecContext(ctx, `
			DO $$
			DECLARE
				other name;
				has bool;
				occupied text[] := '{}';
			BEGIN`+findOccupied+`
				CREATE SCHEMA pgtest;
				CREATE TABLE pgtest.filled AS SELECT unnest(occupied) AS name;
			END $$`)
		return err
	})
}

// clear ends the connections to a database and removes the rows of its tables. That
// costs a fraction of making the tables again, because it makes no files.
func (s *Server) clear(d database) error {
	return onDatabase(d.driver, s.urlOf(d), func(ctx context.Context, db *sql.DB) error {
		_, err := db.ExecContext(ctx, `
			DO $$
			DECLARE
				other name;
				has bool;
				occupied text[] := '{}';
			BEGIN
				PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();`+findOccupied+`
				occupied := ARRAY(SELECT unnest(occupied) EXCEPT SELECT name FROM pgtest.filled);
				IF cardinality(occupied) > 0 THEN
					EXECUTE 'TRUNCATE ' || array_to_string(occupied, ', ') || ' RESTART IDENTITY CASCADE';
				END IF;
			END $$`)
		return err
	})
}

// drop drops a database. A server that a test has killed has none left.
func (s *Server) drop(d database) {
	_ = onDatabase(d.driver, s.url, func(ctx context.Context, db *sql.DB) error {
		_, err := db.ExecContext(ctx, "DROP DATABASE IF EXISTS "+d.name+" WITH (FORCE)")
		return err
	})
}

// dropAll drops the databases that were given back, if the server stays.
func (s *Server) dropAll() {
	for _, pool := range []*databases{&s.databases, &s.prepared} {
		for s.cmd == nil {
			d, ok := pool.take()
			if !ok {
				break
			}
			s.drop(d)
		}
	}
}

func onDatabase(driver, url string, do func(ctx context.Context, db *sql.DB) error) error {
	db, err := sql.Open(driver, url)
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	return do(context.Background(), db)
}
