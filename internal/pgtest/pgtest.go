// Package pgtest gives tests a real PostgreSQL: one that SII_TEST_POSTGRES
// names, or one that it starts from the machine's own binaries.
package pgtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
)

var (
	once    sync.Once
	started *Server
	failure error
	names   atomic.Int64
)

// Main runs the tests of a package and stops the server that they started. Call
// it from TestMain.
func Main(m *testing.M) {
	code := m.Run()
	if started != nil {
		started.stop()
	}
	os.Exit(code)
}

// URL returns the URL of an empty database of the test's own. The driver named
// is used to make it. Without a PostgreSQL the test is skipped, in CI it fails.
func URL(tb testing.TB, driver string) string {
	tb.Helper()
	once.Do(func() { started, failure = start() })
	if failure != nil {
		missing(tb, failure)
	}
	return started.URL(tb, driver)
}

// missing skips a test without a PostgreSQL, and fails it in CI.
func missing(tb testing.TB, cause error) {
	tb.Helper()
	if os.Getenv("CI") != "" {
		tb.Fatalf("pgtest: %v", cause)
	}
	tb.Skipf("pgtest: %v", cause)
}

// URL returns the URL of an empty database of the server. The driver named is
// used to make it.
func (s *Server) URL(tb testing.TB, driver string) string {
	tb.Helper()
	db, err := sql.Open(driver, s.url)
	if err != nil {
		tb.Fatal(err)
	}
	defer db.Close()
	name := fmt.Sprintf("sii_test_%d_%d", os.Getpid(), names.Add(1))
	if err := create(context.Background(), db, name); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if again, err := sql.Open(driver, s.url); err == nil {
			defer again.Close()
			_, _ = again.ExecContext(context.Background(), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
		}
	})
	u, err := url.Parse(s.url)
	if err != nil {
		tb.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// create makes a database. Tests make hundreds: from PostgreSQL 15 on, to copy
// the files of the template takes a fraction of the time of writing them to the
// log.
func create(ctx context.Context, db *sql.DB, name string) error {
	var version int
	if err := db.QueryRowContext(ctx, "SELECT current_setting('server_version_num')::int").Scan(&version); err != nil {
		return err
	}
	var strategy string
	if version >= 150_000 {
		strategy = " STRATEGY FILE_COPY"
	}
	_, err := db.ExecContext(ctx, "CREATE DATABASE "+name+strategy)
	return err
}

// forkThread starts processes from one thread that lives as long as the test
// binary: Linux ends a server that was told to go with its parent when the
// thread that started it ends.
type forkThread struct {
	once sync.Once
	jobs chan func()
}

var forker = forkThread{jobs: make(chan func())}

func (f *forkThread) do(start func() error) error {
	f.once.Do(func() {
		go func() {
			runtime.LockOSThread()
			for job := range f.jobs {
				job()
			}
		}()
	})
	done := make(chan error)
	f.jobs <- func() { done <- start() }
	return <-done
}

// find returns the folder with the newest server binaries.
func find() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		version := func(path string) int {
			n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
			return n
		}
		slices.SortFunc(found, func(a, b string) int { return version(a) - version(b) })
		return filepath.Dir(found[len(found)-1]), nil
	}
	initdb, err := exec.LookPath("initdb")
	if err != nil {
		return "", errors.New("there is no PostgreSQL here: install its server, or set SII_TEST_POSTGRES")
	}
	return filepath.Dir(initdb), nil
}

// lookupPostgres is the user under whom the server runs if the tests run as
// root, which PostgreSQL refuses to.
func lookupPostgres() (uid, gid int, err error) {
	u, err := user.Lookup("postgres")
	if err != nil {
		return 0, 0, err
	}
	if uid, err = strconv.Atoi(u.Uid); err != nil {
		return 0, 0, err
	}
	gid, err = strconv.Atoi(u.Gid)
	return uid, gid, err
}
