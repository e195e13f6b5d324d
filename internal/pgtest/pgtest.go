// Package pgtest gives tests a real PostgreSQL: one that SII_TEST_POSTGRES
// names, or one that it starts from the machine's own binaries.
package pgtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// server is the PostgreSQL of a test binary.
type server struct {
	url  string // of the database postgres
	stop func()
}

var (
	once    sync.Once
	started *server
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
		if os.Getenv("CI") != "" {
			tb.Fatalf("pgtest: %v", failure)
		}
		tb.Skipf("pgtest: %v", failure)
	}
	db, err := sql.Open(driver, started.url)
	if err != nil {
		tb.Fatal(err)
	}
	defer db.Close()
	name := fmt.Sprintf("sii_test_%d_%d", os.Getpid(), names.Add(1))
	if _, err := db.ExecContext(context.Background(), "CREATE DATABASE "+name); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if again, err := sql.Open(driver, started.url); err == nil {
			defer again.Close()
			_, _ = again.ExecContext(context.Background(), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
		}
	})
	u, err := url.Parse(started.url)
	if err != nil {
		tb.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

func start() (*server, error) {
	if given := os.Getenv("SII_TEST_POSTGRES"); given != "" {
		return &server{url: given, stop: func() {}}, nil
	}
	binaries, err := find()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "siipg")
	if err != nil {
		return nil, err
	}
	run, err := runner(dir)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	data := filepath.Join(dir, "data")
	init := run(filepath.Join(binaries, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
	if out, err := init.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w: %s", err, out), os.RemoveAll(dir))
	}
	for attempt := 1; ; attempt++ {
		s, err := serve(run, binaries, dir, data)
		if err == nil || attempt == 3 { // the port may have been taken meanwhile
			return s, err
		}
	}
}

// serve starts the server on a free port of the loopback interface.
func serve(run func(string, ...string) *exec.Cmd, binaries, dir, data string) (*server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	port := listener.Addr().(*net.TCPAddr).Port
	if err := listener.Close(); err != nil {
		return nil, err
	}
	cmd := run(filepath.Join(binaries, "postgres"), "-D", data, "-p", strconv.Itoa(port), "-h", "127.0.0.1",
		"-k", dir, "-c", "max_connections=120", "-c", "fsync=off", "-c", "deadlock_timeout=200ms")
	if err := forker.do(cmd.Start); err != nil {
		return nil, err
	}
	exited := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(exited)
	}()
	ready := time.NewTimer(20 * time.Second)
	defer ready.Stop()
	poll := time.NewTicker(10 * time.Millisecond)
	defer poll.Stop()
	for {
		select {
		case <-exited:
			return nil, errors.New("postgres ended at once")
		case <-ready.C:
			_ = cmd.Process.Kill()
			return nil, errors.New("postgres was not ready in 20 seconds")
		case <-poll.C:
			pid, err := os.ReadFile(filepath.Join(data, "postmaster.pid")) //nolint:gosec // a folder of our own
			if lines := strings.Split(string(pid), "\n"); err != nil || len(lines) < 8 || strings.TrimSpace(lines[7]) != "ready" {
				continue
			}
			return &server{
				url: fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port),
				stop: func() {
					_ = cmd.Process.Signal(os.Interrupt) // fast shutdown
					<-exited
					_ = os.RemoveAll(dir)
				},
			}, nil
		}
	}
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
