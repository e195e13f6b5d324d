// Package pgtest gives tests a real PostgreSQL: one that SII_TEST_POSTGRES
// names, or one that it starts from the machine's own binaries.
package pgtest

import (
	"errors"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
)

var (
	once    sync.Once
	started *Server
	failure error
)

// Main runs the tests of a package and stops the server that they started. Call
// it from TestMain.
func Main(m *testing.M) {
	code := m.Run()
	if started != nil {
		started.dropAll()
		started.stop()
	}
	os.Exit(code)
}

// URL returns the URL of an empty database that only this test uses. Databases are
// emptied and used again; tests that change more than the content call NewURL. The
// named driver makes the database. Without a PostgreSQL the test is skipped; in CI it
// fails.
func URL(tb testing.TB, driver string) string {
	tb.Helper()
	return common(tb).URL(tb, driver)
}

// Prepared is URL with a database in which prepare has made tables, such as those of
// migrations. They are kept, and emptied, for the next test. A test may change rows
// only. All tests of a package must use the same prepare.
func Prepared(tb testing.TB, driver string, prepare func(url string)) string {
	tb.Helper()
	return common(tb).Prepared(tb, driver, prepare)
}

// NewURL is URL with a new database that is used once: for tests that change the
// database itself, such as its owner or its access rights.
func NewURL(tb testing.TB, driver string) string {
	tb.Helper()
	return common(tb).NewURL(tb, driver)
}

// common returns the server that the tests of a package share.
func common(tb testing.TB) *Server {
	tb.Helper()
	once.Do(func() { started, failure = start() })
	if failure != nil {
		missing(tb, failure)
	}
	return started
}

// missing skips a test without a PostgreSQL, and fails it in CI.
func missing(tb testing.TB, cause error) {
	tb.Helper()
	if os.Getenv("CI") != "" {
		tb.Fatalf("pgtest: %v", cause)
	}
	tb.Skipf("pgtest: %v", cause)
}

// forkThread starts processes from one thread that lives as long as the test binary.
// Linux ends a server that should end with its parent when the thread that started it
// ends.
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
