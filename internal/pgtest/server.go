package pgtest

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Server is a PostgreSQL that tests started, or that SII_TEST_POSTGRES names.
type Server struct {
	url  string // of the database postgres
	stop func()

	databases databases
	prepared  databases // see Prepared

	// Of a server that was started here.
	run                 func(string, ...string) *exec.Cmd
	binaries, dir, data string
	port                int
	cmd                 *exec.Cmd
	exited              chan struct{}
}

// Start starts a server for this test alone, which it may kill. Without the
// server's programs the test is skipped, in CI it fails.
func Start(tb testing.TB) *Server {
	tb.Helper()
	s, err := launch()
	if err != nil {
		missing(tb, err)
	}
	tb.Cleanup(s.stop)
	return s
}

// Kill ends the server and its processes at once, as a power failure does, but
// for what the operating system has not written yet.
func (s *Server) Kill(tb testing.TB) {
	tb.Helper()
	if s.cmd == nil {
		tb.Fatal("pgtest: the server was not started here")
	}
	children := childrenOf(s.cmd.Process.Pid)
	_ = s.cmd.Process.Kill()
	for _, child := range children {
		_ = child.Kill()
	}
	<-s.exited
}

// Restart starts a server that was killed, on the same port.
func (s *Server) Restart(tb testing.TB) {
	tb.Helper()
	const attempts = 50 // while processes of the killed server hold its memory
	for attempt := 1; ; attempt++ {
		err := s.serve()
		if err == nil {
			return
		}
		if attempt == attempts {
			tb.Fatalf("pgtest: restart: %v", err)
		}
		wait := time.NewTimer(100 * time.Millisecond)
		<-wait.C
	}
}

func start() (*Server, error) {
	if given := os.Getenv("SII_TEST_POSTGRES"); given != "" {
		return &Server{url: given, stop: func() {}}, nil
	}
	return launch()
}

// launch makes a cluster and starts its server.
func launch() (*Server, error) {
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
	s := &Server{run: run, binaries: binaries, dir: dir, data: filepath.Join(dir, "data")}
	init := run(filepath.Join(binaries, "initdb"), "-D", s.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
	if out, err := init.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w: %s", err, out), os.RemoveAll(dir))
	}
	for attempt := 1; ; attempt++ {
		if s.port, err = freePort(); err == nil {
			err = s.serve()
		}
		if err == nil {
			break
		}
		if attempt == 3 { // the port may have been taken meanwhile
			return nil, errors.Join(err, os.RemoveAll(dir))
		}
	}
	s.url = fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", s.port)
	s.stop = func() {
		_ = s.cmd.Process.Signal(os.Interrupt) // fast shutdown
		<-s.exited
		_ = os.RemoveAll(dir)
	}
	return s, nil
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return listener.Addr().(*net.TCPAddr).Port, listener.Close()
}

// serve starts the server on its port of the loopback interface, and waits until
// it takes connections.
func (s *Server) serve() error {
	cmd := s.run(filepath.Join(s.binaries, "postgres"), "-D", s.data, "-p", strconv.Itoa(s.port), "-h", "127.0.0.1",
		"-k", s.dir, "-c", "max_connections=120", "-c", "deadlock_timeout=200ms",
		// What is written needs to outlive the server, not the machine.
		"-c", "fsync=off", "-c", "full_page_writes=off", "-c", "wal_level=minimal", "-c", "max_wal_senders=0")
	if err := forker.do(cmd.Start); err != nil {
		return err
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
			return errors.New("postgres ended at once")
		case <-ready.C:
			_ = cmd.Process.Kill()
			<-exited
			return errors.New("postgres was not ready in 20 seconds")
		case <-poll.C:
			if s.isReady(cmd.Process.Pid) {
				s.cmd, s.exited = cmd, exited
				return nil
			}
		}
	}
}

// isReady reads what the server of that process says of itself.
func (s *Server) isReady(pid int) bool {
	text, err := os.ReadFile(filepath.Join(s.data, "postmaster.pid"))
	lines := strings.Split(string(text), "\n")
	return err == nil && len(lines) >= 8 && strings.TrimSpace(lines[0]) == strconv.Itoa(pid) && strings.TrimSpace(lines[7]) == "ready"
}
